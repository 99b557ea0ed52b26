/**
 * The states of a timer and what moves it between them: a table of state x event, pure. States carry systemd's SubState
 * names, and follow systemd.timer(5); when it elapses is Schedule.ts's.
 */
import type { Zone } from "../../unit/grammar/CalendarNext.ts"
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import type { Timer } from "../../unit/Unit.ts"
import type { ActiveState } from "../ActiveState.ts"
import { isDown } from "../ActiveState.ts"
import * as StartLimit from "../StartLimit.ts"
import type { TriggerCommand, TriggerRequest, TriggerResult } from "../Trigger.ts"
import type { Moment, Past } from "./Schedule.ts"
import * as Schedule from "./Schedule.ts"

export type Phase =
  | "dead"
  /** For its time. */
  | "waiting"
  /** It has elapsed, and the unit has not ended yet. */
  | "running"
  /** It will not elapse any more by itself. */
  | "elapsed"
  | "failed"

export type Event =
  | TriggerRequest
  /** What starting takes is there: when the timer elapsed in an earlier life, wall milliseconds. */
  | { readonly _tag: "Prepared"; readonly stamp: number | undefined }
  /** The wall clock was set. */
  | { readonly _tag: "ClockSet" }
  | { readonly _tag: "TimedOut"; readonly timer: number }

export type Command =
  /** Reads the stamp file and the time zones; `Prepared` follows. */
  | { readonly _tag: "Prepare" }
  /** Waits so many milliseconds for `TimedOut`; `Infinity`: for nothing. */
  | { readonly _tag: "ArmTimer"; readonly timer: number; readonly millis: number }
  /** Writes the stamp file: elapsed at this moment, wall milliseconds. */
  | { readonly _tag: "Stamp"; readonly at: number }
  | { readonly _tag: "Trigger"; readonly at: Moment }
  | TriggerCommand

export interface Machine {
  readonly phase: Phase
  readonly result: TriggerResult
  /** Started, and not yet prepared. */
  readonly starting: boolean
  /** The timer that counts; what an earlier one says is stale. */
  readonly timer: number
  /** While waiting: the times on both clocks, `Infinity` for none. */
  readonly due: Moment
  readonly past: Past
  /** The state of the unit to start, as last heard. */
  readonly target: ActiveState
  /** Admitted starts of the timer itself, monotonic milliseconds. */
  readonly starts: ReadonlyArray<number>
  /** The shutdown has begun: nothing is started any more. */
  readonly closing: boolean
  /** Asked to stop for the last time: nothing will happen any more. */
  readonly done: boolean
}

const never: Moment = { monotonic: Infinity, wall: Infinity }

/** `began`: when PID 1 did, monotonic milliseconds. */
export const initial = (began: number): Machine => ({
  phase: "dead",
  result: "success",
  starting: false,
  timer: 0,
  due: never,
  past: { began, active: undefined, triggered: {}, unitActive: undefined, unitInactive: undefined, spent: new Set() },
  target: "inactive",
  starts: [],
  closing: false,
  done: false
})

/** What a step may ask about the moment and the machine. */
export interface Circumstances {
  readonly now: Moment
  readonly zone: (name: string | undefined) => Zone | undefined
  /** How much of `RandomizedDelaySec=` is to be waited this time: 0 up to but not 1. */
  readonly share: number
}

export type Step = readonly [machine: Machine, commands: ReadonlyArray<Command>]

const stay = (machine: Machine): Step => [machine, []]
const after = ([machine, first]: Step, ...rest: ReadonlyArray<Command>): Step => [machine, [...first, ...rest]]
const before = (command: Command, [machine, rest]: Step): Step => [machine, [command, ...rest]]
const say = (level: "info" | "warning", text: string): Command => ({ _tag: "Say", level, text })

const activeStates: Readonly<Record<Phase, ActiveState>> = {
  dead: "inactive",
  waiting: "active",
  running: "active",
  elapsed: "active",
  failed: "failed"
}

