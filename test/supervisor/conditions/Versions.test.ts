import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Versions from "../../../src/supervisor/conditions/Versions.ts"
import * as Comparison from "../../../src/unit/grammar/Comparison.ts"

/** From the oldest to the newest. */
const inOrder = [
  ...["", "~1", "122.1", "123~rc1-1", "123", "123-a", "123-a.1", "123-1", "123-1.1", "123^post1", "123.a-1", "123.1-1"],
  ...["123a-1", "124-1", "1000"]
]

const version = FastCheck.string({ unit: FastCheck.constantFrom(..."0019abZ~-^._+"), maxLength: 8 })

const sign = (a: string, b: string) => Math.sign(Versions.compare(a, b))

describe("versions", () => {
  it("come in the order of the manual", () => {
    for (const [i, a] of inOrder.entries()) {
      for (const [j, b] of inOrder.entries()) assert.strictEqual(sign(a, b), Math.sign(i - j), `${a} and ${b}`)
    }
  })

  it("are the same with zeros ahead of a number and with what means nothing", () => {
    for (const [a, b] of [["1.01", "1.1"], ["00", "0"], ["1_2", "1+2"], ["1a", "1_a"]] as const) {
      assert.strictEqual(sign(a, b), 0, `${a} and ${b}`)
    }
  })

  it("compare the same from both sides, and with themselves as equal", () => {
    FastCheck.assert(FastCheck.property(version, version, (a, b) => {
      assert.strictEqual(sign(a, b) + sign(b, a), 0)
      assert.strictEqual(sign(a, a), 0)
    }))
  })

  for (
    const [comparison, wanted] of [
      ["6.1.0-18-amd64", true],
      ["6.*", true],
      ["5.*", false],
      ["$=6.*", true],
      ["!$=6.*", false],
      ["=6.1.0-18-amd64", true],
      ["=6.1", false],
      ["!=6.1", true],
      [">=6.1", true],
      [">6.1.0", true],
      ["<6.1.0~rc1", false],
      ["<7", true],
      ["<=5.15", false],
      ["==6.01.0-18-amd64", true],
      ["<>6.1", true]
    ] as const
  ) {
    it(`6.1.0-18-amd64 is ${wanted ? "" : "not "}as ${comparison} wants it`, () => {
      assert.strictEqual(Versions.satisfies("6.1.0-18-amd64", Comparison.parse(comparison)), wanted)
    })
  }
})
