/**
 * The way down: `ExecStop=`, the kill signal, SIGKILL, `ExecStopPost=`, once more the kill signal and SIGKILL for what
 * is left, and rest. systemd.service(5), systemd.kill(5).
 */
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import type { Result } from "../ExitClass.ts"
import * as RestartPolicy from "../RestartPolicy.ts"
import type { Whom } from "../StateCommand.ts"
import type { Phase } from "./Machine.ts"
import type { Turn } from "./Turn.ts"
import { arm, disarm, info, note, runList, warn } from "./Turn.ts"

const [SIGHUP, SIGKILL, SIGCONT] = [1, 9, 18]

/** The phases in which processes are told to go. */
type KillPhase = "stop-watchdog" | "stop-sigterm" | "stop-sigkill" | "final-sigterm" | "final-sigkill"

/** A service that is up is asked to stop. `ExecStop=` is for those only, and not for one that has failed. */
export const enterStop = (turn: Turn, result: Result): void => {
  note(turn, result)
  if (!runList(turn, "stop")) enterSignal(turn, "stop-sigterm", result)
}

const isKill = (phase: KillPhase): boolean => phase === "stop-sigkill" || phase === "final-sigkill"

/** A stopped process cannot act on a signal: SIGCONT follows every one that can be acted on. */
const signalsFor = ({ next, service: { Service: section } }: Turn, phase: KillPhase): ReadonlyArray<number> => {
  if (isKill(phase)) return [section.FinalKillSignal]
  if (phase === "stop-watchdog") return [section.WatchdogSignal, SIGCONT]
  const signal = next.restarting ? section.RestartKillSignal ?? section.KillSignal : section.KillSignal
  return section.SendSIGHUP ? [signal, SIGCONT, SIGHUP] : [signal, SIGCONT]
}

/** `KillMode=`; `undefined`: nobody. */
const whomFor = ({ service: { Service: { KillMode } } }: Turn, phase: KillPhase): Whom | undefined => {
  switch (KillMode) {
    case "none":
      return undefined
    case "process":
      return "processes"
    case "mixed":
      return isKill(phase) ? "all" : "processes"
    case "control-group":
      return "all"
  }
}

const timeoutFor = ({ service: { Service: section } }: Turn, phase: KillPhase): number =>
  phase === "stop-watchdog" ? section.TimeoutAbortSec ?? section.TimeoutStopSec : section.TimeoutStopSec

/** What is left of the unit gets a signal, and some time to act on it; with nobody left to tell, the next step is taken. */
export const enterSignal = (turn: Turn, phase: KillPhase, result: Result): void => {
  note(turn, result)
  const { commands, next } = turn
  const whom = whomFor(turn, phase)
  next.phase = phase
  const nobody = next.empty || whom === undefined ||
    (whom === "processes" && next.main === 0 && next.control === 0)
  if (nobody) return afterSignal(turn)
  next.sweep++
  arm(turn, timeoutFor(turn, phase))
  commands.push({
    _tag: "Sweep",
    sweep: next.sweep,
    whom,
    signals: signalsFor(turn, phase),
    main: next.main,
    control: next.control
  })
}

/** Nobody whom the signal was for is left. */
export const afterSignal = (turn: Turn): void => {
  switch (turn.next.phase) {
    case "final-sigterm":
      // `mixed` asks the main process and kills the others.
      if (turn.service.Service.KillMode === "mixed" && !turn.next.empty && turn.service.Service.SendSIGKILL) {
        return enterSignal(turn, "final-sigkill", "success")
      }
      return enterRest(turn)
    case "final-sigkill":
      return enterRest(turn)
    default:
      return enterStopPost(turn, "success")
  }
}

export const enterStopPost = (turn: Turn, result: Result): void => {
  note(turn, result)
  if (!runList(turn, "stop-post")) enterSignal(turn, "final-sigterm", result)
}