/** Whether the timer counts as active, and has since `machine.past.active`. */
const isActive = ({ phase }: Machine): boolean => activeStates[phase] === "active"

/** The next timer makes the one before it stale. */
const armed = (machine: Machine, millis: number): Step => {
  const timer = machine.timer + 1
  return [{ ...machine, timer }, [{ _tag: "ArmTimer", timer, millis }]]
}

/**
 * Into another phase: what was waited for is not any more, and a change that others see is reported, and the end of a
 * start even if it changes nothing.
 */
const enter = (machine: Machine, phase: Phase, now: Moment, reason = ""): Step => {
  const [from, to] = [activeStates[machine.phase], activeStates[phase]]
  const active = to !== "active" ? undefined : machine.past.active ?? now
  const next: Machine = { ...machine, phase, starting: false, due: never, past: { ...machine.past, active } }
  const step = armed(next, Infinity)
  return from === to && !machine.starting
    ? step
    : after(step, { _tag: "ReportChanged", from, to, result: machine.result, reason })
}

const fail = (machine: Machine, result: TriggerResult, now: Moment, reason: string): Step =>
  before(say("warning", `failed (${result}): ${reason}`), enter({ ...machine, result }, "failed", now, reason))

const start = (timer: Timer, machine: Machine, { now }: Circumstances): Step => {
  if (machine.starting) return stay(machine)
  const limit = { burst: timer.Unit.StartLimitBurst, intervalMillis: timer.Unit.StartLimitIntervalSec }
  const starts = StartLimit.admit(limit, machine.starts, now.monotonic)
  if (starts === undefined) {
    const text = `${limit.burst} starts within ${TimeSpan.format(limit.intervalMillis)}`
    return fail({ ...machine, starting: true }, "start-limit-hit", now, text)
  }
  return [{ ...machine, starts, starting: true, result: "success" }, [{ _tag: "Prepare" }]]
}

/** Everything that depends on the timer's own start is as new. */
const begin = (timer: Timer, machine: Machine, stamp: number | undefined, circumstances: Circumstances): Step => {
  if (!machine.starting) return stay(machine)
  const { now } = circumstances
  const { Elapses = [] } = timer.Timer
  const spent = new Set([...machine.past.spent].filter((place) => Elapses[place]?.type !== "Active"))
  const inPast = stamp !== undefined && stamp < now.wall
  const past: Past = { ...machine.past, active: undefined, triggered: inPast ? { wall: stamp } : {}, spent }
  const step = wait(timer, { ...machine, past }, circumstances)
  return stamp === undefined || inPast
    ? step
    : before(say("warning", "its stamp file is of a time to come, and does not count: is the clock right?"), step)
}

/** Looks for the next time, and waits for it. */
const wait = (timer: Timer, machine: Machine, circumstances: Circumstances, clockSet = false): Step => {
  const { now } = circumstances
  const next = Schedule.next({ timer, past: machine.past, clockSet, ...circumstances })
  const settled: Machine = { ...machine, past: { ...machine.past, spent: next.spent } }
  const { OnClockChange, OnTimezoneChange, RemainAfterElapse = true } = timer.Timer
  if (next.over && OnClockChange !== true && OnTimezoneChange !== true) {
    return enter(settled, RemainAfterElapse || next.mayReturn ? "elapsed" : "dead", now)
  }
  const [waiting, commands] = enter(settled, "waiting", now)
  const due: Moment = { monotonic: next.monotonic, wall: next.wall }
  return rearm({ ...waiting, due }, commands, now)
}

/** Replaces the last arming by one for what is due. */
const rearm = (machine: Machine, commands: ReadonlyArray<Command>, now: Moment): Step => {
  const [next, arming] = armed(machine, Math.max(0, millisLeft(machine.due, now)))
  return [next, [...commands.filter(({ _tag }) => _tag !== "ArmTimer"), ...arming]]
}

