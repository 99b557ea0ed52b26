/**
 * Text of a unit file to its assignments, systemd.syntax(7). Knows nothing of what the names mean.
 *
 * An interpreter pays for each character it handles, so the text is split into lines by the engine, and an ordinary line
 * is split and trimmed by its ends; only continued lines are put together from pieces.
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { quote } from "./Diagnostic.ts"
import type { Entry, Header, Lexed } from "./Lexed.ts"
import { isTooLarge, lineOf } from "./PlainText.ts"

export type { Entry, Header, Lexed } from "./Lexed.ts"
export { maximumFileLength } from "./PlainText.ts"

/** A line with its continuations has at most 64 Ki characters. */
export const maximumLineLength = 64 * 1024

/** Nobody reads more than these: a file of a million wrong lines must not cost memory for each. */
export const maximumFaults = 100

const hash = 35
const semicolon = 59
const openBracket = 91
const closeBracket = 93
const backslash = 92
const carriageReturn = 13

/** Space, tab, carriage return, newline. Not `trim()`, which takes away characters that are part of a name. */
const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13 || code === 10

/** Nothing is said of the lines of sections that are ignored: they may be in a language of their own. */
export const lex = (text: string, file: string, isIgnored: (section: string) => boolean = () => false): Lexed =>
  scan<Entry>(text, file, isIgnored, nothing)

/** What is known of lines, by section and whole line. */
export type Recalled<Known> = ReadonlyMap<string, ReadonlyMap<string, Known>>

const nothing: Recalled<never> = new Map()

/** A file in which known lines stand for themselves. */
export interface Scanned<Known> {
  readonly entries: ReadonlyArray<Entry | Known>
  readonly headers: ReadonlyArray<Header>
  readonly diagnostics: Array<Diagnostic>
}

/** Where the reading of a text has come to. */
interface State<Known> extends Scanned<Known> {
  readonly file: string
  readonly entries: Array<Entry | Known>
  readonly headers: Array<Header>
  readonly isIgnored: (section: string) => boolean
  readonly recalled: Recalled<Known>
  section: string | undefined
  /** What is known of the lines of this section. */
  known: ReadonlyMap<string, Known> | undefined
  /** After a header that cannot be read, its lines would each be reported as "outside a section": one fault is enough. */
  lost: boolean
  ignored: boolean
}

/** `lex`, that does not look again at lines that are known already. */
export const scan = <Known>(
  text: string,
  file: string,
  isIgnored: (section: string) => boolean,
  recalled: Recalled<Known>
): Scanned<Known> => {
  const entries: Array<Entry | Known> = []
  const state: State<Known> = {
    entries,
    headers: [],
    diagnostics: [],
    file,
    isIgnored,
    recalled,
    section: undefined,
    known: undefined,
    lost: false,
    ignored: false
  }
  if (!isText(state, text)) return state
  const lines = (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).split("\n")
  // What ends in a newline has no line after it.
  const count = lines[lines.length - 1] === "" ? lines.length - 1 : lines.length
  let section: string | undefined
  let known: ReadonlyMap<string, Known> | undefined
  let line = 0
  while (line < count) {
    const source = lines[line++] ?? ""
    const same = known === undefined ? undefined : known.get(source)
    if (same !== undefined) {
      entries.push(same)
      continue
    }
    const first = source.charCodeAt(0)
    if (source === "" || first === hash) continue
    // Nearly every line is plainly "Key=value" in a section, and lacks the blanks that `takeLine` looks for.
    if (section !== undefined && isPlain(source, first)) {
      const equals = source.indexOf("=")
      if (equals > 0 && source.charCodeAt(equals - 1) > 32 && source.charCodeAt(equals + 1) > 32) {
        const key = source.slice(0, equals)
        const value = source.slice(equals + 1)
        entries.push({ section, key, value, line, column: 1, valueColumn: equals + 2, continued: false })
        continue
      }
    }
    line = takeLine(state, lines, line, count)
    section = state.section
    known = state.known
    if (state.diagnostics.length >= maximumFaults && line < count) {
      fault(state, "error", Code.TooManyFaults, line + 1, 1, tooMany)
      break
    }
  }
  return state
}

