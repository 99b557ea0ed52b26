/**
 * The way down: `ExecStop=`, the kill signal, SIGKILL, `ExecStopPost=`, once more the kill signal and SIGKILL for what
 * is left, and rest. systemd.service(5), systemd.kill(5).
 */
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import type { Result } from "../ExitClass.ts"
import * as RestartPolicy from "../RestartPolicy.ts"
import * as Killing from "./Killing.ts"
import type { Phase } from "./Machine.ts"
import type { Turn } from "./Turn.ts"
import { arm, disarm, info, note, runList, warn } from "./Turn.ts"

const SIGKILL = 9

/** The phases in which processes are told to go. */
type KillPhase =
  | "stop-watchdog"
  | "stop-sigterm"
  | "stop-sigkill"
  | "final-watchdog"
  | "final-sigterm"
  | "final-sigkill"

/** A service that is up is asked to stop. `ExecStop=` is for those only, and not for one that has failed. */
export const enterStop = (turn: Turn, result: Result): void => {
  note(turn, result)
  if (!runList(turn, "stop")) enterSignal(turn, "stop-sigterm", result)
}

const isKill = (phase: KillPhase): boolean => phase === "stop-sigkill" || phase === "final-sigkill"

const isWatchdog = (phase: KillPhase): boolean => phase === "stop-watchdog" || phase === "final-watchdog"

const signalFor = ({ next, service: { Service: section } }: Turn, phase: KillPhase): number => {
  if (isKill(phase)) return section.FinalKillSignal
  if (isWatchdog(phase)) return section.WatchdogSignal
  const restarts = next.restarting && phase === "stop-sigterm"
  return restarts ? section.RestartKillSignal ?? section.KillSignal : section.KillSignal
}

const signalsFor = (turn: Turn, phase: KillPhase): ReadonlyArray<number> => {
  const { next, service: { Service: { SendSIGHUP } } } = turn
  const terminates = !isKill(phase) && !isWatchdog(phase) && !(next.restarting && phase === "stop-sigterm")
  return Killing.signalsOf(signalFor(turn, phase), SendSIGHUP && terminates)
}

const timeoutFor = ({ service: { Service: section } }: Turn, phase: KillPhase): number =>
  isWatchdog(phase) ? section.TimeoutAbortSec ?? section.TimeoutStopSec : section.TimeoutStopSec

