/** SIGHUP: files that services write to are opened anew, and the unit files are read again. */
import * as Effect from "effect/Effect"
import { Processes } from "../kernel/Processes.ts"
import type { Instances } from "../unit/Instances.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import * as Log from "./Log.ts"
import * as Rereading from "./Rereading.ts"
import type { Redefinition } from "./Roster.ts"
import * as UnitLine from "./UnitLine.ts"

/** Whoever rotates files of output has moved them away before. */
export const openAgain = (signal: string): Effect.Effect<void, never, Processes> =>
  Effect.gen(function*() {
    const count = yield* Effect.flatMap(Processes, (processes) => processes.reopenFiles)
    if (count > 0) {
      yield* Log.info(`${signal}: ${count} output ${count === 1 ? "file was" : "files were"} reopened`)
    }
  })

/** What is known before. */
export interface Known {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly instances: Instances
}

/** The units as their files say now, and what is different; `undefined` where all stays as it is, which is said. */
export const readAgain = <R>(
  signal: string,
  reread: Effect.Effect<Redefinition | undefined, never, R> | undefined,
  known: () => Known
): Effect.Effect<Redefinition | undefined, never, R> =>
  Effect.gen(function*() {
    if (reread === undefined) {
      yield* Log.info(`${signal}: there are no unit files to read again`)
      return undefined
    }
    const again = yield* reread
    if (again === undefined) {
      yield* Log.error(`${signal}: the units stay as they are`)
      return undefined
    }
    const { instances, units } = known()
    const lines = [
      ...Rereading.explain(Rereading.compare(units, again.units)),
      ...Rereading.explainTemplates(instances, again.instances)
    ]
    yield* Log.info(
      `${signal}: unit files were read again, ${lines.length === 0 ? "nothing" : lines.length} changed`
    )
    for (const [unit, text] of lines) yield* UnitLine.info(unit, text)
    return again
  })
