/** What a process is started with: identity, environment, command words, and its steps, of one `Exec*=` line. */
import * as Effect from "effect/Effect"
import type { Files } from "../kernel/Files.ts"
import type { KernelError } from "../kernel/KernelError.ts"
import type { Processes, SpawnRequest } from "../kernel/Processes.ts"
import { System } from "../kernel/System.ts"
import * as Expand from "../unit/Expand.ts"
import type { Command, Service, UnitName } from "../unit/Unit.ts"
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
  unit: UnitName,
  command: Command,
  environment: ReadonlyMap<string, string>,
  ofRun: Run.Entries
): Effect.Effect<ReadonlyArray<string>> => {
  if (command.flags.literal) return Effect.succeed(command.words)
  const lookup = (name: string) => ofRun.find((entry) => entry[0] === name)?.[1] ?? environment.get(name)
  const { missing, words } = Expand.expandWords(command.words, lookup)
  if (missing.length === 0) return Effect.succeed(words)
  return Effect.as(UnitLine.warning(unit, `unset and taken as empty: ${missing.join(", ")}`), words)
}

const directory = (service: Service, { login }: Account, environment: ReadonlyMap<string, string>) => {
  const wanted = service.Service.WorkingDirectory
  if (wanted === undefined) return { directory: "", directoryOptional: false }
  const home = login?.home ?? environment.get("HOME") ?? "/"
  return { directory: wanted.path === "~" ? home : wanted.path, directoryOptional: wanted.optional }
}

const usualMask = 0o022

/**
 * All that `Processes.spawn` wants to know for one command of the service. A command with `+` or `!` keeps PID 1's
 * identity; its environment is that of the unit's user all the same, as with systemd.
 */
export const make = (
  service: Service,
  command: Command,
  run: RunContext,
  setting: Setting
): Effect.Effect<ExecContext, ExecContextError | KernelError, Files | Processes | System> =>
  Effect.gen(function*() {
    const system = yield* System
    const variables = yield* system.environment
    const self = yield* system.identity
    const isRoot = self.uid === 0
    const own = yield* Own.read(isRoot)
    const section = service.Service
    const account = yield* AccountOf.resolve(section, variables, self, own)
    if (typeof account === "string") return yield* refuseProcess(account)
    const environment = Environment.make(variables, {
      assigned: section.Environment,
      passed: section.PassEnvironment ?? [],
      fromFiles: section.EnvironmentFile.length === 0
        ? []
        : yield* EnvironmentFiles.read(service.name, section.EnvironmentFile),
      login: section.SetLoginEnvironment === false ? undefined : account.login
    })
    const ofRun = Confinement.addVariables(service, Run.variables(section, run))
    const argv = yield* expandCommand(service.name, command, environment, ofRun)
    const stdio = Stdio.decide(section, run)
    if (typeof stdio === "string") return yield* refuse(stdio)
    const terminalReset = Stdio.reset(section)
    const { ownIdentity, privileged: isPlus } = command.flags
    const privileged = isPlus || section.PermissionsStartOnly === true && run.key !== "ExecStart"
    const takesIdentity = !privileged && !ownIdentity
    const { confinement, preparation, unapplied } = yield* Confinement.make({
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
    })
    const request: SpawnRequest = {
      unit: service.name,
      file: command.path,
      argv,
      environment: Environment.entries(
        environment,
        ofRun.concat(Run.ownPidVariables(section, run)),
        section.UnsetEnvironment
      ),
      ...directory(service, account, environment),
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
  })
