/**
 * What a unit asks for when it ends, systemd.unit(5) `FailureAction=` and `OnFailureJobMode=`: values that mean the
 * machine, of which a container has none, and ways of queueing that are not done.
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Unit } from "../Unit.ts"
import type { Checked } from "./Finding.ts"
import { report } from "./Finding.ts"

const keys = ["StartLimitAction", "FailureAction", "SuccessAction"] as const

/** What an action other than `none`, `exit` and `exit-force` comes to; `undefined` for those, which are done. */
export const replacement = (action: Unit["Unit"]["FailureAction"]): "exit" | "exit-force" | undefined => {
  if (action === "none" || action === "exit" || action === "exit-force") return undefined
  return action.endsWith("-force") || action.endsWith("-immediate") ? "exit-force" : "exit"
}

export const check = (checked: Checked): void => {
  const section = checked.unit.Unit
  for (const key of keys) {
    const action = section[key]
    const instead = action === "none" ? undefined : replacement(action)
    if (instead === undefined) continue
    const message = `there is no machine to act on, only a container: "${action}" is treated as "${instead}"`
    report(checked, "warning", Code.Fallback, "Unit", key, message)
  }
  const { OnFailureJobMode: failure, OnSuccessJobMode: success } = section
  if (failure !== undefined && failure !== "replace") jobMode(checked, "OnFailureJobMode", failure)
  if (success !== undefined && success !== "replace") jobMode(checked, "OnSuccessJobMode", success)
}

const jobMode = (checked: Checked, key: string, mode: string): void => {
  const message = `"${mode}" is not acted on: it is treated as "replace"`
  report(checked, "warning", Code.Fallback, "Unit", key, message)
}
