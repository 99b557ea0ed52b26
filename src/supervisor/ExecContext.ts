/** What a process is started with: identity, environment, command words and working directory of one `Exec*=` line. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { Files } from "../kernel/Files.ts"
import type { KernelError } from "../kernel/KernelError.ts"
import type { SpawnRequest } from "../kernel/Processes.ts"
import { System } from "../kernel/System.ts"
import * as EnvironmentFile from "../unit/EnvironmentFile.ts"
import * as Expand from "../unit/Expand.ts"
import type { Command, EnvironmentFileReference, Service, UnitName } from "../unit/Unit.ts"
import * as Environment from "./Environment.ts"
import * as Stdio from "./exec/Stdio.ts"
import * as Glob from "./Glob.ts"
import * as Identity from "./Identity.ts"
import type { RunContext } from "./RunContext.ts"
import * as Run from "./RunContext.ts"
import * as UnitLine from "./UnitLine.ts"

/** Something the unit asks for is not to be had; the unit does not start without it. */
export class ExecContextError extends Data.TaggedError("ExecContextError")<{
  readonly reason: string
  /** What the run comes to: systemd's child fails with a code of its own over an identity, its manager over the rest. */
  readonly result: "exit-code" | "resources"
}> {
  override get message(): string {
    return this.reason
  }
}

const refuseIdentity = (reason: string) => new ExecContextError({ reason, result: "exit-code" })
const refuse = (reason: string) => new ExecContextError({ reason, result: "resources" })

const databaseLimit = 16 * 1024 * 1024
const environmentFileLimit = 1024 * 1024

const isNotFound = (error: KernelError): boolean => error.reason === "NotFound"

/** The file that the variable names, once it exists; else the usual one; a file that is not there is empty. */
const readDatabase = (chosen: string | undefined, usual: string) =>
  Effect.gen(function*() {
    const files = yield* Files
    const read = (path: string) => files.read(path, databaseLimit)
    const first = chosen === undefined ? read(usual) : Effect.catchIf(read(chosen), isNotFound, () => read(usual))
    return yield* Effect.catchIf(first, isNotFound, () => Effect.succeed(""))
  })

/** Only for units that say `User=` or `Group=`: the others run as we do. */
const resolveIdentity = Effect.fnUntraced(function*(service: Service, own: ReadonlyMap<string, string>) {
  const { Group: group, User: user } = service.Service
  const system = yield* System
  const passwd = yield* readDatabase(own.get("CONTAINER_INIT_PASSWD_FILE"), "/etc/passwd")
  const groups = yield* readDatabase(own.get("CONTAINER_INIT_GROUP_FILE"), "/etc/group")
  const self = yield* system.identity
  const identity = Identity.resolve(user, group, { passwd, group: groups }, self)
  if (typeof identity === "string") return yield* refuseIdentity(identity)
  const { gid, uid } = identity.credentials
  if (self.uid !== 0 && (uid !== self.uid || gid !== self.gid)) {
    return yield* refuseIdentity(
      `asks for uid ${uid}, gid ${gid}, but container-init runs as uid ${self.uid}, gid ${self.gid} ` +
        "and only root can start processes of others"
    )
  }
  return identity
})

const readEnvironmentFile = Effect.fnUntraced(function*(unit: UnitName, reference: EnvironmentFileReference) {
  if (!Glob.isPattern(reference.path)) return yield* readOneEnvironmentFile(unit, reference)
  const paths = yield* Glob.expand(reference.path)
  if (paths.length === 0 && !reference.optional) {
    return yield* refuse(`EnvironmentFile=${reference.path}: no file has such a name`)
  }
  const entries: Array<readonly [name: string, value: string]> = []
  for (const path of paths) entries.push(...(yield* readOneEnvironmentFile(unit, { ...reference, path })))
  return entries
})

const readOneEnvironmentFile = Effect.fnUntraced(function*(
  unit: UnitName,
  { optional, path }: EnvironmentFileReference
) {
  const files = yield* Files
  const text = yield* files.read(path, environmentFileLimit).pipe(
    Effect.catchIf((error) => optional && isNotFound(error), () => Effect.succeed(""))
  )
  const parsed = EnvironmentFile.parse(text, path)
  for (const diagnostic of parsed.diagnostics) {
    if (diagnostic.severity === "error") {
      return yield* refuse(`EnvironmentFile=${path}: line ${diagnostic.at.line}: ${diagnostic.message}`)
    }
    yield* UnitLine.warning(unit, `EnvironmentFile=${path}: line ${diagnostic.at.line}: ${diagnostic.message}`)
  }
  return parsed.entries
})

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

const directory = (
  service: Service,
  identity: Identity.Identity | undefined,
  environment: ReadonlyMap<string, string>
) => {
  const wanted = service.Service.WorkingDirectory
  if (wanted === undefined) return { directory: "", directoryOptional: false }
  const home = identity?.login?.home ?? environment.get("HOME") ?? "/"
  return { directory: wanted.path === "~" ? home : wanted.path, directoryOptional: wanted.optional }
}

/**
 * All that `Processes.spawn` wants to know for one command of the service. A command with `+`, `!` or `!!` keeps PID 1's
 * identity; its environment is that of the unit's user all the same, as with systemd.
 */
export const make = (
  service: Service,
  command: Command,
  run: RunContext
): Effect.Effect<SpawnRequest, ExecContextError | KernelError, Files | System> =>
  Effect.gen(function*() {
    const system = yield* System
    const own = yield* system.environment
    const section = service.Service
    const { Group: group, User: user } = section
    const identity = user === undefined && group === undefined ? undefined : yield* resolveIdentity(service, own)
    const fromFiles: Array<readonly [name: string, value: string]> = []
    for (const file of section.EnvironmentFile) {
      for (const entry of yield* readEnvironmentFile(service.name, file)) fromFiles.push(entry)
    }
    const environment = Environment.make(own, section.Environment, fromFiles, identity)
    const ofRun = Run.variables(section, run)
    const argv = yield* expandCommand(service.name, command, environment, ofRun)
    const stdio = Stdio.decide(section, run)
    if (typeof stdio === "string") return yield* refuse(stdio)
    const terminalReset = Stdio.reset(section)
    const self = yield* system.identity
    const changes = self.uid === 0 && !command.flags.privileged
    return {
      unit: service.name,
      file: command.path,
      argv,
      environment: Environment.entries(environment, ofRun.concat(Run.ownPidVariables(section, run))),
      ...directory(service, identity, environment),
      credentials: changes ? identity?.credentials : undefined,
      stdio,
      ...(terminalReset === undefined ? {} : { terminalReset }),
      lines: Stdio.lines(section),
      descriptors: Run.descriptors(run),
      cgroup: run.cgroup,
      ignoreSigpipe: section.IgnoreSIGPIPE ?? true,
      umask: section.UMask ?? 0o022,
      preparation: [],
      confinement: []
    }
  })
