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
import * as Mounts from "./Mounts.ts"
import type { PrivateTmp, Rule } from "./Rules.ts"
import * as Rules from "./Rules.ts"

export interface Unapplied {
  readonly directive: string
  readonly reason: string
}

export interface Isolation {
  readonly preparation: ReadonlyArray<Step>
  readonly confinement: ReadonlyArray<Step>
  readonly unapplied: ReadonlyArray<Unapplied>
}

/** systemd.exec(5), "Process Exit Codes". */
const exit = { network: 225, namespace: 226 }

/** Where a unit's own /tmp and /var/tmp lie. */
const tmpPlaces = ["/tmp", "/var/tmp"]
const stickyMode = 0o1777

/** The directories behind `PrivateTmp=` of a run: nobody can guess their names. */
export const privateTmp = (section: ServiceSection, invocationId: string): ReadonlyArray<PrivateTmp> =>
  section.PrivateTmp === "yes" && invocationId !== ""
    ? tmpPlaces.map((path) => ({ source: `${path}/container-init-${invocationId}/tmp`, path }))
    : []

/** Removed once the run is over. */
export const leftovers = (section: ServiceSection, invocationId: string): ReadonlyArray<string> =>
  privateTmp(section, invocationId).map(({ source }) => source.slice(0, source.lastIndexOf("/")))

const tmpSteps = (tmp: ReadonlyArray<PrivateTmp>): ReadonlyArray<Step> =>
  tmp.flatMap(({ source }) =>
    [[source.slice(0, source.lastIndexOf("/")), 0o700] as const, [source, stickyMode] as const].map(
      ([path, mode]): Step => ({
        action: {
          _tag: "MakeDirectory",
          path,
          mode,
          owner: { uid: -1, gid: -1 },
          ownerBelow: false,
          leaveExisting: false
        },
        directive: "PrivateTmp=yes",
        exitCode: exit.namespace,
        leniency: "forgive"
      })
    )
  )

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

const inMounts = (section: ServiceSection, rules: ReadonlyArray<Rule>, tmp: ReadonlyArray<PrivateTmp>): Isolation => {
  const root = section.RootDirectory ?? ""
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
      ...tmpSteps(tmp),
      step({ _tag: "Namespaces", flags: namespace.mount }, directive),
      step({ _tag: "MountsSlave" }, directive),
      ...Mounts.steps(rules, root)
    ]
  }
}

const inLandlock = (rules: ReadonlyArray<Rule>, reason: string): Effect.Effect<Isolation, never, Files> =>
  Effect.gen(function*() {
    const files = yield* Files
    const top = yield* Effect.map(
      Effect.option(files.scan("/")),
      (found) => found._tag === "None" ? [] : found.value.names.filter((name) => !found.value.links.has(name))
    )
    const { steps, unapplied } = Landlock.make(rules, top)
    return { ...none, confinement: steps, unapplied: [...unapplied].map((directive) => ({ directive, reason })) }
  })

/** What is asked of the file system. Only what makes a difference is told as not applied. */
const ofPaths = (
  section: ServiceSection,
  ability: Ability,
  invocationId: string,
  noNewPrivileges: boolean
): Effect.Effect<Isolation, never, Files> => {
  const why = ability.missing.get("mount")
  const tmp = privateTmp(section, invocationId)
  const rules = Rules.settle(Rules.of(section, tmp))
  if (why === undefined) {
    const kept = ability.procIsMasked ? rules.filter((rule) => rule._tag !== "New" || rule.type !== "proc") : rules
    const left = rules.filter((rule) => !kept.includes(rule)).map(({ directive }) => ({
      directive,
      reason: "parts of /proc are hidden in this container, and another one would show them"
    }))
    if (kept.length === 0 && section.PrivateMounts !== true) return Effect.succeed({ ...none, unapplied: left })
    return Effect.succeed({ ...inMounts(section, kept, tmp), unapplied: left })
  }
  const reason = `no mount namespaces here: ${why}`
  const telling = rules.filter((rule) => rule._tag !== "Access" || rule.access !== "writable")
  const all = (because: string): Isolation => ({
    ...none,
    unapplied: [...new Set(telling.map((rule) => rule.directive))].map((directive) => ({ directive, reason: because }))
  })
  if (!Landlock.isOfUse(rules)) return Effect.succeed(all(reason))
  if (ability.landlock < Landlock.leastVersion) return Effect.succeed(all(`${reason}; nor Landlock of Linux 6.2`))
  // Without it a program that gains privileges would be held back, too, and fail: nobody has asked for that.
  if (!noNewPrivileges) return Effect.succeed(all(`${reason}; with NoNewPrivileges=yes Landlock would do`))
  return inLandlock(rules, reason)
}

/** Of the namespaces that are none of mounts. */
const ofNamespaces = (section: ServiceSection, ability: Ability): Isolation => {
  const wanted = asked(section)
  if (wanted.length === 0) return none
  const preparation: Array<Step> = []
  const unapplied: Array<Unapplied> = []
  for (const [kind, directive] of wanted) {
    const why = ability.missing.get(kind)
    if (why !== undefined) {
      unapplied.push({ directive, reason: `no ${kind} namespaces here: ${why}` })
      continue
    }
    const exitCode = kind === "network" ? exit.network : exit.namespace
    preparation.push({ action: { _tag: "Namespaces", flags: namespace[kind] }, directive, exitCode, leniency: "fail" })
    if (kind === "network") {
      preparation.push({ action: { _tag: "Loopback" }, directive: `${directive} (lo)`, exitCode, leniency: "forgive" })
    }
    const hostname = section.ProtectHostname?.hostname
    if (kind === "hostname" && hostname !== undefined) {
      const action = { _tag: "WriteFile", path: "/proc/sys/kernel/hostname", content: hostname } as const
      preparation.push({ action, directive: `ProtectHostname=private:${hostname}`, exitCode, leniency: "forgive" })
    }
  }
  return { ...none, preparation, unapplied }
}

export const make = (
  section: ServiceSection,
  ability: Ability,
  invocationId: string,
  noNewPrivileges: boolean
): Effect.Effect<Isolation, never, Files> =>
  Effect.map(ofPaths(section, ability, invocationId, noNewPrivileges), (paths) => {
    const namespaces = ofNamespaces(section, ability)
    return {
      preparation: [...namespaces.preparation, ...paths.preparation],
      confinement: paths.confinement,
      unapplied: [...namespaces.unapplied, ...paths.unapplied]
    }
  })
