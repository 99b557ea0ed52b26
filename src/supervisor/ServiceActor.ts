/**
 * One service: a fiber with a mailbox. It takes one event at a time, asks the state table what follows, and does that.
 * Its life is a scope that owns the processes and the cgroup: however it ends, nothing of the unit is left behind.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { UnitGroup } from "../kernel/Cgroups.ts"
import { Cgroups } from "../kernel/Cgroups.ts"
import type { Files } from "../kernel/Files.ts"
import type { ProcessObserver } from "../kernel/Processes.ts"
import { Processes } from "../kernel/Processes.ts"
import type { System } from "../kernel/System.ts"
import type { Service } from "../unit/Unit.ts"
import * as ExecContext from "./ExecContext.ts"
import type { Inbox } from "./Inbox.ts"
import { Report } from "./Report.ts"
import * as RunContext from "./RunContext.ts"
import { initial, isDone, step } from "./State.ts"
import type { Command } from "./StateCommand.ts"
import { Event } from "./StateEvent.ts"
import type { Timer, Timers } from "./Timers.ts"
import * as UnitLine from "./UnitLine.ts"

/** What an actor has from its supervisor. */
export interface Surroundings {
  readonly inbox: Inbox<Event>
  readonly timers: Timers
  readonly report: (report: Report) => void
}

/** The ports that starting and ending processes takes. */
export type Ports = Cgroups | Files | Processes | System

const [SIGKILL, SIGCONT] = [9, 18]
/** kill(2): reaches nobody. */
const noSignal = 0
/** How long a closing scope waits for killed processes to be gone, so that their cgroup can go, too. */
const lastWait = "1 second"

/** Watches the group and signals it, if there is anybody. A stopped process cannot act on a signal: SIGCONT follows. */
const sweepGroup = (group: UnitGroup, leader: number, signal: number, emptied: () => void): Effect.Effect<boolean> => {
  const leaders = leader === 0 ? [] : [leader]
  return Effect.flatMap(group.watch(leaders, emptied), (already) =>
    already || signal === noSignal
      ? Effect.succeed(already)
      : Effect.as(group.signal(leaders, signal === SIGKILL ? [signal] : [signal, SIGCONT]), false))
}

/** The net below every other way to end: an actor that is interrupted takes its processes with it. */
const closeGroup = (group: UnitGroup, leader: number): Effect.Effect<void> =>
  Effect.flatMap(Deferred.make<void>(), (gone) =>
    Effect.flatMap(
      sweepGroup(group, leader, SIGKILL, () => Deferred.unsafeDone(gone, Effect.void)),
      (already) =>
        already ? group.close : Deferred.await(gone).pipe(
          Effect.interruptible,
          Effect.timeoutOption(lastWait),
          Effect.zipRight(group.close)
        )
    ))

/** What a command did at once: the event that follows from it, if any. */
type Outcome = Event | undefined | void

/** Does what the state table commands. What can be done without an effect is done without: most of it. */
class Hands {
  private group: UnitGroup | undefined
  /** Leads the process group of the current or last run. */
  private leader = 0
  /** The last sweep found or left nobody, and nothing was spawned since. */
  private empty = true
  private timer: Timer | undefined
  private readonly service: Service
  private readonly surroundings: Surroundings
  /** Counts spawns: what an earlier process still has to say is nobody's business any more. */
  private spawned = 0

  constructor(service: Service, surroundings: Surroundings) {
    this.service = service
    this.surroundings = surroundings
  }

  /** `undefined`: done, and nothing follows. */
  execute(command: Command): Effect.Effect<Outcome, never, Ports> | undefined {
    const unit = this.service.name
    switch (command._tag) {
      case "Spawn":
        return this.spawn(command.command)
      case "SweepGroup":
        return this.sweep(command.sweep, command.signal)
      case "WatchGroup":
        return this.watch()
      case "ArmTimer":
        return this.arm(command.timer, command.millis)
      case "Settle":
        this.surroundings.report(Report.Settled({ unit, up: command.up }))
        return undefined
      case "ReportStopped":
        this.surroundings.report(Report.Stopped({ unit, forced: command.forced }))
        return undefined
      case "Say":
        return command.level === "info" ? UnitLine.info(unit, command.text) : UnitLine.warning(unit, command.text)
    }
  }

