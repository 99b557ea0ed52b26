/**
 * The way up: admission, conditions, `ExecCondition=`, `ExecStartPre=`, `ExecStart=`, `ExecStartPost=`.
 * systemd.service(5).
 */
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import type { Result } from "../ExitClass.ts"
import * as StartLimit from "../StartLimit.ts"
import { activeState } from "./Machine.ts"
import { enterRunning, watchGroup } from "./Running.ts"
import { enterSignal, enterStop, enterStopPost, killLate } from "./Stopping.ts"
import type { Turn } from "./Turn.ts"
import { arm, disarm, note, runList, runNext, spawn, warn } from "./Turn.ts"

/** How long a service of `Type=idle` waits for the others at most, systemd.service(5). */
const idleMillis = 5000

/** The one admission of all starts, whoever asks. Counted ahead of the conditions: they must not be a way around it. */
export const start = (turn: Turn): void => {
  const { next, service: { Unit: section } } = turn
  const again = next.phase === "auto-restart"
  const limit = { burst: section.StartLimitBurst, intervalMillis: section.StartLimitIntervalSec }
  const starts = StartLimit.admit(limit, next.starts, turn.now)
  if (starts === undefined) {
    next.phase = "failed"
    next.result = "start-limit-hit"
    disarm(turn)
    if (again) turn.commands.push({ _tag: "EndRun", phase: "failed" })
    turn.commands.push({ _tag: "ReportUnchanged" })
    return warn(turn, `start limit hit: ${limit.burst} starts within ${TimeSpan.format(limit.intervalMillis)}`)
  }
  next.starts = starts
  next.result = "success"
  next.status = undefined
  next.culprit = undefined
  next.late = false
  next.forced = false
  next.stopAsked = false
  next.restarting = false
  next.said = "nothing"
  next.upSince = undefined
  next.mainKnown = false
  if (!again) next.restarts = 0
  if ((section.Conditions?.length ?? 0) === 0 && (section.Asserts?.length ?? 0) === 0) return begin(turn)
  next.before = activeState(next, turn.service.Service.Type === "idle")
  next.phase = "condition"
  next.testing = true
  turn.commands.push({ _tag: "Test" })
}

/** The conditions are met, or there are none. */
export const begin = (turn: Turn): void => {
  turn.next.testing = false
  turn.commands.push({ _tag: "BeginRun" })
  if (!runList(turn, "condition")) enterStartPre(turn)
}

/** They are not: the start comes to nothing, and that is no failure of the unit. One that had failed still has. */
export const skip = (turn: Turn, failed: boolean, text: string): void => {
  const { commands, next } = turn
  next.phase = next.before === "failed" ? "failed" : "dead"
  // What the next run would have had of the last one.
  if (next.before === "activating") commands.push({ _tag: "EndRun", phase: "dead" })
  next.testing = false
  disarm(turn)
  commands.push({ _tag: "ReportSkipped", failed })
  if (failed) warn(turn, text)
  else commands.push({ _tag: "Say", level: "info", text })
}

const enterStartPre = (turn: Turn): void => {
  if (!runList(turn, "start-pre")) enterStart(turn)
}

export const enterStart = (turn: Turn): void => {
  const { commands, next, service: { Service: section } } = turn
  next.phase = "start"
  if (section.ExecStart.length === 0) {
    next.mainKnown = true
    // Over as soon as begun; that it has begun is to be seen all the same.
    return section.RemainAfterExit ? enterStartPost(turn) : arm(turn, 0)
  }
  if (section.Type === "idle" && !next.waitsForIdle) {
    next.waitsForIdle = true
    arm(turn, idleMillis)
    commands.push({ _tag: "WaitForIdle" })
    return
  }
  next.waitsForIdle = false
  arm(turn, section.TimeoutStartSec)
  next.mainKnown = section.Type !== "forking"
  spawn(turn, section.Type === "forking" ? "control" : "main", "ExecStart", 0)
}

/** The program runs. For most types that makes the service ready. */
export const started = (turn: Turn, pid: number): void => {
  if (turn.next.main !== pid) return
  switch (turn.service.Service.Type) {
    case "oneshot":
    case "forking":
    case "notify":
    case "notify-reload":
      return
    default:
      enterStartPost(turn)
  }
}

