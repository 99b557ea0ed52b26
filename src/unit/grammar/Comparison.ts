/**
 * Comparisons at the beginning of a condition's parameter, systemd.unit(5) `ConditionMemory=`, `ConditionVersion=`.
 *
 * @since 0.1.0
 */

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
