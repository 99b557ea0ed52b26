/**
 * One unit file to one unit: the lexer's assignments, looked up in the table of directives.
 *
 * @since 0.1.0
 */
import { handlerOf } from "./Assign.ts"
import { Code } from "./Code.ts"
import type { Context } from "./Context.ts"
import { make as makeContext, report, reportMissing } from "./Context.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { hasErrors, quote } from "./Diagnostic.ts"
import * as Directives from "./Directives.ts"
import type { Draft } from "./Draft.ts"
import { make as makeDraft, service, target, unitSection } from "./Draft.ts"
import type { Lookup } from "./Expand.ts"
import { expandText } from "./Expand.ts"
import type { Entry, Header } from "./Lexer.ts"
import { lex } from "./Lexer.ts"
import type { SpecifierContext } from "./Specifiers.ts"
import * as Suggest from "./Suggest.ts"
import type { Unit, UnitKind, UnitName } from "./Unit.ts"
import { isValid, kindOf, suffixes, suffixOf } from "./UnitName.ts"

export interface UnitFile {
  /** The name of the unit, which is the name of its file. */
  readonly name: string
  /** How the file is called in diagnostics: its path. */
  readonly file: string
  readonly text: string
}

export interface ParseOptions {
  /** PID 1's environment, for values that are settled at load. */
  readonly lookup: Lookup
  readonly specifiers?: SpecifierContext | undefined
}

