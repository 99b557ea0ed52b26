/** What a test tells the scripted kernel beforehand: who is there, and what programs do. */
import type { Privileges } from "../../src/kernel/System.ts"
import type * as FilesTest from "./FilesTest.ts"

/** What a program does. All that is not said: it starts at once, runs until a signal ends it, and leaves nobody. */
export interface Program {
  /** Milliseconds between the fork and the program. */
  readonly startsAfter?: number
  /** Exits by itself after so many milliseconds, with `code`. */
  readonly exitsAfter?: number
  readonly code?: number
  /** Dies of this signal then, instead of exiting; with `dumps` it leaves a core. */
  readonly diesOf?: number
  readonly dumps?: boolean
  /** Does not get past exec: this errno. */
  readonly execErrno?: number
  /** Signals that do nothing to it. With 9 among them nothing ends it. */
  readonly ignores?: ReadonlyArray<number>
  /** Is stopped, as by SIGSTOP: until SIGCONT only SIGKILL does anything. */
  readonly stopped?: boolean
  /** Milliseconds between a signal and its end. */
  readonly endsAfter?: number
  /** Exits with this code when asked to end, instead of dying of the signal. */
  readonly codeWhenAsked?: number
  /** Leaves children of its own in its group, as a daemon that forks does; once it is gone they are ours by adoption. */
  readonly leaves?: Program | ReadonlyArray<Program>
  /** Of a child that is left: leads a process group of its own, setsid(2). */
  readonly ownSession?: boolean
  /** What it says to its NOTIFY_SOCKET=, each so many milliseconds after its start; `%pid` is its own pid. */
  readonly notifies?: ReadonlyArray<readonly [millis: number, text: string]>
  /** Files that it writes as soon as it runs; `%pid` is its own pid. */
  readonly writes?: Readonly<Record<string, string>>
  /** The fork itself fails: this errno. */
  readonly forkErrno?: number
  /** The port breaks its promise: spawning dies. */
  readonly defect?: string
}

export interface Script {
  /** By the path of the command; in a list, one a run, the last one from then on. */
  readonly programs?: Readonly<Record<string, Program | ReadonlyArray<Program>>>
  /** Pids in the order they are given out; after them, one more each time. */
  readonly pids?: ReadonlyArray<number>
  /** Whether units have cgroups; else their process groups hold them together. */
  readonly cgroups?: boolean
  /** Directives that cgroups here do not take, each with the reason. */
  readonly uncontrolled?: Readonly<Record<string, string>>
  readonly files?: FilesTest.Tree
  /** Nothing can be watched: this errno. */
  readonly unwatchable?: number
  /** Addresses that cannot be listened at: they are in use. */
  readonly unbindable?: ReadonlyArray<string>
  /** Listeners that we were started with, by descriptor: `stream *:80`. */
  readonly inherited?: Readonly<Record<number, string>>
  /** Socket options that the kernel refuses, each with the errno. */
  readonly refusedOptions?: Readonly<Record<number, number>>
  readonly environment?: Readonly<Record<string, string>>
  /** Files that services write to and that are not at their paths any more. */
  readonly movedFiles?: number
  /** Processes of no unit that only SIGKILL ends. */
  readonly strays?: boolean
  /** What PID 1 has; undefined: all that root has, and no groups. */
  readonly privileges?: Privileges
  /** The version of Landlock, 0 for none. */
  readonly landlock?: number
  readonly identity?: { readonly uid: number; readonly gid: number }
}
