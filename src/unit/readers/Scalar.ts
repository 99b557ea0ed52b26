/**
 * Directives of one value each, the last assignment of which counts.
 *
 * @since 0.1.0
 */
import type { Context } from "../Context.ts"
import { refuse, substitute, variables } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as BooleanWord from "../grammar/Boolean.ts"
import * as Integer from "../grammar/Integer.ts"
import * as Signal from "../grammar/Signal.ts"
import * as TimeSpan from "../grammar/TimeSpan.ts"
import * as UserName from "../grammar/UserName.ts"
import type { Entry } from "../Lexer.ts"
import type { Reader } from "../Reader.ts"
import { advice, keep, reset, scalar } from "../Reader.ts"
import * as Suggest from "../Suggest.ts"
import type { Millis } from "../Values.ts"

export const boolean: Reader<boolean> = scalar(BooleanWord.parse, "boolean", () => "write \"yes\" or \"no\"")

export const integer: Reader<number> = scalar(Integer.parse, "whole number")

const spanHint = () => "time spans look like \"90\", \"500ms\" or \"1min 30s\""

export const timeSpan: Reader<Millis> = scalar(TimeSpan.parse, "time span", spanHint)

/** For time limits systemd reads 0 as "none". */
export const timeout: Reader<Millis> = scalar(
  (text) => {
    const millis = TimeSpan.parse(text)
    return millis === 0 ? Infinity : millis
  },
  "time span",
  spanHint
)

export const signal: Reader<number> = scalar(Signal.parse, "signal", (text) => Suggest.hint(text, Signal.known))

/** Any text at all; an empty one is "not written". */
export const text: Reader<string> = (context, entry) =>
  entry.value === "" ? reset : substitute(context, entry, entry.value)

export const user: Reader<string> = (context, entry) => {
  const name = substitute(context, entry, entry.value)
  if (name === "") return reset
  const value = UserName.parse(name)
  if (value !== undefined) return value
  refuse(context, entry, `${quote(name)} is no name or number of a ${entry.key.includes("Group") ? "group" : "user"}`)
  return keep
}

/**
 * One of some words, or a whole number where one of them is a range: `1..10000`. Where there are `yes` and `no`, any
 * other way to say so is one of them.
 */
export const oneOf = (alternatives: ReadonlyArray<string>): Reader<string | number> => {
  const range = alternatives.map(Integer.parseRange).find((one) => one !== undefined)
  const words = range === undefined
    ? alternatives
    : alternatives.filter((word) => Integer.parseRange(word) === undefined)
  const likeBoolean = words.includes("yes") && words.includes("no")
  return (context: Context, entry: Entry) => {
    const value = variables(context, entry, entry.value)
    if (words.includes(value)) return value
    const number = range === undefined ? undefined : Integer.within(value, range[0], range[1])
    if (number !== undefined) return number
    const known = likeBoolean ? BooleanWord.parse(value) : undefined
    if (known !== undefined) return known ? "yes" : "no"
    const numbers = range === undefined ? "" : `a whole number from ${range[0]} to ${range[1]}`
    const message = value === ""
      ? "the value is empty"
      : words.length === 0
      ? `${quote(value)} is no ${numbers.slice(2)}`
      : `${quote(value)} is not among its values`
    const choice = words.length === 0
      ? undefined
      : `write ${numbers === "" ? "one of" : `${numbers}, or`} ${words.join(", ")}`
    refuse(context, entry, message, advice(context, (text) => Suggest.hint(text, words), value) ?? choice)
    return keep
  }
}
