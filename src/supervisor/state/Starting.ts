/**
 * The way up: admission, conditions, `ExecCondition=`, `ExecStartPre=`, `ExecStart=`, `ExecStartPost=`.
 * systemd.service(5).
 */
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import type { Result } from "../ExitClass.ts"
import * as StartLimit from "../StartLimit.ts"
import { enterRunning, watchGroup } from "./Running.ts"
import { enterSignal, enterStopPost } from "./Stopping.ts"
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
    turn.commands.push({ _tag: "ReportUnchanged" })
    return warn(turn, `start limit hit: ${limit.burst} starts within ${TimeSpan.format(limit.intervalMillis)}`)
  }
  next.starts = starts
  next.result = "success"
  next.status = undefined
  next.culprit = undefined
  next.forced = false
  next.stopAsked = false
  next.restarting = false
  next.saidStopping = false
  next.mainKnown = false
  if (!again) next.restarts = 0
  if ((section.Conditions?.length ?? 0) === 0 && (section.Asserts?.length ?? 0) === 0) return begin(turn)
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

/** They are not: the start comes to nothing, and that is no failure of the unit. */
export const skip = (turn: Turn, failed: boolean, text: string): void => {
  const { commands, next } = turn
  next.testing = false
  next.phase = "dead"
  commands.push({ _tag: "ReportSkipped", failed })
  if (failed) warn(turn, text)
  else commands.push({ _tag: "Say", level: "info", text })
}

const enterStartPre = (turn: Turn): void => {
  if (!runList(turn, "start-pre")) enterStart(turn)
}

export const enterStart = (turn: Turn): void => {
  const { commands, next, service: { Service: section } } = turn
  if (section.ExecStart.length === 0) {
    next.mainKnown = true
    return enterStartPost(turn)
  }
  next.phase = "start"
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
      // A PID file may have been written by ExecStartPost=.
      if (turn.service.Service.PIDFile !== undefined && turn.next.main === 0) {
        turn.commands.push({ _tag: "FindMain", last: true })
        return
      }
      return enterRunning(turn, "success")
  }
}

/** The daemon is found: it is the main process from now on. */
export const mainFound = (turn: Turn, pid: number): void => {
  const { next } = turn
  next.main = pid
  next.mainKnown = true
  if (next.control !== 0) return
  if (next.phase === "start") enterStartPost(turn)
  else if (next.phase === "start-post") enterRunning(turn, "success")
}

/** It is not found; with `waits` its PID file is watched for, until the start times out. */
export const mainMissing = (turn: Turn, waits: boolean, text: string): void => {
  const { next } = turn
  if (waits) return watchGroup(turn)
  if (turn.service.Service.PIDFile !== undefined && turn.service.Service.ExecStartPost.length === 0) {
    warn(turn, text)
    return failStart(turn, "protocol")
  }
  if (text !== "") warn(turn, text)
  if (next.phase === "start") enterStartPost(turn)
  else if (next.phase === "start-post") enterRunning(turn, "success")
}

/** The daemon that was to write its PID file is gone. */
export const groupGone = (turn: Turn): void => {
  if (turn.service.Service.Type !== "forking" || turn.next.control !== 0) return
  warn(turn, "ended before it wrote its PID file")
  failStart(turn, "protocol")
}

/** The start takes too long, `TimeoutStartFailureMode=`. */
export const startOverdue = (turn: Turn): void => {
  const { next, service: { Service: section } } = turn
  if (next.waitsForIdle) return enterStart(turn)
  warn(turn, `did not start within ${TimeSpan.format(section.TimeoutStartSec)}`)
  switch (section.TimeoutStartFailureMode) {
    case "abort":
      return enterSignal(turn, "stop-watchdog", "timeout")
    case "kill":
      if (section.SendSIGKILL) return enterSignal(turn, "stop-sigkill", "timeout")
      note(turn, "timeout")
      return enterStopPost(turn, "timeout")
    default:
      return failStart(turn, "timeout")
  }
}
