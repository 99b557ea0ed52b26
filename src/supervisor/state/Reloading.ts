/** Reload: `ExecReload=`, and the handshake of `Type=notify-reload`. systemd.service(5). */
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import { enterReloadByNotice, enterRunning } from "./Running.ts"
import type { Turn } from "./Turn.ts"
import { arm, info, runList, warn } from "./Turn.ts"

const SIGKILL = 9

/** The service is asked to read its configuration anew. */
export const reload = (turn: Turn): void => {
  const { commands, next, service: { Service: section } } = turn
  const signals = section.Type === "notify-reload" && next.main !== 0
  // What it said before is not about this reload.
  next.said = "nothing"
  if (signals) commands.push({ _tag: "SignalProcess", pid: next.main, signal: section.ReloadSignal })
  if (!signals && section.ExecReload.length === 0) {
    commands.push({ _tag: "ReportUnchanged" })
    return warn(turn, "cannot reload: it has no ExecReload= and is not of Type=notify-reload")
  }
  info(turn, "reloads")
  if (runList(turn, "reload")) return
  next.phase = "reload-signal"
  arm(turn, section.TimeoutStartSec)
}

/** `ExecReload=` has ended; a service that says so itself still has to. */
export const commandsDone = (turn: Turn): void => {
  const { next, service: { Service: section } } = turn
  // Of one that has spoken already, while the commands ran, the rest is known.
  const silent = next.said === "nothing" || next.said === "ready"
  if (section.Type !== "notify-reload" || next.main === 0 || !silent) return enterRunning(turn, "success")
  next.phase = "reload-signal"
  arm(turn, section.TimeoutStartSec)
}

/** The service reloads, asked to or by its own wish: `RELOADING=1`. */
export const saidReloading = (turn: Turn): void => {
  const { next } = turn
  next.said = "reloading"
  if (next.phase === "reload-signal") next.phase = "reload-notify"
  else if (next.phase === "running") enterReloadByNotice(turn)
}

/** The reload takes too long: the service goes on as it is. */
export const reloadOverdue = (turn: Turn): void => {
  const { commands, next, service: { Service: section } } = turn
  warn(turn, `did not reload within ${TimeSpan.format(section.TimeoutStartSec)}`)
  if (next.control !== 0) commands.push({ _tag: "SignalProcess", pid: next.control, signal: SIGKILL })
  next.control = 0
  next.said = "nothing"
  enterRunning(turn, "success")
}
