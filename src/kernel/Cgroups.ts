/** The processes that belong to a unit: its cgroup where cgroup v2 is at hand, else the main process's group. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

export interface UnitGroup {
  /** The cgroup's path, empty where the process group has to do. */
  readonly path: string
  /**
   * Signals each process of the unit once (0: nobody is signalled, only waited for), and calls `emptied` once none is left. True if none was left to begin with:
   * then nothing is called. A later sweep takes the place of an earlier one. `leader` is the unit's main process or the
   * last it had, 0 if it had none.
   */
  readonly sweep: (leader: number, signal: number, emptied: () => void) => Effect.Effect<boolean>
  /** Takes back the last sweep's wish to be told, and removes the cgroup; it has to be empty. */
  readonly close: Effect.Effect<void>
}

export class Cgroups extends Context.Tag("container-init/kernel/Cgroups")<Cgroups, {
  /** Makes the unit's group. Never fails: without cgroup v2 it is the process group. */
  readonly open: (unit: string) => Effect.Effect<UnitGroup>
}>() {}
