/** What a handler of `OnFailure=` and `OnSuccess=` is told of the unit that has called it, systemd.exec(5) `$MONITOR_...`. */
import * as Signal from "../unit/grammar/Signal.ts"
import type { Changed, Variables } from "./Report.ts"

/** The variables of `$EXIT_CODE` and `$EXIT_STATUS`, with another name's beginning. */
export const variables = ({ result, status, unit }: Changed): Variables => {
  const told: Array<readonly [string, string]> = [["MONITOR_UNIT", unit], ["MONITOR_SERVICE_RESULT", result]]
  if (status === undefined) return told
  if (status._tag === "Exited") {
    told.push(["MONITOR_EXIT_CODE", "exited"], ["MONITOR_EXIT_STATUS", String(status.code)])
  } else {
    const name = Signal.nameOf(status.signal)
    told.push(
      ["MONITOR_EXIT_CODE", status.coreDumped ? "dumped" : "killed"],
      ["MONITOR_EXIT_STATUS", name.startsWith("SIG") ? name.slice(3) : name]
    )
  }
  return told
}
