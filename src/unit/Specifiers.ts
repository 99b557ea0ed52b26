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
 * The specifiers of a unit that was read from `file`; the directories are the system manager's unless the context says
 * otherwise.
 */
export const forUnit = (name: string, file: string, context: SpecifierContext = {}): Specifiers => {
  const { instance = "", prefix } = split(name)
  const last = prefix.slice(prefix.lastIndexOf("-") + 1)
  const path = unescape(instance === "" ? prefix : instance)
  const { hostname: host, osRelease } = context
  const short = host?.split(".", 1)[0]
  const runtime = context.runtimeDirectory ?? "/run"
  return {
    n: name,
    N: nameWithoutSuffix(name),
    p: prefix,
    P: unescape(prefix),
    i: instance,
    I: unescape(instance),
    j: last,
    J: unescape(last),
    f: path.startsWith("/") ? path : `/${path}`,
    H: host,
    l: short,
    m: context.machineId,
    b: context.bootId,
    v: context.kernelRelease,
    a: context.architecture,
    u: context.user ?? "root",
    U: context.uid ?? "0",
    g: context.group ?? "root",
    G: context.gid ?? "0",
    h: context.home ?? "/root",
    s: context.shell ?? "/bin/sh",
    t: runtime,
    d: `${runtime}/credentials/${name}`,
    S: context.stateDirectory ?? "/var/lib",
    C: context.cacheDirectory ?? "/var/cache",
    L: context.logsDirectory ?? "/var/log",
    E: context.configurationDirectory ?? "/etc",
    T: context.temporaryDirectory ?? "/tmp",
    V: context.largeTemporaryDirectory ?? "/var/tmp",
    D: "/usr/share",
    y: file,
    Y: file.slice(0, Math.max(1, file.lastIndexOf("/"))),
    q: context.prettyHostname ?? short,
    A: osRelease?.("IMAGE_VERSION"),
    B: osRelease?.("BUILD_ID"),
    M: osRelease?.("IMAGE_ID"),
    o: osRelease?.("ID"),
    w: osRelease?.("VERSION_ID"),
    W: osRelease?.("VARIANT_ID")
  }
}
