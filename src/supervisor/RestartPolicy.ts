/** Which ends start a unit again, and after which pause: `Restart=` of systemd.service(5) and what goes with it. */
import type { ExitStatus } from "../kernel/Processes.ts"
import type { ServiceSection } from "../unit/Unit.ts"
import type { Result } from "./ExitClass.ts"
import { isListed } from "./ExitClass.ts"

/** The values of `Restart=`. */
export type Setting = ServiceSection["Restart"]

/** How a run has ended. */
export interface End {
  readonly result: Result
  /** Of the main process; `undefined` if this run had none, or lost sight of it. */
  readonly status: ExitStatus | undefined
}

/** The table. A unit at its start limit never restarts, and one that `ExecCondition=` has skipped neither. */
export const restarts = (setting: Setting, result: Result): boolean => {
  if (result === "start-limit-hit" || result === "exec-condition") return false
  switch (setting) {
    case "no":
      return false
    case "always":
      return true
    case "on-success":
      return result === "success"
    case "on-failure":
      return result !== "success"
    case "on-abnormal":
      return result !== "success" && result !== "exit-code"
    case "on-abort":
      return result === "signal" || result === "core-dump"
    case "on-watchdog":
      return result === "watchdog"
  }
}

/**
 * Whether the end of a run is followed by another one. Ends that are listed go before the table, those that prevent a
 * restart first. Not to be asked after a stop that somebody wanted: no setting restarts then.
 */
export const shallRestart = (service: ServiceSection, { result, status }: End): boolean => {
  if (result === "start-limit-hit") return false
  if (status !== undefined) {
    if (isListed(service.RestartPreventExitStatus, status)) return false
    if (isListed(service.RestartForceExitStatus, status)) return true
  }
  return restarts(service.Restart, result)
}

/**
 * The pause before the next restart in milliseconds, after `before` restarts in a row. With `RestartSteps=` it grows
 * from `RestartSec=` to `RestartMaxDelaySec=`, by the same factor each time.
 */
export const delayMillis = (service: ServiceSection, before: number): number => {
  const { RestartMaxDelaySec: most, RestartSec, RestartSteps: steps } = service
  const first = Math.min(RestartSec, most)
  if (before < 1 || steps === 0 || first === 0 || most === Infinity || first === most) return first
  return before >= steps ? most : Math.round(first * Math.pow(most / first, before / steps))
}
