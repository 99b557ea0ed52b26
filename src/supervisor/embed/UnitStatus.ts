/** What is known of each unit at a moment: kept up to date by the supervisor's events. */
import type { ExitStatus } from "../../kernel/Processes.ts"
import type { Unit, UnitName } from "../../unit/Unit.ts"
import type { ActiveState } from "../ActiveState.ts"
import type { SupervisorEvent } from "../SupervisorEvent.ts"

export interface UnitStatus {
  readonly unit: UnitName
  readonly description: string
  readonly state: ActiveState
  /** `success`, or what went wrong with the last run. */
  readonly result: string
  /** How often it was started again by itself, `Restart=`. */
  readonly restarts: number
  /** How the main process of the last run ended, once one did. */
  readonly lastExit: ExitStatus | undefined
  /** Of the main process while it is known and lives. */
  readonly pid: number | undefined
}

export const initial = ({ Unit, name }: Unit): UnitStatus => ({
  ...ofName(name),
  description: Unit.Description ?? name
})

/** Of a unit that comes while others run. */
export const ofName = (name: UnitName): UnitStatus => ({
  unit: name,
  description: name,
  state: "inactive",
  result: "success",
  restarts: 0,
  lastExit: undefined,
  pid: undefined
})

export const next = (before: UnitStatus, event: SupervisorEvent): UnitStatus => {
  switch (event._tag) {
    case "Changed":
      return { ...before, state: event.to, result: event.result, lastExit: event.status ?? before.lastExit }
    case "RestartScheduled":
      return { ...before, restarts: before.restarts + 1 }
    case "Executed":
      return event.directive === "ExecStart" ? { ...before, pid: event.pid } : before
    case "ProcessEnded":
      return event.pid === before.pid ? { ...before, pid: undefined } : before
    default:
      return before
  }
}
