/**
 * Variables and specifiers in values. Pure: both are looked up through what the caller passes.
 *
 * `${NAME}`, `${NAME:-default}` (nested; ours) and `$$` mean the same everywhere. `$NAME` without braces means
 * something only as a whole word of a command line, systemd.service(5). What is substituted is never read again.
 *
 * @since 0.1.0
 */
import { isName } from "./grammar/Environment.ts"
import * as Words from "./grammar/Words.ts"
import type { Specifiers } from "./Specifiers.ts"

export * as Specifiers from "./Specifiers.ts"

/** The value of a variable, `undefined` if it is not set. */
export type Lookup = (name: string) => string | undefined

export interface ExpandedText {
  readonly text: string
  /** Variables that are not set and have no default, each once. */
  readonly missing: ReadonlyArray<string>
}

export interface ExpandedWords {
  readonly words: ReadonlyArray<string>
  readonly missing: ReadonlyArray<string>
}

/** Defaults in defaults in defaults: past this, somebody is attacking the parser, and the text stays as it is. */
export const maximumDepth = 64

const opening = /\$\{([A-Za-z_][A-Za-z0-9_]*)(:-|\})/y

/** A `${NAME:-` whose closing brace is still to come. */
interface Open {
  readonly name: string
  /** The text around it, up to where it begins. */
  readonly before: string
  /** As written, for when the closing brace never comes. */
  readonly written: string
  /** How many variables were missing before its default. */
  readonly missing: number
}

const nothing: ReadonlyArray<string> = []

/** Substitutes `${NAME}`, `${NAME:-default}` and `$$`; anything else with a dollar sign stays as it is. */
export const expandText = (text: string, lookup: Lookup): ExpandedText => {
  let dollar = text.indexOf("$")
  if (dollar < 0) return { text, missing: nothing }
  const missing: Array<string> = []
  const stack: Array<Open> = []
  let out = text.slice(0, dollar)
  let at = dollar
  // Searched anew only when passed: a text with many dollars and no brace must not be searched once for each.
  let brace = indexOrEnd(text, "}", at)
  while (at < text.length) {
    if (dollar < at) dollar = indexOrEnd(text, "$", at)
    if (brace < at) brace = indexOrEnd(text, "}", at)
    const stop = stack.length > 0 && brace < dollar ? brace : dollar
    out += text.slice(at, stop)
    at = stop
    if (at >= text.length) break
    if (stop === brace) {
      const open = stack.pop()
      if (open === undefined) break
      const value = lookup(open.name)
      // A default that is not taken may name whatever it wants.
      if (value !== undefined && value !== "") missing.length = open.missing
      out = open.before + (value === undefined || value === "" ? out : value)
      at++
      continue
    }
    if (text.charCodeAt(at + 1) === 36) {
      out += "$"
      at += 2
      continue
    }
    opening.lastIndex = at
    const match = opening.exec(text)
    if (match === null) {
      out += "$"
      at++
      continue
    }
    const [written, name = "", kind] = match
    at = opening.lastIndex
    if (kind === ":-") {
      if (stack.length === maximumDepth) return { text, missing: nothing }
      stack.push({ name, before: out, written, missing: missing.length })
      out = ""
      continue
    }
    const value = lookup(name)
    if (value === undefined) missing.push(name)
    else out += value
  }
  for (let open = stack.pop(); open !== undefined; open = stack.pop()) out = open.before + open.written + out
  return { text: out, missing: missing.length > 1 ? [...new Set(missing)] : missing }
}

/**
 * The words of a command line when it runs, systemd.service(5). A word that is `$NAME` becomes the words of that
 * variable: none, one or several, its quotes respected. Inside other words only the forms with braces are substituted,
 * and never split.
 */
export const expandWords = (words: ReadonlyArray<string>, lookup: Lookup): ExpandedWords => {
  if (!words.some((word) => word.includes("$"))) return { words, missing: nothing }
  const out: Array<string> = []
  const missing = new Set<string>()
  for (const word of words) {
    if (word.charCodeAt(0) === 36 && isName(word.slice(1))) {
      const value = lookup(word.slice(1))
      if (value === undefined) missing.add(word.slice(1))
      else for (const part of Words.parse(value, "relaxed").words) out.push(part.text)
    } else {
      const expanded = expandText(word, lookup)
      for (const name of expanded.missing) missing.add(name)
      out.push(expanded.text)
    }
  }
  return { words: out, missing: [...missing] }
}

export interface ExpandedSpecifiers {
  readonly text: string
  /** Letters without a value; they stand as written, percent sign included. */
  readonly unknown: ReadonlyArray<string>
}

/** As `expandText`; with `protect`, dollar signs in what is substituted are doubled, so that they survive that. */
export const expandSpecifiers = (text: string, specifiers: Specifiers, protect = false): ExpandedSpecifiers =>
  replaceSpecifiers(text, (letter) => specifiers[letter], protect)

/** `expandSpecifiers` with values that are worked out when they are asked for. */
export const replaceSpecifiers = (
  text: string,
  valueOf: (letter: string) => string | undefined,
  protect: boolean
): ExpandedSpecifiers => {
  let percent = text.indexOf("%")
  if (percent < 0) return { text, unknown: nothing }
  let unknown: Array<string> | undefined
  let out = ""
  let at = 0
  while (percent >= 0) {
    if (!isLetter(text.charCodeAt(percent + 1))) {
      percent = text.indexOf("%", percent + 1)
      continue
    }
    const letter = text.charAt(percent + 1)
    const value = letter === "%" ? "%" : valueOf(letter)
    if (value === undefined) {
      unknown ??= []
      unknown.push(letter)
    } else {
      out += text.slice(at, percent)
      out += protect && value.includes("$") ? value.replace(/\$/g, "$$$$") : value
      at = percent + 2
    }
    percent = text.indexOf("%", percent + 2)
  }
  return { text: at === 0 ? text : out + text.slice(at), unknown: unknown ?? nothing }
}

/** What a percent sign is followed by: a letter, a digit or another one. */
const isLetter = (code: number): boolean =>
  code >= 97 && code <= 122 || code >= 65 && code <= 90 || code >= 48 && code <= 57 || code === 37

const indexOrEnd = (text: string, search: string, from: number): number => {
  const index = text.indexOf(search, from)
  return index < 0 ? text.length : index
}
