/**
 * The files that `EnvironmentFile=` names, systemd.exec(5): one assignment a line, shell-like but no shell.
 *
 * A quote means something only where a value begins (after another closed quote, too): `A=-x 'b c'` keeps its quotes.
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { quote } from "./Diagnostic.ts"
import { isName } from "./grammar/Environment.ts"

export interface EnvironmentFile {
  /** In the order of the file; a later entry of the same name wins. */
  readonly entries: ReadonlyArray<readonly [name: string, value: string]>
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/** A line that is one plain assignment, as nearly all are: no quotes, no backslashes. */
const simple = /[ \t\r]*([^=\n\\"'#;][^=\n\\"']*)=([^\n\\"']*)(?:\n|$)/y
const comment = /[ \t\r]*(?:[#;][^\n]*)?(?:\n|$)/y
const key = /[ \t\r]*([^=\n]*)(=)?/y

export const parse = (text: string, file: string): EnvironmentFile => {
  const entries: Array<readonly [string, string]> = []
  const diagnostics: Array<Diagnostic> = []
  let line = 1
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0

  const report = (severity: "error" | "warning", code: string, where: number, message: string) => {
    const position = { file, line: where, column: 1 }
    const common = { section: undefined, directive: undefined, hint: undefined }
    diagnostics.push({ severity, code, at: position, message, ...common })
  }
  const take = (name: string, value: string, where: number) => {
    const trimmed = trim(name)
    if (isName(trimmed)) entries.push([trimmed, value])
    else report("warning", Code.BadValue, where, `${quote(trimmed)} is no name of a variable: the line is ignored`)
  }

  while (at < text.length) {
    comment.lastIndex = at
    if (comment.test(text)) {
      at = comment.lastIndex
      line++
      continue
    }
    simple.lastIndex = at
    const match = simple.exec(text)
    if (match !== null) {
      take(match[1] ?? "", trim(match[2] ?? ""), line)
      at = simple.lastIndex
      line++
      continue
    }
    key.lastIndex = at
    const left = key.exec(text)
    const start = key.lastIndex
    if (left === null || left[2] === undefined) {
      // No "=": ignored, as systemd does.
      at = start + 1
      line++
      continue
    }
    const value = parseValue(text, start)
    const name = left[1] ?? ""
    if (!value.open) take(name, value.text, line)
    else report("error", Code.OpenQuote, line, `the quote in the value of ${quote(trim(name))} is not closed`)
    line += newlines(text, at, value.end)
    at = value.end
  }
  return { entries, diagnostics }
}

interface Value {
  readonly text: string
  /** After the newline that ends it. */
  readonly end: number
  readonly open: boolean
}

const plain = /[^\n\\]+/y
const inDouble = /[^"\\]+/y

/** A value with quotes or backslashes, from behind its `=`. */
const parseValue = (text: string, from: number): Value => {
  let out = ""
  let at = from
  // How much of `out` was quoted or escaped, and so survives the trimming of blanks at the end.
  let kept = 0
  let beginning = true
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 10) {
      at++
      break
    }
    if (beginning && (code === 32 || code === 9 || code === 13)) {
      at++
    } else if (beginning && code === 39) {
      const close = text.indexOf("'", at + 1)
      if (close < 0) return { text: out, end: text.length, open: true }
      out += text.slice(at + 1, close)
      kept = out.length
      at = close + 1
    } else if (beginning && code === 34) {
      const piece = doubleQuoted(text, at + 1)
      if (piece.open) return piece
      out += piece.text
      kept = out.length
      at = piece.end
    } else if (code === 92) {
      beginning = false
      const skip = newlineAfter(text, at + 1)
      if (skip === 0) {
        out += text.charAt(at + 1)
        kept = out.length
      }
      at += skip === 0 ? 2 : 1 + skip
    } else {
      beginning = false
      plain.lastIndex = at
      plain.test(text)
      out += text.slice(at, plain.lastIndex)
      at = plain.lastIndex
    }
  }
  let end = out.length
  while (end > kept && isBlank(out.charCodeAt(end - 1))) end--
  return { text: out.slice(0, end), end: Math.min(at, text.length), open: false }
}

const doubleQuoted = (text: string, from: number): Value => {
  let out = ""
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 34) return { text: out, end: at + 1, open: false }
    if (code !== 92) {
      inDouble.lastIndex = at
      inDouble.test(text)
      out += text.slice(at, inDouble.lastIndex)
      at = inDouble.lastIndex
      continue
    }
    const skip = newlineAfter(text, at + 1)
    const next = text.charAt(at + 1)
    if (skip === 0) out += next !== "" && "\"\\`$".includes(next) ? next : `\\${next}`
    at += skip === 0 ? 2 : 1 + skip
  }
  return { text: out, end: text.length, open: true }
}

/** Length of the line end at `at`: 0 if there is none. */
const newlineAfter = (text: string, at: number): number => {
  if (text.charCodeAt(at) === 10) return 1
  return text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10 ? 2 : 0
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13

const trim = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

const newlines = (text: string, from: number, to: number): number => {
  let count = 0
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++
  return count
}
