/** What an actor tells the supervisor. An actor never names another unit: what its news mean for others is not its. */
import type * as Cause from "effect/Cause"
import type * as Data from "effect/Data"
import type { UnitName } from "../unit/Unit.ts"

export type Report = Data.TaggedEnum<{
  /** The unit's start has succeeded or failed. May come again after a restart. */
  Settled: { readonly unit: UnitName; readonly up: boolean }
  /** The stop that was asked for is complete; `forced` if it took SIGKILL. */
  Stopped: { readonly unit: UnitName; readonly forced: boolean }
  /** The actor's fiber has ended otherwise than by itself: a defect of ours. */
  Died: { readonly unit: UnitName; readonly cause: Cause.Cause<never> }
}>

/** Literals, as the events of State.ts are. */
export const Report = {
  Settled: ({ unit, up }: { readonly unit: UnitName; readonly up: boolean }): Report => ({ _tag: "Settled", unit, up }),
  Stopped: ({ forced, unit }: { readonly unit: UnitName; readonly forced: boolean }): Report => ({
    _tag: "Stopped",
    unit,
    forced
  }),
  Died: ({ cause, unit }: { readonly unit: UnitName; readonly cause: Cause.Cause<never> }): Report => ({
    _tag: "Died",
    unit,
    cause
  })
}
