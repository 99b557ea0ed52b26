/**
 * One unit file to one unit: the lexer's assignments, looked up in the table of directives.
 *
 * @since 0.1.0
 */
import type { Rule } from "./Assign.ts"
import { assign, ruleOf } from "./Assign.ts"
import * as Bound from "./Bound.ts"
import type { HasVariables, Where } from "./Check.ts"
import { checkUnit } from "./Check.ts"
import { Code } from "./Code.ts"
import * as CommandVariables from "./CommandVariables.ts"
import type { Context } from "./Context.ts"
import { make as makeContext } from "./Context.ts"
import { timeoutStartMillis } from "./Defaults.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { hasErrors, ofFile, quote } from "./Diagnostic.ts"
import * as Directives from "./Directives.ts"
import type { Draft, Section } from "./Draft.ts"
import { finish, make as makeDraft } from "./Draft.ts"
import type { Lookup } from "./Expand.ts"
import type { Entry, Header, Scanned } from "./Lexer.ts"
import { maximumFaults, scan } from "./Lexer.ts"
import type { Memory, Remembered } from "./Memory.ts"
import { isUnitName, keepLine, make as makeMemory } from "./Memory.ts"
import { grown, keep, reset } from "./Reader.ts"
import type { Reading } from "./Reading.ts"
import { isVariable, whereIs } from "./Reading.ts"
import type { SpecifierContext } from "./Specifiers.ts"
import * as Suggest from "./Suggest.ts"
import type { Unit, UnitKind } from "./Unit.ts"
import { isValid, kindOf, suffixes, suffixOf } from "./UnitName.ts"
import type { UnitReference } from "./Values.ts"

/** A text, and how it is called in diagnostics: its path. */
export interface Text {
  readonly file: string
  readonly text: string
}

export interface UnitFile extends Text {
  /** The name of the unit, which is the name of its file. */
  readonly name: string
  /** Files of `name.d/` and the like, in the order in which they add to the unit. */
  readonly fragments?: ReadonlyArray<Text> | undefined
  /** What links in `name.wants/` and the like add. */
  readonly links?: Links | undefined
}

/** Dependencies that are not written in a file. */
export interface Links {
  readonly Wants?: ReadonlyArray<UnitReference>
  readonly Requires?: ReadonlyArray<UnitReference>
  readonly Upholds?: ReadonlyArray<UnitReference>
}

export interface ParseOptions {
  /** PID 1's environment, for values that are settled at load. */
  readonly lookup: Lookup
  readonly specifiers?: SpecifierContext | undefined
}

