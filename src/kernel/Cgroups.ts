/** The processes that belong to a unit: its cgroup where cgroup v2 is at hand, else process groups that it leads. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * `leaders` lead process groups of the unit: pids that were spawned for it, and groups of what was adopted; negative
 * once the leader itself is reaped, for then its number may become somebody else's when the group is empty.
 */
export interface UnitGroup {
  /** The cgroup's path, empty where the process groups have to do. */
  readonly path: string
  /**
   * Signals each process of the unit once for each of `signals`, in this order: kill(2), for SIGKILL cgroup.kill of
   * cgroups(7). Answers how many processes the first signal found; where cgroup.kill took them all at once it is at
   * least 1 if there was any.
   */
  readonly signal: (leaders: ReadonlyArray<number>, signals: ReadonlyArray<number>) => Effect.Effect<number>
  /**
   * Calls `emptied` once no process of the unit is left. True if none is left already: then nothing is called. A later
   * watch takes the place of an earlier one.
   */
  readonly watch: (leaders: ReadonlyArray<number>, emptied: () => void) => Effect.Effect<boolean>
  /**
   * Processes of the unit that are our children by adoption, and nobody's known process: where the main process of a
   * forking daemon is looked for. Without a cgroup: all such children of ours, whichever unit they come from.
   */
  readonly orphans: Effect.Effect<ReadonlyArray<number>>
  /** Whether this process is one of the unit's; without a cgroup: any process below us. */
  readonly has: (pid: number) => Effect.Effect<boolean>
  /**
   * How many of its processes the kernel has killed for want of memory (memory.events). Where only the container as a
   * whole is counted, a kill that nobody has asked about yet counts as one of the unit's; 0 where it cannot be told.
   */
  readonly oomKills: Effect.Effect<number>
  /** Takes back the wish to be told, and removes the cgroup; it has to be empty. */
  readonly close: Effect.Effect<void>
}

export class Cgroups extends Context.Tag("container-init/kernel/Cgroups")<Cgroups, {
  /** Makes the unit's group. Never fails: without cgroup v2 it is the process groups. */
  readonly open: (unit: string) => Effect.Effect<UnitGroup>
}>() {}