export interface Parsed {
  /** `undefined` where the name says that this is nothing we read, or where the file cannot be read as text. */
  readonly unit: Unit | undefined
  /** In the order of the lines. */
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

export const parseUnit = (source: UnitFile, options: ParseOptions): Parsed => {
  const { file, name } = source
  const kind = kindOf(name)
  if (!isValid(name) || kind === undefined) return { unit: undefined, diagnostics: [notRead(name, file)] }

  const lexed = lex(source.text, file)
  const diagnostics: Array<Diagnostic> = [...lexed.diagnostics]
  if (lexed.headers.length === 0 && hasErrors(diagnostics)) return { unit: undefined, diagnostics }

  const context = makeContext(name, file, options.lookup, options.specifiers, diagnostics)
  const draft = makeDraft(name)
  const inert = kind !== "service" && kind !== "target"
  if (inert) diagnostics.push(notStarted(kind, file))
  const sections = checkHeaders(lexed.headers, kind, context)
  const seen = new Set<string>()
  for (const entry of lexed.entries) {
    if (!sections.has(entry.section)) continue
    const handler = handlerOf(entry.section, entry.key)
    if (handler !== undefined) handler(draft, context, entry)
    else other(context, entry, inert, seen)
  }
  if (kind === "service") finishService(draft, context, lexed.entries)
  if (diagnostics.length > 1) diagnostics.sort((a, b) => a.at.line - b.at.line)
  return { unit: build(kind, draft, name, file), diagnostics }
}

const build = (kind: UnitKind, draft: Draft, name: UnitName, file: string): Unit => {
  switch (kind) {
    case "service":
      return service(draft, name, file)
    case "target":
      return target(draft, name, file)
    default:
      return { _tag: "Inert", kind, name, file, unit: unitSection(draft) }
  }
}

const ofFile = (
  file: string,
  code: string,
  message: string,
  hint: string | undefined = undefined
): Diagnostic => ({
  severity: "warning",
  code,
  at: { file, line: 0, column: 0 },
  section: undefined,
  directive: undefined,
  message,
  hint
})

const notRead = (name: string, file: string): Diagnostic => {
  const suffix = suffixOf(name)
  if (isValid(name)) {
    return ofFile(file, Code.KindNotRead, `units of kind "${suffix}" are not read by this version: the file is ignored`)
  }
  const hint = Suggest.hint(suffix, suffixes)
  return ofFile(file, Code.NotAUnitName, `${quote(name)} is no name of a unit: the file is ignored`, hint)
}

const notStarted = (kind: UnitKind, file: string): Diagnostic => {
  const instead = kind === "socket" ? ": its service is started at boot instead" : ""
  return ofFile(file, Code.KindNotStarted, `units of kind "${kind}" are not started by this version${instead}`)
}

/** The sections whose assignments are looked at. Each other one is reported once; `X-` is for other programs. */
const checkHeaders = (headers: ReadonlyArray<Header>, kind: UnitKind, context: Context): ReadonlySet<string> => {
  const known = Directives.sectionsOf(kind)
  const found = new Set<string>()
  const others = new Set<string>()
  for (const { line, name } of headers) {
    if (known.includes(name)) {
      found.add(name)
    } else if (!name.startsWith("X-") && !others.has(name)) {
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
  return found
}

/** A directive without a handler: accepted, unsupported or unknown. Said once a file, however often it is written. */
const other = (context: Context, entry: Entry, inert: boolean, seen: Set<string>): void => {
  const { key, section } = entry
  if (key.startsWith("X-")) return
  const directive = Directives.find(section, key)
  if (directive !== undefined && (inert || directive.support !== "unsupported")) return
  const once = `${section}.${key}`
  if (seen.has(once)) return
  seen.add(once)
  const message = directive === undefined
    ? "unknown directive: it is ignored"
    : `known to systemd (${directive.manual}), but this version does not act on it`
  const ours = directive?.doc.startsWith("Ours: ") === true
  report(
    context,
    { ...entry, valueColumn: entry.column },
    "warning",
    directive === undefined ? Code.UnknownDirective : Code.Unsupported,
    ours ? "this version does not act on it yet" : message,
    directive === undefined ? suggestDirective(section, key) : undefined
  )
}

const suggestDirective = (section: string, key: string): string | undefined => {
  const elsewhere = Directives.sectionsWith(key)
  return elsewhere.length > 0
    ? `it belongs in [${elsewhere.join("] or [")}]`
    : Suggest.hint(key, Directives.keysOf(section))
}

// Variables that a process has without anybody having written them down, systemd.exec(5).
const givenNames: ReadonlySet<string> = new Set([
  "PATH",
  "LANG",
  "USER",
  "LOGNAME",
  "HOME",
  "SHELL",
  "TERM",
  "MAINPID",
  "MANAGERPID",
  "INVOCATION_ID",
  "NOTIFY_SOCKET",
  "JOURNAL_STREAM",
  "SERVICE_RESULT"
])
const givenFamilies =
  /^(?:LISTEN|WATCHDOG|EXIT|MONITOR|TRIGGER|SYSTEMD|CREDENTIALS|RUNTIME|STATE|CACHE|LOGS|CONFIGURATION)_/

const given = (name: string): string | undefined =>
  givenNames.has(name) || givenFamilies.test(name) ? "given" : undefined

/** What can be said of a service only at the end of its file. */
const finishService = (draft: Draft, context: Context, entries: ReadonlyArray<Entry>): void => {
  const bare = draft.execStart.length === 0 && draft.type === "oneshot" && draft.remainAfterExit
  const acts = (entry: Entry) => (entry.key === "ExecStop" || entry.key === "SuccessAction") && entry.value !== ""
  if (bare && !hasErrors(context.diagnostics) && !entries.some(acts)) {
    context.diagnostics.push({
      ...ofFile(context.file, Code.NoCommand, "there is neither ExecStart= nor ExecStop="),
      severity: "error",
      section: "Service"
    })
  }
  // The variables of a command are those of its process: they are all known here unless files add to them.
  if (draft.environmentFiles.length > 0 || !draft.execStartEntries.some((entry) => entry.value.includes("${"))) return
  const own = new Map(draft.environment)
  const lookup: Lookup = (name) => own.get(name) ?? context.lookup(name) ?? given(name)
  draft.execStart.forEach((command, index) => {
    const entry = draft.execStartEntries[index]
    if (command.flags.literal || entry === undefined || !entry.value.includes("${")) return
    for (const word of command.words) {
      if (!word.includes("${")) continue
      for (const name of expandText(word, lookup).missing) reportMissing(context, entry, name)
    }
  })
}
