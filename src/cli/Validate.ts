/** `--validate`: what is wrong with the unit files, all of it, and one line that sums it up. */
import * as Effect from "effect/Effect"
import type { Files } from "../kernel/Files.ts"
import { System } from "../kernel/System.ts"
import type { UnitSet } from "../supervisor/UnitFiles.ts"
import * as UnitFiles from "../supervisor/UnitFiles.ts"
import * as Diagnostic from "../unit/Diagnostic.ts"
import { ExitCode } from "./ExitCode.ts"
import type { Options } from "./Options.ts"

const overrideLine = ({ basePath, name, overridePath }: UnitSet["overrides"][number]): string =>
  `container-init: drop-in override: ${name} replaces ${basePath} with ${overridePath}\n`

/** How the set is judged. Notes are never counted. */
export interface Verdict {
  readonly errors: number
  readonly warnings: number
  /** The set is not to be run: an error, or under `--strict-units` a warning. */
  readonly refused: boolean
}

export const judge = (set: UnitSet, strict: boolean): Verdict => {
  const count = (severity: Diagnostic.Severity) => set.diagnostics.filter((one) => one.severity === severity).length
  const [errors, warnings] = [count("error"), count("warning")]
  return { errors, warnings, refused: errors > 0 || (strict && warnings > 0) }
}

/** Diagnostics and overrides as text, a line each. */
export const explain = (set: UnitSet): ReadonlyArray<string> => [
  ...set.diagnostics.map((diagnostic) => `${Diagnostic.render(diagnostic)}\n`),
  ...set.overrides.map(overrideLine)
]

const summary = (set: UnitSet, verdict: Verdict, strict: boolean): string =>
  `container-init validate: units=${set.units.size} warnings=${verdict.warnings} overrides=${set.overrides.length} ` +
  `strict=${strict}\n`

const json = (set: UnitSet, verdict: Verdict, strict: boolean): string =>
  `${
    JSON.stringify({
      units: set.units.size,
      warnings: verdict.warnings,
      errors: verdict.errors,
      overrides: set.overrides.map(({ basePath, name, overridePath }) => ({ unit: name, basePath, overridePath })),
      strict,
      diagnostics: set.diagnostics.map(Diagnostic.toJson)
    })
  }\n`

/** Checks the set and answers the exit code. */
export const run = (options: Options): Effect.Effect<number, never, Files | System> =>
  Effect.gen(function*() {
    const system = yield* System
    const set = yield* UnitFiles.load({ core: options.units, dropIn: options.dropIn })
    const verdict = judge(set, options.strictUnits)
    if (options.format === "json") {
      yield* system.print(json(set, verdict, options.strictUnits))
    } else {
      const text = explain(set).join("")
      if (text !== "") yield* system.printError(text)
      // Errors leave nothing to sum up.
      if (verdict.errors === 0) yield* system.print(summary(set, verdict, options.strictUnits))
    }
    if (verdict.refused) return ExitCode.BadUnits
    return verdict.warnings > 0 ? ExitCode.Warnings : ExitCode.Clean
  })
