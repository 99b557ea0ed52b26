/** What a process is started with: identity, environment, command words, and its steps, of one `Exec*=` line. */
import type * as Effect from "effect/Effect"
import type { KernelError } from "../kernel/KernelError.ts"
import type { Notify } from "../kernel/Notify.ts"
import type { SpawnRequest } from "../kernel/Processes.ts"
import * as Expand from "../unit/Expand.ts"
import type { Command, Service } from "../unit/Unit.ts"
import * as Direct from "./Direct.ts"
import * as Environment from "./Environment.ts"
import type { Account } from "./exec/Account.ts"
import * as AccountOf from "./exec/Account.ts"
import * as Confinement from "./exec/Confinement.ts"
import * as EnvironmentFiles from "./exec/EnvironmentFiles.ts"
import type { ExecContextError } from "./exec/ExecContextError.ts"
import { refuse, refuseProcess } from "./exec/ExecContextError.ts"
import * as Own from "./exec/Own.ts"
import * as Stdio from "./exec/Stdio.ts"
import type { Setting } from "./isolation/Ability.ts"
import type { Unapplied } from "./isolation/Isolation.ts"
import type { RunContext } from "./RunContext.ts"
import * as Run from "./RunContext.ts"
import * as UnitLine from "./UnitLine.ts"

/** How to start it, and what of the unit is not to be had in this container. */
export interface ExecContext {
  readonly request: SpawnRequest
  readonly unapplied: ReadonlyArray<Unapplied>
}

const expandCommand = (
  command: Command,
  environment: ReadonlyMap<string, string>,
  ofRun: Run.Entries
): Expand.ExpandedWords => {
  if (command.flags.literal) return { words: command.words, missing: [] }
  return Expand.expandWords(
    command.words,
    (name) => ofRun.find((entry) => entry[0] === name)?.[1] ?? environment.get(name)
  )
}

const directory = (service: Service, { login }: Account, environment: ReadonlyMap<string, string>) => {
  const wanted = service.Service.WorkingDirectory
  if (wanted === undefined) return { directory: "", directoryOptional: false }
  const home = login?.home ?? environment.get("HOME") ?? "/"
  return { directory: wanted.path === "~" ? home : wanted.path, directoryOptional: wanted.optional }
}

const usualMask = 0o022
const noEntries: ReadonlyArray<never> = []

/** One command of the service, in one run. */
export interface Request {
  readonly fiber: Direct.Fiber
  readonly service: Service
  readonly command: Command
  readonly run: RunContext
  readonly setting: Setting
}

export type Made = Direct.Direct<
  ExecContext | ExecContextError | KernelError,
  Effect.Effect.Context<ReturnType<typeof Confinement.make>> | Notify
>

/**
 * All that `Processes.spawn` wants to know for one command of the service. A command with `+` or `!` keeps PID 1's
 * identity; its environment is that of the unit's user all the same, as with systemd.
 */
export function* make({ command, fiber, run, service, setting }: Request): Made {
  const { hasGroups, isRoot, own, owner, passesOn, variables } = yield* Own.self(fiber)
  const section = service.Service
  const account = AccountOf.isOurs(section)
    ? AccountOf.same(owner, hasGroups)
    : yield* Direct.attempt(AccountOf.resolve(section, variables, owner, own), fiber)
  if (typeof account === "string") return refuseProcess(account)
  if (account instanceof Error) return account
  const fromFiles = section.EnvironmentFile.length === 0
    ? noEntries
    : yield* Direct.attempt(EnvironmentFiles.read(service.name, section.EnvironmentFile), fiber)
  if (fromFiles instanceof Error) return fromFiles
  const environment = Environment.make(variables, {
    assigned: section.Environment,
    passed: section.PassEnvironment ?? noEntries,
    fromFiles,
    login: section.SetLoginEnvironment === false ? undefined : account.login
  })
  const ofRun = Confinement.addVariables(service, Run.variables(section, run))
  const { missing, words: argv } = expandCommand(command, environment, ofRun)
  if (missing.length > 0) {
    const text = `unset and taken as empty: ${missing.join(", ")}`
    yield* Direct.now(UnitLine.warning(service.name, text), fiber)
  }
  const stdio = Stdio.decide(section, run)
  if (typeof stdio === "string") return refuse(stdio)
  const terminalReset = Stdio.reset(section)
  const { ownIdentity, privileged: isPlus } = command.flags
  const privileged = isPlus || section.PermissionsStartOnly === true && run.key !== "ExecStart"
  const takesIdentity = !privileged && !ownIdentity
  const confined = Confinement.isNone(service, passesOn) ? Confinement.none : yield* Direct.attempt(
    Confinement.make({
      service,
      key: run.key,
      invocationId: run.invocationId,
      account,
      own,
      variables,
      setting,
      privileged,
      takesIdentity,
      isRoot
    }),
    fiber
  )
  if (confined instanceof Error) return confined
  const { confinement, preparation, unapplied } = confined
  const wanted = directory(service, account, environment)
  const request: SpawnRequest = {
    unit: service.name,
    file: command.path,
    argv,
    environment: Environment.entries(
      environment,
      ofRun.concat(Run.ownPidVariables(section, run)),
      section.UnsetEnvironment
    ),
    directory: wanted.directory,
    directoryOptional: wanted.directoryOptional,
    credentials: takesIdentity ? account.credentials : undefined,
    stdio,
    ...(terminalReset === undefined ? {} : { terminalReset }),
    lines: Stdio.lines(section),
    descriptors: Run.descriptors(section, run),
    cgroup: run.cgroup,
    ignoreSigpipe: section.IgnoreSIGPIPE ?? true,
    umask: section.UMask ?? usualMask,
    preparation: run.listeners.length === 0 ? preparation : [...Run.blockingSteps(section, run), ...preparation],
    confinement
  }
  return { request, unapplied }
}
