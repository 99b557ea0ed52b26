/**
 * Where the assignments of a unit stand. Only diagnostics ask, and few units have any: the texts are looked through again
 * when one does.
 *
 * @since 0.1.0
 */
import { ruleOf } from "./Assign.ts"
import type { Context } from "./Context.ts"
import type { Entry } from "./Lexer.ts"
import { lex } from "./Lexer.ts"
import type { Position } from "./Values.ts"

/** One text of a unit, read. */
export interface Reading {
  readonly context: Context
  readonly text: string
  readonly isIgnored: (section: string) => boolean
  /** Directives that were assigned under the name of another one. */
  readonly renamed: ReadonlyArray<string>
  /** All assignments with their places, once somebody has asked for one of them. */
  entries: ReadonlyArray<Entry> | undefined
}

/** The assignments of a text with their places, which reading it does not need. */
const entriesOf = (reading: Reading): ReadonlyArray<Entry> => {
  reading.entries ??= lex(reading.text, reading.context.file, reading.isIgnored).entries
  return reading.entries
}

/** Whether this assignment is one of that directive, be it under an old name. */
const fills = (entry: Entry, section: string, key: string): boolean =>
  ruleOf(entry.section, entry.key)?.slots.some((slot) => slot.section === section && slot.key === key) === true

/** Where a directive was last assigned; the unit's file as a whole if nowhere. */
export const whereIs = (texts: ReadonlyArray<Reading>, section: string, key: string): Position => {
  for (let index = texts.length - 1; index >= 0; index--) {
    const reading = texts[index]
    if (reading === undefined || !reading.text.includes(key) && !reading.renamed.includes(key)) continue
    const entry = entriesOf(reading).filter((one) => fills(one, section, key)).at(-1)
    if (entry !== undefined) return { file: reading.context.file, line: entry.line, column: entry.column }
  }
  return { file: texts[0]?.context.file ?? "", line: 0, column: 0 }
}

/** Whether a directive is assigned something with variables in it. */
export const isVariable = (texts: ReadonlyArray<Reading>, section: string, key: string): boolean =>
  texts.some((text) => entriesOf(text).some((one) => one.value.includes("${") && fills(one, section, key)))
