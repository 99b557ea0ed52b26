/**
 * What the end of a unit means for the container: `ExitContainerOnFailure=`, and the `...Action=` directives of
 * systemd.unit(5). Pure; who waits for handlers is the supervisor.
 */
import type { ExitStatus } from "../kernel/Processes.ts"
import type { Unit } from "../unit/Unit.ts"
import * as Action from "./Action.ts"
import * as ContainerExit from "./ContainerExit.ts"
import type { Changed } from "./Report.ts"

export interface Verdict {
  /** The container's exit code. */
  readonly code: number
  /** All is killed at once. */
  readonly force: boolean
  /** The unit's `OnFailure=` handlers come first. */
  readonly handlersFirst: boolean
  readonly why: string
}

const verdictOf = (action: Action.Action | undefined, why: string): Verdict | undefined =>
  action === undefined ? undefined : { ...action, handlersFirst: false, why }

/** After a change of state; `undefined`: the container lives on. */
export const ofChange = ({ Unit: section, name }: Unit, change: Changed): Verdict | undefined => {
  if (change.willRestart) return undefined
  if (change.to === "failed") {
    const status = change.culprit ?? change.status
    const limit = change.result === "start-limit-hit"
      ? verdictOf(Action.decide(section, "start-limit", status), `StartLimitAction= of ${name}`)
      : undefined
    const action = limit ?? verdictOf(Action.decide(section, "failure", status), `FailureAction= of ${name}`)
    if (action !== undefined || !section.ExitContainerOnFailure) return action
    return {
      code: ContainerExit.codeOf(change.result === "timeout" ? unlessKilled(status) : status),
      force: false,
      handlersFirst: true,
      why: `ExitContainerOnFailure= of ${name}`
    }
  }
  if (change.to !== "inactive" || change.result !== "success" || change.from === "failed") return undefined
  return verdictOf(Action.decide(section, "success", change.status), `SuccessAction= of ${name}`)
}

/** What was out of time was ended by us: the signal is no code of its own. */
const unlessKilled = (status: ExitStatus | undefined): ExitStatus | undefined =>
  status?._tag === "Signaled" ? undefined : status

/** After a start that never came to be, for want of a requirement or an assertion. */
export const ofDenial = ({ Unit: section, name }: Unit): Verdict | undefined =>
  section.ExitContainerOnFailure
    ? { code: ContainerExit.noCode, force: false, handlersFirst: false, why: `ExitContainerOnFailure= of ${name}` }
    : undefined