/** The time for the signal is over, or for the command ahead of it. */
export const overdue = (turn: Turn): void => {
  const { next, service: { Service: section } } = turn
  const late = `did not stop within ${TimeSpan.format(section.TimeoutStopSec)}`
  switch (next.phase) {
    case "stop":
      warn(turn, `ExecStop= did not end within ${TimeSpan.format(section.TimeoutStopSec)}`)
      return escalate(turn, "stop-sigterm", "stop-watchdog", "stop-sigkill")
    case "stop-watchdog":
      warn(turn, `was not gone ${TimeSpan.format(timeoutFor(turn, "stop-watchdog"))} after it was told to abort`)
      return section.SendSIGKILL ? enterSignal(turn, "stop-sigkill", "timeout") : enterStopPost(turn, "timeout")
    case "stop-sigterm":
      if (section.TimeoutStopFailureMode === "abort") {
        warn(turn, `${late} and is told to abort`)
        return enterSignal(turn, "stop-watchdog", "timeout")
      }
      if (!section.SendSIGKILL) {
        warn(turn, `${late}, and SendSIGKILL=no keeps it from being killed`)
        return enterStopPost(turn, "timeout")
      }
      warn(turn, `${late} and is killed`)
      return enterSignal(turn, "stop-sigkill", "timeout")
    case "stop-sigkill":
      warn(turn, "has processes that even SIGKILL has not ended yet")
      return enterStopPost(turn, "timeout")
    case "stop-post":
      warn(turn, `ExecStopPost= did not end within ${TimeSpan.format(section.TimeoutStopSec)}`)
      return escalate(turn, "final-sigterm", "final-sigterm", "final-sigkill")
    case "final-sigterm":
      note(turn, "timeout")
      if (!section.SendSIGKILL) return giveUp(turn)
      warn(turn, `has processes that were not gone ${TimeSpan.format(section.TimeoutStopSec)} later; they are killed`)
      return enterSignal(turn, "final-sigkill", "timeout")
    default:
      return giveUp(turn)
  }
}

/** `TimeoutStopFailureMode=` for a command that takes too long. */
const escalate = (turn: Turn, terminate: KillPhase, abort: KillPhase, kill: KillPhase): void => {
  const { SendSIGKILL, TimeoutStopFailureMode } = turn.service.Service
  if (TimeoutStopFailureMode === "abort") return enterSignal(turn, abort, "timeout")
  return enterSignal(turn, TimeoutStopFailureMode === "kill" && SendSIGKILL ? kill : terminate, "timeout")
}

const giveUp = (turn: Turn): void => {
  warn(turn, "has processes that even SIGKILL does not end; giving them up")
  turn.next.forced = true
  note(turn, "timeout")
  enterRest(turn)
}

/** Everything that is left is killed, whatever `KillMode=` says, and no more commands are run. */
export const killNow = (turn: Turn): void => {
  const { commands, next, service } = turn
  next.closing = true
  next.stopAsked = true
  next.startWanted = false
  note(turn, "timeout")
  if (next.empty && next.main === 0 && next.control === 0) return enterRest(turn)
  next.phase = "final-sigkill"
  next.sweep++
  warn(turn, "is killed: the time for stopping is over")
  arm(turn, service.Service.TimeoutStopSec)
  commands.push({
    _tag: "Sweep",
    sweep: next.sweep,
    whom: "all",
    signals: [SIGKILL],
    main: next.main,
    control: next.control
  })
}

/** A start that waits for its time is not wanted any more. */
export const callOff = (turn: Turn): void => {
  const { next } = turn
  next.phase = next.result === "success" || next.result === "exec-condition" ? "dead" : "failed"
  disarm(turn)
}

/** No process is left: at rest, or to be started again. */
export const enterRest = (turn: Turn): void => {
  const { commands, next, service: { Service: section } } = turn
  const failed = next.result !== "success" && next.result !== "exec-condition"
  const phase: Phase = failed ? "failed" : "dead"
  const again = !next.closing && !next.stopAsked && !next.startWanted && RestartPolicy.shallRestart(section, next)
  next.main = 0
  next.control = 0
  next.waitsForIdle = false
  commands.push({ _tag: "EndRun", phase: again ? "auto-restart" : phase })
  if (again) {
    const millis = RestartPolicy.delayMillis(section, next.restarts)
    next.phase = "auto-restart"
    next.restarts++
    arm(turn, millis)
    return info(turn, `starts again in ${TimeSpan.format(millis)}`)
  }
  next.phase = phase
  disarm(turn)
  if (failed) warn(turn, `failed (${next.result})`)
  else if (next.stopAsked) info(turn, "stopped")
  if (next.startWanted && !next.closing) commands.push({ _tag: "StartAgain" })
  next.startWanted = false
}
