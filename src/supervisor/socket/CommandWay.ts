/** The way down of a socket with commands, and how it begins: the table inside says that it closes. */
import * as Killing from "../state/Killing.ts"
import type { KillPhase, Turn } from "./CommandMachine.ts"
import { arm, isLong, isUp, kills, run, show } from "./CommandMachine.ts"
import * as Forwarding from "./Forwarding.ts"
import { listOf, timeoutOf } from "./OwnCommands.ts"
import * as SocketState from "./SocketState.ts"

/** Has the table inside take an event, and does what it commands, in its time. */
export const tell = (turn: Turn, event: Forwarding.Event): void => {
  const { next, now, socket } = turn
  const [inner, commands] = Forwarding.step(SocketState.step, socket, next.inner, event, now)
  const before = next.inner
  next.inner = inner
  const close = commands.findIndex(({ _tag }) => _tag === "Close")
  const isWay = close >= 0 && next.began && (next.used || isLong(turn, "stop-pre") || isLong(turn, "stop-post"))
  if (!isWay) {
    if (close >= 0) next.began = false
    return pass(turn, commands)
  }
  pass(turn, commands.slice(0, close))
  next.held = [...next.held, ...commands.slice(close)]
  const { phase } = next
  if (phase !== "none" && !isUp(next)) return
  show(turn, next.shown ?? SocketState.activeState(before), "deactivating")
  if (next.hurried) return
  if (phase === "none") enterStopPre(turn)
  else enterSignal(turn, "stop-pre-sigterm")
}

/** As the table inside has it, but for what the unit was to others before. */
const pass = ({ commands, next, socket }: Turn, list: ReadonlyArray<Forwarding.Command>): void => {
  for (const command of list) {
    if (command._tag === "Open" && listOf(socket.Socket, "start-pre").length > 0) {
      next.phase = "testing"
      commands.push({ _tag: "Test", opening: command.opening })
    } else if (command._tag === "ReportChanged") {
      const { forced } = next
      commands.push({ ...command, from: next.shown ?? command.from, ...(forced ? { forced } : {}) })
      next.shown = undefined
    } else {
      if (command._tag === "Open") next.began = true
      commands.push(command)
    }
  }
}

const enterStopPre = (turn: Turn): void => {
  if (isLong(turn, "stop-pre")) return run(turn, "stop-pre", 0)
  enterClosed(turn)
}

/** Closed now: nobody can come any more. */
export const enterClosed = (turn: Turn): void => {
  const [close, ...rest] = turn.next.held
  if (close !== undefined) turn.commands.push(close)
  turn.next.held = rest
  if (isLong(turn, "stop-post")) return run(turn, "stop-post", 0)
  enterSignal(turn, "final-sigterm")
}

/** What is left of the commands gets a signal, and its time; with nobody left to tell, the next step is taken. */
export const enterSignal = (turn: Turn, phase: KillPhase): void => {
  const { commands, next, service: { Service: section }, socket } = turn
  next.phase = phase
  const whom = next.used ? Killing.whomOf(section.KillMode, kills(phase)) : undefined
  if (whom === undefined || whom === "processes" && next.pid === 0) return afterSignal(turn)
  arm(turn, timeoutOf(socket.Socket))
  const signal = kills(phase) ? section.FinalKillSignal : section.KillSignal
  const signals = Killing.signalsOf(signal, section.SendSIGHUP && !kills(phase))
  commands.push({ _tag: "Sweep", sweep: ++next.sweep, whom, signals, pid: next.pid })
}

/** Nobody is left whom the signal was for; `mixed` asks one and kills the others. */
export const afterSignal = (turn: Turn): void => {
  const { next, service: { Service: { KillMode, SendSIGKILL } } } = turn
  const others = KillMode === "mixed" && next.used && SendSIGKILL
  switch (next.phase) {
    case "stop-pre-sigterm":
      return others ? enterSignal(turn, "stop-pre-sigkill") : enterClosed(turn)
    case "stop-pre-sigkill":
      return enterClosed(turn)
    case "final-sigterm":
      return others ? enterSignal(turn, "final-sigkill") : enterRest(turn)
    default:
      return enterRest(turn)
  }
}

export const enterRest = (turn: Turn): void => {
  const { commands, next } = turn
  const { held, outcome } = next
  arm(turn, Infinity)
  commands.push({ _tag: "EndRun" })
  next.phase = "none"
  next.began = false
  next.used = false
  next.pid = 0
  next.held = []
  next.outcome = undefined
  pass(turn, held)
  // A start that its own commands have failed: there is nothing to undo any more.
  if (outcome !== undefined) tell(turn, outcome)
  next.shown = undefined
  next.late = false
  next.forced = false
  if (next.startWanted) {
    next.startWanted = false
    tell(turn, { _tag: "StartRequested" })
  }
}
