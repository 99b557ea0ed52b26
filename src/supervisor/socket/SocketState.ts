/**
 * The states of a socket and what moves it between them: a table of state x event, pure. States carry systemd's SubState
 * names, and follow systemd.socket(5); how it listens is Bound.ts's.
 */
import type { Connection } from "../../kernel/FdHandoff.ts"
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import { accepts } from "../../unit/SocketKind.ts"
import type { Socket, SocketSection, UnitName } from "../../unit/Unit.ts"
import type { ActiveState } from "../ActiveState.ts"
import { isDown } from "../ActiveState.ts"
import * as StartLimit from "../StartLimit.ts"
import type { TriggerCommand, TriggerRequest, TriggerResult } from "../Trigger.ts"

export type Phase =
  | "dead"
  /** Nobody serves it: the first traffic starts the service. */
  | "listening"
  /** A service has it, or is about to get it; nobody looks whether there is traffic. */
  | "running"
  | "failed"

export type Event =
  | TriggerRequest
  /** All listeners are bound; `fault`: one could not be, and so none is. */
  | {
    readonly _tag: "Opened"
    readonly opening: number
    readonly fault?: string
    /** Of a command of the socket's own; "resources" otherwise. */
    readonly result?: TriggerResult
  }
  /** Its conditions are unmet, or with `failed` its assertions. */
  | { readonly _tag: "Unmet"; readonly opening: number; readonly failed: boolean; readonly text: string }
  /** There is traffic at this address; `fault`: it cannot be looked for. */
  | { readonly _tag: "Knocked"; readonly watch: number; readonly where: string }
  /** There was so much traffic at this address that nobody looks there for a while. */
  | { readonly _tag: "Paused"; readonly watch: number; readonly where: string; readonly millis: number }
  | { readonly _tag: "Unwatchable"; readonly watch: number; readonly fault: string }
  | Accepted
  /** The pause for want of descriptors is over. */
  | { readonly _tag: "Rested"; readonly watch: number }
  | Unserved

/** `Accept=yes`: these came; `exhausted`: for more there are no descriptors or no memory, which says the text. */
export interface Accepted {
  readonly _tag: "Accepted"
  readonly connections: ReadonlyArray<Connection>
  readonly exhausted?: string
  readonly fault?: string
}

/** A connection has no service, and none can be made for it: there is no template any more. */
export interface Unserved {
  readonly _tag: "Unserved"
  readonly fault: string
}

export type Command =
  /** Tests the conditions, unless they were `tested`, and binds; `Opened` or `Unmet` follows. */
  | { readonly _tag: "Open"; readonly opening: number; readonly tested?: boolean }
  /** Closes what is bound, and takes it away from later runs of the service. */
  | { readonly _tag: "Close" }
  /** Looks for traffic; one `Knocked` follows, if there is any. `again`: after a service has ended. */
  | { readonly _tag: "Watch"; readonly watch: number; readonly again: boolean }
  | { readonly _tag: "Unwatch" }
  | { readonly _tag: "Trigger"; readonly where: string }
  /** Takes those who are there; `Accepted` follows. */
  | { readonly _tag: "Accept"; readonly where: string }
  /** Starts an instance for it, if there is room. */
  | { readonly _tag: "Serve"; readonly connection: Connection }
  | { readonly _tag: "Drop"; readonly connection: Connection }
  /** `Rested` follows. */
  | { readonly _tag: "Rest"; readonly watch: number }
  | { readonly _tag: "ReportSkipped"; readonly failed: boolean }
  | TriggerCommand

export interface Machine {
  readonly phase: Phase
  readonly result: TriggerResult
  /** Started, and not yet bound. */
  readonly starting: boolean
  /** The opening and the watch that count; what an earlier one says is stale. */
  readonly opening: number
  readonly watch: number
  /** Services that get the listeners and are not down. */
  readonly served: ReadonlyArray<UnitName>
  /** Admitted starts of the socket, and starts it has asked for; monotonic milliseconds. */
  readonly starts: ReadonlyArray<number>
  readonly triggers: ReadonlyArray<number>
  /** Nobody more can be accepted for now, and that was said. */
  readonly exhausted: boolean
  /** The shutdown has begun: nothing is started any more. */
  readonly closing: boolean
  /** Asked to stop for the last time: nothing will happen any more. */
  readonly done: boolean
}

export const initial: Machine = {
  phase: "dead",
  result: "success",
  starting: false,
  opening: 0,
  watch: 0,
  served: [],
  starts: [],
  triggers: [],
  exhausted: false,
  closing: false,
  done: false
}

