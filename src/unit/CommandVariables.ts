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
import type { Command } from "./Values.ts"

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

/** Whether there is something to look up when the command runs, in a form that says what it is. */
const hasVariables = ({ flags, words }: Command): boolean => {
  if (flags.literal) return false
  for (let index = 0; index < words.length; index++) if (words[index]?.includes("${") === true) return true
  return false
}

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
    for (const command of unit.Service[key]) {
      if (!hasVariables(command)) continue
      lookup ??= lookupOf(new Map(Environment), context.lookup)
      const missing = new Set<string>()
      for (const word of command.words) for (const name of expandText(word, lookup).missing) missing.add(name)
      for (const name of missing) context.diagnostics.push(missingVariable(command.at, "Service", key, name))
    }
  }
}

const lookupOf = (own: ReadonlyMap<string, string>, outer: Lookup): Lookup => (name) =>
  own.get(name) ?? outer(name) ?? given(name)
