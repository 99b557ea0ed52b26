import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { StartLimit } from "../../src/supervisor/StartLimit.ts"
import { admit } from "../../src/supervisor/StartLimit.ts"

const limit: StartLimit = { burst: 3, intervalMillis: 10_000 }

/** Which of these starts, in seconds, are admitted. */
const admitted = (limit: StartLimit, seconds: ReadonlyArray<number>): ReadonlyArray<boolean> => {
  let history: ReadonlyArray<number> = []
  return seconds.map((at) => {
    const next = admit(limit, history, at * 1000)
    history = next ?? history
    return next !== undefined
  })
}

describe("admit", () => {
  it("passes three starts in ten seconds, refuses the fourth, and opens a new window with the first after them", () => {
    assert.deepStrictEqual(
      admitted(limit, [0, 1, 2, 9, 10, 10, 10, 11]),
      [true, true, true, false, true, true, true, false]
    )
  })

  it("refuses again and again as long as the window lasts, without making it longer", () => {
    assert.deepStrictEqual(admitted(limit, [0, 0, 0, 1, 5, 9.999, 10]), [true, true, true, false, false, false, true])
  })

  it("allows five runs with the default of 5 in 10 s, and refuses the sixth", () => {
    assert.deepStrictEqual(
      admitted({ burst: 5, intervalMillis: 10_000 }, [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
      [true, true, true, true, true, false]
    )
  })

  it("is switched off by a burst or an interval of 0", () => {
    const many = Array.from({ length: 50 }, () => 0)
    assert.notInclude(admitted({ burst: 0, intervalMillis: 10_000 }, many), false)
    assert.notInclude(admitted({ burst: 3, intervalMillis: 0 }, many), false)
  })

  it("never opens the window anew where the interval is infinite", () => {
    const forEver = { burst: 2, intervalMillis: Infinity }
    assert.deepStrictEqual(admitted(forEver, [0, 1, 1_000_000]), [true, true, false])
  })

  it("never admits more than the burst within one window, and keeps no more than that", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 1, max: 6 }),
        FastCheck.integer({ min: 1, max: 50 }),
        FastCheck.array(FastCheck.nat(20), { maxLength: 60 }),
        (burst, intervalMillis, gaps) => {
          let now = 0
          let history: ReadonlyArray<number> = []
          for (const gap of gaps) {
            now += gap
            const next = admit({ burst, intervalMillis }, history, now)
            if (next === undefined) {
              assert.strictEqual(history.length, burst)
              assert.isBelow(now - (history[0] ?? 0), intervalMillis)
              continue
            }
            history = next
            assert.isAtMost(history.length, burst)
            assert.strictEqual(history.at(-1), now)
          }
        }
      )
    )
  })
})