const millisLeft = (due: Moment, now: Moment): number => Math.min(due.monotonic - now.monotonic, due.wall - now.wall)

/** It has elapsed. */
const trigger = (machine: Machine, now: Moment): Step => {
  if (machine.closing) return stay(machine)
  const [running, commands] = enter({ ...machine, past: { ...machine.past, triggered: now } }, "running", now)
  return [running, [...commands, { _tag: "Stamp", at: now.wall }, { _tag: "Trigger", at: now }]]
}

const timeUp = (machine: Machine, { now }: Circumstances): Step =>
  // A clock that is slewed, or rounded, may not be there yet.
  millisLeft(machine.due, now) > 0 ? rearm(machine, [], now) : trigger(machine, now)

const clockSet = (timer: Timer, machine: Machine, circumstances: Circumstances): Step => {
  const { now } = circumstances
  if (timer.Timer.OnClockChange === true) return trigger(machine, now)
  // What happened at a time that is yet to come did not: what comes until then may come again.
  const { active, triggered } = machine.past
  const past: Past = {
    ...machine.past,
    active: active === undefined ? undefined : { ...active, wall: Math.min(active.wall, now.wall) },
    triggered: triggered.wall === undefined ? triggered : { ...triggered, wall: Math.min(triggered.wall, now.wall) }
  }
  return wait(timer, { ...machine, past }, circumstances, true)
}

/** When the unit came up and went down is noted in every phase. */
const heard = (machine: Machine, to: ActiveState, { now }: Circumstances): Machine => {
  if (isDown(to) === isDown(machine.target)) return { ...machine, target: to }
  const at = isDown(to) ? { unitInactive: now.monotonic } : { unitActive: now.monotonic }
  return { ...machine, target: to, past: { ...machine.past, ...at } }
}

const targetChanged = (timer: Timer, machine: Machine, to: ActiveState, circumstances: Circumstances): Step => {
  const next = heard(machine, to, circumstances)
  if (machine.closing) return stay(next)
  switch (machine.phase) {
    case "waiting":
    case "elapsed":
      return wait(timer, next, circumstances)
    case "running":
      return isDown(to) ? wait(timer, next, circumstances) : stay(next)
    default:
      return stay(next)
  }
}

/** A start that is called off is over, too, and has to be told so. */
const stop = (machine: Machine, now: Moment): Step => {
  const stopped: Machine = { ...machine, done: machine.closing }
  return isActive(machine) || machine.starting ? enter(stopped, rest(machine), now) : stay(stopped)
}

const rest = ({ phase }: Machine): Phase => phase === "failed" ? "failed" : "dead"

/** Prepared too late: the shutdown has begun. */
const callOff = (machine: Machine, now: Moment): Step =>
  machine.starting ? enter(machine, rest(machine), now) : stay(machine)

/** One event. What the table has no cell for changes nothing. */
export const step = (timer: Timer, machine: Machine, event: Event, circumstances: Circumstances): Step => {
  const { now } = circumstances
  switch (event._tag) {
    case "StartRequested":
      return machine.closing || isActive(machine) ? stay(machine) : start(timer, machine, circumstances)
    case "Prepared":
      return machine.closing ? callOff(machine, now) : begin(timer, machine, event.stamp, circumstances)
    case "TimedOut":
      return machine.phase === "waiting" && event.timer === machine.timer
        ? timeUp(machine, circumstances)
        : stay(machine)
    case "ClockSet":
      return machine.phase === "waiting" && !machine.closing ? clockSet(timer, machine, circumstances) : stay(machine)
    case "TargetChanged":
      return targetChanged(timer, machine, event.to, circumstances)
    case "ShutdownBegan":
      return armed({ ...machine, closing: true, due: never }, Infinity)
    case "StopRequested":
    case "KillRequested":
      return stop(machine, now)
  }
}
