/**
 * How versions compare, `compare-versions` of systemd-analyze(1): `252~rc1` is older than `252`, `252` older than
 * `252-1`, and that older than `252.1`. And what `ConditionKernelVersion=` and its kin make of a comparison. Pure.
 */
import type { Comparison, Operator } from "../../unit/grammar/Comparison.ts"
import * as Pattern from "../Pattern.ts"

const isDigit = (code: number): boolean => code >= 48 && code <= 57

const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122)

/** Everything but letters, digits and these means nothing, and only separates. */
const separators = "~-^."

const skipForeign = (text: string, from: number): number => {
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (isDigit(code) || isLetter(code) || separators.includes(text.charAt(at))) break
    at++
  }
  return at
}

const runOf = (text: string, from: number, belongs: (code: number) => boolean): string => {
  let at = from
  while (at < text.length && belongs(text.charCodeAt(at))) at++
  return text.slice(from, at)
}

const order = (a: number | string, b: number | string): number => a < b ? -1 : a > b ? 1 : 0

/** Below, above or 0, as `a` is older, newer, or neither. */
export const compare = (a: string, b: string): number => {
  if (a === "" || b === "") return order(a, b)
  let [i, j] = [0, 0]
  for (;;) {
    i = skipForeign(a, i)
    j = skipForeign(b, j)
    for (const mark of separators) {
      // Of two that are alike so far the longer one is newer; only what follows "~" is older than nothing.
      if (mark === "-" && (i >= a.length || j >= b.length)) {
        return order(Math.sign(a.length - i), Math.sign(b.length - j))
      }
      const [inA, inB] = [a.charAt(i) === mark, b.charAt(j) === mark]
      if (inA !== inB) return inA ? -1 : 1
      if (!inA) continue
      i++
      j++
    }
    if (isDigit(a.charCodeAt(i)) || isDigit(b.charCodeAt(j))) {
      const [runA, runB] = [runOf(a, i, isDigit), runOf(b, j, isDigit)]
      // A number is newer than anything that is none, even if it is zero.
      if (runA === "" || runB === "") return runA === "" ? -1 : 1
      const [digitsA, digitsB] = [runA.replace(/^0+/, ""), runB.replace(/^0+/, "")]
      const result = order(digitsA.length, digitsB.length) || order(digitsA, digitsB)
      if (result !== 0) return result
      i += runA.length
      j += runB.length
    } else {
      const [runA, runB] = [runOf(a, i, isLetter), runOf(b, j, isLetter)]
      const result = order(runA, runB)
      if (result !== 0) return result
      i += runA.length
      j += runB.length
    }
  }
}

/** Whether a result of comparing holds, for operators that compare sizes. */
export const holds = (result: number, operator: Operator): boolean => {
  switch (operator) {
    case "<":
      return result < 0
    case "<=":
      return result <= 0
    case "=":
    case "==":
      return result === 0
    case "!=":
    case "<>":
      return result !== 0
    case ">=":
      return result >= 0
    case ">":
      return result > 0
    default:
      return false
  }
}

/** Whether a version is as a comparison wants it: `=` and `!=` compare texts, no operator means a pattern. */
export const satisfies = (version: string, { operand, operator = "$=" }: Comparison): boolean => {
  switch (operator) {
    case "$=":
      return Pattern.matches(operand, version)
    case "!$=":
      return !Pattern.matches(operand, version)
    case "=":
      return version === operand
    case "!=":
      return version !== operand
    default:
      return holds(compare(version, operand), operator)
  }
}
