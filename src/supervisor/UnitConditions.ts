/** Whether a unit may start now: its `Condition...=` and then its `Assert...=`, systemd.unit(5). */
import * as Effect from "effect/Effect"
import type { Files } from "../kernel/Files.ts"
import type { System } from "../kernel/System.ts"
import type { Unit } from "../unit/Unit.ts"
import * as Conditions from "./Conditions.ts"

/** Why not; `failed` if it was an assertion. */
export interface Unmet {
  readonly failed: boolean
  readonly text: string
}

/** Whether there is anything to look at. */
export const has = ({ Unit: { Asserts, Conditions } }: Unit): boolean =>
  (Conditions !== undefined && Conditions.length > 0) || (Asserts !== undefined && Asserts.length > 0)

/** `undefined`: it may. */
export const evaluate = (unit: Unit): Effect.Effect<Unmet | undefined, never, Files | System> =>
  Effect.gen(function*() {
    const { Asserts = [], Conditions: conditions = [] } = unit.Unit
    const verdict = yield* Conditions.evaluate(conditions)
    if (!verdict.met) return { failed: false, text: `not started: ${Conditions.explain("Condition", verdict)}` }
    const asserted = yield* Conditions.evaluate(Asserts)
    if (!asserted.met) return { failed: true, text: `cannot start: ${Conditions.explain("Assert", asserted)}` }
    return undefined
  })
