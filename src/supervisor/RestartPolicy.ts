/** `Restart=`: which results start a unit again, the table of systemd.service(5). */
import type { Service } from "../unit/Unit.ts"
import type { Result } from "./ExitClass.ts"

/** The values of `Restart=`. */
export type RestartMode = Service["Service"]["Restart"]

const abnormal: ReadonlyArray<Result> = ["signal", "core-dump", "timeout", "resources"]
const aborted: ReadonlyArray<Result> = ["signal", "core-dump"]

/** Whether a run that ended with `result` is followed by another. A unit at its start limit never is. */
export const restarts = (mode: RestartMode, result: Result): boolean => {
  if (result === "start-limit-hit") return false
  switch (mode) {
    case "no":
      return false
    case "always":
      return true
    case "on-success":
      return result === "success"
    case "on-failure":
      return result !== "success"
    case "on-abnormal":
      return abnormal.includes(result)
    case "on-abort":
      return aborted.includes(result)
    case "on-watchdog":
      return false // no run of this version can end by its watchdog
  }
}
