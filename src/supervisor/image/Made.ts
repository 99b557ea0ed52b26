/** Directories that are not in the image, but will be there: made for a service, or mounted by the container engine. */
import type { Unit } from "../../unit/Unit.ts"

/** Where systemd makes the directories of a service, systemd.exec(5). */
const bases = [
  ["RuntimeDirectory", "/run"],
  ["StateDirectory", "/var/lib"],
  ["CacheDirectory", "/var/cache"],
  ["LogsDirectory", "/var/log"],
  ["ConfigurationDirectory", "/etc"]
] as const

/** Every directory that some unit asks for. */
export const directories = (units: Iterable<Unit>): ReadonlySet<string> => {
  const made = new Set<string>()
  for (const unit of units) {
    const section = unit._tag === "Service" ? unit.Service : unit._tag === "Socket" ? unit.Socket : undefined
    for (const [key, base] of bases) for (const { path } of section?.[key] ?? []) made.add(`${base}/${path}`)
  }
  return made
}

/** Whether a path is one of these, or lies below one. */
export const isBelow = (path: string, directories: ReadonlySet<string>): boolean => {
  for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) if (directories.has(at)) return true
  return false
}

/** File systems that are mounted when the container starts: what an image has there says nothing. */
const mounted: ReadonlySet<string> = new Set(["/proc", "/sys", "/dev"])

/** Directories that programs fill when they run. */
const filled: ReadonlySet<string> = new Set(["/run", "/var/run", "/tmp", "/var/tmp"])

export const isMounted = (path: string): boolean => isBelow(path, mounted)

export const isFilled = (path: string): boolean => isBelow(path, filled)
