/**
 * Values that are split into words, systemd.syntax(7) "QUOTING": quotes, and C escapes inside and outside of them.
 *
 * As in systemd itself, a quote may also begin in the middle of a word (`--name="a b"`).
 *
 * @since 0.1.0
 */
import { quote as shown } from "../Diagnostic.ts"

export interface Word {
  readonly text: string
  /** Where the word begins in the value, from 0. */
  readonly offset: number
  /** Where what follows it begins. */
  readonly end: number
}

export interface Fault {
  readonly offset: number
  /** `error`: the value has no meaning. `warning`: what is there stands as it is written. */
  readonly severity: "error" | "warning"
  readonly message: string
}

/**
 * What a backslash means. `decode`: an escape sequence. `retain`: itself, for unit names, which hold escapes of their
 * own. `strip`: the next character as it is, for most lists. `relaxed`: the same, and open quotes are forgiven: for
 * values of variables.
 */
export type Mode = "decode" | "retain" | "strip" | "relaxed"

export interface Words {
  readonly words: ReadonlyArray<Word>
  readonly faults: ReadonlyArray<Fault>
}

const plain = /[^ \t\r\n"'\\]+/y
const inDouble = /[^"\\]+/y
const inSingle = /[^'\\]+/y
const byte = /\\(?:x([0-9a-fA-F]{2})|([0-3][0-7]{2}))/y
const codePoint = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y

/** Space, tab, newline, carriage return: what stands between words. */
export const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

const none: ReadonlyArray<Fault> = []

/** Whether a value has neither quotes nor escapes nor blanks other than spaces: most have none. */
export const isPlain = (text: string): boolean =>
  !text.includes("\"") && !text.includes("'") && !text.includes("\\") && !hasOtherBlanks(text)

/** All words of a value. */
export const parse = (text: string, mode: Mode = "decode"): Words => {
  if (isPlain(text)) return { words: splitPlain(text), faults: none }
  const words: Array<Word> = []
  const faults: Array<Fault> = []
  for (let word = next(text, 0, mode, faults); word !== undefined; word = next(text, word.end, mode, faults)) {
    words.push(word)
  }
  return { words, faults: faults.length === 0 ? none : faults }
}

/**
 * The words of a value as texts, where that needs no decoding: they are separated by spaces, and some perhaps stand in
 * double quotes as a whole. `undefined` for all other values.
 */
export const texts = (text: string): Array<string> | undefined => {
  if (text.includes("'") || text.includes("\\") || hasOtherBlanks(text)) return undefined
  if (!text.includes("\"")) return bare(text)
  const parts = text.split("\"")
  if (parts.length % 2 === 0) return undefined
  const words: Array<string> = []
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? ""
    if (index % 2 === 1) {
      words.push(part)
      continue
    }
    // What touches a quoted piece is one word with it.
    if (index > 0 && part !== "" && part.charCodeAt(0) !== 32) return undefined
    if (index > 0 && part === "" && index + 1 < parts.length) return undefined
    if (index + 1 < parts.length && part !== "" && part.charCodeAt(part.length - 1) !== 32) return undefined
    const plain = part.split(" ")
    for (let at = 0; at < plain.length; at++) {
      const word = plain[at] ?? ""
      if (word !== "") words.push(word)
    }
  }
  return words
}

/** Words that nothing but spaces separate, mostly one each. */
const bare = (text: string): Array<string> => {
  const words = text.split(" ")
  return words.includes("") ? words.filter((word) => word !== "") : words
}

const hasOtherBlanks = (text: string): boolean => text.includes("\t") || text.includes("\r") || text.includes("\n")

/** The engine splits many times faster than it searches, or than a loop goes over the characters. */
const splitPlain = (text: string): ReadonlyArray<Word> => {
  const words: Array<Word> = []
  const parts = text.split(" ")
  let offset = 0
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? ""
    const end = offset + part.length
    if (part !== "") words.push({ text: part, offset, end })
    offset = end + 1
  }
  return words
}

/** The word at or after `from`, or `undefined` at the end of the text. After an `error` there are no more words. */
export const next = (text: string, from: number, mode: Mode, faults: Array<Fault>): Word | undefined => {
  const length = text.length
  let offset = from
  while (offset < length && isBlank(text.charCodeAt(offset))) offset++
  if (offset >= length) return undefined
  // A quoted word as people write it: nothing but text from one mark to the other.
  const mark = text.charCodeAt(offset)
  if (mark === 34 || mark === 39) {
    const close = text.indexOf(mark === 34 ? "\"" : "'", offset + 1)
    if (close > 0 && (close + 1 === length || text.charCodeAt(close + 1) === 32)) {
      const inside = text.slice(offset + 1, close)
      if (!inside.includes("\\")) return { text: inside, offset, end: close + 1 }
    }
  }
  let at = run(plain, text, offset)
  if (at === length || isBlank(text.charCodeAt(at))) return { text: text.slice(offset, at), offset, end: at }
  let word = text.slice(offset, at)
  while (at < length) {
    const code = text.charCodeAt(at)
    if (isBlank(code)) break
    if (code === 34 || code === 39) {
      const piece = quoted(text, at, code, mode, faults)
      word += piece.text
      at = piece.end
      if (at < 0) return mode === "relaxed" ? { text: word, offset, end: length } : undefined
    } else if (code === 92) {
      const piece = escape(text, at, mode, faults)
      word += piece.text
      at = piece.end
    } else {
      const end = run(plain, text, at)
      word += text.slice(at, end)
      at = end
    }
  }
  return { text: word, offset, end: at }
}

interface Piece {
  readonly text: string
  /** -1: the text ended before the piece did. */
  readonly end: number
}

/** From an opening quote to the closing one. */
const quoted = (text: string, from: number, mark: number, mode: Mode, faults: Array<Fault>): Piece => {
  const inside = mark === 34 ? inDouble : inSingle
  let value = ""
  let at = from + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === mark) return { text: value, end: at + 1 }
    if (code === 92) {
      const piece = escape(text, at, mode, faults)
      value += piece.text
      at = piece.end
    } else {
      const end = run(inside, text, at)
      value += text.slice(at, end)
      at = end
    }
  }
  if (mode !== "relaxed") {
    faults.push({ offset: from, severity: "error", message: openQuote(text.slice(from)) })
  }
  return { text: value, end: -1 }
}

