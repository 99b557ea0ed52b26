/**
 * A share of the random lives, for one of several test files: they run side by side. LIVES_SEED= gives other lives, and
 * LIVES_RUNS= more of them; a failure says what shows it again: LIVES_PATH= of the smallest life in which it was found.
 */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { story } from "./History.ts"
import type { Lived } from "./Live.ts"
import { live } from "./Live.ts"
import type { Life } from "./Lives.ts"
import { arbitrary, shown } from "./Lives.ts"
import { broken } from "./Rules.ts"

/** Of all files together. */
const numRuns = Number(process.env.LIVES_RUNS ?? 10_000)
const seed = Number(process.env.LIVES_SEED ?? 20261126)
const shares = 4
/** Whoever reads of a failure does not read on for ever. */
const mostEntries = 500

export const judged = (life: Life): readonly [Lived | undefined, ReadonlyArray<string>] => {
  try {
    const lived = live(life)
    return [lived, broken(life, lived)]
  } catch (error) {
    return [undefined, [String(error)]]
  }
}

export const suite = (share: number): void => {
  describe(`random lives of random units, part ${share} of ${shares}`, () => {
    it("keep every rule from the boot to the end", { timeout: 3_600_000 }, () => {
      const property = FastCheck.property(arbitrary, (life) => judged(life)[1].length === 0)
      const result = FastCheck.check(property, {
        numRuns: Math.ceil(numRuns / shares),
        seed: seed * shares + share,
        ...(process.env.LIVES_PATH === undefined ? {} : { path: process.env.LIVES_PATH })
      })
      if (!result.failed) return
      const [life] = result.counterexample ?? []
      if (life === undefined) return assert.fail("no run at all")
      const [lived, faults] = judged(life)
      const again = `again, in this file alone: LIVES_SEED=${seed} LIVES_PATH=${result.counterexamplePath ?? ""}`
      assert.fail([again, ...faults, shown(life), story((lived?.entries ?? []).slice(0, mostEntries))].join("\n"))
    })
  })
}
