/** Processes as the supervisor sees them: one is spawned, told to be running, signalled, and its end is told once. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import * as Errno from "./Errno.ts"
import type { KernelError } from "./KernelError.ts"
import type { LineRules, Streams, TerminalReset } from "./Stdio.ts"
import type { Step } from "./Step.ts"

/** How a process ended, waitid(2). */
export type ExitStatus = Data.TaggedEnum<{
  Exited: { readonly code: number }
  Signaled: { readonly signal: number; readonly coreDumped: boolean }
}>
export const ExitStatus = Data.taggedEnum<ExitStatus>()

/** Who a process runs as; undefined: as PID 1. Supplementary groups are exactly these. */
export interface Credentials {
  readonly uid: number | undefined
  readonly gid: number | undefined
  readonly groups: ReadonlyArray<number>
}

export interface SpawnRequest {
  /** Whose process it is, with the suffix. */
  readonly unit: string
  /** A path, or a bare name that the child looks for in systemd's search path. Empty: it ends once its steps are done. */
  readonly file: string
  readonly argv: ReadonlyArray<string>
  /**
   * `NAME=value`. An entry `LISTEN_PID=`, `WATCHDOG_PID=` or `SYSTEMD_EXEC_PID=` that is followed by ten digits gets the
   * program's own pid.
   */
  readonly environment: ReadonlyArray<string>
  /** Working directory; `/` when empty. */
  readonly directory: string
  readonly directoryOptional: boolean
  /** Undefined: as PID 1. */
  readonly credentials: Credentials | undefined
  readonly stdio: Streams
  readonly terminalReset?: TerminalReset
  readonly lines: LineRules
  /** Handed over as descriptors 3, 4, ... */
  readonly descriptors: ReadonlyArray<number>
  /** Path of the cgroup the process starts in; empty: ours. */
  readonly cgroup: string
  readonly ignoreSigpipe: boolean
  readonly umask: number
  /** What the child does to itself while it still is what we are, in this order. */
  readonly preparation: ReadonlyArray<Step>
  /** What it does once it has its identity and its working directory. */
  readonly confinement: ReadonlyArray<Step>
}

/** What the child was doing when it failed to become the program. */
export type SpawnStep =
  | "session"
  | "standard streams"
  | "descriptors"
  | "supplementary groups"
  | "group"
  | "user"
  | "working directory"
  | "directive"
  | "exec"

/** The child was there but never became the program. Its end is told as `exit` all the same. */
export class SpawnError extends Data.TaggedError("SpawnError")<{
  readonly file: string
  readonly directory: string
  readonly step: SpawnStep
  /** Of a step of the request's own. */
  readonly directive?: string
  readonly errno: number
}> {
  override get message(): string {
    const what = this.step === "exec"
      ? `execute ${this.file}`
      : this.step === "working directory"
      ? `enter the working directory ${this.directory}`
      : this.step === "directive"
      ? `apply ${this.directive ?? ""}`
      : `set up the ${this.step} of ${this.file}`
    return `cannot ${what}: ${Errno.describe(this.errno)}`
  }
}

/** Told synchronously, in the order in which it happens: an actor turns it into messages to itself. */
export interface ProcessObserver {
  /** The program itself runs. */
  readonly started: () => void
  /** Exec or what comes before it failed; the exit follows. */
  readonly failed: (error: SpawnError) => void
  /** A step with leniency `forgive` was refused, and the child goes on without it. Before `started`. */
  readonly refused: (step: Step, errno: number) => void
  /** The process was reaped; never told before all its output was taken. `alone`: its process group is empty. */
  readonly exited: (status: ExitStatus, alone: boolean) => void
}

export interface Process {
  readonly pid: number
  /** Completes once, when the process was reaped. */
  readonly exit: Effect.Effect<ExitStatus>
}

/** A process that we did not start and whose end is told to us all the same. */
export interface Adopted {
  /** Its process group, for `UnitGroup`; 0 if that is our own, which must not be signalled. */
  readonly group: number
}

export class Processes extends Context.Tag("container-init/kernel/Processes")<Processes, {
  /** Forks at once and never waits for the child, which is known to the reaper before this returns. */
  readonly spawn: (request: SpawnRequest, observer: ProcessObserver) => Effect.Effect<Process, KernelError>
  /**
   * From now on the end of this process, which we did not start, is told to `exited`, once. Of one that is not our child
   * it is told as exit code 0, for nobody but its parent learns more. Undefined: there is no such process, or it is
   * known here already. `alone`: nobody is left of the process group that has its number.
   */
  readonly adopt: (
    pid: number,
    exited: (status: ExitStatus, alone: boolean) => void
  ) => Effect.Effect<Adopted | undefined>
  /** Opens files that services write to again where they were moved away or removed. Answers how many. */
  readonly reopenFiles: Effect.Effect<number>
  /** Does to a terminal what it says, now. One that is not there is left alone. */
  readonly resetTerminal: (reset: TerminalReset) => Effect.Effect<void>
  /** Signals one process that was spawned or adopted here and is not reaped; any other number is left alone. */
  readonly signal: (pid: number, signal: number) => Effect.Effect<void>
  /** Processes reaped that nobody here had started. */
  readonly orphansReaped: Effect.Effect<number>
  /**
   * Ends everything we answer for, PID 1's whole namespace or our descendants: SIGTERM, at most `graceMillis`, SIGKILL.
   * Nothing else happens meanwhile: it is for the very end. True if SIGKILL was needed.
   */
  readonly terminateRest: (graceMillis: number) => Effect.Effect<boolean>
}>() {}
