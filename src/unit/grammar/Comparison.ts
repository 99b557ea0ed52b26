/**
 * Comparisons at the beginning of a condition's parameter, systemd.unit(5) `ConditionMemory=`, `ConditionVersion=`.
 *
 * @since 0.1.0
 */
import * as Words from "./Words.ts"

/** `glob` and `not glob` (`$=` and `!$=`) compare with a shell pattern. */
export type Operator = "<" | "<=" | "=" | "==" | "!=" | "<>" | ">=" | ">" | "$=" | "!$="

export interface Comparison {
  /** `undefined` where none is written. */
  readonly operator: Operator | undefined
  /** What is compared with; blanks ahead of it are dropped. */
  readonly operand: string
}

// Longer ones first: "<" would be found in "<=".
const operators: ReadonlyArray<Operator> = ["!$=", "$=", "<=", ">=", "<>", "!=", "==", "=", "<", ">"]

/** Every text is a comparison; whether its operand means anything is for its reader to say. */
export const parse = (text: string): Comparison => {
  const trimmed = text.trim()
  const operator = operators.find((one) => trimmed.startsWith(one))
  return { operator, operand: operator === undefined ? trimmed : trimmed.slice(operator.length).trimStart() }
}

const isBare = (word: string): boolean => parse(word).operand === ""

/**
 * Several, as words that may be quoted; ahead of its operand the first operator may stand alone. `undefined` if some
 * operator has nothing to compare with, or if there are none.
 */
export const listOf = (text: string): ReadonlyArray<Comparison> | undefined => {
  const { faults, words } = Words.parse(text, "strip")
  const rest = words.map((word) => word.text)
  const [first, second] = rest
  if (first !== undefined && second !== undefined && isBare(first)) rest.splice(0, 2, first + second)
  return faults.length > 0 || rest.length === 0 || rest.some(isBare) ? undefined : rest.map(parse)
}
