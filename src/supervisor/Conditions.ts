/**
 * `Condition...=` and `Assert...=`, systemd.unit(5) "CONDITIONS AND ASSERTS", evaluated when a unit is about to start.
 * Facts are gathered when a test asks for them: a unit without conditions costs nothing.
 *
 * What cannot be told, because a file cannot be read or a parameter means nothing, is not met, negated or not, as in
 * systemd; the verdict says why. That is not so for a name that is nobody's: `ConditionUser=ghost` is simply false, and
 * `ConditionUser=!ghost` true, wherever there is no ghost.
 */
import * as Effect from "effect/Effect"
import type { Files } from "../kernel/Files.ts"
import type { System } from "../kernel/System.ts"
import type { Test } from "../unit/directives/Test.ts"
import type { Condition } from "../unit/Unit.ts"
import * as Container from "./conditions/Container.ts"
import type { Answer, Ask } from "./conditions/Facts.ts"
import * as Kernel from "./conditions/Kernel.ts"
import * as Machine from "./conditions/Machine.ts"
import * as Paths from "./conditions/Paths.ts"
import * as Resources from "./conditions/Resources.ts"
import * as Who from "./conditions/Who.ts"

/** What comes of a list of conditions. */
export interface Verdict {
  readonly met: boolean
  /** The one to name: the first that has to be met and is not, or the first of those with `|` if none of them is. */
  readonly failed: Condition | undefined
  /** Why it cannot be told whether that one is met; `undefined` if it can. */
  readonly why: string | undefined
}

const asks: { readonly [T in Test]: Ask } = {
  Architecture: Kernel.architecture,
  Firmware: Machine.firmware,
  Virtualization: Container.virtualization,
  Host: Who.host,
  KernelCommandLine: Kernel.kernelCommandLine,
  KernelVersion: Kernel.kernelVersion,
  Version: Kernel.version,
  KernelModuleLoaded: Kernel.kernelModuleLoaded,
  Credential: Who.credential,
  Environment: Who.environment,
  Security: Kernel.security,
  Capability: Kernel.capability,
  ACPower: Machine.acPower,
  NeedsUpdate: Machine.needsUpdate,
  FirstBoot: Machine.firstBoot,
  PathExists: Paths.pathExists,
  PathExistsGlob: Paths.pathExistsGlob,
  PathIsDirectory: Paths.pathIsDirectory,
  PathIsSymbolicLink: Paths.pathIsSymbolicLink,
  PathIsMountPoint: Paths.pathIsMountPoint,
  PathIsReadWrite: Paths.pathIsReadWrite,
  PathIsEncrypted: Paths.pathIsEncrypted,
  PathIsSocket: Paths.pathIsSocket,
  DirectoryNotEmpty: Paths.directoryNotEmpty,
  FileNotEmpty: Paths.fileNotEmpty,
  FileIsExecutable: Paths.fileIsExecutable,
  User: Who.user,
  Group: Who.group,
  ControlGroupController: Resources.controlGroupController,
  Memory: Resources.memory,
  CPUs: Resources.cpus,
  CPUFeature: Resources.cpuFeature,
  OSRelease: Machine.osRelease,
  MachineTag: Who.machineTag,
  Fraction: () => Effect.succeed("which share of all machines a container is in is not told"),
  MemoryPressure: Resources.memoryPressure,
  CPUPressure: Resources.cpuPressure,
  IOPressure: Resources.ioPressure
}

const answer = ({ parameter, test }: Condition): Effect.Effect<Answer, never, Files | System> =>
  Effect.catchAll(asks[test](parameter), (error) => Effect.succeed(error.message))

const met: Verdict = { met: true, failed: undefined, why: undefined }
const always = Effect.succeed(met)

/**
 * Whether a unit's conditions, or its asserts, are met now: all without `|`, and one of those with `|` if there are any.
 * An empty list is met.
 */
export const evaluate = (list: ReadonlyArray<Condition>): Effect.Effect<Verdict, never, Files | System> =>
  list.length === 0 ? always : evaluateAll(list)

const evaluateAll = Effect.fnUntraced(function*(list: ReadonlyArray<Condition>) {
  let triggered = false
  let untriggered: Verdict | undefined
  for (const condition of list) {
    if (condition.trigger && triggered) continue
    const told = yield* answer(condition)
    const holds = typeof told === "boolean" && told !== condition.negate
    if (holds) {
      triggered ||= condition.trigger
      continue
    }
    const unmet = { met: false, failed: condition, why: typeof told === "string" ? told : undefined }
    if (!condition.trigger) return unmet
    untriggered ??= unmet
  }
  return triggered || untriggered === undefined ? met : untriggered
})

/** Which of the two lists of a unit a condition is of. */
export type Kind = "Condition" | "Assert"

/** A condition as it is written: `ConditionPathExists=!/etc/foo`. */
const render = (kind: Kind, { negate, parameter, test, trigger }: Condition): string =>
  `${kind}${test}=${trigger ? "|" : ""}${negate ? "!" : ""}${parameter}`

/** Why a unit does not start, for its log line: `ConditionPathExists=/etc/foo is not met`. Empty if all are met. */
export const explain = (kind: Kind, { failed, why }: Verdict): string => {
  if (failed === undefined) return ""
  const told = why === undefined ? "is not met" : `cannot be told: ${why}`
  return failed.trigger
    ? `no ${kind}...=| is met: ${render(kind, failed)} ${told}`
    : `${render(kind, failed)} ${told}`
}
