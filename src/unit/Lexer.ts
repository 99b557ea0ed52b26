/**
 * Text of a unit file to its assignments, systemd.syntax(7). Knows nothing of what the names mean.
 *
 * An interpreter pays for each character it handles, so an ordinary line is found, split and trimmed by its ends;
 * only continued lines are put together from pieces.
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { quote } from "./Diagnostic.ts"

/** One `Key=value`. Lines and columns count from 1. */
export interface Entry {
  readonly section: string
  readonly key: string
  /** Without the blanks around it; continuation lines joined by one space each. */
  readonly value: string
  readonly line: number
  readonly column: number
  /** Where the value begins; of a continued line, in its first line. */
  readonly valueColumn: number
  /** Whether the value goes on over several lines: columns inside of it are then not known. */
  readonly continued: boolean
}

/** One `[Section]` line; sections may repeat. */
export interface Header {
  readonly name: string
  readonly line: number
}

export interface Lexed {
  readonly entries: ReadonlyArray<Entry>
  readonly headers: ReadonlyArray<Header>
  /** The caller's to add to. */
  readonly diagnostics: Array<Diagnostic>
}

/** A unit file has at most 1 MiB, systemd's own limit. */
export const maximumFileLength = 1024 * 1024
/** A line with its continuations has at most 64 Ki characters. */
export const maximumLineLength = 64 * 1024

/** Nobody reads more than these: a file of a million wrong lines must not cost memory for each. */
export const maximumFaults = 100

const hash = 35
const semicolon = 59
const openBracket = 91
const backslash = 92
const carriageReturn = 13

/** Space, tab, carriage return, newline. Not `trim()`, which takes away characters that are part of a name. */
const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13 || code === 10