const fault = (
  { diagnostics, file }: State<unknown>,
  severity: "error" | "warning",
  code: string,
  line: number,
  column: number,
  message: string
): void => {
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

/** Whether this is a file to be read at all. */
const isText = (state: State<unknown>, text: string): boolean => {
  if (isTooLarge(text)) {
    fault(state, "error", Code.FileTooLarge, 0, 0, "the file is larger than 1 MiB: it is not read")
    return false
  }
  const binary = lineOf(text, "\0")
  if (binary > 0) {
    fault(state, "error", Code.NotText, binary, 0, "a NUL byte: this is not a text file")
    return false
  }
  const broken = lineOf(text, "\ufffd")
  if (broken > 0) fault(state, "warning", Code.NotText, broken, 0, "a character is not valid UTF-8")
  return true
}

/** Whether a line begins and ends with its assignment: neither blanks, comment nor header, and nothing that goes on. */
const isPlain = (line: string, first: number): boolean => {
  if (first <= semicolon || first === openBracket || first === backslash) return false
  const last = line.charCodeAt(line.length - 1)
  return last > 32 && last !== backslash && line.length <= maximumLineLength
}

/** Whether a line is a header as headers are written. */
const isHeader = (line: string): boolean =>
  line.charCodeAt(0) === openBracket && line.charCodeAt(line.length - 1) === closeBracket &&
  line.length <= maximumLineLength

/** Any line, with those that continue it; answers the number of the last one. */
const takeLine = (state: State<unknown>, lines: ReadonlyArray<string>, number: number, count: number): number => {
  const source = lines[number - 1] ?? ""
  if (isHeader(source)) {
    takeHeader(state, source, number, 1)
    return number
  }
  let start = 0
  let first = source.charCodeAt(0)
  while (first <= 32 && isBlank(first)) first = source.charCodeAt(++start)
  if (start === source.length || first === hash || first === semicolon) return number
  const column = start + 1
  const last = source.charCodeAt(source.length - 1)
  if ((last !== backslash && last !== carriageReturn) || !continues(source, start)) {
    let end = source.length
    if (last <= 32) { while (isBlank(source.charCodeAt(end - 1))) end-- }
    take(state, source, start, end, number, column, undefined)
    return number
  }
  const pieces = [source.slice(start, lineEnd(source) - 1)]
  let line = number
  let size = source.length - start
  let more = true
  while (more && line < count) {
    const piece = lines[line++] ?? ""
    let pieceStart = 0
    while (isBlank(piece.charCodeAt(pieceStart))) pieceStart++
    const code = piece.charCodeAt(pieceStart)
    if (code === hash || code === semicolon) continue
    more = continues(piece, pieceStart)
    size += piece.length - pieceStart
    // Past the limit the pieces are only counted, so that no file makes us hold more than it is worth.
    if (size <= maximumLineLength + 1) pieces.push(piece.slice(pieceStart, lineEnd(piece) - (more ? 1 : 0)))
  }
  if (size > maximumLineLength) {
    fault(state, "error", Code.LineTooLong, number, column, tooLong)
    return line
  }
  const whole = pieces.join(" ")
  let end = whole.length
  while (end > 0 && isBlank(whole.charCodeAt(end - 1))) end--
  // The blank of a continuation may come first of all: its first line was nothing but the backslash.
  let from = 0
  while (from < end && isBlank(whole.charCodeAt(from))) from++
  if (end > 0) take(state, whole, from, end, number, column, pieces[0]?.length ?? 0)
  return line
}

const noName = "there is no name before the \"=\""
const tooMany = `there are ${maximumFaults} faults or more: the rest of the file is not read`
const tooLong = "the line is longer than 64 KiB with its continuations"

/**
 * One logical line: `source` from `start` to `end`, both trimmed. `room` is how much of a continued line stands in its
 * first one.
 */
const take = (
  state: State<unknown>,
  source: string,
  start: number,
  end: number,
  line: number,
  column: number,
  room: number | undefined
): void => {
  if (end - start > maximumLineLength) return fault(state, "error", Code.LineTooLong, line, column, tooLong)
  if (source.charCodeAt(start) === openBracket) return takeHeader(state, source.slice(start, end), line, column)
  const { section } = state
  const equals = source.indexOf("=", start)
  const lacks = equals < 0 || equals >= end
  if (state.lost || state.ignored && (lacks || equals === start)) return
  if (lacks) {
    return fault(state, "error", Code.NoAssignment, line, column, `${quote(source.slice(start, end))} has no "="`)
  }
  if (equals === start) return fault(state, "error", Code.NoAssignment, line, column, noName)
  if (section === undefined) {
    const shown = quote(source.slice(start, end))
    return fault(state, "error", Code.OutsideSection, line, column, `${shown} stands outside a section`)
  }
  let keyEnd = equals
  if (source.charCodeAt(keyEnd - 1) <= 32) { while (isBlank(source.charCodeAt(keyEnd - 1))) keyEnd-- }
  let valueStart = equals + 1
  while (valueStart < end && isBlank(source.charCodeAt(valueStart))) valueStart++
  state.entries.push({
    section,
    key: source.slice(start, keyEnd),
    value: source.slice(valueStart, end),
    line,
    column,
    valueColumn: column + (room === undefined ? valueStart - start : Math.min(valueStart, room)),
    continued: room !== undefined
  })
}

const takeHeader = (state: State<unknown>, header: string, line: number, column: number): void => {
  state.lost = header.charCodeAt(header.length - 1) !== closeBracket || header.length < 3
  if (state.lost) {
    state.section = state.known = undefined
    const message = `a section header is "[Name]" and nothing more, not ${quote(header)}`
    return fault(state, "error", Code.BadHeader, line, column, message)
  }
  const name = header.slice(1, -1)
  state.section = name
  state.known = state.recalled.get(name)
  state.ignored = state.isIgnored(name)
  state.headers.push({ name, line })
}

/** The end of a line without the carriage return that Windows editors leave. */
const lineEnd = (line: string): number =>
  line.charCodeAt(line.length - 1) === carriageReturn ? line.length - 1 : line.length

/** A line goes on if it ends in an odd number of backslashes: in pairs they are literal ones. */
const continues = (line: string, start: number): boolean => {
  const last = lineEnd(line) - 1
  let at = last
  while (at >= start && line.charCodeAt(at) === backslash) at--
  return (last - at) % 2 === 1
}
