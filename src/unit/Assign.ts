/**
 * What each supported directive does to the draft of a unit. One handler a row of the table.
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Context } from "./Context.ts"
import { position, refuse, report, reportFaults, specifiers, substitute, variables } from "./Context.ts"
import { quote } from "./Diagnostic.ts"
import type { Draft } from "./Draft.ts"
import * as AbsolutePath from "./grammar/AbsolutePath.ts"
import * as Boolean from "./grammar/Boolean.ts"
import * as CommandLine from "./grammar/CommandLine.ts"
import * as Environment from "./grammar/Environment.ts"
import * as Integer from "./grammar/Integer.ts"
import * as Signal from "./grammar/Signal.ts"
import * as TimeSpan from "./grammar/TimeSpan.ts"
import * as UnitNames from "./grammar/UnitNames.ts"
import * as UserName from "./grammar/UserName.ts"
import * as Words from "./grammar/Words.ts"
import type { Entry } from "./Lexer.ts"
import * as Suggest from "./Suggest.ts"
import type { RestartMode, UnitReference } from "./Unit.ts"
import { suffixes } from "./UnitName.ts"

export type Handler = (draft: Draft, context: Context, entry: Entry) => void

/** A handler of a value that one grammar reads as a whole; specifiers mean nothing in such values. */
const scalar = <A>(
  parse: (text: string) => A | undefined,
  wanted: string,
  hint: (text: string) => string | undefined,
  set: (draft: Draft, value: A) => void
): Handler =>
(draft, context, entry) => {
  const text = variables(context, entry, entry.value)
  const value = parse(text)
  if (value === undefined) refuse(context, entry, `${quote(text)} is no ${wanted}`, hint(text))
  else set(draft, value)
}

const span = (set: (draft: Draft, millis: number) => void): Handler =>
  scalar(TimeSpan.parse, "time span", () => "time spans look like \"90\", \"500ms\" or \"1min 30s\"", set)

const boolean = (set: (draft: Draft, value: boolean) => void): Handler =>
  scalar(Boolean.parse, "boolean", () => "write \"yes\" or \"no\"", set)

const integer = (set: (draft: Draft, value: number) => void): Handler =>
  scalar(Integer.parse, "whole number", () => undefined, set)

/** For time limits systemd reads 0 as "none". */
const limit = (millis: number): number => millis === 0 ? Infinity : millis

/** Adds to a list of dependencies. These lists cannot be emptied, systemd.unit(5). */
const references = (list: (draft: Draft) => Array<UnitReference>): Handler => (draft, context, entry) => {
  if (entry.value === "") {
    report(context, entry, "note", Code.NoReset, "an empty assignment does not take back dependencies")
    return
  }
  const parsed = UnitNames.parse(entry.value, (word) => substitute(context, entry, word))
  for (const { name, offset } of parsed.names) list(draft).push({ name, at: position(context, entry, offset) })
  for (const { offset, text } of parsed.invalid) {
    refuse(context, entry, `${quote(text)} is no name of a unit`, suggestUnit(text), offset)
  }
  reportFaults(context, entry, parsed.faults)
}

const suggestUnit = (text: string): string | undefined => {
  if (!/^[A-Za-z0-9:_.\\@-]+$/.test(text)) return undefined
  const dot = text.lastIndexOf(".")
  const suffix = dot > 0 ? Suggest.suggest(text.slice(dot + 1), suffixes) : "service"
  return suffix === undefined ? undefined : `did you mean "${dot > 0 ? text.slice(0, dot) : text}.${suffix}"?`
}

const user =
  (what: string, set: (draft: Draft, value: string | undefined) => void): Handler => (draft, context, entry) => {
    const text = substitute(context, entry, entry.value)
    const value = UserName.parse(text)
    if (text === "") set(draft, undefined)
    else if (value === undefined) refuse(context, entry, `${quote(text)} is no name or number of a ${what}`)
    else set(draft, value)
  }

const restartModes: ReadonlyArray<RestartMode> = [
  "no",
  "on-success",
  "on-failure",
  "on-abnormal",
  "on-abort",
  "on-watchdog",
  "always"
]

const restart: Handler = scalar(
  (text) => restartModes.find((mode) => mode === text),
  "restart mode",
  (text) => Suggest.hint(text, restartModes) ?? `one of ${restartModes.join(", ")}`,
  (draft, mode) => {
    draft.restart = mode
  }
)

const otherTypes: ReadonlyArray<string> = ["forking", "notify", "notify-reload", "dbus", "idle"]
const types: ReadonlyArray<string> = ["simple", "exec", "oneshot", ...otherTypes]

const type: Handler = (draft, context, entry) => {
  const text = variables(context, entry, entry.value)
  if (text === "simple" || text === "exec" || text === "oneshot") {
    draft.type = text
  } else if (otherTypes.includes(text)) {
    draft.type = "simple"
    const message = `${quote(text)} is not acted on by this version: it is treated as "simple"`
    report(context, entry, "warning", Code.Fallback, message)
  } else {
    const hint = Suggest.hint(text, types) ?? `one of ${types.join(", ")}`
    refuse(context, entry, `${quote(text)} is no type of service`, hint)
  }
}

