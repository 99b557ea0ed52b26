/**
 * `%` specifiers, systemd.unit(5) "SPECIFIERS": what the letters stand for in one unit.
 *
 * @since 0.1.0
 */
import { nameWithoutSuffix, split, unescape } from "./UnitName.ts"

/** The value of each letter; a letter without a value is not substituted. */
export interface Specifiers {
  readonly [letter: string]: string | undefined
}

/** What the machine and PID 1's own identity contribute. What is left out is not substituted. */
export interface SpecifierContext {
  readonly hostname?: string
  /** `PRETTY_HOSTNAME=` of machine-info(5). */
  readonly prettyHostname?: string
  readonly machineId?: string
  readonly bootId?: string
  readonly kernelRelease?: string
  /** systemd's name for it: `x86-64`, `arm64`. */
  readonly architecture?: string
  /** Fields of os-release(5); what the file does not say is empty. */
  readonly osRelease?: (field: string) => string
  /** The user that runs PID 1, not the unit's `User=`. */
  readonly user?: string
  readonly uid?: string
  readonly group?: string
  readonly gid?: string
  readonly home?: string
  readonly shell?: string
  readonly runtimeDirectory?: string
  readonly stateDirectory?: string
  readonly cacheDirectory?: string
  readonly logsDirectory?: string
  readonly configurationDirectory?: string
  readonly temporaryDirectory?: string
  readonly largeTemporaryDirectory?: string
}

/** Letters systemd knows, whether or not a value is at hand. */
export const letters = "aAbBCdDEfgGhHiIjJlLmMnNopPqsStTuUvVwWyY"

/**
 * What a letter stands for in a unit that was read from `file`; the directories are the system manager's unless the context
 * says otherwise.
 */
export const valueOf = (
  letter: string,
  name: string,
  file: string,
  context: SpecifierContext = {}
): string | undefined => {
  switch (letter) {
    case "n":
      return name
    case "N":
      return nameWithoutSuffix(name)
    case "p":
      return split(name).prefix
    case "P":
      return unescape(split(name).prefix)
    case "i":
      return split(name).instance ?? ""
    case "I":
      return unescape(split(name).instance ?? "")
    case "j":
      return lastPart(name)
    case "J":
      return unescape(lastPart(name))
    case "f": {
      const { instance = "", prefix } = split(name)
      const path = unescape(instance === "" ? prefix : instance)
      return path.startsWith("/") ? path : `/${path}`
    }
    case "H":
      return context.hostname
    case "l":
      return shortHost(context)
    case "m":
      return context.machineId
    case "b":
      return context.bootId
    case "v":
      return context.kernelRelease
    case "a":
      return context.architecture
    case "u":
      return context.user ?? "root"
    case "U":
      return context.uid ?? "0"
    case "g":
      return context.group ?? "root"
    case "G":
      return context.gid ?? "0"
    case "h":
      return context.home ?? "/root"
    case "s":
      return context.shell ?? "/bin/sh"
    case "t":
      return context.runtimeDirectory ?? "/run"
    case "d":
      return `${context.runtimeDirectory ?? "/run"}/credentials/${name}`
    case "S":
      return context.stateDirectory ?? "/var/lib"
    case "C":
      return context.cacheDirectory ?? "/var/cache"
    case "L":
      return context.logsDirectory ?? "/var/log"
    case "E":
      return context.configurationDirectory ?? "/etc"
    case "T":
      return context.temporaryDirectory ?? "/tmp"
    case "V":
      return context.largeTemporaryDirectory ?? "/var/tmp"
    case "D":
      return "/usr/share"
    case "y":
      return file
    case "Y":
      return file.slice(0, Math.max(1, file.lastIndexOf("/")))
    case "q":
      return context.prettyHostname ?? shortHost(context)
    case "A":
      return context.osRelease?.("IMAGE_VERSION")
    case "B":
      return context.osRelease?.("BUILD_ID")
    case "M":
      return context.osRelease?.("IMAGE_ID")
    case "o":
      return context.osRelease?.("ID")
    case "w":
      return context.osRelease?.("VERSION_ID")
    case "W":
      return context.osRelease?.("VARIANT_ID")
    default:
      return undefined
  }
}

const lastPart = (name: string): string => {
  const { prefix } = split(name)
  return prefix.slice(prefix.lastIndexOf("-") + 1)
}

const shortHost = ({ hostname }: SpecifierContext): string | undefined => hostname?.split(".", 1)[0]

/** All of them, of a unit as of `valueOf`. */
export const forUnit = (name: string, file: string, context: SpecifierContext = {}): Specifiers =>
  Object.fromEntries(letters.split("").map((letter) => [letter, valueOf(letter, name, file, context)]))
