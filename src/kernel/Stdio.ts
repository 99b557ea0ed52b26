/** Where the standard streams of a process lead, and how the lines that it says are called. Types only. */

/** A file is opened by us, and written to in the process's place; what is no regular file is opened by the process. */
export interface FileStream {
  readonly file: string
  readonly access: "read" | "read-write" | "write" | "append" | "truncate"
  /** Of a file that is made. */
  readonly permissions: number
  /** What it is for, in messages: `StandardOutput=append:/var/log/web`. */
  readonly directive: string
}

export interface TerminalStream {
  readonly terminal: string
  /**
   * For output alone; or for both and as the controlling terminal, where it is somebody else's by waiting for it, by
   * taking it away from him, or not at all.
   */
  readonly control: "none" | "wait" | "force" | "fail"
  readonly directive: string
}

export type Stdio =
  | "null"
  /** Lines on our own stdout or stderr, each with its prefix. */
  | "prefixed"
  /** The same, on our own stderr whichever stream it is: our stdout is somebody else's. */
  | "prefixed-stderr"
  /** One opening with the standard input, or output. */
  | "stdin"
  | "stdout"
  | { readonly descriptor: number }
  | FileStream
  | TerminalStream
  /** Read from memory: pieces in base64. */
  | { readonly data: ReadonlyArray<string> }

export type Streams = readonly [stdin: Stdio, stdout: Stdio, stderr: Stdio]

/** Ahead of all else a terminal is hung up for all who have it, or gets its usual modes; one that is not there is not. */
export interface TerminalReset {
  readonly terminal: string
  readonly hangup: boolean
  readonly modes: boolean
}

/** Of `prefixed` streams. Levels are those of syslog(3): a high one is of little importance. */
export interface LineRules {
  /** Goes before each line as `[identifier] `; where it is empty, the unit's name without its suffix does. */
  readonly identifier: string
  /** Of a line that says none. */
  readonly level: number
  /** Lines of higher levels are dropped. */
  readonly levelMax: number
  /** `<3>` at the beginning of a line is its level, sd-daemon(3). */
  readonly takesLevel: boolean
}