const execStart: Handler = (draft, context, entry) => {
  if (entry.value === "") {
    draft.execStart = []
    draft.execStartEntries = []
    return
  }
  const { commands, faults } = CommandLine.parse(entry.value, {
    // A program's path is settled at load, in braces only: systemd reads no variables there at all.
    path: (text, flags) =>
      flags.literal || !text.includes("${")
        ? specifiers(context, entry, text, false)
        : substitute(context, entry, text),
    word: (text, flags) => specifiers(context, entry, text, !flags.literal)
  })
  reportFaults(context, entry, faults)
  for (const { flags, offset, path, words } of commands) {
    draft.execStart.push({ flags, path, words, at: position(context, entry, offset) })
    draft.execStartEntries.push(entry)
  }
}

const environment: Handler = (draft, context, entry) => {
  if (entry.value === "") {
    draft.environment = []
    return
  }
  const parsed = Environment.parse(entry.value, (word) => substitute(context, entry, word))
  for (const assignment of parsed.entries) draft.environment.push(assignment)
  for (const { offset, text } of parsed.invalid) {
    const hint = text.includes("=")
      ? "names are made of A-Z a-z 0-9 and _"
      : "values with blanks stand in quotes: \"NAME=a b\""
    refuse(context, entry, `${quote(text)} is no assignment`, hint, offset)
  }
  reportFaults(context, entry, parsed.faults)
}

const environmentFile: Handler = (draft, context, entry) => {
  if (entry.value === "") {
    draft.environmentFiles = []
    return
  }
  const optional = entry.value.charCodeAt(0) === 45
  const text = substitute(context, entry, optional ? entry.value.slice(1) : entry.value)
  const path = AbsolutePath.parse(text)
  if (path !== undefined) draft.environmentFiles.push({ path, optional, at: position(context, entry) })
  else refuse(context, entry, `${quote(text)} is no absolute path`)
}

const workingDirectory: Handler = (draft, context, entry) => {
  const optional = entry.value.charCodeAt(0) === 45
  const text = substitute(context, entry, optional ? entry.value.slice(1) : entry.value)
  const path = text === "~" ? "~" : AbsolutePath.parse(text)
  if (text === "" && !optional) draft.workingDirectory = undefined
  else if (path === undefined) refuse(context, entry, `${quote(text)} is no absolute path`, "\"~\" is the user's home")
  else draft.workingDirectory = { path, optional }
}

const startLimitBurst = integer((draft, burst) => {
  draft.startLimitBurst = burst
})
const startLimitInterval = span((draft, millis) => {
  draft.startLimitIntervalMillis = millis
})

const unit: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["Description", (draft, context, entry) => {
    draft.description = entry.value === "" ? context.name : substitute(context, entry, entry.value)
  }],
  ["Documentation", (draft, context, entry) => {
    const words = Words.parse(entry.value).words.map((word) => substitute(context, entry, word.text))
    draft.documentation = entry.value === "" ? [] : [...draft.documentation, ...words]
  }],
  ["After", references((draft) => draft.after)],
  ["Before", references((draft) => draft.before)],
  ["Requires", references((draft) => draft.requires)],
  ["Wants", references((draft) => draft.wants)],
  ["StartLimitBurst", startLimitBurst],
  ["StartLimitIntervalSec", startLimitInterval],
  ["StartLimitInterval", startLimitInterval]
])

const service: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["Type", type],
  [
    "RemainAfterExit",
    boolean((draft, value) => {
      draft.remainAfterExit = value
    })
  ],
  ["ExecStart", execStart],
  ["Restart", restart],
  [
    "RestartSec",
    span((draft, millis) => {
      draft.restartMillis = millis
    })
  ],
  [
    "TimeoutStartSec",
    span((draft, millis) => {
      draft.timeoutStartMillis = limit(millis)
    })
  ],
  [
    "TimeoutStopSec",
    span((draft, millis) => {
      draft.timeoutStopMillis = limit(millis)
    })
  ],
  [
    "TimeoutSec",
    span((draft, millis) => {
      draft.timeoutStartMillis = limit(millis)
      draft.timeoutStopMillis = limit(millis)
    })
  ],
  ["StartLimitBurst", startLimitBurst],
  ["StartLimitIntervalSec", startLimitInterval],
  ["StartLimitInterval", startLimitInterval],
  [
    "User",
    user("user", (draft, value) => {
      draft.user = value
    })
  ],
  [
    "Group",
    user("group", (draft, value) => {
      draft.group = value
    })
  ],
  ["WorkingDirectory", workingDirectory],
  ["Environment", environment],
  ["EnvironmentFile", environmentFile],
  [
    "KillSignal",
    scalar(Signal.parse, "signal", (text) => Suggest.hint(text, Signal.known), (draft, signal) => {
      draft.killSignal = signal
    })
  ]
])

/** The handler of a supported directive. */
export const handlerOf = (section: string, key: string): Handler | undefined =>
  section === "Service" ? service.get(key) : section === "Unit" ? unit.get(key) : undefined
