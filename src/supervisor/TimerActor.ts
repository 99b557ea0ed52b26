/**
 * One timer: a fiber that takes one event at a time, asks the table in timer/TimerState.ts what follows, and does that. It
 * runs no process: its whole life is one entry of `Timers`, a stamp file, and the word when the clock is set.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { Files } from "../kernel/Files.ts"
import { System } from "../kernel/System.ts"
import type { Timer, UnitName } from "../unit/Unit.ts"
import * as Schedule from "./timer/Schedule.ts"
import * as Stamp from "./timer/Stamp.ts"
import type { Command, Event, Machine } from "./timer/TimerState.ts"
import { initial, step } from "./timer/TimerState.ts"
import type { Zones } from "./timer/Zones.ts"
import * as ZoneFiles from "./timer/Zones.ts"
import type * as Timers from "./Timers.ts"
import type { TriggerSurroundings } from "./Trigger.ts"
import * as TriggerLife from "./TriggerLife.ts"
import * as UnitLine from "./UnitLine.ts"

export interface Surroundings extends TriggerSurroundings<Event> {
  /** When PID 1 began, monotonic milliseconds: what `OnBootSec=` and `OnStartupSec=` count from. */
  readonly began: number
}

export type Ports = Files | System

/** Does what the table commands. */
class Hands {
  private waiting: Timers.Timer | undefined
  private clock: { readonly cancel: () => void } | undefined
  /** That the stamp file cannot be written was said. */
  private complained = false
  /** As far as they were needed and read. */
  zones: Zones = { of: () => undefined, faults: [] }
  /** The share of a fixed delay, once it is known. */
  fixed: number | undefined
  private readonly timer: Timer
  private readonly surroundings: Surroundings

  constructor(timer: Timer, surroundings: Surroundings) {
    this.timer = timer
    this.surroundings = surroundings
  }

  execute(command: Command): Effect.Effect<Event | void, never, Ports> | undefined {
    const { inbox, report, target, timers } = this.surroundings
    const unit = this.timer.name
    switch (command._tag) {
      case "Prepare":
        return this.prepare
      case "ArmTimer":
        this.waiting?.cancel()
        this.waiting = command.millis === Infinity
          ? undefined
          : timers.set(command.millis, () => inbox.offer({ _tag: "TimedOut", timer: command.timer }))
        return undefined
      case "Stamp":
        return this.isPersistent ? this.stamp(command.at) : undefined
      case "Trigger":
        report({ _tag: "Triggered", unit, target, variables: variablesOf(unit, command.at) })
        return UnitLine.info(unit, `elapsed, starting ${target}`)
      case "ReportChanged":
      case "Say":
        return TriggerLife.execute(unit, command, this.surroundings)
    }
  }

  readonly release = Effect.sync(() => {
    this.waiting?.cancel()
    this.clock?.cancel()
  })

  /** Only calendar times can be missed. */
  private get isPersistent(): boolean {
    return this.timer.Timer.Persistent === true && this.calendarZones.length > 0
  }

  private get calendarZones(): ReadonlyArray<string | undefined> {
    return (this.timer.Timer.Elapses ?? []).flatMap((elapse) => elapse.type === "Calendar" ? [elapse.event.zone] : [])
  }

  private get prepare(): Effect.Effect<Event, never, Ports> {
    const unit = this.timer.name
    return Effect.gen(this, function*() {
      const { FixedRandomDelay, OnClockChange } = this.timer.Timer
      const zones = this.calendarZones
      this.zones = yield* ZoneFiles.load(zones)
      for (const fault of this.zones.faults) yield* UnitLine.warning(unit, fault)
      if (FixedRandomDelay === true) this.fixed ??= Schedule.fixedShare(yield* machineName, unit)
      if (this.clock === undefined && (zones.length > 0 || OnClockChange === true)) {
        const { inbox } = this.surroundings
        this.clock = yield* (yield* System).onClockSet(() => inbox.offer({ _tag: "ClockSet" }))
      }
      const stamp = this.isPersistent ? yield* Stamp.read(unit) : undefined
      // The first start counts as well: what comes until the next one is missed.
      if (this.isPersistent && stamp === undefined) yield* this.stamp(yield* Clock.currentTimeMillis)
      return { _tag: "Prepared", stamp }
    })
  }

  private stamp(at: number): Effect.Effect<void, never, Files> {
    return Effect.catchAll(Stamp.write(this.timer.name, at), ({ message }) => {
      if (this.complained) return Effect.void
      this.complained = true
      const text = `${message}: what it misses while it is not there will not be made up for, as Persistent= asks`
      return UnitLine.warning(this.timer.name, text)
    })
  }
}

/** systemd.exec(5), "Environment Variables Set on Triggered Units". */
const variablesOf = (unit: UnitName, at: Schedule.Moment): ReadonlyArray<readonly [string, string]> => [
  ["TRIGGER_UNIT", unit],
  ["TRIGGER_TIMER_REALTIME_USEC", String(Math.round(at.wall * 1000))],
  ["TRIGGER_TIMER_MONOTONIC_USEC", String(Math.round(at.monotonic * 1000))]
]

/** machine-id(5), which most images leave empty: the name of the host is as good to tell containers apart. */
const machineName: Effect.Effect<string, never, Ports> = Effect.gen(function*() {
  const files = yield* Files
  const id = yield* Effect.orElseSucceed(files.read("/etc/machine-id", 4096), () => "")
  return id.trim() || (yield* (yield* System).hostname)
})

/** Lives until the timer was told to stop for the last time; what it fails with is a defect of ours. */
export const run = (timer: Timer, surroundings: Surroundings): Effect.Effect<void, never, Ports> =>
  Effect.clockWith((clock) => {
    const hands = new Hands(timer, surroundings)
    const isRandom = (timer.Timer.RandomizedDelaySec ?? 0) > 0
    let machine: Machine = initial(surroundings.began)
    const life: TriggerLife.Life<Event, Command, Ports> = {
      unit: timer.name,
      isDone: () => machine.done,
      step: (event) =>
        Effect.map(isRandom && hands.fixed === undefined ? Random.next : Effect.succeed(hands.fixed ?? 0), (share) => {
          const now = { monotonic: surroundings.timers.now(), wall: clock.unsafeCurrentTimeMillis() }
          const [next, commands] = step(timer, machine, event, { now, share, zone: hands.zones.of })
          machine = next
          return commands
        }),
      execute: (command) => hands.execute(command),
      release: hands.release
    }
    return TriggerLife.run(life, surroundings)
  })
