/**
 * The steps of a process: what it is given and what is taken from it ahead of its program, in systemd's order. Resources,
 * the unit's directories, what keeps it apart, privileges; then, as its own user, what can only be done last.
 */
import * as Effect from "effect/Effect"
import type { Files } from "../../kernel/Files.ts"
import type { Processes } from "../../kernel/Processes.ts"
import type { Step } from "../../kernel/Step.ts"
import { System } from "../../kernel/System.ts"
import type { Service, ServiceSection } from "../../unit/Unit.ts"
import type { Setting } from "../isolation/Ability.ts"
import * as Isolation from "../isolation/Isolation.ts"
import * as PrivateTmp from "../isolation/PrivateTmp.ts"
import type { Entries, ExecKey } from "../RunContext.ts"
import * as Seccomp from "../seccomp/Seccomp.ts"
import * as UnitLine from "../UnitLine.ts"
import type { Account } from "./Account.ts"
import * as Capability from "./Capability.ts"
import * as Credentials from "./Credentials.ts"
import * as Directories from "./Directories.ts"
import type { ExecContextError } from "./ExecContextError.ts"
import { refuseProcess } from "./ExecContextError.ts"
import type { Own } from "./Own.ts"
import * as Privileges from "./Privileges.ts"
import * as Resources from "./Resources.ts"

export interface Confinement {
  readonly preparation: ReadonlyArray<Step>
  readonly confinement: ReadonlyArray<Step>
  /** What this container cannot give. */
  readonly unapplied: ReadonlyArray<Isolation.Unapplied>
}

export interface Request {
  readonly service: Service
  readonly key: ExecKey
  readonly invocationId: string
  readonly account: Account
  readonly own: Own
  /** PID 1's environment. */
  readonly variables: ReadonlyMap<string, string>
  readonly setting: Setting
  /** `+`: nothing confines the process. */
  readonly privileged: boolean
  /** It takes on the unit's user. */
  readonly takesIdentity: boolean
  readonly isRoot: boolean
}

/** The root directory of its own that a service has, or nothing: `/` is ours. */
const rootOf = ({ RootDirectory: root = "" }: ServiceSection): string => /^\/+$/.test(root) ? "" : root

/** systemd.exec(5), EXIT_CHROOT. */
const exitRoot = 210

export const none: Confinement = { preparation: [], confinement: [], unapplied: [] }

/** Of all processes of a unit the same. */
interface OfUnit {
  readonly resources: ReadonlyArray<Step>
  readonly limits: ReadonlyArray<Step>
  /** Variables that name what was made for the unit. */
  readonly variables: Entries
  /** Nothing of all this is asked for, as by most units. */
  readonly isPlain: boolean
  /** No directory is made for it that would have to go. */
  readonly leavesNothing: boolean
}

const known = new WeakMap<ServiceSection, OfUnit>()

const ofUnit = ({ Service: section, name }: Service): OfUnit => {
  const before = known.get(section)
  if (before !== undefined) return before
  const resources = Resources.steps(section)
  const limits = Resources.limitSteps(section)
  const directories = Directories.variables(section)
  const variables = Credentials.areWanted(section)
    ? [...directories, ["CREDENTIALS_DIRECTORY", Credentials.directoryOf(name)] as const]
    : directories
  const isPlain = resources.length === 0 && limits.length === 0 && variables.length === 0 &&
    section.RootDirectory === undefined && !Privileges.areWanted(section) && !Isolation.isWanted(section) &&
    !Seccomp.needed(section)
  const leavesNothing = variables.length === 0 && section.PrivateTmp !== "yes"
  const made = { resources, limits, variables, isPlain, leavesNothing }
  known.set(section, made)
  return made
}

/** Directories of the unit lie in the root that it has, and no link of that leads out of it. */
const below = (root: string, steps: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  if (root === "" || steps.length === 0) return steps
  const filesIn = (path: string): Step => ({
    action: { _tag: "FilesIn", path },
    directive: `RootDirectory=${root}`,
    exitCode: exitRoot,
    leniency: "fail"
  })
  return [filesIn(root), ...steps, filesIn("")]
}

const rootSteps = (root: string, hasMounts: boolean): ReadonlyArray<Step> =>
  root === "" ? [] : [{
    action: { _tag: "Root", path: root, pivot: hasMounts },
    directive: `RootDirectory=${root}`,
    exitCode: exitRoot,
    leniency: "fail"
  }]

/** systemd.exec(5), EXIT_SECCOMP. */
const exitFilter = 228

/** Names of system calls that were said to be unknown, once a unit. */
const toldUnknown = new WeakSet<ServiceSection>()

