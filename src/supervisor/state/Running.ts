/** Up: `running` with a process, `exited` without one. systemd.service(5), `RemainAfterExit=` and `ExitType=`. */
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import type { Result } from "../ExitClass.ts"
import { enterSignal, enterStop } from "./Stopping.ts"
import type { Turn } from "./Turn.ts"
import { arm, disarm, info, note, warn } from "./Turn.ts"

/**
 * Whether there is still something that is the service. Where nobody knows the main process, or `ExitType=cgroup` asks
 * for it, that is whatever is left in the unit's group.
 */
const isAlive = ({ next, service: { Service: { ExitType } } }: Turn): boolean =>
  next.main !== 0 || ((!next.mainKnown || ExitType === "cgroup") && !next.empty)

/** A start, a reload or a run has come to this: up, done, or over. */
export const enterRunning = (turn: Turn, result: Result): void => {
  note(turn, result)
  const { next, service: { Service: section } } = turn
  if (next.result !== "success") return enterSignal(turn, "stop-sigterm", result)
  const before = next.phase
  if (isAlive(turn)) {
    if (isStarting(before)) info(turn, next.main === 0 ? "started" : `started, pid ${next.main}`)
    if (next.said === "stopping") return enterStopByNotice(turn)
    if (next.said === "reloading") return enterReloadByNotice(turn)
    next.phase = "running"
    if (before !== "running") armRuntime(turn)
    if (next.main === 0) watchGroup(turn)
    return
  }
  if (!section.RemainAfterExit) {
    if (isStarting(before)) info(turn, "done")
    return enterStop(turn, "success")
  }
  if (before === "exited") return
  next.phase = "exited"
  disarm(turn)
  info(turn, "done")
  // Those that a command has left behind may go by themselves; whether they have is asked when it matters.
  if (!next.empty) watchGroup(turn)
}

const isStarting = (phase: string): boolean => phase === "start" || phase === "start-post" || phase === "start-pre"

/** `RuntimeMaxSec=` counts from when the unit came up; the time of a reload is part of it. */
const armRuntime = (turn: Turn): void => {
  const { next, now, service: { Service: { RuntimeMaxSec, RuntimeRandomizedExtraSec } } } = turn
  next.upSince ??= now
  arm(turn, Math.max(0, next.upSince + RuntimeMaxSec - now), RuntimeRandomizedExtraSec)
}

/** The service reloads by its own wish; it is given the time of a start for that. */
export const enterReloadByNotice = (turn: Turn): void => {
  turn.next.upSince ??= turn.now
  turn.next.phase = "reload-notify"
  arm(turn, turn.service.Service.TimeoutStartSec)
}

/** Without a main process it is the end of the last process that counts. */
export const watchGroup = ({ commands, next }: Turn): void => {
  next.sweep++
  next.asked = false
  commands.push({ _tag: "Sweep", sweep: next.sweep, whom: "all", signals: [], main: 0, control: 0 })
}

/** The service said that it is about to end: it has the time of a stop for that, and is not signalled before. */
export const enterStopByNotice = (turn: Turn): void => {
  if (turn.next.empty) return enterSignal(turn, "stop-sigterm", "success")
  turn.next.phase = "stop-sigterm"
  arm(turn, turn.service.Service.TimeoutStopSec)
}

/** `RuntimeMaxSec=` is over. */
export const runtimeOver = (turn: Turn): void => {
  warn(turn, `has run for ${TimeSpan.format(turn.service.Service.RuntimeMaxSec)}, which is all it may`)
  enterStop(turn, "timeout")
}
