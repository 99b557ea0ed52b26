/** Reload: `ExecReload=`, and the handshake of `Type=notify-reload`. systemd.service(5). */
import * as TimeSpan from "../../unit/grammar/TimeSpan.ts"
import { enterRunning } from "./Running.ts"
import type { Turn } from "./Turn.ts"
import { arm, info, runList, warn } from "./Turn.ts"

/** The service is asked to read its configuration anew. */
export const reload = (turn: Turn): void => {
  const { commands, next, service: { Service: section } } = turn
  const signals = section.Type === "notify-reload" && next.main !== 0
  if (signals) commands.push({ _tag: "SignalProcess", pid: next.main, signal: section.ReloadSignal })
  info(turn, "reloads")
  if (runList(turn, "reload")) return
  if (!signals) {
    commands.push({ _tag: "ReportUnchanged" })
    return warn(turn, "cannot reload: it has no ExecReload= and is not of Type=notify-reload")
  }
  next.phase = "reload-signal"
  arm(turn, section.TimeoutStartSec)
}

/** `ExecReload=` has ended; a service that says so itself still has to. */
export const commandsDone = (turn: Turn): void => {
  const { next, service: { Service: section } } = turn
  if (section.Type !== "notify-reload" || next.main === 0) return enterRunning(turn, "success")
  next.phase = "reload-signal"
  arm(turn, section.TimeoutStartSec)
}

/** The service reloads, asked to or by its own wish: `RELOADING=1`. */
export const saidReloading = (turn: Turn): void => {
  const { next, service: { Service: section } } = turn
  switch (next.phase) {
    case "reload-signal":
      next.phase = "reload-notify"
      return
    case "running":
      next.phase = "reload-notify"
      return arm(turn, section.TimeoutStartSec)
  }
}

/** The reload takes too long: the service goes on as it is. */
export const reloadOverdue = (turn: Turn): void => {
  const { commands, next, service: { Service: section } } = turn
  warn(turn, `did not reload within ${TimeSpan.format(section.TimeoutStartSec)}`)
  if (next.control !== 0) commands.push({ _tag: "SignalProcess", pid: next.control, signal: section.FinalKillSignal })
  next.control = 0
  enterRunning(turn, "success")
}
