/** The file operations of the supervisor. None of them waits: a FIFO or a device is refused instead of read. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { KernelError } from "./KernelError.ts"

export type FileKind =
  | "absent"
  | "file"
  | "directory"
  | "link"
  | "socket"
  | "fifo"
  | "character-device"
  | "block-device"

/** What stat(2) says of a file. */
export interface FileStatus {
  readonly kind: FileKind
  /** The permission bits, 0o7777. */
  readonly mode: number
  /** In bytes. */
  readonly size: number
  readonly uid: number
  readonly gid: number
  /** Last change of its content, in milliseconds since 1970. */
  readonly modified: number
  /** The device it is on: differs from that of the directory above it where a file system is mounted. */
  readonly device: number
}

/** What is in a directory. All lists are sorted. */
export interface Directory {
  readonly names: ReadonlyArray<string>
  /** Those of the names that are symbolic links, wherever they lead. */
  readonly links: ReadonlySet<string>
  /** Those of the names that are directories. */
  readonly folders: ReadonlySet<string>
}

export class Files extends Context.Tag("container-init/kernel/Files")<Files, {
  /** A regular file's text, invalid UTF-8 replaced; at most `limit` bytes. */
  readonly read: (path: string, limit: number) => Effect.Effect<string, KernelError>
  /** A regular file's bytes; at most `limit` of them. */
  readonly readBytes: (path: string, limit: number) => Effect.Effect<Uint8Array, KernelError>
  /** Many files at once, in one turn of the program: the text of each, or why there is none. */
  readonly readAll: (
    paths: ReadonlyArray<string>,
    limit: number
  ) => Effect.Effect<ReadonlyArray<string | KernelError>>
  /** Writes `text` to a new or emptied file. */
  readonly write: (path: string, text: string) => Effect.Effect<void, KernelError>
  /** The names in a directory, sorted. */
  readonly list: (path: string) => Effect.Effect<ReadonlyArray<string>, KernelError>
  /** The names in a directory, and which of them are links or directories: as cheap as `list`. */
  readonly scan: (path: string) => Effect.Effect<Directory, KernelError>
  /** What is there; a link is told as a link. */
  readonly kind: (path: string) => Effect.Effect<FileKind, KernelError>
  /** Where a symbolic link leads, as written. */
  readonly readLink: (path: string) => Effect.Effect<string, KernelError>
  /** Makes a symbolic link; what is there already stays, and that is a failure. */
  readonly makeLink: (target: string, path: string) => Effect.Effect<void, KernelError>
  /**
   * What the kernel runs this program with: of a script what stands behind `#!`, of a binary its dynamic linker, empty
   * where it needs none. Fails for a file that nobody may execute (EACCES) and for one that is no program (ENOEXEC).
   */
  readonly interpreter: (path: string) => Effect.Effect<string, KernelError>
  /** What stat(2) says, of what a link leads to with `follow`. Undefined where there is nothing, or nothing to be seen. */
  readonly status: (path: string, follow: boolean) => Effect.Effect<FileStatus | undefined>
  /** Last change of the content in milliseconds since 1970, links followed. Undefined as with `status`. */
  readonly modified: (path: string) => Effect.Effect<number | undefined>
  /** Whether something is mounted at a path, links followed. The root counts as such. */
  readonly isMountPoint: (path: string) => Effect.Effect<boolean, KernelError>
  /** Whether nobody can write to a path, because its file system is mounted read-only. */
  readonly isReadOnly: (path: string) => Effect.Effect<boolean, KernelError>
  /** Makes a directory and those above it that are missing, all with `mode`. One that is there already is well. */
  readonly makeDirectory: (path: string, mode: number) => Effect.Effect<void, KernelError>
  /** Makes an empty file, or leaves what is there, and sets when it was last changed: milliseconds since 1970. */
  readonly touch: (path: string, millis: number) => Effect.Effect<void, KernelError>
  /** Removes a file, a link or a socket; no directory. */
  readonly remove: (path: string) => Effect.Effect<void, KernelError>
}>() {}