export interface Parsed {
  /** `undefined` where the name says that this is nothing we read, or where the file cannot be read as text. */
  readonly unit: Unit | undefined
  /** In the order of the lines, the fragments' after the file's own, what concerns the unit as a whole first. */
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/** `memory`: what is known of the files that were read before this one. */
export const parseUnit = (source: UnitFile, options: ParseOptions, memory: Memory = makeMemory()): Parsed => {
  const { file, name } = source
  const kind = kindOf(name)
  if (kind === undefined || !isUnitName(memory, name)) return { unit: undefined, diagnostics: [notRead(name, file)] }

  const isIgnored = Directives.ignoredBy(kind)
  const lexed = scan(source.text, file, isIgnored, memory.lines)
  if (lexed.headers.length === 0 && hasErrors(lexed.diagnostics)) {
    return { unit: undefined, diagnostics: lexed.diagnostics }
  }
  const draft = makeDraft(kind, name, file)
  const seen: Seen = new Set()
  const { lookup, specifiers } = options
  const context = makeContext(name, file, lookup, specifiers, lexed.diagnostics, file, memory)
  const texts = [read(lexed, source.text, isIgnored, draft, kind, context, seen)]
  if (source.fragments !== undefined) {
    for (const fragment of source.fragments) {
      const inner = scan(fragment.text, fragment.file, isIgnored, memory.lines)
      const own = makeContext(name, fragment.file, lookup, specifiers, inner.diagnostics, file, memory)
      texts.push(read(inner, fragment.text, isIgnored, draft, kind, own, seen))
    }
  }
  if (source.links !== undefined) addLinks(draft, source.links)
  if (kind === "service") settle(draft)
  const unit = finish(draft)
  if (unit._tag === "Service") CommandVariables.check(unit, context)
  const diagnostics = Bound.first(ordered(context.diagnostics))
  for (let index = 1; index < texts.length; index++) {
    for (const one of Bound.first(ordered(texts[index]?.context.diagnostics ?? []))) diagnostics.push(one)
  }
  // A unit that could not be read in full would break rules it never meant to break.
  if (!hasErrors(diagnostics)) {
    const where: Where = (section, key) => whereIs(texts, section, key)
    const hasVariables: HasVariables = (section, key) => isVariable(texts, section, key)
    const found = checkUnit(unit, where, hasVariables)
    if (found.length > 0) { for (const one of Bound.first([...found])) diagnostics.push(one) }
  }
  return { unit, diagnostics }
}

/** What is said once a unit, however often it is written: rules, and names that have none. */
type Seen = Set<Rule | string>

const none: ReadonlyArray<string> = []

const read = (
  lexed: Scanned<Remembered>,
  text: string,
  isIgnored: (section: string) => boolean,
  draft: Draft,
  kind: UnitKind,
  context: Context,
  seen: Seen
): Reading => {
  const known = Directives.sectionsOf(kind)
  checkHeaders(lexed.headers, known, kind, context)
  const { diagnostics, memory } = context
  const { entries } = lexed
  let allowed = maximumFaults
  let renamed: Array<string> | undefined
  let section: string | undefined
  let target: Section | undefined
  for (let index = 0; index < entries.length && diagnostics.length <= allowed; index++) {
    const entry = entries[index]
    if (entry === undefined) continue
    if (entry.section !== section) {
      section = entry.section
      target = known.includes(section) ? draft[section] : undefined
    }
    if (target === undefined) continue
    if ("outcome" in entry) {
      target[entry.key] = entry.outcome
      continue
    }
    const rule = ruleOf(section, entry.key)
    if (rule === undefined) {
      reportUnknown(context, entry, seen)
      continue
    }
    context.lenient = rule.support !== "supported"
    const said = diagnostics.length
    const value = assign(draft, context, entry, rule)
    if (rule.isPlain && value !== keep && value !== reset && diagnostics.length === said) {
      keepLine(memory, entry, rule, value)
    }
    if (!rule.isOwn) {
      renamed ??= []
      for (const { key } of rule.slots) renamed.push(key)
    }
    if (rule.unsupported !== undefined && !seen.has(rule)) {
      seen.add(rule)
      allowed++
      diagnostics.push(ofEntry(context, entry, Code.Unsupported, rule.unsupported, undefined))
    }
  }
  return { context, text, isIgnored, renamed: renamed ?? none, entries: undefined }
}

const ordered = (diagnostics: Array<Diagnostic>): Array<Diagnostic> =>
  diagnostics.length > 1 ? diagnostics.sort((a, b) => a.at.line - b.at.line) : diagnostics

const addLinks = (draft: Draft, links: Links): void => {
  const section = draft["Unit"]
  if (section === undefined) return
  for (const [key, references] of Object.entries(links) as Iterable<[string, ReadonlyArray<UnitReference>]>) {
    const list = grown(section[key] as ReadonlyArray<UnitReference>)
    for (const reference of references) list.push(reference)
    section[key] = list
  }
}

/**
 * What depends on other directives, systemd.service(5): a service is of the type that its directives imply, unless it
 * has one; and a oneshot may take as long as it takes, unless somebody said how long.
 */
const settle = (draft: Draft): void => {
  const section = draft["Service"]
  if (section === undefined) return
  if (section["Type"] === undefined) {
    const commands = section["ExecStart"] as ReadonlyArray<unknown>
    section["Type"] = section["BusName"] !== undefined ? "dbus" : commands.length > 0 ? "simple" : "oneshot"
  }
  if (section["TimeoutStartSec"] === undefined) {
    section["TimeoutStartSec"] = section["Type"] === "oneshot" ? Infinity : timeoutStartMillis
  }
}

const notRead = (name: string, file: string): Diagnostic => {
  const suffix = suffixOf(name)
  if (isValid(name)) {
    return ofFile(
      "warning",
      Code.KindNotRead,
      file,
      `units of kind "${suffix}" have no place in a container: the file is ignored`
    )
  }
  const hint = suffixes.includes(suffix) ? undefined : Suggest.hint(suffix, suffixes)
  return ofFile("warning", Code.NotAUnitName, file, `${quote(name)} is no name of a unit: the file is ignored`, hint)
}

/** Each section that is not looked at is reported once; `X-` is for other programs. */
const checkHeaders = (
  headers: ReadonlyArray<Header>,
  known: ReadonlyArray<string>,
  kind: UnitKind,
  context: Context
): void => {
  let others: Set<string> | undefined
  for (let index = 0; index < headers.length; index++) {
    const { line = 0, name = "" } = headers[index] ?? {}
    if (known.includes(name)) continue
    others ??= new Set()
    if (!name.startsWith("X-") && !others.has(name)) {
      others.add(name)
      const foreign = Directives.allSections.includes(name)
      context.diagnostics.push({
        severity: "warning",
        code: Code.UnknownSection,
        at: { file: context.file, line, column: 1 },
        section: name,
        directive: undefined,
        message: foreign ? `a .${kind} file has no such section: it is ignored` : "unknown section: it is ignored",
        hint: foreign ? undefined : Suggest.hint(name, known)
      })
    }
  }
}

const reportUnknown = (context: Context, entry: Entry, seen: Seen): void => {
  const { key, section } = entry
  const once = `${section}.${key}`
  if (key.startsWith("X-") || seen.has(once)) return
  seen.add(once)
  const hint = suggestDirective(section, key)
  context.diagnostics.push(
    ofEntry(context, entry, Code.UnknownDirective, "unknown directive: it is ignored", hint)
  )
}

/** A warning about a directive as such, not about its value. */
const ofEntry = (
  context: Context,
  entry: Entry,
  code: string,
  message: string,
  hint: string | undefined
): Diagnostic => ({
  severity: "warning",
  code,
  at: { file: context.file, line: entry.line, column: entry.column },
  section: entry.section,
  directive: entry.key,
  message,
  hint
})

const suggestDirective = (section: string, key: string): string | undefined => {
  const elsewhere = Directives.sectionsWith(key)
  return elsewhere.length > 0
    ? `it belongs in [${elsewhere.join("] or [")}]`
    : Suggest.hint(key, Directives.keysOf(section))
}
