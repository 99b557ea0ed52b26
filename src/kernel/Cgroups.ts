/** The processes that belong to a unit: its cgroup where cgroup v2 is at hand, else process groups that it leads. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** What cgroups(7) calls a controller: the part of the kernel that shares one resource out. */
export type Controller = "cpu" | "cpuset" | "io" | "memory" | "pids"

/** A line for a file of a cgroup, as far as it can be known without looking at the container. */
export type ControlValue =
  | { readonly _tag: "Text"; readonly text: string }
  /** So many percent of the memory, in bytes, or of the tasks that the container as a whole may have. */
  | { readonly _tag: "Share"; readonly of: "memory" | "tasks"; readonly percent: number }
  /** Behind the numbers of a block device: of this one, or of the one that this file is on. */
  | { readonly _tag: "OfDevice"; readonly path: string; readonly text: string }

/** What a directive wants written into a file of the unit's cgroup. */
export interface Control {
  /** Its name, without `=`. */
  readonly directive: string
  readonly controller: Controller
  readonly file: string
  readonly value: ControlValue
}

/** What could not be done here, and why: a clause, as "there is no pids.max here". */
export interface Unapplied {
  readonly directive: string
  readonly reason: string
}

/** systemd.resource-control(5), `Delegate=`. */
export interface Delegation {
  readonly controllers: "all" | ReadonlyArray<Controller>
  /** Who may make cgroups below the unit's; undefined: as it is. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  /** The name of a cgroup below the unit's; empty: the unit's itself. */
  readonly subgroup: string
}

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
  /**
   * Writes these, in this order, and takes back what an earlier call has written and this one does not want. Enables the
   * controllers that they take. Answers what is not applied.
   */
  readonly control: (controls: ReadonlyArray<Control>) => Effect.Effect<ReadonlyArray<Unapplied>>
  /** Hands the cgroup over to the unit's processes. Answers where to place the next one, and what is not applied. */
  readonly delegate: (
    delegation: Delegation
  ) => Effect.Effect<{ readonly path: string; readonly unapplied: ReadonlyArray<Unapplied> }>
  /** Takes back the wish to be told, and removes the cgroup; it has to be empty. */
  readonly close: Effect.Effect<void>
}

export class Cgroups extends Context.Tag("container-init/kernel/Cgroups")<Cgroups, {
  /** Makes the unit's group. Never fails: without cgroup v2 it is the process groups. */
  readonly open: (unit: string) => Effect.Effect<UnitGroup>
  /**
   * Undoes what enabling controllers has changed in the container's own cgroup. For the end, once no group is open; PID 1
   * leaves it to whoever removes the container.
   */
  readonly restored: Effect.Effect<void>
}>() {}
