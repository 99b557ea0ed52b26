/**
 * What the end of a unit does to the whole container: `FailureAction=`, `SuccessAction=` and `StartLimitAction=` of
 * systemd.unit(5).
 */
import type { ExitStatus } from "../kernel/Processes.ts"
import { replacement } from "../unit/checks/Action.ts"
import type { UnitSection } from "../unit/Unit.ts"
import * as ContainerExit from "./ContainerExit.ts"

export interface Action {
  /** Without force all units stop in their order; with it all is killed at once. */
  readonly force: boolean
  /** The container's exit code. */
  readonly code: number
}

/** What has happened to the unit: the failure is for good, no restart follows it; so is the success. */
export type Cause = "failure" | "success" | "start-limit"

const keys = { failure: "FailureAction", success: "SuccessAction", "start-limit": "StartLimitAction" } as const

/** Of a main process that has not exited by itself, systemd.unit(5) `FailureActionExitStatus=`. */
const noExit = 255

/**
 * What is to be done; `undefined`: nothing. `status` is the end of the unit's main process, if it had one.
 *
 * The exit code is what the unit says, else the main process's. A container that goes down over a failure never says 0
 * by itself, though systemd would, where the main process ended well and something else went wrong.
 */
export const decide = (unit: UnitSection, cause: Cause, status: ExitStatus | undefined): Action | undefined => {
  const asked = unit[keys[cause]]
  if (asked === "none") return undefined
  const force = (replacement(asked) ?? asked) === "exit-force"
  return { force, code: codeOf(unit, cause, status) }
}

const codeOf = (unit: UnitSection, cause: Cause, status: ExitStatus | undefined): number => {
  if (cause === "start-limit") return ContainerExit.noCode
  const said = cause === "failure" ? unit.FailureActionExitStatus : unit.SuccessActionExitStatus
  if (said !== undefined) return said
  const own = status === undefined ? 0 : status._tag === "Exited" ? status.code : noExit
  return own === 0 && cause === "failure" ? ContainerExit.noCode : own
}
