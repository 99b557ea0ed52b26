/**
 * The directories of a service, systemd.exec(5) `RuntimeDirectory=` and its like: made by each process before it becomes
 * its program, owned by the unit's user, named in the environment, and taken away as `RuntimeDirectoryPreserve=` says.
 * Pure.
 */
import type { Owner, Step } from "../../kernel/Step.ts"
import type { ServiceSection } from "../../unit/Unit.ts"
import type { Entries } from "../RunContext.ts"

/** Where directories of a kind lie, their variable, and the exit code of systemd.exec(5) if one cannot be made. */
const kinds = [
  ["RuntimeDirectory", "/run", "RUNTIME_DIRECTORY", 233],
  ["StateDirectory", "/var/lib", "STATE_DIRECTORY", 238],
  ["CacheDirectory", "/var/cache", "CACHE_DIRECTORY", 239],
  ["LogsDirectory", "/var/log", "LOGS_DIRECTORY", 240],
  ["ConfigurationDirectory", "/etc", "CONFIGURATION_DIRECTORY", 241]
] as const

const usualMode = 0o755
/** Configuration is its administrator's, whoever the service runs as. */
const unowned: Owner = { uid: -1, gid: -1 }

/** A relative way from the folder of a link to what it leads to. */
const relativeTo = (link: string, path: string): string => `${"../".repeat(link.split("/").length - 1)}${path}`

/** Steps that make them. */
export const steps = (section: ServiceSection, owner: Owner): ReadonlyArray<Step> => {
  const list: Array<Step> = []
  for (const [key, base, , exitCode] of kinds) {
    const isConfiguration = key === "ConfigurationDirectory"
    for (const { link, path } of section[key] ?? []) {
      const directive = `${key}=${path}`
      list.push({
        action: {
          _tag: "MakeDirectory",
          path: `${base}/${path}`,
          mode: section[`${key}Mode`] ?? usualMode,
          owner: isConfiguration ? unowned : owner,
          ownerBelow: !isConfiguration,
          leaveExisting: isConfiguration
        },
        directive,
        exitCode,
        leniency: "fail"
      })
      if (link === undefined) continue
      const action = { _tag: "MakeLink", target: relativeTo(link, path), path: `${base}/${link}` } as const
      list.push({ action, directive: `${directive}:${link}`, exitCode, leniency: "fail" })
    }
  }
  return list
}

/** `RUNTIME_DIRECTORY=/run/a:/run/b` and its like. */
export const variables = (section: ServiceSection): Entries => {
  const entries: Array<readonly [name: string, value: string]> = []
  for (const kind of kinds) {
    const directories = section[kind[0]]
    if (directories === undefined || directories.length === 0) continue
    const [, base, variable] = kind
    entries.push([variable, directories.map(({ path }) => `${base}/${path}`).join(":")])
  }
  return entries
}

/** All of them that stay writable where the rest of the system does not, `ProtectSystem=`; the others are read-only. */
export const places = (section: ServiceSection): ReadonlyArray<{ readonly path: string; readonly readOnly: boolean }> =>
  kinds.flatMap(([key, base]) =>
    (section[key] ?? []).map(({ path, readOnly }) => ({ path: `${base}/${path}`, readOnly }))
  )

/** What is removed at the end of a run, be it for good or ahead of a restart. */
export const leftovers = (section: ServiceSection, restarts: boolean): ReadonlyArray<string> => {
  const { RuntimeDirectory, RuntimeDirectoryPreserve: preserve = "no" } = section
  if (RuntimeDirectory === undefined || preserve === "yes" || (preserve === "restart" && restarts)) return []
  return RuntimeDirectory.flatMap(({ link, path }) => [
    ...(link === undefined ? [] : [`/run/${link}`]),
    `/run/${path}`
  ])
}