/** How often it may start a service, unless the unit has a limit of its own. */
const triggerLimitOf = (
  { Accept, TriggerLimitBurst, TriggerLimitIntervalSec }: SocketSection
): StartLimit.StartLimit => ({
  burst: TriggerLimitBurst ?? (Accept === true ? 200 : 20),
  intervalMillis: TriggerLimitIntervalSec ?? 2000
})

export type Step = readonly [machine: Machine, commands: ReadonlyArray<Command>]

const stay = (machine: Machine): Step => [machine, []]
const after = (first: ReadonlyArray<Command>, [machine, commands]: Step): Step => [machine, [...first, ...commands]]
const then = ([machine, commands]: Step, ...more: ReadonlyArray<Command>): Step => [machine, [...commands, ...more]]
const say = (level: "info" | "warning", text: string): Command => ({ _tag: "Say", level, text })

const activeStates: Readonly<Record<Phase, ActiveState>> = {
  dead: "inactive",
  listening: "active",
  running: "active",
  failed: "failed"
}

/** What it is for others. */
export const activeState = ({ phase }: Machine): ActiveState => activeStates[phase]

const isActive = ({ phase }: Machine): boolean => activeStates[phase] === "active"

/** Into another phase: a change that others see is reported, and the end of a start even if it changes nothing. */
const enter = (machine: Machine, phase: Phase, reason = ""): Step => {
  const [from, to] = [activeStates[machine.phase], activeStates[phase]]
  const commands: Array<Command> = []
  let { watch } = machine
  if (machine.phase === "listening" && phase !== "listening") {
    watch++
    commands.push({ _tag: "Unwatch" })
  }
  // Also what a start that is called off has bound.
  if (to !== "active" && (isActive(machine) || machine.starting)) commands.push({ _tag: "Close" })
  if (phase === "listening" && !machine.closing) {
    commands.push({ _tag: "Watch", watch: ++watch, again: machine.phase === "running" })
  }
  if (from !== to || machine.starting) {
    commands.push({ _tag: "ReportChanged", from, to, result: machine.result, reason })
  }
  return [{ ...machine, phase, watch, starting: false }, commands]
}

const fail = (machine: Machine, result: TriggerResult, reason: string): Step => {
  const [failed, commands] = enter({ ...machine, result }, "failed", reason)
  return [failed, [say("warning", `failed (${result}): ${reason}`), ...commands]]
}

const tooMany = (what: string, { burst, intervalMillis }: StartLimit.StartLimit): string =>
  `${burst} ${what} within ${TimeSpan.format(intervalMillis)}`

const start = (socket: Socket, machine: Machine, now: number): Step => {
  if (machine.starting) return stay(machine)
  const limit = { burst: socket.Unit.StartLimitBurst, intervalMillis: socket.Unit.StartLimitIntervalSec }
  const starts = StartLimit.admit(limit, machine.starts, now)
  const starting: Machine = { ...machine, starting: true }
  if (starts === undefined) return fail(starting, "start-limit-hit", tooMany("starts", limit))
  const [served] = machine.served
  if (served !== undefined && socket.Socket.ActivationMode !== "proxy") {
    // It has been started without the socket, and would never learn of it.
    return fail(starting, "resources", `${served} is active already, without this socket: stop it first`)
  }
  const opening = machine.opening + 1
  return [{ ...starting, starts, opening, result: "success" }, [{ _tag: "Open", opening }]]
}

const opened = (machine: Machine, { fault, result = "resources" }: Extract<Event, { _tag: "Opened" }>): Step => {
  if (fault !== undefined) return fail(machine, result, fault)
  return enter(machine, machine.served.length > 0 ? "running" : "listening")
}

/** What kept it from starting is no change of the unit. */
const unmet = (machine: Machine, { failed, text }: Extract<Event, { _tag: "Unmet" }>): Step => [
  { ...machine, starting: false },
  [say(failed ? "warning" : "info", text), { _tag: "ReportSkipped", failed }]
]

const trigger = (socket: Socket, machine: Machine, where: string, now: number): Step => {
  if (accepts(socket)) return [machine, [{ _tag: "Accept", where }]]
  const limit = triggerLimitOf(socket.Socket)
  const triggers = StartLimit.admit(limit, machine.triggers, now)
  if (triggers === undefined) return fail(machine, "trigger-limit-hit", tooMany("times triggered", limit))
  return then(enter({ ...machine, triggers }, "running"), { _tag: "Trigger", where })
}

