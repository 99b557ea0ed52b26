/**
 * The states of a path unit and what moves it between them: a table of state x event, pure. States carry systemd's
 * SubState names, and follow systemd.path(5); what is watched, and how, is Watched.ts's.
 */
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import type { Path } from "../../unit/Unit.ts"
import type { ActiveState } from "../ActiveState.ts"
import { isDown } from "../ActiveState.ts"
import * as StartLimit from "../StartLimit.ts"
import type { TriggerCommand, TriggerRequest, TriggerResult } from "../Trigger.ts"

export type Phase =
  | "dead"
  /** For something to happen at one of the paths. */
  | "waiting"
  /** The unit runs; the paths are looked at again once it has ended. */
  | "running"
  | "failed"

export type Event =
  | TriggerRequest
  /** A look is done, and the paths are watched, unless one has what was looked for; `fault`: they cannot be. */
  | { readonly _tag: "Looked"; readonly look: number; readonly found?: string; readonly fault?: string }
  /** `itself`: what is at the path has changed, and that is all that its directive asks for. Else: look again. */
  | { readonly _tag: "FileChanged"; readonly look: number; readonly path: string; readonly itself: boolean }

export type Command =
  | { readonly _tag: "MakeDirectories" }
  /**
   * Looks at all paths and watches them; `Looked` follows. What was there when the unit was started, or came while the
   * other unit ran, is no change: `first`, `ended`.
   */
  | { readonly _tag: "Look"; readonly look: number; readonly first: boolean; readonly ended: boolean }
  | { readonly _tag: "Unwatch" }
  | { readonly _tag: "Trigger"; readonly path: string }
  | TriggerCommand

export interface Machine {
  readonly phase: Phase
  readonly result: TriggerResult
  /** Started, and the first look is not done. */
  readonly starting: boolean
  /** The look that counts; what an earlier one says is stale. */
  readonly look: number
  /** Up to this look, nothing is of interest any more: something has been made of it. */
  readonly settled: number
  /** The state of the unit to start, as last heard. */
  readonly target: ActiveState
  /** Admitted starts of the path unit, and starts it has asked for; monotonic milliseconds. */
  readonly starts: ReadonlyArray<number>
  readonly triggers: ReadonlyArray<number>
  /** The shutdown has begun: nothing is started any more. */
  readonly closing: boolean
  /** Asked to stop for the last time: nothing will happen any more. */
  readonly done: boolean
}

export const initial: Machine = {
  phase: "dead",
  result: "success",
  starting: false,
  look: 0,
  settled: 0,
  target: "inactive",
  starts: [],
  triggers: [],
  closing: false,
  done: false
}

/** systemd's limit on what may be started, unless the unit has its own. */
const triggerLimit = { burst: 200, intervalMillis: 2000 }

export type Step = readonly [machine: Machine, commands: ReadonlyArray<Command>]

const stay = (machine: Machine): Step => [machine, []]
const before = (command: Command, [machine, rest]: Step): Step => [machine, [command, ...rest]]
const say = (level: "info" | "warning", text: string): Command => ({ _tag: "Say", level, text })

const activeStates: Readonly<Record<Phase, ActiveState>> = {
  dead: "inactive",
  waiting: "active",
  running: "active",
  failed: "failed"
}

const isActive = ({ phase }: Machine): boolean => activeStates[phase] === "active"

/** Into another phase: a change that others see is reported, and the end of a start even if it changes nothing. */
const enter = (machine: Machine, phase: Phase, reason = ""): Step => {
  const [from, to] = [activeStates[machine.phase], activeStates[phase]]
  const commands: Array<Command> = []
  let { look, settled } = machine
  if (phase !== "waiting") {
    settled = look++
    commands.push({ _tag: "Unwatch" })
  }
  if (from !== to || machine.starting) {
    commands.push({ _tag: "ReportChanged", from, to, result: machine.result, reason })
  }
  return [{ ...machine, phase, look, settled, starting: false }, commands]
}

const fail = (machine: Machine, result: TriggerResult, reason: string): Step =>
  before(say("warning", `failed (${result}): ${reason}`), enter({ ...machine, result }, "failed", reason))

const tooMany = (what: string, { burst, intervalMillis }: StartLimit.StartLimit): string =>
  `${burst} ${what} within ${TimeSpan.format(intervalMillis)}`

