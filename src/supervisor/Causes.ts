/** What has brought about a job that nobody asked for, as the log says it. */
import type { UnitName } from "../unit/Unit.ts"
import type { Caused } from "./jobs/Jobs.ts"

const reasons: Readonly<Record<Caused["directive"], string>> = {
  OnFailure: "OnFailure= of",
  OnSuccess: "OnSuccess= of",
  BindsTo: "it is bound to",
  StopWhenUnneeded: "nobody needs it any more since the change of",
  Upholds: "it is upheld by"
}

/** `OnFailure= of web.service`. */
export const explain = (directive: Caused["directive"], by: UnitName): string => `${reasons[directive]} ${by}`
