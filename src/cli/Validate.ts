/** `validate`: what is wrong with the unit files, all of it, and one line that sums it up. */
import * as Effect from "effect/Effect"
import type { Files } from "../kernel/Files.ts"
import { System } from "../kernel/System.ts"
import type { UnitSet } from "../supervisor/UnitFiles.ts"
import * as Diagnostic from "../unit/Diagnostic.ts"
import type { Documents } from "./Documents.ts"
import { ExitCode } from "./ExitCode.ts"
import type { Options } from "./Options.ts"
import type { Findings } from "./Paths.ts"
import * as Paths from "./Paths.ts"

const overrideText = ({ basePath, name, overridePath }: UnitSet["overrides"][number]): string =>
  `drop-in override: ${name} replaces ${basePath} with ${overridePath}`

/** How the set is judged. Notes are never counted. */
export interface Verdict {
  readonly errors: number
  readonly warnings: number
  /** The set is not to be run: an error, or under `--strict-units` a warning. */
  readonly refused: boolean
}

export const judge = ({ diagnostics }: Pick<Findings, "diagnostics">, strict: boolean): Verdict => {
  const count = (severity: Diagnostic.Severity) => diagnostics.filter((one) => one.severity === severity).length
  const [errors, warnings] = [count("error"), count("warning")]
  return { errors, warnings, refused: errors > 0 || (strict && warnings > 0) }
}

/** Diagnostics and overrides as text, a line each. */
export const explain = (found: Pick<Findings, "diagnostics" | "overrides">): ReadonlyArray<string> => [
  ...found.diagnostics.map((diagnostic) => `${Diagnostic.render(diagnostic)}\n`),
  ...found.overrides.map((override) => `container-init: ${overrideText(override)}\n`)
]

/** What a log says that tells severity and text apart; a replacement is a note. */
export interface Finding {
  readonly severity: Diagnostic.Severity
  readonly text: string
}

export const findings = (found: Pick<Findings, "diagnostics" | "overrides">): ReadonlyArray<Finding> => [
  ...found.diagnostics.map((diagnostic) => ({ severity: diagnostic.severity, text: Diagnostic.situated(diagnostic) })),
  ...found.overrides.map((override) => ({ severity: "note" as const, text: overrideText(override) }))
]

/** Errors leave nothing to sum up. */
const summary = ({ overrides, units }: Findings, { errors, warnings }: Verdict, strict: boolean): string =>
  errors > 0
    ? ""
    : `container-init validate: units=${units} warnings=${warnings} overrides=${overrides.length} strict=${strict}\n`

const json = (found: Findings, verdict: Verdict, strict: boolean): string =>
  `${
    JSON.stringify({
      units: found.units,
      warnings: verdict.warnings,
      errors: verdict.errors,
      overrides: found.overrides.map(({ basePath, name, overridePath }) => ({ unit: name, basePath, overridePath })),
      strict,
      diagnostics: found.diagnostics.map(Diagnostic.toJson)
    })
  }\n`

/** What the documents for other programs need beyond the options. */
export interface Surroundings {
  readonly version: string
  readonly documents: Effect.Effect<Documents>
  readonly image: Paths.ImageCheck
}

/**
 * Checks what the options name and answers the exit code. A document is all there is on stdout; only the workflow
 * commands are followed by the summary, as they are lines of a log. Neither SARIF nor those tell of overrides: these are
 * no findings.
 */
export const run = (
  options: Options,
  { documents, image, version }: Surroundings
): Effect.Effect<number, never, Files | System> =>
  Effect.gen(function*() {
    const { print, printError } = yield* System
    const found = yield* Paths.load(options, image)
    const verdict = judge(found, options.strictUnits)
    const sum = summary(found, verdict, options.strictUnits)
    switch (options.format) {
      case "text": {
        const text = explain(found).join("")
        if (text !== "") yield* printError(text)
        if (sum !== "") yield* print(sum)
        break
      }
      case "json":
        yield* print(json(found, verdict, options.strictUnits))
        break
      case "sarif":
        yield* print((yield* documents).sarif(found.diagnostics, version))
        break
      case "github": {
        const text = (yield* documents).github(found.diagnostics) + sum
        if (text !== "") yield* print(text)
      }
    }
    if (verdict.refused) return ExitCode.BadUnits
    return verdict.warnings > 0 ? ExitCode.Warnings : ExitCode.Clean
  })
