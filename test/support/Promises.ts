/** What holds for every text whatsoever that is given to the parser: shared by the tests and by `scripts/fuzz`. */
import { Code } from "../../src/unit/Code.ts"
import type { Diagnostic } from "../../src/unit/Diagnostic.ts"
import { render } from "../../src/unit/Diagnostic.ts"
import type { Parsed, UnitFile } from "../../src/unit/Parse.ts"
import { parseUnit } from "../../src/unit/Parse.ts"

/** Nobody reads more about one file. */
export const maximumDiagnostics = 300
/** Of a message and of its hint. */
export const maximumText = 1_000
/** Of the whole line, with the names of its file, section and directive. */
export const maximumLine = 4_000

/** These name units in full, one after the other, because the chain is what they are about. */
const chains: ReadonlyArray<string> = [Code.MissingRequirement, Code.Cycle]

const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
const halfPair = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

const excerpt = (text: string): string => JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}...` : text)

/** What is wrong with a diagnostic as such, wherever it comes from; `halves`: its text had halves of pairs, too. */
export const faultsOfDiagnostic = (diagnostic: Diagnostic, halves = false): ReadonlyArray<string> => {
  const faults: Array<string> = []
  const { code, hint = "", message } = diagnostic
  const line = render(diagnostic)
  const at = `${code} at line ${diagnostic.at.line}`
  if (!/^CI0[1-9][0-9]{2}$/.test(code)) faults.push(`no code: ${excerpt(code)}`)
  if (message === "") faults.push(`${at} says nothing`)
  if (control.test(line)) faults.push(`${at} prints control characters: ${excerpt(line)}`)
  if (!halves && halfPair.test(line)) faults.push(`${at} prints half a character: ${excerpt(line)}`)
  if (chains.includes(code)) return faults
  if (message.length > maximumText) faults.push(`${at} has a message of ${message.length} characters`)
  if (hint.length > maximumText) faults.push(`${at} has a hint of ${hint.length} characters`)
  if (line.length > maximumLine) faults.push(`${at} prints ${line.length} characters`)
  return faults
}

/** Where lines begin and how long they are. */
const linesOf = (text: string): ReadonlyArray<number> => text.split("\n").map((line) => line.length)

const faultsOfPosition = (
  what: string,
  at: { readonly line: number; readonly column: number },
  lines: ReadonlyArray<number>
): ReadonlyArray<string> => {
  const length = lines[at.line - 1]
  if (at.line === 0 && at.column === 0) return []
  if (length === undefined) return [`${what} stands at line ${at.line} of ${lines.length}`]
  return at.column < 0 || at.column > length + 1
    ? [`${what} stands at column ${at.column} of line ${at.line}, which has ${length} characters`]
    : []
}

interface Walked {
  readonly positions: Array<{ readonly line: number; readonly column: number }>
  /** Characters of all strings. */
  size: number
}

const walk = (value: unknown, found: Walked): Walked => {
  if (typeof value === "string") found.size += value.length
  if (typeof value !== "object" || value === null) return found
  const { column, line } = value as Record<string, unknown>
  if (typeof line === "number" && typeof column === "number") found.positions.push({ line, column })
  for (const inner of Object.values(value)) walk(inner, found)
  return found
}

/** How many characters a model may hold for each one of its text: `%n` alone is one of few names for two. */
const growth = 40

/** What is wrong with the outcome of one text: each promise that it breaks, in words. */
export const faultsOf = (source: UnitFile, { diagnostics, unit }: Parsed): ReadonlyArray<string> => {
  const faults: Array<string> = []
  const lines = linesOf(source.text)
  if (diagnostics.length > maximumDiagnostics) faults.push(`there are ${diagnostics.length} diagnostics`)
  if (unit === undefined && diagnostics.length === 0) faults.push("there is neither a unit nor a diagnostic")
  const halves = halfPair.test(source.text)
  for (const diagnostic of diagnostics.slice(0, 2 * maximumDiagnostics)) {
    faults.push(...faultsOfDiagnostic(diagnostic, halves))
    if (diagnostic.at.file !== source.file) continue
    faults.push(...faultsOfPosition(`${diagnostic.code} (${excerpt(diagnostic.message)})`, diagnostic.at, lines))
  }
  if (unit !== undefined) {
    const { positions, size } = walk(unit, { positions: [], size: 0 })
    for (const position of positions) faults.push(...faultsOfPosition("a value of the model", position, lines))
    const limit = growth * source.text.length + 10_000
    if (size > limit) faults.push(`the model holds ${size} characters of a text of ${source.text.length}`)
  }
  return [...new Set(faults)].slice(0, 5)
}

/** An error with the place it comes from. */
export const textOfError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" ") : String(error)

/** Parses it, and says what is wrong with the outcome; a throw is an outcome too. */
export const judge = (source: UnitFile): ReadonlyArray<string> => {
  let parsed: Parsed
  try {
    parsed = parseUnit(source, { lookup: () => undefined, specifiers: { hostname: "host" } })
  } catch (error) {
    return [`it throws ${textOfError(error)}`]
  }
  return faultsOf(source, parsed)
}
