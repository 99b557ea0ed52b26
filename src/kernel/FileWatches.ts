/** Being told that a file or directory has changed, inotify(7). */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { KernelError } from "./KernelError.ts"

/** Bits of a mask, by their names in inotify(7). */
export const Change = {
  Modify: 0x2,
  Attributes: 0x4,
  CloseWrite: 0x8,
  MovedFrom: 0x40,
  MovedTo: 0x80,
  Create: 0x100,
  Delete: 0x200,
  DeleteSelf: 0x400,
  MoveSelf: 0x800,
  /** Only told: changes were lost, anything may have happened. */
  Overflow: 0x4000,
  /** Only told: the watch is over, because what was watched is gone or its file system is. */
  Ignored: 0x8000,
  /** Only asked: the path itself, even if it is a symbolic link. */
  DontFollow: 0x2000000,
  /** Only asked: nothing of names that are deleted and only still open. */
  ExcludeUnlinked: 0x4000000
} as const

export interface FileWatch {
  /** Nothing is told any more. May be called again, and after the watch has ended. */
  readonly cancel: () => void
}

export class FileWatches extends Context.Tag("container-init/kernel/FileWatches")<FileWatches, {
  /**
   * Calls `changed` with what happened, of the bits asked for and of those that are only told. After `Ignored` nothing
   * follows. Several watchers of one file share one watch of the kernel's; each is told only what it asked for.
   */
  readonly watch: (
    path: string,
    mask: number,
    changed: (mask: number) => void
  ) => Effect.Effect<FileWatch, KernelError>
}>() {}
