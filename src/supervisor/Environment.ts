/**
 * A unit's environment, systemd.exec(5) "Environment": a map built in a fixed order in which the last writer wins.
 * PID 1's own variables without those meant for PID 1; `PassEnvironment=`; `Environment=`; `EnvironmentFile=`; the
 * identity; the run; and at the very end `UnsetEnvironment=`.
 */
import type { Identity } from "./Identity.ts"

/** systemd gives this path to services that nobody gave one. */
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/** Said anew for every process, by whoever starts it: what PID 1's own starter has said is not passed on. */
const ofOneProcess: ReadonlySet<string> = new Set([
  "NOTIFY_SOCKET",
  "FDSTORE",
  "WATCHDOG_PID",
  "WATCHDOG_USEC",
  "INVOCATION_ID",
  "CREDENTIALS_DIRECTORY",
  "SYSTEMD_EXEC_PID"
])

/** Meant for us, or for nobody but the process it was made for. */
const isOurs = (name: string): boolean =>
  name.startsWith("CONTAINER_INIT_") || name.startsWith("LISTEN_") || ofOneProcess.has(name)

type Variables = ReadonlyMap<string, string>
type Entries = ReadonlyArray<readonly [name: string, value: string]>

/** What every unit inherits of PID 1's own environment. */
const inherit = (own: Variables): Variables => {
  const environment = new Map<string, string>([["PATH", defaultPath]])
  // Not a loop over entries: on QuickJS each entry is an array of its own, and this is on the way to the first service.
  own.forEach((value, name) => {
    if (!isOurs(name)) environment.set(name, value)
  })
  return environment
}

const toEntries = (environment: Variables): ReadonlyArray<string> => {
  const entries: Array<string> = []
  environment.forEach((value, name) => {
    entries.push(`${name}=${value}`)
  })
  return entries
}

/** Remembers what was made of a map that does not change: PID 1's environment is asked for at every spawn. */
const remembered = <A>(make: (variables: Variables) => A): (variables: Variables) => A => {
  const made = new WeakMap<Variables, A>()
  return (variables) => {
    let value = made.get(variables)
    if (value === undefined) {
      value = make(variables)
      made.set(variables, value)
    }
    return value
  }
}

const inherited = remembered(inherit)

/** Where the variables of a unit come from, besides what every unit has. */
export interface Sources {
  /** `PassEnvironment=`: names, also of what is kept from services otherwise. */
  readonly passed: ReadonlyArray<string>
  /** `Environment=`. */
  readonly assigned: Entries
  /** `EnvironmentFile=`. */
  readonly fromFiles: Entries
  readonly login: Identity["login"]
}

/** A unit that says nothing about its environment gets the very map that every such unit gets. */
export const make = (own: Variables, { assigned, fromFiles, login, passed }: Sources): Variables => {
  if (assigned.length === 0 && fromFiles.length === 0 && passed.length === 0 && login === undefined) {
    return inherited(own)
  }
  const environment = new Map(inherited(own))
  for (const name of passed) {
    const value = own.get(name)
    if (value !== undefined) environment.set(name, value)
  }
  for (const [name, value] of assigned) environment.set(name, value)
  for (const [name, value] of fromFiles) environment.set(name, value)
  if (login !== undefined) {
    environment.set("USER", login.name)
    environment.set("LOGNAME", login.name)
    environment.set("HOME", login.home)
    if (login.shell !== "") environment.set("SHELL", login.shell)
  }
  return environment
}

const rendered = remembered(toEntries)

/**
 * `NAME=value`, as exec wants it. What belongs to the run wins; most units have no such names of their own, and then
 * what was made of their variables once is made use of again. `unset`, `UnsetEnvironment=`, takes away from all of it:
 * a name, or a name only if it has that value.
 */
export const entries = (
  environment: Variables,
  run: Entries,
  unset: ReadonlyArray<string> = []
): ReadonlyArray<string> => {
  const all = together(environment, run)
  if (unset.length === 0) return all
  const gone = new Set(unset)
  return all.filter((entry) => !gone.has(entry) && !gone.has(entry.slice(0, entry.indexOf("="))))
}

const together = (environment: Variables, run: Entries): ReadonlyArray<string> => {
  if (run.length === 0) return rendered(environment)
  const texts: Array<string> = []
  for (const entry of run) if (!environment.has(entry[0])) texts.push(`${entry[0]}=${entry[1]}`)
  if (texts.length === run.length) return rendered(environment).concat(texts)
  const all = new Map(environment)
  for (const [name, value] of run) all.set(name, value)
  return toEntries(all)
}
