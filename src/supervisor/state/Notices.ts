/** What a service says of itself, sd_notify(3). That it may say it at all was decided before, `NotifyAccess=`. */
import type { Notice } from "../StateEvent.ts"
import type { Phase } from "./Machine.ts"
import * as Reloading from "./Reloading.ts"
import { enterRunning, enterStopByNotice } from "./Running.ts"
import * as Starting from "./Starting.ts"
import type { Turn } from "./Turn.ts"
import { arm } from "./Turn.ts"

/** While the unit is down, or on its way down, nothing of this has a meaning any more; but time it may ask for. */
const isUp = (phase: Phase): boolean =>
  phase === "start" || phase === "start-post" || phase === "running" || phase.startsWith("reload")

export const notified = (turn: Turn, notice: Notice): void => {
  const { commands, next } = turn
  if (isUp(next.phase)) {
    const { control, main } = next
    // One message may say more than one of these; sd_notify(3) has the order.
    if (notice.stopping) stopping(turn)
    else if (notice.ready) ready(turn, notice.reloading)
    else if (notice.reloading) Reloading.saidReloading(turn)
    // A command that helps along is not the service, whatever it says. Behind the spawn of ExecStartPost=, if there is
    // one: that its main process is found must not end a phase whose command is still to be made.
    if (notice.mainPid !== undefined && notice.mainPid !== main && notice.mainPid !== control) {
      commands.push({ _tag: "Adopt", pid: notice.mainPid })
    }
  }
  if (notice.extendMillis !== undefined) extend(turn, notice.extendMillis)
}

const ready = (turn: Turn, reloading: boolean): void => {
  const { next, service: { Service: { Type } } } = turn
  next.said = reloading || next.said === "reloading" ? "reloaded" : "ready"
  if (next.phase === "reload-notify" || next.phase === "reload-signal" && next.said === "reloaded") {
    enterRunning(turn, "success")
  } else if (next.phase === "start" && (Type === "notify" || Type === "notify-reload")) {
    Starting.enterStartPost(turn)
  }
}

/** What is under way otherwise is seen through first. */
const stopping = (turn: Turn): void => {
  const { next } = turn
  next.said = "stopping"
  if (next.phase === "running" || next.phase === "reload-signal" || next.phase === "reload-notify") {
    enterStopByNotice(turn)
  }
}

/** `EXTEND_TIMEOUT_USEC=`: the time limit under way ends no sooner than this long from now. */
const extend = (turn: Turn, millis: number): void => {
  const { next, now } = turn
  if (next.deadline === Infinity || next.phase === "auto-restart" || now + millis <= next.deadline) return
  arm(turn, millis)
}