/** What is left of the unit gets a signal, and some time to act on it; with nobody left to tell, the next step is taken. */
export const enterSignal = (turn: Turn, phase: KillPhase, result: Result): void => {
  note(turn, result)
  const { commands, next } = turn
  const whom = Killing.whomOf(turn.service.Service.KillMode, isKill(phase))
  next.phase = phase
  const nobody = next.empty || whom === undefined ||
    (whom === "processes" && next.main === 0 && next.control === 0)
  if (nobody) return nobodyLeft(turn)
  next.sweep++
  next.asked = whom === "all"
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

/** Their time is over: that they had to be killed counts. */
export const killLate = (turn: Turn, phase: "stop-sigkill" | "final-sigkill"): void => {
  turn.next.late = true
  enterSignal(turn, phase, "timeout")
}

/** Nobody whom the signal is for is there. With `mixed` there may be others, who get the next one. */
const nobodyLeft = (turn: Turn): void => {
  const { next, service: { Service: { KillMode, SendSIGKILL } } } = turn
  const others = KillMode === "mixed" && SendSIGKILL && !next.empty
  const early = next.phase === "stop-sigterm" || next.phase === "stop-watchdog"
  return others && early ? enterSignal(turn, "stop-sigkill", "success") : afterSignal(turn)
}

/** Nobody whom the signal was for is left. */
export const afterSignal = (turn: Turn): void => {
  switch (turn.next.phase) {
    case "final-watchdog":
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
  if (runList(turn, "stop-post")) return
  if (!turn.next.asked || turn.next.empty) return enterSignal(turn, "final-sigterm", result)
  // They were told already, and nothing has run since: who is on his way out need not be told twice.
  turn.next.phase = "final-sigterm"
  arm(turn, timeoutFor(turn, "final-sigterm"))
}

/** The time for the signal is over, or for the command ahead of it. */
export const overdue = (turn: Turn): void => {
  const { next, service: { Service: section } } = turn
  const late = `did not stop within ${TimeSpan.format(section.TimeoutStopSec)}`
  switch (next.phase) {
    case "stop":
      warn(turn, `ExecStop= did not end within ${TimeSpan.format(section.TimeoutStopSec)}`)
      return stopOverdue(turn)
    case "stop-watchdog":
      warn(turn, `was not gone ${TimeSpan.format(timeoutFor(turn, "stop-watchdog"))} after it was told to abort`)
      return section.SendSIGKILL ? killLate(turn, "stop-sigkill") : enterStopPost(turn, "timeout")
    case "final-watchdog":
      warn(turn, `was not gone ${TimeSpan.format(timeoutFor(turn, "final-watchdog"))} after it was told to abort`)
      return section.SendSIGKILL ? killLate(turn, "final-sigkill") : leave(turn)
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
      return killLate(turn, "stop-sigkill")
    case "stop-sigkill":
      warn(turn, "has processes that even SIGKILL has not ended yet")
      return enterStopPost(turn, "timeout")
    case "stop-post":
      warn(turn, `ExecStopPost= did not end within ${TimeSpan.format(section.TimeoutStopSec)}`)
      return stopPostOverdue(turn)
    case "final-sigterm":
      if (section.TimeoutStopFailureMode === "abort") {
        warn(turn, `has processes that were not gone ${TimeSpan.format(section.TimeoutStopSec)} later; told to abort`)
        return enterSignal(turn, "final-watchdog", "timeout")
      }
      if (!section.SendSIGKILL) return leave(turn)
      warn(turn, `has processes that were not gone ${TimeSpan.format(section.TimeoutStopSec)} later; they are killed`)
      return killLate(turn, "final-sigkill")
    default:
      warn(turn, "has processes that even SIGKILL does not end; giving them up")
      next.forced = true
      note(turn, "timeout")
      return enterRest(turn)
  }
}

/** `TimeoutStopFailureMode=` for a command of `ExecStop=` that takes too long. */
const stopOverdue = (turn: Turn): void => {
  const { SendSIGKILL, TimeoutStopFailureMode } = turn.service.Service
  switch (TimeoutStopFailureMode) {
    case "abort":
      return enterSignal(turn, "stop-watchdog", "timeout")
    case "kill":
      return SendSIGKILL ? killLate(turn, "stop-sigkill") : enterStopPost(turn, "timeout")
    case "terminate":
      return enterSignal(turn, "stop-sigterm", "timeout")
  }
}

/** The same for one of `ExecStopPost=`. */
const stopPostOverdue = (turn: Turn): void => {
  const { SendSIGKILL, TimeoutStopFailureMode } = turn.service.Service
  switch (TimeoutStopFailureMode) {
    case "abort":
      return enterSignal(turn, "final-watchdog", "timeout")
    case "kill":
      return SendSIGKILL ? killLate(turn, "final-sigkill") : leave(turn)
    case "terminate":
      return enterSignal(turn, "final-sigterm", "timeout")
  }
}

/** `SendSIGKILL=no` keeps them alive. Another run beside them would be one too many: nothing starts again by itself. */
const leave = (turn: Turn): void => {
  warn(turn, "has processes left, and SendSIGKILL=no keeps them from being killed")
  note(turn, "timeout")
  enterRest(turn, false)
}

/** Everything that is left is killed, whatever `KillMode=` says, and no more commands are run. */
export const killNow = (turn: Turn): void => {
  const { commands, next, service } = turn
  next.closing = true
  next.stopAsked = true
  next.startWanted = false
  if (next.empty) return enterRest(turn)
  note(turn, "timeout")
  next.phase = "final-sigkill"
  next.late = true
  next.sweep++
  warn(turn, "is killed: it has no more time to stop")
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

/** A start that waits for its time is not wanted any more. Whoever stops a unit knows of its failure: it is just down. */
export const callOff = (turn: Turn): void => {
  turn.next.phase = "dead"
  // Of the last run's end, which was told; this stop had nobody to kill.
  turn.next.forced = false
  disarm(turn)
  // What the next run would have had of the last one: its cgroup, its descriptors.
  turn.commands.push({ _tag: "EndRun", phase: "dead" })
}

/** No process is left: at rest, or, if it `mayRestart`, to be started again. */
const enterRest = (turn: Turn, mayRestart = true): void => {
  const { commands, next, service: { Service: section } } = turn
  const failed = next.result !== "success" && next.result !== "exec-condition"
  const phase: Phase = failed ? "failed" : "dead"
  const again = mayRestart && !next.closing && !next.stopAsked && !next.startWanted &&
    RestartPolicy.shallRestart(section, next)
  next.main = 0
  next.control = 0
  next.waitsForIdle = false
  commands.push({ _tag: "EndRun", phase: again ? "auto-restart" : phase })
  if (again) {
    const millis = RestartPolicy.delayMillis(section, next.restarts)
    next.phase = "auto-restart"
    next.restarts++
    arm(turn, millis)
    return info(turn, millis === 0 ? "starts again at once" : `starts again in ${TimeSpan.format(millis)}`)
  }
  next.phase = phase
  disarm(turn)
  if (failed) warn(turn, `failed (${next.result})`)
  else if (next.stopAsked) info(turn, "stopped")
  if (next.startWanted && !next.closing) commands.push({ _tag: "StartAgain" })
  next.startWanted = false
}
