/**
 * What is remembered from file to file while a set is read: its units have the same lines and the same names over and
 * over, and to look something up costs a fraction of reading it again. Belongs to one run, and holds no more than so much.
 *
 * @since 0.1.0
 */
import type { Rule } from "./Assign.ts"
import type { Entry } from "./Lexer.ts"
import type { UnitName } from "./UnitName.ts"
import { isValid } from "./UnitName.ts"

/** An assignment that comes to the same wherever it stands in its section. */
export interface Remembered {
  readonly section: string
  readonly key: string
  readonly rule: Rule
  /** The value of its directive. */
  readonly outcome: unknown
}

export interface Memory {
  /** Assignments by section and whole line. */
  readonly lines: Map<string, Map<string, Remembered>>
  /** How many more of them there may be. */
  room: number
  /** Texts that are names of units. */
  readonly names: Set<string>
}

const mostLines = 2_000
const longestLine = 100
const mostNames = 10_000

export const make = (): Memory => ({ lines: new Map(), room: mostLines, names: new Set() })

/** Keeps what an assignment came to, if it is written the plain way and names nothing that differs from unit to unit. */
export const keepLine = (memory: Memory, entry: Entry, rule: Rule, outcome: unknown): void => {
  const { column, continued, key, section, value, valueColumn } = entry
  if (memory.room <= 0 || value.length > longestLine || continued) return
  if (column !== 1 || valueColumn !== key.length + 2 || value.includes("$") || value.includes("%")) return
  memory.room--
  let lines = memory.lines.get(section)
  if (lines === undefined) memory.lines.set(section, lines = new Map())
  lines.set(`${key}=${value}`, { section, key, rule, outcome })
}

/** `UnitName.isValid`, which few names have to go through twice. */
export const isUnitName = ({ names }: Memory, text: string): text is UnitName => {
  if (names.has(text)) return true
  if (!isValid(text)) return false
  if (names.size < mostNames) names.add(text)
  return true
}
