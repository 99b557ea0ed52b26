/**
 * What the reading of one file carries along: where its faults go and what its variables and specifiers stand for.
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Diagnostic, Severity } from "./Diagnostic.ts"
import { quote, shorten } from "./Diagnostic.ts"
import type { Lookup } from "./Expand.ts"
import { expandText, replaceSpecifiers } from "./Expand.ts"
import type { Fault } from "./grammar/Words.ts"
import type { Entry } from "./Lexer.ts"
import { maximumFileLength } from "./Lexer.ts"
import type { Memory } from "./Memory.ts"
import { make as makeMemory } from "./Memory.ts"
import type { SpecifierContext } from "./Specifiers.ts"
import { letters, valueOf } from "./Specifiers.ts"
import { isTemplate } from "./UnitName.ts"
import type { Position } from "./Values.ts"

export interface Context {
  readonly name: string
  readonly file: string
  readonly template: boolean
  readonly lookup: Lookup
  /** What a specifier stands for. */
  readonly specifier: (letter: string) => string | undefined
  /** What is known from the files of the same run. */
  readonly memory: Memory
  readonly diagnostics: Array<Diagnostic>
  /** How many characters specifiers may still add to the values of this file. */
  room: number
  /** A wrong value is a warning only: nothing comes of the directive that is being read. */
  lenient: boolean
}

export const make = (
  name: string,
  file: string,
  lookup: Lookup,
  context: SpecifierContext | undefined,
  diagnostics: Array<Diagnostic>,
  /** The unit's own file, of which this one may be a fragment. */
  main = file,
  memory: Memory = makeMemory()
): Context => {
  // Those that were asked for: most files have no percent sign.
  const made: Record<string, string | undefined> = {}
  return {
    name,
    file,
    template: isTemplate(name),
    lookup,
    specifier: (letter) => made[letter] ??= valueOf(letter, name, main, context),
    memory,
    diagnostics,
    room: maximumFileLength,
    lenient: false
  }
}

/** Where a piece of a value stands; of a value over several lines, where the value begins. */
export const position = (context: Context, entry: Entry, offset = 0): Position => ({
  file: context.file,
  line: entry.line,
  column: entry.valueColumn + (entry.continued ? 0 : offset)
})

/** A hint that repeats a long value helps nobody. */
const longestHint = 400

export const report = (
  context: Context,
  entry: Entry,
  severity: Severity,
  code: string,
  message: string,
  hint: string | undefined = undefined,
  offset = 0
): void => {
  context.diagnostics.push({
    severity,
    code,
    at: position(context, entry, offset),
    section: entry.section,
    directive: entry.key,
    message,
    hint: hint === undefined || hint.length > longestHint ? undefined : hint
  })
}

const instanceSpecifier = /%[iIfjJ]/

/**
 * A value that nobody accepts: systemd would log it and go on without it, an image build must not. Where the directive
 * has no effect anyway, to go on without it is what happens.
 */
export const refuse = (context: Context, entry: Entry, message: string, hint?: string, offset = 0): void => {
  // What a template says of its instance can be judged only once there is one.
  if (context.template && instanceSpecifier.test(entry.value)) return
  report(context, entry, context.lenient ? "warning" : "error", Code.BadValue, message, hint, offset)
}

/** A value that means something, but probably not what somebody wanted. */
export const doubt = (context: Context, entry: Entry, message: string, hint?: string, offset = 0): void => {
  if (context.template && instanceSpecifier.test(entry.value)) return
  report(context, entry, "warning", Code.BadValue, message, hint, offset)
}

/** The faults that splitting a value into words has found. */
export const reportFaults = (context: Context, entry: Entry, faults: ReadonlyArray<Fault>): void => {
  if (faults.length === 0) return
  for (const fault of faults) {
    if (fault.severity === "error") refuse(context, entry, fault.message, undefined, fault.offset)
    else report(context, entry, "warning", Code.UnknownEscape, fault.message, undefined, fault.offset)
  }
}

/** Substitutes variables, at load, from PID 1's environment. */
export const variables = (context: Context, entry: Entry, text: string): string => {
  if (!text.includes("$")) return text
  const expanded = expandText(text, context.lookup)
  for (const name of expanded.missing) {
    context.diagnostics.push(missingVariable(position(context, entry), entry.section, entry.key, name))
  }
  return expanded.text
}

/** What is said of a variable that nobody sets. */
export const missingVariable = (at: Position, section: string, directive: string, name: string): Diagnostic => ({
  severity: "warning",
  code: Code.UnsetVariable,
  at,
  section,
  directive,
  message: `\${${shorten(name)}} is not set and has no default: it is empty`,
  hint: `a default is written \${${shorten(name)}:-default}`
})

/** Substitutes specifiers. With `protect`, what comes in through them is safe from a later look for variables. */
export const specifiers = (context: Context, entry: Entry, text: string, protect: boolean): string => {
  if (!text.includes("%")) return text
  if (context.room < 0) return text
  const expanded = replaceSpecifiers(text, context.specifier, protect)
  context.room -= expanded.text.length - text.length
  if (context.room < 0) {
    refuse(context, entry, "with this the specifiers add more than 1 MiB to the file")
    return text
  }
  for (const letter of expanded.unknown) {
    const shown = quote(`%${letter}`)
    const message = letters.includes(letter)
      ? `${shown} has no value here and stays as written`
      : `${shown} is no specifier and stays as written`
    report(context, entry, "warning", Code.UnknownSpecifier, message, "a percent sign is written \"%%\"")
  }
  return expanded.text
}

/** Specifiers first, then variables; neither looks at what the other has brought in. */
export const substitute = (context: Context, entry: Entry, text: string): string =>
  text.includes("%")
    ? variables(context, entry, specifiers(context, entry, text, true))
    : variables(context, entry, text)
