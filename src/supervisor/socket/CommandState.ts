/**
 * The states in which a socket runs commands of its own, with systemd's names: a table around that of SocketState.ts, for
 * sockets that have any. That table says when to bind and when to close; here its commands to do so are held back until
 * the commands of the unit have run, and what comes of these is told to it as the outcome of its own. Pure.
 *
 *     start-pre --> (bound) --> start-post --> listening or running
 *         |                         |                 |
 *         |    stop-pre-sigterm <---+                 v
 *         |       stop-pre-sigkill <-------------- stop-pre
 *         |              |                            |
 *         |              +--------> (closed) <--------+
 *         |                             |
 *         +--> final-sigterm <----- stop-post
 *                 final-sigkill --> dead or failed
 */
import type { ExitStatus } from "../../kernel/Processes.ts"
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import * as ExitClass from "../ExitClass.ts"
import * as Killing from "../state/Killing.ts"
import type { TriggerResult } from "../Trigger.ts"
import type { Command, Definition, Event, Machine, Opened, Turn } from "./CommandMachine.ts"
import { arm, isList, isLong, isUp, kills, run, say, show } from "./CommandMachine.ts"
import { afterSignal, enterClosed, enterRest, enterSignal, tell } from "./CommandWay.ts"
import type * as Forwarding from "./Forwarding.ts"
import { keys, listOf, timeoutOf } from "./OwnCommands.ts"
import * as SocketState from "./SocketState.ts"

const SIGKILL = 9

/** The list is through: what it has kept waiting goes on. */
const listDone = (turn: Turn): void => {
  const { commands, next } = turn
  switch (next.phase) {
    case "start-pre":
      next.phase = "none"
      arm(turn, Infinity)
      commands.push({ _tag: "Open", opening: next.inner.opening, tested: true })
      return
    case "start-post": {
      const { outcome } = next
      next.phase = "none"
      next.outcome = undefined
      arm(turn, Infinity)
      if (outcome !== undefined) tell(turn, outcome)
      return
    }
    case "stop-pre":
      return enterClosed(turn)
    case "stop-post":
      return enterSignal(turn, "final-sigterm")
  }
}

/** One of the commands has failed, or taken too long. */
const listFailed = (turn: Turn, result: TriggerResult, fault: string): void => {
  const { next } = turn
  const failure: Opened = { _tag: "Opened", opening: next.inner.opening, fault, result }
  switch (next.phase) {
    case "start-pre":
      next.outcome = failure
      show(turn, next.shown ?? "activating", "deactivating")
      return enterSignal(turn, "final-sigterm")
    case "start-post":
      next.phase = "none"
      next.outcome = undefined
      return tell(turn, failure)
    case "stop-pre":
      fail(turn, result, fault)
      return result === "timeout" ? enterSignal(turn, "stop-pre-sigterm") : enterClosed(turn)
    case "stop-post":
      fail(turn, result, fault)
      return enterSignal(turn, "final-sigterm")
  }
}

/** The stop goes on, but the unit has failed: the first that goes wrong is its result. */
const fail = (turn: Turn, result: TriggerResult, fault: string): void => {
  const { next } = turn
  say(turn, "warning", fault)
  if (next.inner.phase === "failed") return
  next.inner = { ...next.inner, phase: "failed", result }
  next.held = next.held.map((command): Forwarding.Command =>
    command._tag === "ReportChanged" ? { ...command, to: "failed", result, reason: fault } : command
  )
}

const exited = (turn: Turn, pid: number, status: ExitStatus): void => {
  const { next, socket } = turn
  if (pid !== next.pid) return
  next.pid = 0
  const { phase } = next
  if (!isList(phase)) {
    if (next.late && kills(phase) && status._tag === "Signaled" && status.signal === SIGKILL) next.forced = true
    const whom = Killing.whomOf(turn.service.Service.KillMode, kills(phase))
    return whom === "processes" ? afterSignal(turn) : undefined
  }
  const list = listOf(socket.Socket, phase)
  const own = ExitClass.classify(status, { daemon: false, success: [] })
  const ignored = list[next.index]?.flags.ignoreFailure === true
  const text = `${keys[phase]}= ${ExitClass.describe(status)}`
  if (own !== "success" && !ignored) return listFailed(turn, own as TriggerResult, text)
  if (own !== "success") say(turn, "info", `${text}, which is ignored`)
  const following = next.index + 1
  if (following < list.length && !next.hurried) run(turn, phase, following)
  else listDone(turn)
}

