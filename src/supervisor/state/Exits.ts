/** What the end of a process means in each phase, systemd.service(5). */
import type { ExitStatus } from "../../kernel/Processes.ts"
import type { Result } from "../ExitClass.ts"
import * as ExitClass from "../ExitClass.ts"
import * as Reloading from "./Reloading.ts"
import { enterRunning, watchGroup } from "./Running.ts"
import * as Starting from "./Starting.ts"
import * as Stopping from "./Stopping.ts"
import type { Turn } from "./Turn.ts"
import { arm, info, note, runNext, spawn, warn } from "./Turn.ts"

const SIGKILL = 9

/** One of ours has ended; others are nobody's business here. */
export const exited = (turn: Turn, pid: number, status: ExitStatus, oom: boolean): void => {
  const { next } = turn
  if (pid === next.main) return mainExited(turn, status, oom)
  if (pid === next.control) return controlExited(turn, status, oom)
}

const noteForce = ({ next }: Turn, status: ExitStatus): void => {
  if (!next.late || (next.phase !== "stop-sigkill" && next.phase !== "final-sigkill")) return
  if (status._tag === "Signaled" && status.signal === SIGKILL) next.forced = true
}

/** The first process that ends badly is the one that has failed the unit. */
const blame = ({ next }: Turn, status: ExitStatus, result: Result): void => {
  if (result !== "success" && next.culprit === undefined) next.culprit = status
}

/** A run's end on the way down is no news, unless it is a bad one. */
const isStopping = ({ next: { phase } }: Turn): boolean => phase.startsWith("stop") || phase.startsWith("final")

const mainExited = (turn: Turn, status: ExitStatus, oom: boolean): void => {
  const { next, service: { Service: section } } = turn
  const rules = { daemon: section.Type !== "oneshot", success: section.SuccessExitStatus }
  const ignored = section.ExecStart[next.mainIndex]?.flags.ignoreFailure === true
  const starved = oom && section.OOMPolicy !== "continue"
  const own = starved ? "oom-kill" : ExitClass.classify(status, rules)
  const result: Result = ignored && !starved ? "success" : own
  noteForce(turn, status)
  next.main = 0
  next.status = status
  blame(turn, status, result)
  const text = oom ? `${ExitClass.describe(status)} for want of memory` : ExitClass.describe(status)
  if (result !== "success") warn(turn, text)
  else if (own !== "success") info(turn, `${text}, which is ignored`)
  else if (next.phase === "running") info(turn, text)

  if (isStopping(turn)) {
    note(turn, result)
    return whileStopping(turn)
  }
  switch (next.phase) {
    case "start":
      return whileStarting(turn, result)
    case "start-post":
    case "reload":
    case "reload-signal":
    case "reload-notify":
      note(turn, result)
      // With a command under way its end is awaited: it may want to clean up.
      return next.control !== 0 || othersCount(turn) ? undefined : Stopping.enterStop(turn, result)
    case "running":
      if (section.PIDFile === undefined || next.empty) return runEnded(turn, result)
      // The file may name the one that has taken its place: then the service goes on.
      next.left = result
      turn.commands.push({ _tag: "FindMain", last: false })
  }
}

/** `ExitType=cgroup`: it is the end of the last process that counts. */
const othersCount = ({ next, service: { Service: { ExitType } } }: Turn): boolean =>
  ExitType === "cgroup" && !next.empty

const whileStarting = (turn: Turn, result: Result): void => {
  const { next, service: { Service: section } } = turn
  if (othersCount(turn)) {
    note(turn, result)
    return watchGroup(turn)
  }
  if (result !== "success") return Starting.failStart(turn, result)
  const following = next.mainIndex + 1
  switch (section.Type) {
    case "oneshot":
      if (following >= section.ExecStart.length) return Starting.enterStartPost(turn)
      arm(turn, section.TimeoutStartSec)
      return spawn(turn, "main", "ExecStart", following)
    case "notify":
    case "notify-reload":
      // Another process of the unit may still say it.
      if (section.RemainAfterExit && (section.NotifyAccess === "all" || section.NotifyAccess === "exec")) {
        return watchGroup(turn)
      }
      warn(turn, "ended before it said that it is ready (READY=1)")
      return Starting.failStart(turn, "protocol")
    case "forking":
      // It named itself and went ahead of the process that started it, which is still to end.
      return
    default:
      // It ended before we knew that it had begun: a failed exec is never a success.
      return Starting.failStart(turn, "exit-code")
  }
}

