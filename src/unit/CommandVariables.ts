/**
 * The variables of commands: they are those of the process that runs, and still much of them is known at load.
 *
 * @since 0.1.0
 */
import type { Context } from "./Context.ts"
import { missingVariable } from "./Context.ts"
import type { Lookup } from "./Expand.ts"
import { expandText } from "./Expand.ts"
import type { Service } from "./Unit.ts"

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
  "PIDFILE",
  "NOTIFY_SOCKET",
  "FDSTORE",
  "JOURNAL_STREAM",
  "SERVICE_RESULT"
])
const givenFamilies =
  /^(?:LISTEN|WATCHDOG|EXIT|MONITOR|TRIGGER|SYSTEMD|CREDENTIALS|RUNTIME|STATE|CACHE|LOGS|CONFIGURATION)_/

const given = (name: string): string | undefined =>
  givenNames.has(name) || givenFamilies.test(name) ? "given" : undefined

const keys = [
  "ExecCondition",
  "ExecStartPre",
  "ExecStart",
  "ExecStartPost",
  "ExecReload",
  "ExecStop",
  "ExecStopPost"
] as const

/** Says of the variables in commands that nothing will ever set them; files may set any, so these keep it silent. */
export const check = (unit: Service, context: Context): void => {
  const { Environment, EnvironmentFile } = unit.Service
  if (EnvironmentFile.length > 0) return
  let lookup: Lookup | undefined
  for (const key of keys) {
    const commands = unit.Service[key]
    if (commands.length === 0) continue
    for (const command of commands) {
      if (command.flags.literal) continue
      lookup ??= lookupOf(Environment, context.lookup)
      const missing = missingIn(command.words, lookup)
      if (missing === undefined) continue
      for (const name of missing) context.diagnostics.push(missingVariable(command.at, "Service", key, name))
    }
  }
}

/** The variables of words that are not set, each once; only `${NAME}` says that one is meant. */
const missingIn = (words: ReadonlyArray<string>, lookup: Lookup): Iterable<string> | undefined => {
  let missing: Set<string> | undefined
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ""
    if (!word.includes("${")) continue
    const found = expandText(word, lookup).missing
    if (found.length === 0) continue
    missing ??= new Set()
    for (const name of found) missing.add(name)
  }
  return missing
}

const lookupOf = (own: Service["Service"]["Environment"], outer: Lookup): Lookup => {
  // Of assignments to the same name the last one counts.
  let values: ReadonlyMap<string, string> | undefined
  return (name) => {
    values ??= new Map(own)
    return values.get(name) ?? outer(name) ?? given(name)
  }
}
