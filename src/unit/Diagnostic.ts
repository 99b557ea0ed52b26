/**
 * What is said about unit files: data first, text second. Every fault of every file is one `Diagnostic`.
 *
 * @since 0.1.0
 */
import type { Position } from "./Unit.ts"

/** `error`: the set is refused. `warning`: refused under `--strict-units`. `note`: good to know, never counted. */
export type Severity = "error" | "warning" | "note"

export interface Diagnostic {
  readonly severity: Severity
  /** Stable for one kind of fault, such as `CI0102`; the texts may change, the codes do not. */
  readonly code: string
  /** Line 0 where the fault belongs to a file or unit as a whole. */
  readonly at: Position
  readonly section: string | undefined
  readonly directive: string | undefined
  /** What is wrong, without position or directive. */
  readonly message: string
  /** What to write instead. */
  readonly hint: string | undefined
}

/** A diagnostic as one flat JSON object; what is not known is `null`. */
export interface DiagnosticJson {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly section: string | null
  readonly directive: string | null
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly hint: string | null
}

/** The line that is printed, without its newline; this form is a promise to those who read logs by machine. */
export const render = (diagnostic: Diagnostic): string =>
  `container-init: ${diagnostic.severity}: ${situated(diagnostic)}`

/** The line behind the severity, for a log that tells it apart: `FILE:LINE: [Section] Directive: message; hint`. */
export const situated = (diagnostic: Diagnostic): string => {
  const { at } = diagnostic
  const place = at.file === "" ? "" : at.line > 0 ? `${visible(at.file)}:${at.line}: ` : `${visible(at.file)}: `
  // Hints say what to write instead, and that may hold what was written.
  return place + visible(sentence(diagnostic))
}

/** What the line says behind the position: `[Section] Directive: message; hint`. */
export const sentence = ({ directive, hint, message, section }: Diagnostic): string => {
  let line = ""
  if (section !== undefined) line += `[${named(section)}] `
  if (directive !== undefined) line += `${named(directive)}: `
  line += message
  return hint === undefined ? line : `${line}; ${hint}`
}

/** The form of `--format json`. */
export const toJson = (diagnostic: Diagnostic): DiagnosticJson => ({
  file: diagnostic.at.file,
  line: diagnostic.at.line,
  column: diagnostic.at.column,
  section: diagnostic.section ?? null,
  directive: diagnostic.directive ?? null,
  code: diagnostic.code,
  severity: diagnostic.severity,
  message: diagnostic.message,
  hint: diagnostic.hint ?? null
})

/** Whether one of them refuses the set. */
export const hasErrors = (diagnostics: ReadonlyArray<Diagnostic>): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === "error")

/** What is to be said of a file or unit as a whole. */
export const ofFile = (
  severity: Severity,
  code: string,
  file: string,
  message: string,
  hint: string | undefined = undefined
): Diagnostic => ({
  severity,
  code,
  at: { file, line: 0, column: 0 },
  section: undefined,
  directive: undefined,
  message,
  hint
})

const longestQuote = 80

/** A piece of a file inside a message: in quotes, shortened, and without what could steer a terminal. */
export const quote = (text: string): string => `"${visible(shorten(text))}"`

/** A name inside a message: as it is, if it looks like one. */
const named = (text: string): string => text.length <= longestQuote && !steering.test(text) ? text : quote(text)

/** The beginning of a text, if it is long; a character of two halves is not cut in two. */
export const shorten = (text: string): string => {
  if (text.length <= longestQuote) return text
  const last = text.charCodeAt(longestQuote - 1)
  return `${text.slice(0, last >= 0xd800 && last < 0xdc00 ? longestQuote - 1 : longestQuote)}...`
}

/** Control characters, ends of lines, and what turns the direction of writing. */
const steering = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/

/** The text without what could steer a terminal: written as escapes. */
export const visible = (text: string): string =>
  steering.test(text)
    ? text.replace(new RegExp(steering, "g"), (char) => {
      const code = char.charCodeAt(0)
      return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`
    })
    : text

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0")