/** The main process is gone: a last look at whether the unit's group is, where that is what counts. */
const runEnded = (turn: Turn, result: Result): void => {
  note(turn, result)
  if (othersCount(turn)) return watchGroup(turn)
  enterRunning(turn, result)
}

/** The PID file names no other main process than the one that has ended. */
export const notReplaced = (turn: Turn): void => {
  const { left } = turn.next
  turn.next.left = undefined
  if (left !== undefined) runEnded(turn, left)
}

/** The PID file names another: that one is the service now. */
export const replaced = (turn: Turn, pid: number): void => {
  const { next } = turn
  if (next.left !== undefined) {
    next.left = undefined
    next.culprit = undefined
    info(turn, `goes on as pid ${pid}`)
  }
  Starting.mainFound(turn, pid)
}

/** Both are gone, whichever went last: the next step of the way down. In `final-*` the whole group has to be. */
const whileStopping = (turn: Turn): void => {
  const { next, service: { Service: { KillMode } } } = turn
  if (next.main !== 0 || next.control !== 0) return
  switch (next.phase) {
    case "stop-watchdog":
    case "stop-sigterm":
    case "stop-sigkill":
      return othersCount(turn) ? watchGroup(turn) : Stopping.enterStopPost(turn, "success")
    case "final-watchdog":
    case "final-sigterm":
      return KillMode === "process" || KillMode === "mixed" ? Stopping.afterSignal(turn) : undefined
    case "final-sigkill":
      return KillMode === "process" ? Stopping.afterSignal(turn) : undefined
  }
}

const controlExited = (turn: Turn, status: ExitStatus, oom: boolean): void => {
  const { next, service: { Service: section } } = turn
  const key = next.controlKey
  const ignored = key !== undefined && section[key][next.index]?.flags.ignoreFailure === true
  const starved = oom && section.OOMPolicy !== "continue"
  const rules = { daemon: key === "ExecStart", success: section.SuccessExitStatus }
  const own = starved ? "oom-kill" : ExitClass.classify(status, rules)
  const result: Result = ignored && !starved ? "success" : own
  noteForce(turn, status)
  next.control = 0
  if (next.phase !== "reload") blame(turn, status, result)
  const text = `${key ?? "a command"}= ${ExitClass.describe(status)}${oom ? " for want of memory" : ""}`
  if (own !== "success" && ignored) info(turn, `${text}, which is ignored`)

  if (next.phase === "condition") return conditionEnded(turn, status, result, text)
  if (result !== "success") warn(turn, text)
  switch (next.phase) {
    case "start-pre":
    case "start":
    case "start-post":
      return result === "success" ? Starting.goOn(turn) : Starting.failStart(turn, result)
    case "reload":
      // A reload that fails leaves the service as it is.
      if (result === "success" && runNext(turn)) return
      return result === "success" ? Reloading.commandsDone(turn) : enterRunning(turn, "success")
    case "stop":
      if (result === "success" && runNext(turn)) return
      return Stopping.enterSignal(turn, "stop-sigterm", result)
    case "stop-post":
      if (result === "success" && runNext(turn)) return
      return Stopping.enterSignal(turn, "final-sigterm", result)
    default:
      note(turn, result)
      return whileStopping(turn)
  }
}

/** `ExecCondition=`: 1 to 254 skip the unit, 255 and signals fail it. */
const conditionEnded = (turn: Turn, status: ExitStatus, result: Result, text: string): void => {
  if (result === "success") return Starting.goOn(turn)
  const skips = status._tag === "Exited" && status.code < 255
  if (skips) info(turn, `not started: ${text}`)
  else warn(turn, text)
  if (skips) turn.commands.push({ _tag: "ReportSkipped", failed: false })
  Stopping.enterSignal(turn, "stop-sigterm", skips ? "exec-condition" : result)
}