/** The service is ready; `ExecStartPost=` is still to come. */
export const enterStartPost = (turn: Turn): void => {
  if (turn.service.Service.WatchdogSec > 0) turn.commands.push({ _tag: "StartWatchdog" })
  if (!runList(turn, "start-post")) enterRunning(turn, "success")
}

/** Whatever went wrong on the way up: `ExecStop=` is not for that, `ExecStopPost=` is. */
export const failStart = (turn: Turn, result: Result): void => enterSignal(turn, "stop-sigterm", result)

/** A command of the way up has ended well; the next one, or the next phase. */
export const goOn = (turn: Turn): void => {
  if (turn.next.phase !== "start" && runNext(turn)) return
  switch (turn.next.phase) {
    case "condition":
      return enterStartPre(turn)
    case "start-pre":
      return enterStart(turn)
    case "start":
      // The first process of a forking service has done its part; the daemon is somewhere.
      turn.commands.push({ _tag: "FindMain", last: turn.service.Service.ExecStartPost.length === 0 })
      return
    default:
      return isMainUnknown(turn)
        ? void turn.commands.push({ _tag: "FindMain", last: true })
        : enterRunning(turn, "success")
  }
}

/** `ExecStartPost=` may have written the PID file, or the daemon may have settled meanwhile. */
const isMainUnknown = ({ next, service: { Service: { PIDFile, Type } } }: Turn): boolean =>
  next.main === 0 && (PIDFile !== undefined || Type === "forking" && !next.mainKnown)

/** The daemon is found: it is the main process from now on. */
export const mainFound = (turn: Turn, pid: number): void => {
  const { next } = turn
  if (pid === next.control) return
  next.main = pid
  next.mainKnown = true
  if (next.control !== 0) return
  if (next.phase === "start-post") enterRunning(turn, "success")
  // That another type names its main process does not make it ready.
  else if (next.phase === "start" && turn.service.Service.Type === "forking") enterStartPost(turn)
}

/** It is not found; with `waits` its PID file is watched for, until the start times out. */
export const mainMissing = (turn: Turn, waits: boolean, text: string): void => {
  const { next, service: { Service: { ExecStartPost, PIDFile } } } = turn
  if (waits) return watchGroup(turn)
  if (text !== "") warn(turn, text)
  if (next.phase === "start-post") return PIDFile === undefined ? enterRunning(turn, "success") : fruitless(turn)
  if (PIDFile !== undefined && ExecStartPost.length === 0) return fruitless(turn)
  enterStartPost(turn)
}

/** Nobody is left who could write the PID file, or say that the service is ready. */
export const groupGone = (turn: Turn): void => {
  const { next, service: { Service: { Type } } } = turn
  if (next.main !== 0 || next.control !== 0) return
  if (next.result === "success") {
    warn(turn, `ended before it ${Type === "forking" ? "wrote its PID file" : "was ready"}`)
  }
  fruitless(turn)
}

/** With `ExecStartPost=` done the service was as good as up: `ExecStop=` may have to undo that. */
const fruitless = (turn: Turn): void =>
  turn.next.phase === "start-post" ? enterStop(turn, "protocol") : failStart(turn, "protocol")

/** The start takes too long, `TimeoutStartFailureMode=`. */
export const startOverdue = (turn: Turn): void => {
  const { next, service: { Service: section } } = turn
  if (next.waitsForIdle) return enterStart(turn)
  if (section.ExecStart.length === 0 && next.phase === "start") return enterStartPost(turn)
  warn(turn, `did not start within ${TimeSpan.format(section.TimeoutStartSec)}`)
  switch (section.TimeoutStartFailureMode) {
    case "abort":
      return enterSignal(turn, "stop-watchdog", "timeout")
    case "kill":
      if (section.SendSIGKILL) return killLate(turn, "stop-sigkill")
      note(turn, "timeout")
      return enterStopPost(turn, "timeout")
    default:
      return failStart(turn, "timeout")
  }
}
