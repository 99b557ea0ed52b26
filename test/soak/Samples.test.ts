import { assert, describe, it } from "vitest"
import type { Sample } from "./Samples.ts"
import { trends } from "./Samples.ts"

const calm: Sample = { resident: 5000, dirty: 1000, descriptors: 30, children: 10 }

/** A hundred samples, each made from its number. */
const grown = (make: (index: number) => Partial<Sample>) =>
  trends(Array.from({ length: 100 }, (_, index) => ({ ...calm, ...make(index) })))
    .filter(({ grew }) => grew).map(({ measure }) => measure)

describe("what a soak makes of its samples", () => {
  it("is nothing where all stays as it is, or goes up and down", () => {
    assert.deepStrictEqual(grown(() => ({})), [])
    assert.deepStrictEqual(
      grown((n) => ({ resident: 5000 + 400 * (n % 2), descriptors: 30 + (n < 80 ? n % 7 : n % 40) })),
      []
    )
  })

  it("is nothing where memory grows while it is warming up, and no more", () => {
    assert.deepStrictEqual(grown((n) => ({ dirty: Math.min(1000 + 200 * n, 4000) })), [])
  })

  it("is growth where some is added all the time", () => {
    assert.deepStrictEqual(grown((n) => ({ resident: 5000 + 10 * n, dirty: 1000 + 10 * n })), ["resident", "dirty"])
    assert.deepStrictEqual(grown((n) => ({ descriptors: 30 + Math.floor(n / 10) })), ["descriptors"])
    assert.deepStrictEqual(grown((n) => ({ children: 10 + Math.floor(n / 10) })), ["children"])
  })

  it("is growth where nothing could be read", () => {
    assert.deepStrictEqual(grown(() => ({ dirty: NaN })), ["dirty"])
  })
})
