/** What the tests of the rules share: one unit or a set, and what is said of it. */
import { checkUnits } from "../../../src/unit/Check.ts"
import type { Diagnostic } from "../../../src/unit/Diagnostic.ts"
import type { Unit, UnitName } from "../../../src/unit/Unit.ts"
import { isTemplate } from "../../../src/unit/UnitName.ts"
import { parse, unitName } from "../Support.ts"

/** That a directive is not acted on, or a kind not started, is no rule broken. */
const isRule = ({ code }: Diagnostic) => code.startsWith("CI04") || code.startsWith("CI05")

const show = ({ at, code, directive, severity }: Diagnostic) =>
  `${severity} ${code} ${directive ?? "-"} ${at.file}:${at.line}`

/** `severity code directive file:line` of each rule that the unit breaks. */
export const broken = (name: string, text: string): ReadonlyArray<string> =>
  parse(text, { name }).diagnostics.filter(isRule).map(show)

export type Files = Readonly<Record<string, string>>

const unitsOf = (files: Files): ReadonlyArray<Unit> =>
  Object.entries(files).flatMap(([name, lines]) => {
    const own = lines.includes("[") || !name.endsWith(".service") ? "" : "\n[Service]\nExecStart=a\n"
    const { unit } = parse(`[Unit]\n${lines}\n${own}`, { name })
    return unit === undefined ? [] : [unit]
  })

/** What is said across these units: each text is what stands below [Unit]. */
export const across = (files: Files, masked: ReadonlyArray<string> = []): ReadonlyArray<Diagnostic> => {
  const [templates, units]: [Array<UnitName>, Map<UnitName, Unit>] = [[], new Map()]
  for (const unit of unitsOf(files)) {
    if (isTemplate(unit.name)) templates.push(unit.name)
    else units.set(unit.name, unit)
  }
  return checkUnits(units, new Set(masked.map(unitName)), templates)
}

/** The same, each as `severity code directive file:line`. */
export const brokenAcross = (files: Files, masked: ReadonlyArray<string> = []): ReadonlyArray<string> =>
  across(files, masked).map(show)

/** The same in words: `directive: message; hint`. */
export const saidAcross = (files: Files, masked: ReadonlyArray<string> = []): ReadonlyArray<string> =>
  across(files, masked).map(({ directive, hint, message }) =>
    `${directive ?? "-"}: ${message}${hint === undefined ? "" : `; ${hint}`}`
  )