const single: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ["\"", "\""],
  ["'", "'"],
  ["s", " "]
])

/** What is said of a quote that nothing closes. */
export const openQuote = (text: string): string => `the quote ${shown(text)} is not closed`

/** What a backslash and its followers stand for, from where the backslash is. */
export const escape = (text: string, at: number, mode: Mode, faults: Array<Fault>): Piece => {
  const letter = text.charAt(at + 1)
  if (mode === "retain") return { text: `\\${letter}`, end: at + 1 + letter.length }
  if (mode !== "decode") return { text: letter, end: at + 1 + letter.length }
  const simple = single.get(letter)
  if (simple !== undefined) return { text: simple, end: at + 2 }
  const character = decodeBytes(text, at)
  if (character !== undefined) return character
  codePoint.lastIndex = at
  const match = codePoint.exec(text)
  if (match !== null) {
    const code = parseInt(match[1] ?? match[2] ?? "", 16)
    const scalar = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
    if (scalar) return { text: String.fromCodePoint(code), end: codePoint.lastIndex }
  }
  faults.push({
    offset: at,
    severity: "warning",
    message: letter === ""
      ? "a backslash at the end stands for itself"
      : `${shown(`\\${letter}`)} is no escape sequence and stands for itself`
  })
  return { text: `\\${letter}`, end: at + 1 + letter.length }
}

/**
 * `\x` and octal escapes are bytes, and only several of them may make one character of UTF-8: the one that begins here.
 * NUL is no character.
 */
const decodeBytes = (text: string, from: number): Piece | undefined => {
  let percent = ""
  let end = from
  let missing = 1
  while (missing-- > 0) {
    byte.lastIndex = end
    const match = byte.exec(text)
    if (match === null) return undefined
    const [, hexadecimal, octal = ""] = match
    const code = hexadecimal === undefined ? parseInt(octal, 8) : parseInt(hexadecimal, 16)
    if (code === 0) return undefined
    if (end === from) missing = code < 0xc0 ? 0 : code < 0xe0 ? 1 : code < 0xf0 ? 2 : 3
    percent += `%${code.toString(16).padStart(2, "0")}`
    end = byte.lastIndex
  }
  try {
    return { text: decodeURIComponent(percent), end }
  } catch {
    return undefined
  }
}

const run = (pattern: RegExp, text: string, from: number): number => {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : from
}

const unquoted = /^[^\s"'\\;$%\u0000-\u001f]+$/

/** Writes words so that `parse` reads the same words. */
export const quote = (words: ReadonlyArray<string>): string =>
  words.map((word) => unquoted.test(word) ? word : `"${word.replace(/["\\\u0001-\u001f\u007f]/g, escapeChar)}"`).join(
    " "
  )

const escapeChar = (char: string): string =>
  char === "\"" || char === "\\" ? `\\${char}` : `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`
