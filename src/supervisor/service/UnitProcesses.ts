/**
 * The processes of one service: its group, and who leads what is left of it. A process group's number is forgotten as
 * soon as the group is empty, for then it may become anybody's.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { UnitGroup } from "../../kernel/Cgroups.ts"
import { Cgroups } from "../../kernel/Cgroups.ts"
import { Processes } from "../../kernel/Processes.ts"
import type { UnitName } from "../../unit/Unit.ts"
import * as Direct from "../Direct.ts"

const SIGKILL = 9
/** How long a closing scope waits for killed processes to be gone, so that their cgroup can go, too. */
const lastWait = "1 second"

export class UnitProcesses {
  private group: UnitGroup | undefined
  /** Process groups by their leaders, negative where the leader itself is reaped. */
  private leaders: Array<number> = []
  /** The last look found nobody, and nothing was spawned since. */
  private empty = true
  private oomKills = 0
  /** Processes whose end we know of by the reaper, and that it has not told yet. */
  private readonly unreaped = new Set<number>()
  /** The group is empty; said once the ends of all its processes are. */
  private held: (() => void) | undefined
  private readonly unit: UnitName

  constructor(unit: UnitName) {
    this.unit = unit
  }

  /** The unit's group, if it is there. */
  get current(): UnitGroup | undefined {
    return this.group
  }

  /** Made with the first process, not before: most of a boot is waiting for others. */
  *open(fiber: Direct.Fiber): Direct.Direct<UnitGroup, Cgroups> {
    const note = (group: UnitGroup): UnitGroup => this.group = group
    return this.group ?? (yield* Direct.noted(Direct.service(Cgroups, fiber).open(this.unit), note, fiber))
  }

  /** Whether every process of the unit is in its group. Without a cgroup one that makes a session of its own is not. */
  get isWhole(): boolean {
    return this.group !== undefined && this.group.path !== ""
  }

  /** A process was made that leads a process group of its own. */
  add(pid: number): void {
    this.empty = false
    this.held = undefined
    this.unreaped.add(pid)
    this.leaders.push(pid)
  }

  /** One was adopted with the group it is in. A daemon may be about to leave that for one of its own. */
  adopt(pid: number, group: number): void {
    this.add(pid)
    if (group > 0 && !this.leaders.includes(group) && !this.leaders.includes(-group)) this.leaders.push(group)
  }

  /** A process that was added is reaped, and its end was told; `alone`: nobody is left of its process group. */
  remove(pid: number, alone: boolean): void {
    const at = this.leaders.indexOf(pid)
    if (at >= 0) {
      if (alone) this.leaders.splice(at, 1)
      else this.leaders[at] = -pid
    }
    this.unreaped.delete(pid)
    const { held } = this
    if (this.unreaped.size > 0 || held === undefined) return
    this.held = undefined
    held()
  }

  /**
   * Calls `emptied` once nobody is left; true if nobody is. Whoever is left is signalled first. The kernel takes a
   * process out of its cgroup before its parent can wait for it: `emptied` comes after the news of how each has ended.
   */
  *sweeping(
    signals: ReadonlyArray<number>,
    emptied: (already: boolean) => void,
    fiber: Direct.Fiber
  ): Direct.Direct<boolean> {
    const { group } = this
    this.held = undefined
    if (group === undefined) return true
    const gone = (already: boolean) => {
      this.noneLeft()
      emptied(already)
    }
    const later = (already: boolean) => {
      if (this.unreaped.size === 0) gone(already)
      else this.held = () => gone(already)
    }
    const already = yield* Direct.now(group.watch(this.leaders, () => later(false)), fiber)
    if (already && this.unreaped.size > 0) {
      later(true)
      return false
    }
    if (already) this.noneLeft()
    else if (signals.length > 0) yield* Direct.now(group.signal(this.leaders, signals), fiber)
    return already
  }

  /** The same as an effect. */
  sweep(signals: ReadonlyArray<number>, emptied: (already: boolean) => void): Effect.Effect<boolean> {
    return Direct.toEffect((fiber) => this.sweeping(signals, emptied, fiber))
  }

  /** Whether the end of this process will be told. */
  knows(pid: number): boolean {
    return this.unreaped.has(pid)
  }

  /** Each of these processes gets each of the signals. */
  signal(pids: ReadonlyArray<number>, signals: ReadonlyArray<number>): Effect.Effect<void, never, Processes> {
    return Effect.flatMap(Processes, (processes) =>
      Effect.forEach(
        signals.flatMap((signal) => pids.filter((pid) => pid > 0).map((pid) => processes.signal(pid, signal))),
        (one) => one,
        { discard: true }
      ))
  }

  get orphans(): Effect.Effect<ReadonlyArray<number>> {
    return this.group === undefined ? Effect.succeed([]) : this.group.orphans
  }

  has(pid: number): Effect.Effect<boolean> {
    return this.group === undefined ? Effect.succeed(false) : this.group.has(pid)
  }

  /** Whether the kernel has killed one of them for want of memory since this was asked last. */
  get killedForMemory(): Effect.Effect<boolean> {
    return this.group === undefined ? Effect.succeed(false) : Effect.map(this.group.oomKills, (kills) => {
      const more = kills > this.oomKills
      this.oomKills = kills
      return more
    })
  }

  /** Gives the group back, unless somebody is left in it on purpose (`KillMode=`): then it stays, and `left` is done. */
  closed(left: Effect.Effect<void>): Effect.Effect<void> {
    const { group } = this
    if (group === undefined) return Effect.void
    if (this.empty) return this.close(group)
    // Those that nobody waited for may be gone all the same.
    return Effect.flatMap(group.watch(this.leaders, () => {}), (already) => {
      // Of those that are left nobody wants to be told: no process group has to be looked at again and again.
      if (!already || this.unreaped.size > 0) return Effect.zipRight(group.watch([], () => {}), left)
      this.noneLeft()
      return this.close(group)
    })
  }

  private close(group: UnitGroup): Effect.Effect<void> {
    this.group = undefined
    this.oomKills = 0
    return group.close
  }

  /** The net below every other way to end: nobody survives. */
  get released(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const { group } = this
      if (group === undefined) return Effect.void
      if (this.empty) return group.close
      return Effect.flatMap(Deferred.make<void>(), (gone) =>
        Effect.flatMap(
          this.sweep([SIGKILL], () => Deferred.unsafeDone(gone, Effect.void)),
          (already) =>
            already ? group.close : Deferred.await(gone).pipe(
              Effect.interruptible,
              Effect.timeoutOption(lastWait),
              Effect.zipRight(group.close)
            )
        ))
    })
  }

  private noneLeft(): void {
    this.empty = true
    this.leaders = []
  }
}
