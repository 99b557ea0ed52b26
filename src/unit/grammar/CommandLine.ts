/**
 * Values of `Exec*=`, systemd.service(5) "COMMAND LINES": prefixes, a program, its arguments, and `;` before the next.
 *
 * @since 0.1.0
 */
import { quote } from "../Diagnostic.ts"
import type { CommandFlags } from "../Unit.ts"
import type { Fault } from "./Words.ts"
import * as Words from "./Words.ts"

export interface ParsedCommand {
  readonly flags: CommandFlags
  readonly path: string
  /** `argv[0]` included. */
  readonly words: ReadonlyArray<string>
  /** Where the command begins in the value, from 0. */
  readonly offset: number
}

export interface CommandLine {
  readonly commands: ReadonlyArray<ParsedCommand>
  readonly faults: ReadonlyArray<Fault>
}

/** Substitutions done at load, on words that are already split. */
export interface Transform {
  readonly path: (text: string, flags: CommandFlags) => string
  readonly word: (text: string, flags: CommandFlags) => string
}

const identity: Transform = { path: (text) => text, word: (text) => text }

/** No command at all for an empty value: the caller resets its list. */
export const parse = (text: string, transform: Transform = identity): CommandLine => {
  const commands: Array<ParsedCommand> = []
  const faults: Array<Fault> = []
  const words = text.includes(";") ? undefined : Words.texts(text)
  if (words !== undefined) {
    const first = words.shift()
    const offset = text.charCodeAt(0) === 32 && first !== undefined ? text.indexOf(first) : 0
    if (first !== undefined) build({ text: first, offset, end: 0 }, words, transform, commands, faults)
    return { commands, faults }
  }
  let at = 0
  while (true) {
    const empty = separator(text, at)
    if (empty !== undefined && !empty.escaped) {
      at = empty.end
      continue
    }
    const first = Words.next(text, at, "decode", faults)
    if (first === undefined) break
    const { end, words } = rest(text, first.end, faults)
    at = end
    build(first, words, transform, commands, faults)
    // What is said of this command comes last.
    if (faults.at(-1)?.severity === "error") break
  }
  return { commands, faults }
}

/** One command from its first word, prefixes included, and the words after it. */
const build = (
  first: Words.Word,
  words: ReadonlyArray<string>,
  transform: Transform,
  commands: Array<ParsedCommand>,
  faults: Array<Fault>
): void => {
  const { flags, start } = prefixes(first.text)
  const path = transform.path(first.text.slice(start), flags)
  const message = refuse(path) ?? (flags.ownArgv0 && words.length === 0
    ? "\"@\" wants a word after the program: its argv[0]"
    : undefined)
  if (message !== undefined) {
    faults.push({ offset: first.offset, severity: "error", message })
    return
  }
  const out: Array<string> = []
  // A program's own path is taken as it is: the dollar signs in it are no variables when the command runs.
  if (!flags.ownArgv0) out.push(flags.literal || !path.includes("$") ? path : path.replace(/\$/g, "$$$$"))
  for (let index = 0; index < words.length; index++) out.push(transform.word(words[index] ?? "", flags))
  commands.push({ flags, path, words: out, offset: first.offset })
}

interface Rest {
  readonly words: ReadonlyArray<string>
  readonly end: number
}

/** The words up to the end or to a `;` that stands alone and unquoted. */
const rest = (text: string, from: number, faults: Array<Fault>): Rest => {
  const words: Array<string> = []
  let at = from
  while (true) {
    const lone = separator(text, at)
    if (lone !== undefined && !lone.escaped) return { words, end: lone.end }
    if (lone !== undefined) {
      words.push(";")
      at = lone.end
      continue
    }
    const word = Words.next(text, at, "decode", faults)
    if (word === undefined) return { words, end: text.length }
    words.push(word.text)
    at = word.end
  }
}

const loneSemicolon = /(\\?);(?=[ \t\r\n]|$)/y

const separator = (text: string, from: number): { readonly escaped: boolean; readonly end: number } | undefined => {
  let at = from
  while (Words.isBlank(text.charCodeAt(at))) at++
  const code = text.charCodeAt(at)
  if (code !== 59 && code !== 92) return undefined
  loneSemicolon.lastIndex = at
  const match = loneSemicolon.exec(text)
  return match === null ? undefined : { escaped: match[1] === "\\", end: loneSemicolon.lastIndex }
}

const noPrefixes = {
  flags: { ignoreFailure: false, literal: false, ownArgv0: false, ownIdentity: false, privileged: false },
  start: 0
}

/** Each prefix once, in any order; `+`, `!` and `!!` shut each other out. What is too much belongs to the path. */
const prefixes = (word: string): { readonly flags: CommandFlags; readonly start: number } => {
  if (word.charCodeAt(0) === 47) return noPrefixes
  let ignoreFailure = false
  let ownArgv0 = false
  let literal = false
  let plus = false
  let bangs = 0
  let start = 0
  for (; start < word.length; start++) {
    const char = word.charCodeAt(start)
    if (char === 45 && !ignoreFailure) ignoreFailure = true
    else if (char === 64 && !ownArgv0) ownArgv0 = true
    else if (char === 58 && !literal) literal = true
    else if (char === 43 && !plus && bangs === 0) plus = true
    else if (char === 33 && !plus && bangs < 2) bangs++
    else break
  }
  return { flags: { ignoreFailure, literal, ownArgv0, ownIdentity: bangs === 1, privileged: plus }, start }
}

const clean = /^[^\u0000-\u001f\u007f]+$/

/** Why this can be no program. */
const refuse = (path: string): string | undefined => {
  if (path === "") return "the program is missing"

  if (!clean.test(path)) return `the program ${quote(path)} holds a control character`
  if (path.endsWith("/")) return `the program ${quote(path)} is a directory`
  if (path.charCodeAt(0) === 47) return undefined
  if (path.includes("/")) return `the program ${quote(path)} is neither an absolute path nor a bare name`
  if (path.charCodeAt(0) === 36) return `the program ${quote(path)} may not be a variable`
  return path === "." || path === ".." ? `the program ${quote(path)} is a directory` : undefined
}
