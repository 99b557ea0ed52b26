/** What we are and where: our own process, its environment and its two streams. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** The numbers of system calls, which differ between architectures. Constant for one build of ours: no effect. */
export interface SystemCallTable {
  /** Whose programs the kernel may run and whose numbers are known, as systemd names them; our own first. */
  readonly architectures: ReadonlyArray<string>
  /** A number for each name, -1 for a call that the architecture has not. */
  readonly numbers: (architecture: string, names: ReadonlyArray<string>) => ReadonlyArray<number>
}

/** What our process has: capabilities(7) by number, and supplementary groups. */
export interface Privileges {
  readonly inheritable: ReadonlySet<number>
  readonly permitted: ReadonlySet<number>
  readonly bounding: ReadonlySet<number>
  readonly ambient: ReadonlySet<number>
  readonly noNewPrivileges: boolean
  readonly groups: ReadonlyArray<number>
}

export class System extends Context.Tag("container-init/kernel/System")<System, {
  readonly pid: Effect.Effect<number>
  /** Effective user and group. */
  readonly identity: Effect.Effect<{ readonly uid: number; readonly gid: number }>
  /** Undefined where the kernel does not tell. */
  readonly privileges: Effect.Effect<Privileges | undefined>
  readonly hostname: Effect.Effect<string>
  /** What uname(2) says: the kernel's release, and the machine's type as Linux calls it, `x86_64`. */
  readonly kernel: Effect.Effect<{ readonly release: string; readonly machine: string }>
  /** The version of the kernel's landlock(7), 0 where there is none. */
  readonly landlock: Effect.Effect<number>
  readonly systemCalls: Effect.Effect<SystemCallTable>
  /** Our environment as it was when we started. */
  readonly environment: Effect.Effect<ReadonlyMap<string, string>>
  /** Writes to stdout, waiting for a slow reader. */
  readonly print: (text: string) => Effect.Effect<void>
  /** Writes to stderr, waiting for a slow reader. */
  readonly printError: (text: string) => Effect.Effect<void>
  /**
   * Calls `handler` whenever the wall clock was set, not when it merely goes on: TFD_TIMER_CANCEL_ON_SET of
   * timerfd_create(2). Never where the kernel cannot tell.
   */
  readonly onClockSet: (handler: () => void) => Effect.Effect<{ readonly cancel: () => void }>
}>() {}