const start = (path: Path, machine: Machine, now: number): Step => {
  if (machine.starting) return stay(machine)
  const limit = { burst: path.Unit.StartLimitBurst, intervalMillis: path.Unit.StartLimitIntervalSec }
  const starts = StartLimit.admit(limit, machine.starts, now)
  const starting: Machine = { ...machine, starting: true }
  if (starts === undefined) return fail(starting, "start-limit-hit", tooMany("starts", limit))
  const step = look({ ...starting, starts, result: "success" }, { first: true, ended: false })
  return path.Path.MakeDirectory === true ? before({ _tag: "MakeDirectories" }, step) : step
}

/** While the other unit runs there is nothing to look for. */
const look = (machine: Machine, how: { readonly first: boolean; readonly ended: boolean }): Step => {
  if (!isDown(machine.target)) return enter(machine, "running")
  const number = machine.look + 1
  return [{ ...machine, look: number }, [{ _tag: "Look", look: number, ...how }]]
}

const looked = (path: Path, machine: Machine, event: Extract<Event, { _tag: "Looked" }>, now: number): Step => {
  if (event.fault !== undefined) return fail(machine, "resources", event.fault)
  return event.found === undefined ? enter(machine, "waiting") : trigger(path, machine, event.found, now)
}

const trigger = (path: Path, machine: Machine, found: string, now: number): Step => {
  const limit = {
    burst: path.Path.TriggerLimitBurst ?? triggerLimit.burst,
    intervalMillis: path.Path.TriggerLimitIntervalSec ?? triggerLimit.intervalMillis
  }
  const triggers = StartLimit.admit(limit, machine.triggers, now)
  if (triggers === undefined) return fail(machine, "trigger-limit-hit", tooMany("times triggered", limit))
  const [running, commands] = enter({ ...machine, triggers }, "running")
  return [running, [...commands, { _tag: "Trigger", path: found }]]
}

const fileChanged = (
  path: Path,
  machine: Machine,
  event: Extract<Event, { _tag: "FileChanged" }>,
  now: number
): Step => {
  // A change is a change, even if another path has asked for a new look since.
  if (event.itself) return event.look > machine.settled ? trigger(path, machine, event.path, now) : stay(machine)
  return event.look === machine.look ? look(machine, { first: false, ended: false }) : stay(machine)
}

const targetChanged = (machine: Machine, event: Extract<Event, { _tag: "TargetChanged" }>): Step => {
  const next: Machine = { ...machine, target: event.to }
  if (machine.closing || !isActive(machine)) return stay(next)
  // systemd.path(5): the one failure of the unit that the path unit shares, to end a loop of the two.
  if (event.startLimitHit === true) return fail(next, "unit-start-limit-hit", "what it starts was started too often")
  if (machine.phase === "running") return isDown(event.to) ? look(next, { first: false, ended: true }) : stay(next)
  return isDown(event.to) ? stay(next) : enter(next, "running")
}

/** A start that is called off is over, too, and has to be told so. */
const stop = (machine: Machine): Step => {
  const stopped: Machine = { ...machine, done: machine.closing }
  return isActive(machine) || machine.starting ? enter(stopped, rest(machine)) : stay(stopped)
}

const rest = ({ phase }: Machine): Phase => phase === "failed" ? "failed" : "dead"

/** Nothing is started any more, and so nothing has to be watched. */
const close = (machine: Machine): Step => {
  const closing: Machine = { ...machine, closing: true, settled: machine.look, look: machine.look + 1 }
  return machine.starting ? enter(closing, rest(machine)) : [closing, [{ _tag: "Unwatch" }]]
}

/** One event; `now` is monotonic milliseconds. What the table has no cell for changes nothing. */
export const step = (path: Path, machine: Machine, event: Event, now: number): Step => {
  switch (event._tag) {
    case "StartRequested":
      return machine.closing || isActive(machine) ? stay(machine) : start(path, machine, now)
    case "Looked":
      return event.look === machine.look ? looked(path, machine, event, now) : stay(machine)
    case "FileChanged":
      return machine.phase === "waiting" && !machine.closing ? fileChanged(path, machine, event, now) : stay(machine)
    case "TargetChanged":
      return targetChanged(machine, event)
    case "ShutdownBegan":
      return close(machine)
    case "StopRequested":
    case "KillRequested":
      return stop(machine)
  }
}
