/**
 * How a process is kept apart, systemd.exec(5) "Sandboxing": which steps its child takes, and what this container cannot
 * give. Namespaces where they are to be had, Landlock for the rules about paths where not, seccomp for system calls. What
 * is not applied is told, never passed over.
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { Step } from "../../kernel/Step.ts"
import type { ServiceSection } from "../../unit/Unit.ts"
import type { Ability, Kind } from "./Ability.ts"
import { namespace } from "./Ability.ts"
import * as Landlock from "./Landlock.ts"
import * as Links from "./Links.ts"
import * as Mounts from "./Mounts.ts"
import * as PrivateTmp from "./PrivateTmp.ts"
import type { Rule } from "./Rules.ts"
import * as Rules from "./Rules.ts"

export interface Unapplied {
  readonly directive: string
  readonly reason: string
}

/** In words, with each reason once. */
export const describe = (list: ReadonlyArray<Unapplied>): string => {
  const byReason = new Map<string, Array<string>>()
  for (const { directive, reason } of list) {
    const others = byReason.get(reason)
    if (others === undefined) byReason.set(reason, [directive])
    else others.push(directive)
  }
  return Array.from(byReason, ([reason, directives]) => `${directives.join(", ")} (${reason})`).join("; ")
}

export interface Isolation {
  readonly preparation: ReadonlyArray<Step>
  readonly confinement: ReadonlyArray<Step>
  readonly unapplied: ReadonlyArray<Unapplied>
}

/** systemd.exec(5), "Process Exit Codes". */
const exit = { network: 225, namespace: 226 }

/** The namespaces besides that for mounts, each with what asks for it. */
const asked = (section: ServiceSection): ReadonlyArray<readonly [kind: Kind, directive: string]> => {
  const list: Array<readonly [kind: Kind, directive: string]> = []
  if (section.PrivateNetwork === true) list.push(["network", "PrivateNetwork=yes"])
  if (section.PrivateIPC === true) list.push(["ipc", "PrivateIPC=yes"])
  const { ProtectHostname } = section
  if (ProtectHostname !== undefined && ProtectHostname.mode !== "no") {
    list.push(["hostname", `ProtectHostname=${ProtectHostname.mode}`])
  }
  return list
}

const keys = [
  "PrivateTmp",
  "PrivateDevices",
  "PrivateNetwork",
  "PrivateIPC",
  "PrivateMounts",
  "ProtectSystem",
  "ProtectHome",
  "ProtectProc",
  "ProcSubset",
  "ProtectHostname",
  "ProtectKernelTunables",
  "ProtectKernelModules",
  "ProtectKernelLogs",
  "ProtectControlGroups",
  "ReadWritePaths",
  "ReadOnlyPaths",
  "InaccessiblePaths",
  "ExecPaths",
  "NoExecPaths",
  "BindPaths",
  "BindReadOnlyPaths",
  "TemporaryFileSystem"
] as const

/** Whether a unit asks for any of it: most do not, and pay nothing. */
export const isWanted = (section: ServiceSection): boolean => {
  for (const key of keys) if (section[key] !== undefined) return true
  return false
}

export const none: Isolation = { preparation: [], confinement: [], unapplied: [] }

/** What is asked of whom. */
export interface Request {
  readonly section: ServiceSection
  readonly ability: Ability
  readonly invocationId: string
  /** The root directory of the process, empty for ours. */
  readonly root: string
  readonly noNewPrivileges: boolean
  /** What is refused is a failure. */
  readonly strict: boolean
}

const inMounts = (rules: ReadonlyArray<Rule>, { ability, invocationId, root, section, strict }: Request): Isolation => {
  const step = (action: Step["action"], directive: string): Step => ({
    action,
    directive,
    exitCode: exit.namespace,
    leniency: "fail"
  })
  const directive = [...new Set(rules.map((rule) => rule.directive))].join(" ") || "PrivateMounts=yes"
  return {
    ...none,
    preparation: [
      ...PrivateTmp.steps(section, invocationId, strict),
      step({ _tag: "Namespaces", flags: namespace.mount }, directive),
      step({ _tag: "MountsSlave" }, directive),
      ...Mounts.steps(rules, { root, procMasks: ability.procMasks })
    ]
  }
}

