/**
 * What a run leaves in the file system, as `RuntimeDirectory=`: a process of its own takes it away, for a big directory
 * or a slow disk must not hold up anybody but this unit.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { Processes } from "../../kernel/Processes.ts"
import type { Step } from "../../kernel/Step.ts"
import type { UnitName } from "../../unit/Unit.ts"
import * as Ability from "../isolation/Ability.ts"
import * as UnitLine from "../UnitLine.ts"

/** Done when it is gone; what could not be removed is said. */
export const remove = (unit: UnitName, steps: ReadonlyArray<Step>): Effect.Effect<void, never, Processes> =>
  Effect.gen(function*() {
    const processes = yield* Processes
    const gone = yield* Deferred.make<void>()
    let failure: string | undefined
    const spawned = yield* Effect.either(processes.spawn(Ability.helper(steps), {
      started: () => {},
      failed: ({ message }) => {
        failure = message
      },
      refused: () => {},
      exited: () => Deferred.unsafeDone(gone, Effect.void)
    }))
    if (spawned._tag === "Left") failure = spawned.left.message
    else yield* Deferred.await(gone)
    if (failure !== undefined) yield* UnitLine.warning(unit, failure)
  })