/** Last of all: they may forbid whatever else there is to do. */
const filterSteps = (service: Service, strict: boolean): Effect.Effect<ReadonlyArray<Step>, never, System> =>
  Effect.gen(function*() {
    const section = service.Service
    const { programs, unknown } = Seccomp.programs(section, yield* (yield* System).systemCalls)
    if (unknown.length > 0 && !toldUnknown.has(section)) {
      toldUnknown.add(section)
      yield* UnitLine.warning(service.name, `not known to this machine, and left out: ${unknown.join(", ")}`)
    }
    return programs.map(({ code, directive }): Step => ({
      action: { _tag: "Filter", instructions: code },
      directive,
      exitCode: exitFilter,
      leniency: strict ? "fail" : "forgive"
    }))
  })

/** What there is of a unit in the file system while it runs, as `Credentials.ts` and `Directories.ts` have it. */
const places = Effect.fnUntraced(function*({ account, isRoot, service, variables }: Request) {
  const { owner } = account
  const directories = Directories.steps(service.Service, owner)
  if (!Credentials.areWanted(service.Service)) return directories
  const credentials = yield* Credentials.steps(service.name, service.Service, variables, owner, isRoot)
  return [...directories, ...credentials]
})

/** Whether there is nothing to do for processes of a unit; `passesOn`: of ours, that pass on by themselves. */
export const isNone = (service: Service, passesOn: boolean): boolean => ofUnit(service).isPlain && !passesOn

export const make = (request: Request): Effect.Effect<Confinement, ExecContextError, Files | Processes | System> =>
  Effect.gen(function*() {
    const { account, invocationId, key, own, privileged, service, setting } = request
    const section = service.Service
    const { strict } = setting
    const root = section.RootDirectoryStartOnly === true && key !== "ExecStart" ? "" : rootOf(section)
    const { limits, resources } = ofUnit(service)
    const base = [...below(root, yield* places(request)), ...resources]
    if (privileged) return { ...none, preparation: [...base, ...rootSteps(root, false), ...limits] }
    const missing = Privileges.missing(section, own)
    if (missing.length > 0) {
      return yield* refuseProcess(
        `AmbientCapabilities= asks for ${missing.join(" ")}, which container-init does not have itself: ` +
          "the container has to be started with it"
      )
    }
    const outside = Privileges.outside(section, own)
    if (outside.length > 0) {
      return yield* refuseProcess(
        `AmbientCapabilities= asks for what the unit itself takes away: ${outside.join(", ")}; allow it there, too`
      )
    }
    const changesUser = request.takesIdentity && account.changesUser
    const lacksAdmin = changesUser || !own.permitted.has(Capability.number.SYS_ADMIN)
    const filters = Seccomp.needed(section) ? yield* filterSteps(service, strict) : []
    // Who could gain privileges may not be filtered, seccomp(2).
    const noNewPrivileges = section.NoNewPrivileges === true || own.noNewPrivileges || lacksAdmin && filters.length > 0
    const isolation = Isolation.isWanted(section)
      ? yield* Isolation.make({ section, ability: yield* setting.ability, invocationId, root, noNewPrivileges, strict })
      : Isolation.none
    if (strict && isolation.unapplied.length > 0) {
      return yield* refuseProcess(
        `--strict-isolation: cannot be applied here: ${Isolation.describe(isolation.unapplied)}`
      )
    }
    const privileges = Privileges.make(section, own, {
      changesUser,
      needsNoNewPrivileges: lacksAdmin && (isolation.confinement.length > 0 || filters.length > 0),
      strict
    })
    const hasMounts = isolation.preparation.some(({ action }) => action._tag === "MountsSlave")
    return {
      preparation: [
        ...base,
        ...isolation.preparation,
        ...rootSteps(root, hasMounts),
        ...limits,
        ...privileges.preparation
      ],
      confinement: [...privileges.confinement, ...isolation.confinement, ...filters],
      unapplied: isolation.unapplied
    }
  })

/** The variables of a run, and those that name what was made for the unit. */
export const addVariables = (service: Service, ofRun: Entries): Entries => {
  const { variables } = ofUnit(service)
  return variables.length === 0 ? ofRun : ofRun.concat(variables)
}

const nothing: ReadonlyArray<Step> = []

const removal = (path: string): Step => ({
  action: { _tag: "RemoveTree", path },
  directive: `the removal of ${path}`,
  exitCode: 1,
  leniency: "fail"
})

/** Steps that remove what is to go once a run is over; `restarts`: the next one follows. */
export const leftovers = (service: Service, invocationId: string, restarts: boolean): ReadonlyArray<Step> => {
  if (ofUnit(service).leavesNothing) return nothing
  const { Service: section, name } = service
  const root = rootOf(section)
  // Each command has made them in the root directory that it had itself.
  const roots = section.RootDirectoryStartOnly === true && root !== "" ? ["", root] : [root]
  const own = Directories.leftovers(section, restarts)
  const made = (Credentials.areWanted(section) ? [...own, Credentials.directoryOf(name)] : own).map(removal)
  return [
    ...roots.flatMap((one) => below(one, made)),
    ...PrivateTmp.leftovers(section, invocationId).map(removal)
  ]
}