/** Each is one trigger; whoever came beyond the limit is turned away with the socket. */
const accepted = (
  socket: Socket,
  machine: Machine,
  { connections, exhausted, fault }: Accepted,
  now: number
): Step => {
  const limit = triggerLimitOf(socket.Socket)
  const serves = machine.phase === "listening" && !machine.closing
  let triggers: ReadonlyArray<number> | undefined = serves ? machine.triggers : undefined
  const commands = connections.map((connection): Command => {
    triggers = triggers === undefined ? undefined : StartLimit.admit(limit, triggers, now)
    return { _tag: triggers === undefined ? "Drop" : "Serve", connection }
  })
  if (!serves) return [machine, commands]
  if (triggers === undefined) {
    return after(commands, fail(machine, "trigger-limit-hit", tooMany("times triggered", limit)))
  }
  if (fault !== undefined) return after(commands, fail({ ...machine, triggers }, "resources", fault))
  const watch = machine.watch + 1
  const next: Machine = { ...machine, triggers, watch, exhausted: exhausted !== undefined }
  if (exhausted === undefined) return [next, [...commands, { _tag: "Watch", watch, again: false }]]
  if (!machine.exhausted) commands.push(say("warning", `nobody more is accepted for now: ${exhausted}`))
  return [next, [...commands, { _tag: "Rest", watch }]]
}
const paused = ({ millis, where }: Extract<Event, { _tag: "Paused" }>): Command =>
  say("warning", `too much traffic at ${where}: nobody looks there for ${TimeSpan.format(Math.ceil(millis))}`)

const none: ReadonlyArray<UnitName> = []

/** A pause before a restart is no end: the service comes back by itself. */
const nowServed = (
  { served }: Machine,
  { to, unit, willRestart }: Extract<Event, { _tag: "TargetChanged" }>
): ReadonlyArray<UnitName> => {
  const isServed = !isDown(to) || willRestart === true
  if (served.includes(unit) === isServed) return served
  const rest = served.filter((other) => other !== unit)
  return isServed ? [...rest, unit] : rest.length === 0 ? none : rest
}

const targetChanged = (machine: Machine, event: Extract<Event, { _tag: "TargetChanged" }>): Step => {
  const next: Machine = { ...machine, served: nowServed(machine, event) }
  if (!isActive(machine)) return stay(next)
  // One step: a service that may not be started any more never makes the socket listen again for a moment.
  if (event.startLimitHit === true && !machine.closing) {
    return fail(next, "service-start-limit-hit", `${event.unit} was started too often`)
  }
  const phase = next.served.length > 0 ? "running" : "listening"
  return phase === machine.phase || machine.closing ? stay(next) : enter(next, phase)
}

/** A start that is called off is over, too, and has to be told so. */
const stop = (machine: Machine): Step => {
  const stopped: Machine = { ...machine, done: machine.closing }
  return isActive(machine) || machine.starting ? enter(stopped, rest(machine)) : stay(stopped)
}

const rest = ({ phase }: Machine): Phase => phase === "failed" ? "failed" : "dead"

/** Nobody is started any more; the listeners stay until it is their turn, for those who use them. */
const close = (machine: Machine): Step => {
  const closing: Machine = { ...machine, closing: true, watch: machine.watch + 1 }
  if (machine.starting) return enter(closing, rest(machine))
  return machine.phase === "listening" ? [closing, [{ _tag: "Unwatch" }]] : stay(closing)
}

/** One event; `now` is monotonic milliseconds. What the table has no cell for changes nothing. */
export const step = (socket: Socket, machine: Machine, event: Event, now: number): Step => {
  const isCurrent = (opening: number): boolean => machine.starting && opening === machine.opening
  const isWatched = (watch: number): boolean => machine.phase === "listening" && watch === machine.watch
  switch (event._tag) {
    case "StartRequested":
      return machine.closing || isActive(machine) ? stay(machine) : start(socket, machine, now)
    case "Opened":
      return isCurrent(event.opening) ? opened(machine, event) : stay(machine)
    case "Unmet":
      return isCurrent(event.opening) ? unmet(machine, event) : stay(machine)
    case "Knocked":
      return isWatched(event.watch) ? trigger(socket, machine, event.where, now) : stay(machine)
    case "Paused":
      return isWatched(event.watch) ? [machine, [paused(event)]] : stay(machine)
    case "Unwatchable":
      return isWatched(event.watch) ? fail(machine, "resources", event.fault) : stay(machine)
    case "Accepted":
      return accepted(socket, machine, event, now)
    case "Rested":
      return isWatched(event.watch) && !machine.closing
        ? [machine, [{ _tag: "Watch", watch: event.watch, again: false }]]
        : stay(machine)
    case "Unserved":
      return isActive(machine) && !machine.closing ? fail(machine, "resources", event.fault) : stay(machine)
    case "TargetChanged":
      // What becomes of its instances, or of a service that names it, changes nothing for one that accepts.
      return accepts(socket) ? stay(machine) : targetChanged(machine, event)
    case "ShutdownBegan":
      return close(machine)
    case "StopRequested":
    case "KillRequested":
      return stop(machine)
  }
}
