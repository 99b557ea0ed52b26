/**
 * Assignments to the text of a unit file, systemd.syntax(7): what `Lexer.lex` reads from it are the same assignments.
 *
 * The values are texts as they stand in a file. Those of one grammar come from its `format`; words in quotes come from
 * `Words.quote`; what is to stand for itself where variables and specifiers are substituted comes from `literal`.
 *
 * @since 0.1.0
 */
import type { Lexed } from "./Lexer.ts"

/** A section and what is assigned in it, in the order in which it is written; sections may repeat. */
export interface Section {
  readonly name: string
  readonly entries: ReadonlyArray<readonly [key: string, value: string]>
}

/**
 * The text of a unit file. A value has no line ends: in a file they would be blanks, and here they become some. The
 * same goes for blanks at its ends, which are not part of any value.
 */
export const print = (sections: ReadonlyArray<Section>): string => sections.map(printSection).join("\n")

/** The sections of a file that was read, without its comments: what `print` writes of them means the same. */
export const sectionsOf = ({ entries, headers }: Lexed): ReadonlyArray<Section> => {
  const sections: Array<Section> = []
  let next = 0
  for (let index = 0; index < headers.length; index++) {
    const end = headers[index + 1]?.line ?? Infinity
    const own: Array<readonly [string, string]> = []
    for (let entry = entries[next]; entry !== undefined && entry.line < end; entry = entries[++next]) {
      own.push([entry.key, entry.value])
    }
    sections.push({ name: headers[index]?.name ?? "", entries: own })
  }
  return sections
}

/** A text that stands for itself in a value whose specifiers and variables are substituted: `%` and `$` are doubled. */
export const literal = (text: string): string => text.replace(/[%$]/g, "$&$&")

const printSection = ({ entries, name }: Section): string => {
  let text = `[${name}]\n`
  for (const [key, value] of entries) text += `${key}=${oneLine(value)}\n`
  return text
}

/** A backslash at the very end would draw in the next line; behind it, a blank ends the line, and is no part of it. */
const oneLine = (value: string): string => {
  const line = value.replace(/[\0\r\n]/g, " ")
  let last = line.length
  while (last > 0 && line.charCodeAt(last - 1) === 92) last--
  return (line.length - last) % 2 === 1 ? `${line} ` : line
}
