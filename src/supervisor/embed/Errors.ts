/** What an embedded supervisor fails with. */
import * as Data from "effect/Data"
import type { Diagnostic } from "../../unit/Diagnostic.ts"
import { render } from "../../unit/Diagnostic.ts"
import type { UnitName } from "../../unit/Unit.ts"
import * as Denial from "../Denial.ts"
import type { Because, JobKind, JobResult } from "../jobs/Jobs.ts"

/** The units cannot be run: nothing was started. */
export class UnitsRefused extends Data.TaggedError("UnitsRefused")<{
  readonly diagnostics: ReadonlyArray<Diagnostic>
}> {
  override get message(): string {
    return this.diagnostics.filter(({ severity }) => severity !== "note").map(render).join("\n")
  }
}

/** What was asked of a unit did not come about. */
export class JobFailed extends Data.TaggedError("JobFailed")<{
  readonly unit: UnitName
  readonly kind: JobKind
  readonly result: Exclude<JobResult, "done" | "skipped">
  /** What stood in the way, if it was another unit or the request itself. */
  readonly because: Because | undefined
}> {
  override get message(): string {
    const why = this.because === undefined ? results[this.result] : Denial.explain(this.because)
    return `${this.unit}: ${Denial.verbs[this.kind]}: ${why}`
  }
}

const results: Readonly<Record<JobFailed["result"], string>> = {
  failed: "it failed",
  assert: "an assertion does not hold",
  dependency: "what it needs failed or is not there",
  canceled: "something else was asked of it meanwhile",
  refused: "it was refused"
}