/** Nothing is said of the lines of sections that are ignored: they may be in a language of their own. */
export const lex = (text: string, file: string, isIgnored: (section: string) => boolean = () => false): Lexed => {
  const entries: Array<Entry> = []
  const headers: Array<Header> = []
  const diagnostics: Array<Diagnostic> = []
  const fault = (severity: "error" | "warning", code: string, line: number, column: number, message: string) => {
    diagnostics.push({
      severity,
      code,
      at: { file, line, column },
      section: undefined,
      directive: undefined,
      message,
      hint: undefined
    })
  }

  if (isTooLarge(text)) {
    fault("error", Code.FileTooLarge, 0, 0, "the file is larger than 1 MiB: it is not read")
    return { entries, headers, diagnostics }
  }
  if (holds(text, "\0")) {
    fault("error", Code.NotText, lineAt(text, text.indexOf("\0")), 0, "a NUL byte: this is not a text file")
    return { entries, headers, diagnostics }
  }
  if (holds(text, "\ufffd")) {
    fault("warning", Code.NotText, lineAt(text, text.indexOf("\ufffd")), 0, "a character is not valid UTF-8")
  }

  let section: string | undefined
  // After a header that cannot be read, its lines would each be reported as "outside a section": one fault is enough.
  let lost = false
  let ignored = false

  /**
   * One logical line: `source` from `start` to `end`, both trimmed; `equals` is the first `=` at or after `start`.
   * `room` is how much of a continued line stands in its first one.
   */
  const take = (
    source: string,
    start: number,
    end: number,
    equals: number,
    line: number,
    column: number,
    room: number | undefined
  ) => {
    if (end - start > maximumLineLength) {
      return fault("error", Code.LineTooLong, line, column, "the line is longer than 64 KiB with its continuations")
    }
    if (source.charCodeAt(start) === openBracket) {
      lost = source.charCodeAt(end - 1) !== 93 || end - start < 3
      section = lost ? undefined : source.slice(start + 1, end - 1)
      if (section !== undefined) {
        headers.push({ name: section, line })
        ignored = isIgnored(section)
      } else {
        const shown = quote(source.slice(start, end))
        fault("error", Code.BadHeader, line, column, `a section header is "[Name]" and nothing more, not ${shown}`)
      }
      return
    }
    if (lost || ignored && (equals >= end || equals === start)) return
    if (equals >= end) {
      return fault("error", Code.NoAssignment, line, column, `${quote(source.slice(start, end))} has no "="`)
    }
    if (equals === start) return fault("error", Code.NoAssignment, line, column, "there is no name before the \"=\"")
    if (section === undefined) {
      const shown = quote(source.slice(start, end))
      return fault("error", Code.OutsideSection, line, column, `${shown} stands outside a section`)
    }
    let keyEnd = equals
    if (source.charCodeAt(keyEnd - 1) <= 32) { while (isBlank(source.charCodeAt(keyEnd - 1))) keyEnd-- }
    let valueStart = equals + 1
    while (valueStart < end && isBlank(source.charCodeAt(valueStart))) valueStart++
    entries.push({
      section,
      key: source.slice(start, keyEnd),
      value: source.slice(valueStart, end),
      line,
      column,
      valueColumn: column + (room === undefined ? valueStart - start : Math.min(valueStart, room)),
      continued: room !== undefined
    })
  }

  const length = text.length
  let position = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 0
  // Remembered from line to line: a file without a single "=" is searched once, not once a line.
  let equals = indexOrEnd(text, "=", 0)
  while (position < length) {
    if (diagnostics.length >= maximumFaults) {
      const message = `there are ${maximumFaults} faults or more: the rest of the file is not read`
      fault("error", Code.TooManyFaults, line + 1, 1, message)
      break
    }
    line++
    const lineStart = position
    let newline = text.indexOf("\n", position)
    if (newline < 0) newline = length
    position = newline + 1
    let start = lineStart
    let first = text.charCodeAt(start)
    while (first <= 32 && start < newline && isBlank(first)) first = text.charCodeAt(++start)
    if (start === newline || first === hash || first === semicolon) continue
    const column = start - lineStart + 1
    const last = text.charCodeAt(newline - 1)
    if ((last === backslash || last === carriageReturn) && continues(text, start, newline)) {
      const pieces = [text.slice(start, lineEnd(text, newline) - 1)]
      const firstLine = line
      let size = newline - start
      let more = true
      while (more && position < length) {
        line++
        const pieceEnd = indexOrEnd(text, "\n", position)
        let pieceStart = position
        position = pieceEnd + 1
        while (pieceStart < pieceEnd && isBlank(text.charCodeAt(pieceStart))) pieceStart++
        const code = text.charCodeAt(pieceStart)
        if (pieceStart < pieceEnd && (code === hash || code === semicolon)) continue
        more = continues(text, pieceStart, pieceEnd)
        size += pieceEnd - pieceStart
        // Past the limit the pieces are only counted, so that no file makes us hold more than it is worth.
        if (size <= maximumLineLength + 1) pieces.push(text.slice(pieceStart, lineEnd(text, pieceEnd) - (more ? 1 : 0)))
      }
      if (size > maximumLineLength) {
        fault("error", Code.LineTooLong, firstLine, column, "the line is longer than 64 KiB with its continuations")
        continue
      }
      const whole = pieces.join(" ")
      let end = whole.length
      while (end > 0 && isBlank(whole.charCodeAt(end - 1))) end--
      // The blank of a continuation may come first of all: its first line was nothing but the backslash.
      let from = 0
      while (from < end && isBlank(whole.charCodeAt(from))) from++
      if (end > 0) take(whole, from, end, indexOrEnd(whole, "=", from), firstLine, column, pieces[0]?.length ?? 0)
      continue
    }
    let end = newline
    if (last <= 32) { while (isBlank(text.charCodeAt(end - 1))) end-- }
    if (equals < start) equals = indexOrEnd(text, "=", start)
    // Nearly every line is plainly "Key=value" in a section; `take` knows the others.
    if (
      equals > start && equals + 1 < end && section !== undefined && first !== openBracket &&
      end - start <= maximumLineLength && text.charCodeAt(equals - 1) > 32 && text.charCodeAt(equals + 1) > 32
    ) {
      const valueColumn = column + equals + 1 - start
      const key = text.slice(start, equals)
      const value = text.slice(equals + 1, end)
      entries.push({ section, key, value, line, column, valueColumn, continued: false })
      continue
    }
    take(text, start, end, equals, line, column, undefined)
  }
  return { entries, headers, diagnostics }
}

/** `includes`, for a text that most likely does not: QuickJS splits ten times as fast as it searches. */
const holds = (text: string, char: string): boolean => text.split(char, 2).length > 1

const indexOrEnd = (text: string, search: string, from: number): number => {
  const index = text.indexOf(search, from)
  return index < 0 ? text.length : index
}

/** The end of a line without the carriage return that Windows editors leave. */
const lineEnd = (text: string, newline: number): number =>
  text.charCodeAt(newline - 1) === carriageReturn ? newline - 1 : newline

/** A line goes on if it ends in an odd number of backslashes: in pairs they are literal ones. */
const continues = (text: string, start: number, newline: number): boolean => {
  const last = lineEnd(text, newline) - 1
  let at = last
  while (at >= start && text.charCodeAt(at) === backslash) at--
  return (last - at) % 2 === 1
}

const lineAt = (text: string, index: number): number => {
  let line = 1
  for (let at = text.indexOf("\n"); at >= 0 && at < index; at = text.indexOf("\n", at + 1)) line++
  return line
}

/** The limit counts bytes of UTF-8; they are only counted one by one where it can matter. */
const isTooLarge = (text: string): boolean => {
  if (text.length > maximumFileLength) return true
  if (text.length * 3 <= maximumFileLength) return false
  let extra = 0
  const wide = /[^\u0000-\u007f]+/g
  for (let run = wide.exec(text); run !== null; run = wide.exec(text)) {
    // Halves of a pair count two bytes each here: four for the pair, as in UTF-8.
    for (let index = 0; index < run[0].length; index++) {
      const code = run[0].charCodeAt(index)
      extra += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2
    }
  }
  return text.length + extra > maximumFileLength
}
