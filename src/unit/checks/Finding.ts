/**
 * What the rules about units are given, and how they say what they have found.
 *
 * @since 0.1.0
 */
import type { Diagnostic, Severity } from "../Diagnostic.ts"
import type { Position, Unit } from "../Unit.ts"

/** Where a directive was last assigned; line 0 if nowhere. */
export type Where = (section: string, key: string) => Position

/** Whether a directive is assigned something with variables in it: in its container it may come to something else. */
export type HasVariables = (section: string, key: string) => boolean

/** One unit under its rules. */
export interface Checked<U extends Unit = Unit> {
  readonly unit: U
  readonly where: Where
  readonly hasVariables: HasVariables
  readonly diagnostics: Array<Diagnostic>
}

/** What is said of a directive as a whole, at the place where it was last assigned. */
export const report = (
  { diagnostics, where }: Checked,
  severity: Severity,
  code: string,
  section: string,
  directive: string,
  message: string,
  hint: string | undefined = undefined
): void => {
  diagnostics.push(finding(severity, code, where(section, directive), section, directive, message, hint))
}

/** What is said of a list that the unit cannot do without, and of which there is nothing; `slot` is its name in the model. */
export const reportNone = (
  { diagnostics, hasVariables, unit }: Checked,
  code: string,
  section: string,
  slot: string,
  directive: string,
  message: string
): void => {
  const [severity, hint] = hasVariables(section, slot)
    ? ["warning", "the variables in it are empty here"] as const
    : ["error", undefined] as const
  const at = { file: unit.file, line: 0, column: 0 }
  diagnostics.push(finding(severity, code, at, section, directive, message, hint))
}

/** What is said of one piece of a directive. */
export const finding = (
  severity: Severity,
  code: string,
  at: Position,
  section: string,
  directive: string,
  message: string,
  hint: string | undefined = undefined
): Diagnostic => ({ severity, code, at, section, directive, message, hint })

/** By file, line and column; by code units, so that the order is the same on every machine. */
export const byPosition = (a: Diagnostic, b: Diagnostic): number =>
  compare(a.at.file, b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0
