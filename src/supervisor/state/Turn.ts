/**
 * One event's worth of change: the next state in the making, and the commands that come with it. Rules write to it one
 * after the other; outside of `step` nobody sees it before it is whole.
 */
import type { Service } from "../../unit/Unit.ts"
import type { Result } from "../ExitClass.ts"
import type { Command, ExecKey, Role } from "../StateCommand.ts"
import type { Draft, Phase } from "./Machine.ts"

export interface Turn {
  readonly service: Service
  /** Monotonic milliseconds. */
  readonly now: number
  readonly next: Draft
  readonly commands: Array<Command>
}

export const make = (service: Service, next: Draft, now: number): Turn => ({ service, now, next, commands: [] })

export const info = ({ commands }: Turn, text: string): void => void commands.push({ _tag: "Say", level: "info", text })

export const warn = ({ commands }: Turn, text: string): void =>
  void commands.push({ _tag: "Say", level: "warning", text })

/** The first thing that goes wrong is what the run comes to. */
export const note = ({ next }: Turn, result: Result): void => {
  if (next.result === "success") next.result = result
}

/** From now on this timer counts, and no earlier one; `Infinity` arms none. Up to `spread` is added at random. */
export const arm = ({ commands, next, now }: Turn, millis: number, spread = 0): void => {
  const timer = ++next.timer
  next.deadline = now + millis
  commands.push(spread === 0 ? { _tag: "ArmTimer", timer, millis } : { _tag: "ArmTimer", timer, millis, spread })
}

export const disarm = (turn: Turn): void => {
  if (turn.next.deadline !== Infinity) arm(turn, Infinity)
}

/**
 * Runs a command; what its process is, the answer tells. Once the shutdown has begun only commands that stop are run: a
 * start under way stays where it is until its turn to stop comes.
 */
export const spawn = ({ commands, next }: Turn, role: Role, key: ExecKey, index: number): void => {
  if (next.closing && key !== "ExecStop" && key !== "ExecStopPost") return
  next.empty = false
  // That the group was empty before is no news any more.
  next.sweep++
  next.asked = false
  if (role === "main") next.mainIndex = index
  else {
    next.index = index
    next.controlKey = key
    // One that is still there had its time: it is one of the group from now on.
    next.control = 0
  }
  commands.push({ _tag: "Spawn", role, key, index })
}

/** The list of commands that runs in a phase, `ExecStart=` of a forking service among them. */
const keyOf = (phase: Phase): ExecKey | undefined => keys[phase]

const keys: { readonly [P in Phase]?: ExecKey } = {
  "condition": "ExecCondition",
  "start-pre": "ExecStartPre",
  "start": "ExecStart",
  "start-post": "ExecStartPost",
  "reload": "ExecReload",
  "stop": "ExecStop",
  "stop-post": "ExecStopPost"
}

/** How long one command of a phase may take: each has all of it, systemd.service(5) `TimeoutStartSec=`. */
const timeoutOf = ({ service: { Service: section } }: Turn, phase: Phase): number =>
  phase === "stop" || phase === "stop-post" ? section.TimeoutStopSec : section.TimeoutStartSec

/** Enters a phase that runs a list of commands; false, and nothing done, if the list is empty. */
export const runList = (turn: Turn, phase: Phase): boolean => {
  const key = keyOf(phase)
  if (key === undefined || turn.service.Service[key].length === 0) return false
  turn.next.phase = phase
  arm(turn, timeoutOf(turn, phase))
  spawn(turn, "control", key, 0)
  return true
}

/** Goes on with the list of the phase; false if that was its last command. */
export const runNext = (turn: Turn): boolean => {
  const key = keyOf(turn.next.phase)
  const index = turn.next.index + 1
  if (key === undefined || index >= turn.service.Service[key].length) return false
  arm(turn, timeoutOf(turn, turn.next.phase))
  spawn(turn, "control", key, index)
  return true
}