/** Directives of rules, each once. */
const directivesOf = (rules: ReadonlyArray<Rule>): ReadonlyArray<string> => [
  ...new Set(rules.map(({ directive }) => directive))
]

const unappliedBecause = (directives: Iterable<string>, reason: string): ReadonlyArray<Unapplied> =>
  Array.from(directives, (directive) => ({ directive, reason }))

const inLandlock = (
  rules: ReadonlyArray<Rule>,
  why: string,
  { ability, noNewPrivileges, root }: Request
): Effect.Effect<Isolation, never, Files> =>
  Effect.gen(function*() {
    const files = yield* Files
    const top = yield* Effect.match(files.scan(root === "" ? "/" : root), {
      onFailure: () => [],
      onSuccess: ({ links, names }) => names.filter((name) => !links.has(name))
    })
    const { kept, steps, unapplied } = Landlock.make(rules, top)
    const reason = `no mount namespaces here: ${why}`
    const others = unappliedBecause(unapplied, reason)
    if (kept.size === 0) return { ...none, unapplied: others }
    const missing = ability.landlock < Landlock.leastVersion
      ? "nor Landlock of Linux 6.2"
      // Without it a program that gains privileges would be held back, too, and fail: nobody has asked for that.
      : noNewPrivileges
      ? undefined
      : "and Landlock needs NoNewPrivileges=yes"
    return missing === undefined
      ? { ...none, confinement: steps, unapplied: others }
      : { ...none, unapplied: [...unappliedBecause(kept, `${reason}, ${missing}`), ...others] }
  })

/** What is asked of the file system. Only what makes a difference is told as not applied. */
const ofPaths = (request: Request): Effect.Effect<Isolation, never, Files> =>
  Effect.gen(function*() {
    const { ability, invocationId, root, section } = request
    const why = ability.missing.get("mount")
    const asked = Rules.of(section, PrivateTmp.directories(section, invocationId))
    const rules = Rules.settle(yield* Links.resolve(asked, root))
    if (why !== undefined) {
      if (rules.length > 0) return yield* inLandlock(rules, why, request)
      const alone = section.PrivateMounts === true ? ["PrivateMounts=yes"] : []
      return { ...none, unapplied: unappliedBecause(alone, `no mount namespaces here: ${why}`) }
    }
    const noProc = ability.missing.get("proc")
    const kept = noProc === undefined ? rules : rules.filter((rule) => rule._tag !== "New" || rule.type !== "proc")
    const left = rules.filter((rule) => !kept.includes(rule))
    const unapplied = unappliedBecause(directivesOf(left), `no /proc of its own here: ${noProc ?? ""}`)
    return kept.length === 0 && section.PrivateMounts !== true
      ? { ...none, unapplied }
      : { ...inMounts(kept, request), unapplied }
  })

/** Of the namespaces that are none of mounts. */
const ofNamespaces = ({ ability, section, strict }: Request): Isolation => {
  const wanted = asked(section)
  if (wanted.length === 0) return none
  const preparation: Array<Step> = []
  const unapplied: Array<Unapplied> = []
  const leniency = strict ? "fail" : "forgive"
  for (const [kind, directive] of wanted) {
    const why = ability.missing.get(kind)
    if (why !== undefined) {
      unapplied.push({ directive, reason: `no ${kind} namespaces here: ${why}` })
      continue
    }
    const exitCode = kind === "network" ? exit.network : exit.namespace
    preparation.push({ action: { _tag: "Namespaces", flags: namespace[kind] }, directive, exitCode, leniency: "fail" })
    if (kind === "network") {
      preparation.push({ action: { _tag: "Loopback" }, directive: `${directive} (lo)`, exitCode, leniency })
    }
    const hostname = section.ProtectHostname?.hostname
    if (kind === "hostname" && hostname !== undefined) {
      const action = { _tag: "Hostname", name: hostname } as const
      preparation.push({ action, directive: `${directive}:${hostname}`, exitCode, leniency })
    }
  }
  return { ...none, preparation, unapplied }
}

export const make = (request: Request): Effect.Effect<Isolation, never, Files> =>
  Effect.map(ofPaths(request), (paths) => {
    const namespaces = ofNamespaces(request)
    return {
      preparation: [...namespaces.preparation, ...paths.preparation],
      confinement: paths.confinement,
      unapplied: [...namespaces.unapplied, ...paths.unapplied]
    }
  })
