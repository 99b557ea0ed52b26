/**
 * What the directives of systemd.exec(5) about the file system ask for, as one list of rules about paths. Pure: how a rule
 * is kept, by mounts or by Landlock, is decided elsewhere.
 */
import type { ServiceSection } from "../../unit/Unit.ts"
import type { PathReference } from "../../unit/values/Exec.ts"
import * as Directories from "../exec/Directories.ts"
import type { PrivateTmp } from "./PrivateTmp.ts"

interface Base {
  readonly path: string
  /** A path that is not there is no failure. */
  readonly optional: boolean
  /** What asks for it: `ProtectSystem=strict`. */
  readonly directive: string
}

/** Whether files may be changed, or be seen at all. */
export interface AccessRule extends Base {
  readonly _tag: "Access"
  readonly access: "hidden" | "read-only" | "writable"
}

/** Whether programs may be run from there. */
export interface ExecRule extends Base {
  readonly _tag: "Exec"
  readonly allowed: boolean
}

/** Something else is to be seen there. */
export interface BindRule extends Base {
  readonly _tag: "Bind"
  readonly source: string
  readonly recursive: boolean
  readonly readOnly: boolean
}

/** A file system of its own: empty, with devices, or with processes. */
export interface NewRule extends Base {
  readonly _tag: "New"
  readonly type: "tmpfs" | "devices" | "proc"
  /** Options of tmpfs(5) and proc(5) and mount attributes, by the names of mount(8). */
  readonly options: ReadonlyArray<string>
}

export type Rule = AccessRule | ExecRule | BindRule | NewRule

/** In /proc: what can be set there, and what is none of a service's business. */
const tunables = [
  ...["acpi", "apm", "asound", "bus", "fs", "irq", "latency_stats", "mtrr", "scsi", "sys", "sysrq-trigger"].map((
    name
  ) => `/proc/${name}`),
  "/sys"
]
const tunedElsewhere = ["/sys/fs/bpf", "/sys/fs/cgroup", "/sys/fs/selinux", "/sys/kernel/debug", "/sys/kernel/tracing"]
const kernelSecrets = ["/proc/kallsyms", "/proc/kcore"]
const homes = ["/home", "/root", "/run/user"]

/** What systemd gives an empty file system of a service unless it says otherwise. */
const temporaryDefaults = ["mode=0755", "size=10%", "nr_inodes=400k", "nodev"]
const deviceOptions = ["mode=0755", "nosuid", "noexec", "ro"]
const homeOptions = ["mode=0755", "size=4m", "nr_inodes=1k", "nodev", "nosuid", "ro"]

class Collector {
  readonly rules: Array<Rule> = []

  access(access: AccessRule["access"], paths: ReadonlyArray<string>, directive: string, optional = true): void {
    for (const path of paths) this.rules.push({ _tag: "Access", access, path, directive, optional })
  }

  listed(
    key: "ReadWritePaths" | "ReadOnlyPaths" | "InaccessiblePaths",
    access: AccessRule["access"],
    references: ReadonlyArray<PathReference> | undefined
  ): void {
    for (const { optional, path } of references ?? []) this.access(access, [path], `${key}=${path}`, optional)
  }

  exec(allowed: boolean, references: ReadonlyArray<PathReference> | undefined): void {
    const key = allowed ? "ExecPaths" : "NoExecPaths"
    for (const { optional, path } of references ?? []) {
      this.rules.push({ _tag: "Exec", allowed, path, directive: `${key}=${path}`, optional })
    }
  }

  fresh(type: NewRule["type"], path: string, options: ReadonlyArray<string>, directive: string): void {
    this.rules.push({ _tag: "New", type, path, options, directive, optional: false })
  }
}

const protectSystem = (to: Collector, section: ServiceSection): void => {
  const { ProtectSystem: mode } = section
  if (mode === undefined || mode === "no") return
  const directive = `ProtectSystem=${mode}`
  if (mode !== "strict") {
    return to.access("read-only", ["/usr", "/boot", "/efi", ...(mode === "full" ? ["/etc"] : [])], directive)
  }
  to.access("read-only", ["/"], directive)
  to.access("writable", ["/proc", "/sys", "/dev", ...homes], directive)
  for (const { path, readOnly } of Directories.places(section)) if (!readOnly) to.access("writable", [path], directive)
}

const protectHome = (to: Collector, { ProtectHome: mode }: ServiceSection): void => {
  if (mode === undefined || mode === "no") return
  const directive = `ProtectHome=${mode}`
  if (mode === "yes") to.access("hidden", homes, directive)
  else if (mode === "read-only") to.access("read-only", homes, directive)
  else {
    for (const path of homes) {
      to.rules.push({ _tag: "New", type: "tmpfs", path, options: homeOptions, directive, optional: true })
    }
  }
}

const protectProc = (to: Collector, { ProcSubset, ProtectProc }: ServiceSection): void => {
  const hides = ProtectProc !== undefined && ProtectProc !== "default"
  const isPart = ProcSubset === "pid"
  if (!hides && !isPart) return
  const directives = [...(hides ? [`ProtectProc=${ProtectProc}`] : []), ...(isPart ? ["ProcSubset=pid"] : [])]
  const options = [...(hides ? [`hidepid=${ProtectProc}`] : []), ...(isPart ? ["subset=pid"] : [])]
  to.fresh("proc", "/proc", options, directives.join(" "))
}

