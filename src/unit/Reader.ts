/**
 * From the text of one assignment to a value of the model: a grammar, and what an assignment of it does to earlier ones.
 *
 * @since 0.1.0
 */
import type { Context } from "./Context.ts"
import { refuse, reportFaults, substitute, variables } from "./Context.ts"
import { none } from "./Defaults.ts"
import { quote } from "./Diagnostic.ts"
import { expandText } from "./Expand.ts"
import * as Words from "./grammar/Words.ts"
import type { Entry } from "./Lexer.ts"

/** The assignment was faulty, which has been said: the value stays what it was. */
export const keep: unique symbol = Symbol.for("container-init/unit/Reader/keep")

/** The assignment takes back what was written before: the directive counts as not written. */
export const reset: unique symbol = Symbol.for("container-init/unit/Reader/reset")

export type Read<A> = A | typeof keep | typeof reset

/**
 * Reads one assignment; `before` is what earlier ones, or the defaults, have made of the directive. A method, so that the
 * readers of all grammars fit in one table.
 */
export type Reader<A> = {
  bivarianceHack(context: Context, entry: Entry, before: A | undefined): Read<A>
}["bivarianceHack"]

/** Past so many diagnostics nobody needs hints, which cost more than the reading itself. */
const enough = 200

/** What to write instead of a text, unless too much is wrong already. */
export const advice = (
  context: Context,
  hint: (text: string) => string | undefined,
  text: string
): string | undefined => context.diagnostics.length < enough ? hint(text) : undefined

/** What a value reader needs besides its context: how it gets at the text, and what it makes of it. */
const whole = <A>(
  text: (context: Context, entry: Entry, value: string) => string,
  parse: (text: string) => A | undefined,
  wanted: string,
  hint: (text: string) => string | undefined
): Reader<A> =>
(context, entry) => {
  const given = text(context, entry, entry.value)
  const value = parse(given)
  if (value !== undefined) return value
  const message = given === "" ? `the value is empty, not a ${wanted}` : `${quote(given)} is no ${wanted}`
  refuse(context, entry, message, advice(context, hint, given))
  return keep
}

/** A value that one grammar reads as a whole, the last assignment counts; specifiers mean nothing in such values. */
export const scalar = <A>(
  parse: (text: string) => A | undefined,
  wanted: string,
  hint: (text: string) => string | undefined = () => undefined
): Reader<A> => whole(variables, parse, wanted, hint)

/** The value with its variables, for a look at it; whoever reads it then says which of them are not set. */
export const peek = ({ lookup }: Context, { value }: Entry): string =>
  value.includes("$") ? expandText(value, lookup).text : value

/** A value that means nothing when it is empty: then the directive counts as not written. */
export const resettable = <A>(reader: Reader<A>): Reader<A> => (context, entry, before) => {
  if (peek(context, entry) !== "") return reader(context, entry, before)
  // Says which variables are not set.
  variables(context, entry, entry.value)
  return reset
}

/** A word of a list that variables have made nothing of: it is left out, which is how lists are extended from outside. */
export const isGone = (entry: Entry, word: string): boolean => word === "" && entry.value.includes("$")

/** A list of words, each of which one grammar reads; further assignments add to it, an empty one takes all back. */
export const listOf = <A>(
  parse: (word: string) => A | undefined,
  wanted: string,
  hint: (word: string) => string | undefined = () => undefined,
  mode: Words.Mode = "strip"
): Reader<ReadonlyArray<A>> =>
(context, entry, before) => {
  if (entry.value === "") return reset
  const { faults, words } = Words.parse(entry.value, mode)
  const list = grown(before)
  for (const { offset, text } of words) {
    const word = substitute(context, entry, text)
    if (isGone(entry, word)) continue
    const value = parse(word)
    if (value !== undefined) list.push(value)
    else refuse(context, entry, `${quote(word)} is no ${wanted}`, advice(context, hint, word), offset)
  }
  reportFaults(context, entry, faults)
  return list
}

/** A value that one grammar reads as a whole, once specifiers and variables are in. */
export const substituted = <A>(
  parse: (text: string) => A | undefined,
  wanted: string,
  hint: (text: string) => string | undefined = () => undefined
): Reader<A> => whole(substitute, parse, wanted, hint)

/** One more entry of a list, which an empty value takes back. What is no entry, `read` has said. */
export const oneMore =
  <A>(read: (context: Context, entry: Entry, text: string) => A | undefined): Reader<ReadonlyArray<A>> =>
  (context, entry, before): Read<ReadonlyArray<A>> => {
    const text = substitute(context, entry, entry.value)
    // A variable may be empty on purpose; a specifier that is empty here was not meant to be.
    if (text === "" && (entry.value === "" || isGone(entry, text))) return reset
    const value = read(context, entry, text)
    if (value === undefined) return keep
    const list = grown(before)
    list.push(value)
    return list
  }

/** A list that each assignment adds one entry to, as a whole; an empty one takes all back. */
export const oneEach = <A>(
  parse: (text: string) => A | undefined,
  wanted: string,
  hint: (text: string) => string | undefined = () => undefined
): Reader<ReadonlyArray<A>> =>
  oneMore((context, entry, text) => {
    const value = parse(text)
    if (value === undefined) refuse(context, entry, `${quote(text)} is no ${wanted}`, advice(context, hint, text))
    return value
  })

/** The list so far, to add to. Lists of a draft belong to it, except the one that stands for "nothing written". */
export const grown = <A>(before: ReadonlyArray<A> | undefined): Array<A> =>
  before === undefined || before === none ? [] : before as Array<A>
