/**
 * Directives of [Unit], systemd.unit(5), with a form of their own.
 *
 * @since 0.1.0
 */
import { doubt, position, refuse, substitute } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import { testOf } from "../directives/Test.ts"
import { read } from "../grammar/ConditionParameter.ts"
import type { Reader } from "../Reader.ts"
import { grown, keep, reset } from "../Reader.ts"
import type { Condition } from "../Values.ts"

/** A title; without one it is the unit's name. */
export const description: Reader<string> = (context, entry) =>
  entry.value === "" ? context.name : substitute(context, entry, entry.value)

/** A test. An empty assignment to any of them takes back all of them. */
export const condition: Reader<ReadonlyArray<Condition>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const test = testOf(entry.key)
  if (test === undefined) return keep
  let start = 0
  const trigger = entry.value.charCodeAt(start) === 124
  if (trigger) start = afterBlanks(entry.value, start + 1)
  const negate = entry.value.charCodeAt(start) === 33
  if (negate) start = afterBlanks(entry.value, start + 1)
  const parameter = substitute(context, entry, start === 0 ? entry.value : entry.value.slice(start))
  const outcome = read(test, parameter)
  if (typeof outcome !== "string") {
    const { hint, kind, wanted } = outcome
    const message = parameter === ""
      ? `a parameter is missing: ${article(wanted)}`
      : `${quote(parameter)} is no ${wanted}`
    if (kind === "invalid") {
      refuse(context, entry, message, hint, start)
      return keep
    }
    doubt(context, entry, `${message} that is known here`, hint, start)
  }
  const list = grown(before)
  const settled = typeof outcome === "string" ? outcome : parameter
  list.push({ test, trigger, negate, parameter: settled, at: position(context, entry) })
  return list
}

const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`

const afterBlanks = (text: string, from: number): number => {
  let at = from
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++
  return at
}