/** What is asked for by name comes first, and is what a message names then. */
export const of = (section: ServiceSection, tmp: ReadonlyArray<PrivateTmp>): ReadonlyArray<Rule> => {
  const to = new Collector()
  to.listed("InaccessiblePaths", "hidden", section.InaccessiblePaths)
  for (const [key, readOnly] of [["BindPaths", false], ["BindReadOnlyPaths", true]] as const) {
    for (const { destination, optional, recursive, source } of section[key] ?? []) {
      const directive = `${key}=${source}:${destination}`
      to.rules.push({ _tag: "Bind", source, path: destination, recursive, readOnly, optional, directive })
    }
  }
  for (const { options, path } of section.TemporaryFileSystem ?? []) {
    to.fresh("tmpfs", path, [...temporaryDefaults, ...options], `TemporaryFileSystem=${path}`)
  }
  for (const { path, source } of tmp) {
    const directive = `PrivateTmp=${section.PrivateTmp ?? "yes"}`
    to.rules.push({ _tag: "Bind", source, path, recursive: false, readOnly: false, optional: true, directive })
  }
  if (section.PrivateTmp === "disconnected") {
    for (const path of ["/tmp", "/var/tmp"]) {
      to.fresh("tmpfs", path, ["mode=1777", "nosuid", "nodev"], "PrivateTmp=disconnected")
    }
  }
  if (section.PrivateDevices === true) to.fresh("devices", "/dev", deviceOptions, "PrivateDevices=yes")
  protectProc(to, section)
  to.listed("ReadWritePaths", "writable", section.ReadWritePaths)
  to.listed("ReadOnlyPaths", "read-only", section.ReadOnlyPaths)
  for (const { path, readOnly } of Directories.places(section)) {
    if (readOnly) to.access("read-only", [path], "the directories of the unit that are marked ro")
  }
  to.exec(true, section.ExecPaths)
  to.exec(false, section.NoExecPaths)
  if (section.ProtectKernelTunables === true) {
    to.access("hidden", kernelSecrets, "ProtectKernelTunables=yes")
    to.access("read-only", tunables, "ProtectKernelTunables=yes")
    to.access("writable", tunedElsewhere, "ProtectKernelTunables=yes")
  }
  if (section.ProtectKernelModules === true) {
    to.access("hidden", ["/lib/modules", "/usr/lib/modules"], "ProtectKernelModules=yes")
  }
  if (section.ProtectKernelLogs === true) {
    to.access("hidden", ["/proc/kmsg", "/dev/kmsg"], "ProtectKernelLogs=yes")
  }
  if (section.ProtectControlGroups !== undefined && section.ProtectControlGroups !== "no") {
    to.access("read-only", ["/sys/fs/cgroup"], `ProtectControlGroups=${section.ProtectControlGroups}`)
  }
  protectHome(to, section)
  protectSystem(to, section)
  return to.rules
}

/** Whether a path is another one or lies below it. */
export const isWithin = (path: string, above: string): boolean =>
  path === above || above === "/" || path.startsWith(`${above}/`)

/** Of two rules about one path the stricter one counts, as with systemd; a place that is another one stays that. */
const rank = (rule: Rule): number => {
  switch (rule._tag) {
    case "Access":
      return rule.access === "hidden" ? 0 : rule.access === "read-only" ? 3 : 4
    case "Bind":
      return 1
    case "New":
      return 2
    case "Exec":
      return rule.allowed ? 1 : 0
  }
}

/** Whether it says of its path that nothing can be changed there. */
export const isReadOnly = (rule: Rule): boolean => {
  switch (rule._tag) {
    case "Access":
      return rule.access === "read-only"
    case "Bind":
      return rule.readOnly
    case "New":
      return rule.options.includes("ro")
    case "Exec":
      return false
  }
}

const readOnly = (rule: Rule): Rule => {
  switch (rule._tag) {
    case "Bind":
      return { ...rule, readOnly: true }
    case "New":
      return { ...rule, options: [...rule.options, "ro"] }
    default:
      return rule
  }
}

const merge = (one: Rule, other: Rule): Rule => {
  const [first, second] = rank(other) < rank(one) ? [other, one] : [one, other]
  return isReadOnly(second) ? readOnly(first) : first
}

/** One rule of each sort about a path; nothing below what is hidden; outer paths first. */
export const settle = (rules: ReadonlyArray<Rule>): ReadonlyArray<Rule> => {
  const settled = new Map<string, Rule>()
  for (const rule of rules) {
    const key = `${rule._tag === "Exec" ? "x" : "-"}${rule.path}`
    const before = settled.get(key)
    settled.set(key, before === undefined ? rule : merge(before, rule))
  }
  const all = [...settled.values()]
  const hidden = all.filter((rule) => rule._tag === "Access" && rule.access === "hidden")
  return all
    .filter((rule) => !hidden.some((one) => one !== rule && isWithin(rule.path, one.path)))
    .sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
}