const overdue = (turn: Turn): void => {
  const { next, service: { Service: { SendSIGKILL } }, socket } = turn
  const { phase } = next
  const span = TimeSpan.format(timeoutOf(socket.Socket))
  if (isList(phase)) return listFailed(turn, "timeout", `${keys[phase]}= did not end within ${span}`)
  switch (phase) {
    case "stop-pre-sigterm":
      fail(turn, "timeout", `its commands were not gone ${span} after they were told to go`)
      next.late = true
      return SendSIGKILL ? enterSignal(turn, "stop-pre-sigkill") : enterClosed(turn)
    case "stop-pre-sigkill":
      return enterClosed(turn)
    case "final-sigterm":
      fail(turn, "timeout", `its commands were not gone ${span} after they were told to go`)
      next.late = true
      return SendSIGKILL ? enterSignal(turn, "final-sigkill") : enterRest(turn)
    case "final-sigkill":
      say(turn, "warning", "has processes that even SIGKILL does not end; giving them up")
      return enterRest(turn)
  }
}

/** No more time: no more commands, and what is left is killed. */
const hurry = (turn: Turn): void => {
  const { next } = turn
  next.hurried = true
  next.startWanted = false
  tell(turn, { _tag: "KillRequested" })
  const [first, ...others] = next.held
  if (first?._tag === "Close") {
    turn.commands.push(first)
    next.held = others
  }
  if (!next.used) return enterRest(turn)
  next.phase = "final-sigkill"
  next.late = true
  arm(turn, timeoutOf(turn.socket.Socket))
  turn.commands.push({ _tag: "Sweep", sweep: ++next.sweep, whom: "all", signals: [SIGKILL], pid: next.pid })
}

const take = (turn: Turn, event: Event): void => {
  const { next } = turn
  const isCurrent = (opening: number) => next.inner.starting && opening === next.inner.opening
  switch (event._tag) {
    case "Met":
      if (next.phase !== "testing" || !isCurrent(event.opening)) return
      next.began = true
      show(turn, SocketState.activeState(next.inner), "activating")
      return run(turn, "start-pre", 0)
    case "Unmet":
      if (next.phase === "testing") next.phase = "none"
      return tell(turn, event)
    case "Opened":
      if (event.fault !== undefined || !isCurrent(event.opening) || !isLong(turn, "start-post")) {
        return tell(turn, event)
      }
      next.outcome = event
      show(turn, next.shown ?? SocketState.activeState(next.inner), "activating")
      return run(turn, "start-post", 0)
    case "Spawned":
      if (isList(next.phase)) next.pid = event.pid
      return
    case "SpawnRefused":
      return listFailed(turn, "resources", event.message)
    case "Refused":
      return void turn.commands.push({ _tag: "TellRefused", unapplied: event.unapplied })
    case "ExecFailed":
      return void say(turn, "warning", event.message)
    case "Exited":
      return exited(turn, event.pid, event.status)
    case "Emptied":
      if (event.sweep !== next.sweep) return
      next.used = false
      next.pid = 0
      return afterSignal(turn)
    case "TimedOut":
      return event.timer === next.timer ? overdue(turn) : undefined
    case "StartRequested":
      if (next.phase !== "none" && !isUp(next)) next.startWanted = !next.inner.closing
      else tell(turn, event)
      return
    case "StopRequested":
      next.startWanted = false
      if (next.phase === "testing") next.phase = "none"
      return tell(turn, event)
    case "KillRequested":
      return hurry(turn)
    default:
      if (event._tag === "ShutdownBegan" && next.phase === "testing") next.phase = "none"
      return tell(turn, event)
  }
}

/** One event; `now` is monotonic milliseconds. */
export const step = (
  definition: Definition,
  machine: Machine,
  event: Event,
  now: number
): readonly [Machine, ReadonlyArray<Command>] => {
  const turn: Turn = { ...definition, now, next: { ...machine }, commands: [] }
  take(turn, event)
  turn.next.done = turn.next.inner.done && turn.next.phase === "none"
  return [turn.next, turn.commands]
}