  /** Leaves nothing behind. */
  get release(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.timer?.cancel()
      if (this.group === undefined) return Effect.void
      return this.empty ? this.group.close : closeGroup(this.group, this.leader)
    })
  }

  private observe(): ProcessObserver {
    const spawned = ++this.spawned
    const tell = (event: Event) => {
      if (spawned === this.spawned) this.tell(event)
    }
    return {
      started: () => tell(Event.Started()),
      failed: ({ message }) => tell(Event.ExecFailed({ message })),
      exited: (status, alone) => {
        if (alone && spawned === this.spawned) this.leader = 0
        tell(Event.Exited({ status }))
      }
    }
  }

  /**
   * The leader is reaped. Its number stays taken as long as its process group has members; after that it may become
   * anybody's, and must not be signalled any more.
   */
  private watch(): Effect.Effect<Outcome> | undefined {
    if (this.group === undefined || this.leader === 0) return undefined
    return Effect.map(sweepGroup(this.group, this.leader, noSignal, () => this.noneLeft()), (already) => {
      if (already) this.noneLeft()
      return undefined
    })
  }

  private tell(event: Event): void {
    this.surroundings.inbox.offer(event)
  }

  /** Made with the first process, not before: most of a boot is waiting for others. */
  private get opened(): Effect.Effect<UnitGroup, never, Cgroups> {
    return this.group !== undefined
      ? Effect.succeed(this.group)
      : Effect.flatMap(Cgroups, (cgroups) =>
        Effect.map(cgroups.open(this.service.name), (group) => {
          this.group = group
          return group
        }))
  }

  private spawn(index: number): Effect.Effect<Outcome, never, Ports> {
    const command = this.service.Service.ExecStart[index]
    if (command === undefined) return Effect.die(new Error(`${this.service.name} has no command ${index}`))
    return this.opened.pipe(
      Effect.flatMap(({ path }) => ExecContext.make(this.service, command, { ...RunContext.plain, cgroup: path })),
      Effect.flatMap((request) => Effect.flatMap(Processes, (processes) => processes.spawn(request, this.observe()))),
      Effect.match({
        onSuccess: ({ pid }): Outcome => {
          this.leader = pid
          this.empty = false
          return Event.Spawned({ pid })
        },
        onFailure: (error): Outcome =>
          Event.SpawnRefused({
            message: error.message,
            result: error._tag === "ExecContextError" ? error.result : "resources"
          })
      }),
      // Between the fork and the note of its pid nobody may cut in.
      Effect.uninterruptible
    )
  }

  private sweep(sweep: number, signal: number): Effect.Effect<Outcome> {
    if (this.group === undefined) return Effect.succeed(Event.Emptied({ sweep, already: true }))
    const emptied = () => {
      this.noneLeft()
      this.tell(Event.Emptied({ sweep, already: false }))
    }
    return Effect.map(sweepGroup(this.group, this.leader, signal, emptied), (already) => {
      if (already) this.noneLeft()
      return already ? Event.Emptied({ sweep, already }) : undefined
    })
  }

  private noneLeft(): void {
    this.empty = true
    this.leader = 0
  }

  private arm(generation: number, millis: number): undefined {
    this.timer?.cancel()
    this.timer = millis === Infinity
      ? undefined
      : this.surroundings.timers.set(millis, () => this.tell(Event.TimedOut({ timer: generation })))
    return undefined
  }
}

/**
 * Lives until the unit was told to stop and has. Errors of the unit are states of it; what this effect fails with is a
 * defect of ours.
 */
export const run = (service: Service, surroundings: Surroundings): Effect.Effect<void, never, Ports> =>
  Effect.suspend(() => {
    const { inbox, timers } = surroundings
    const hands = new Hands(service, surroundings)
    const life = Effect.gen(function*() {
      let machine = initial
      while (!isDone(machine)) {
        const events = [...(yield* inbox.takeAll)]
        const now = timers.now()
        // A command's outcome is an event, too: `events` grows while it is walked.
        for (const event of events) {
          const [next, commands] = step(service, machine, event, now)
          machine = next
          for (const command of commands) {
            const effect = hands.execute(command)
            const outcome = effect === undefined ? undefined : yield* effect
            if (outcome !== undefined) events.push(outcome)
          }
        }
      }
    })
    return Effect.onExit(life, (exit) => {
      if (exit._tag === "Success") return hands.release
      // However an actor ends other than by itself, the supervisor hears of it: nothing dies silently.
      const died = Report.Died({ unit: service.name, cause: exit.cause })
      return Effect.zipRight(hands.release, Effect.sync(() => surroundings.report(died)))
    })
  })
