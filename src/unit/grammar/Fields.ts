/**
 * Lists whose words have parts between colons, systemd.exec(5) `BindPaths=`: separated by blanks, each perhaps in
 * quotes; a colon with a backslash before it is part of the text, and so is one in a variable: `${NAME:-default}`.
 *
 * @since 0.1.0
 */
import type { Fault, Mode } from "./Words.ts"
import * as Words from "./Words.ts"

export interface Item {
  readonly fields: ReadonlyArray<string>
  readonly offset: number
}

export interface Fields {
  readonly items: ReadonlyArray<Item>
  readonly faults: ReadonlyArray<Fault>
}

/**
 * With `quotesProtect`, colons in quotes separate nothing. Past `most` fields, colons are part of the last one.
 */
export const parse = (text: string, most: number, quotesProtect: boolean, mode: Mode = "strip"): Fields => {
  if (Words.isPlain(text) && !text.includes("${")) {
    const { faults, words } = Words.parse(text)
    return { items: words.map((word) => ({ fields: cut(word.text, most), offset: word.offset })), faults }
  }
  const items: Array<Item> = []
  const faults: Array<Fault> = []
  let fields: Array<string> | undefined
  let field = ""
  let offset = 0
  let quote = ""
  let opened = 0
  let depth = 0
  const end = () => {
    if (fields !== undefined) items.push({ fields: [...fields, field], offset })
    fields = undefined
    field = ""
    depth = 0
  }
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (quote === "" && /[ \t\r\n]/.test(char)) {
      end()
      continue
    }
    if (fields === undefined) {
      fields = []
      offset = at
    }
    if (char === "\\") {
      const colon = text.charAt(at + 1) === ":"
      const piece = colon ? { text: ":", end: at + 2 } : Words.escape(text, at, mode, faults)
      field += piece.text
      at = piece.end - 1
    } else if (char === quote) {
      quote = ""
    } else if (quote === "" && (char === "\"" || char === "'")) {
      quote = char
      opened = at
    } else if (char === ":" && depth === 0 && fields.length + 1 < most && !(quotesProtect && quote !== "")) {
      fields.push(field)
      field = ""
    } else {
      if (char === "{" && text.charAt(at - 1) === "$") depth++
      else if (char === "}" && depth > 0) depth--
      field += char
    }
  }
  if (quote === "") end()
  else faults.push({ offset: opened, severity: "error", message: Words.openQuote(text.slice(opened)) })
  return { items, faults }
}

/** Where the first part of a text ends, whose parts are between colons: -1 if there is only one. */
export const firstColon = (text: string): number => {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 58 && depth === 0) return at
    if (code === 123 && text.charCodeAt(at - 1) === 36) depth++
    else if (code === 125 && depth > 0) depth--
  }
  return -1
}

const cut = (word: string, most: number): ReadonlyArray<string> => {
  const parts = word.split(":")
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(":")]
}
