/**
 * What a child does to itself between fork and exec, one thing after the other: each a system call or a few. Data: what
 * to do is decided by the supervisor, how is known to the native core.
 */

/** Of a new directory or file; below 0 it stays as it is. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

export type Action =
  /** Opens a file as one of the standard streams, with the flags of open(2), or connects to a Unix socket. */
  | {
    readonly _tag: "StreamOpen"
    readonly stream: number
    readonly path: string
    readonly flags: number
    readonly permissions: number
  }
  /** dup2(2). */
  | { readonly _tag: "StreamCopy"; readonly from: number; readonly stream: number }
  /** O_NONBLOCK of the first descriptors that are handed over, as it is to be. */
  | { readonly _tag: "Blocking"; readonly count: number; readonly nonBlocking: boolean }
  /** See the step `terminal` of the native core. */
  | { readonly _tag: "Terminal"; readonly stream: number; readonly path: string; readonly how: number }
  | { readonly _tag: "TerminalReset"; readonly path: string; readonly hangup: boolean; readonly modes: boolean }
  /** setrlimit(2), `Infinity` for none; as far as it may be raised, where it may not be raised so far. */
  | { readonly _tag: "Limit"; readonly resource: number; readonly soft: number; readonly hard: number }
  | { readonly _tag: "Nice"; readonly value: number }
  /** sched_setscheduler(2). */
  | { readonly _tag: "Scheduler"; readonly policy: number; readonly priority: number; readonly resetOnFork: boolean }
  | { readonly _tag: "Affinity"; readonly processors: ReadonlyArray<number> }
  /** ioprio_set(2). */
  | { readonly _tag: "IoPriority"; readonly class: number; readonly level: number }
  | { readonly _tag: "TimerSlack"; readonly nanoseconds: number }
  /** A file that is there, such as one of /proc. */
  | { readonly _tag: "WriteFile"; readonly path: string; readonly content: string }
  /** From here on files are made and removed in this directory, out of which no link leads; empty for our own root. */
  | { readonly _tag: "FilesIn"; readonly path: string }
  /** With those above it that are missing. `ownerBelow`: what is in it gets the owner, too, if it had another one. */
  | {
    readonly _tag: "MakeDirectory"
    readonly path: string
    readonly mode: number
    readonly owner: Owner
    readonly ownerBelow: boolean
    /** One that is there already keeps its mode and owner. */
    readonly leaveExisting: boolean
  }
  | { readonly _tag: "MakeLink"; readonly target: string; readonly path: string }
  | {
    readonly _tag: "MakeFile"
    readonly path: string
    readonly mode: number
    readonly owner: Owner
    readonly bytes: Uint8Array
  }
  /** A copy of a file, or of what is answered by a socket of that name; all copies together have at most `limit` bytes. */
  | {
    readonly _tag: "CopyFile"
    readonly from: string
    readonly path: string
    readonly mode: number
    readonly owner: Owner
    readonly limit: number
  }
  /** A directory with all that is in it and on its file system. */
  | { readonly _tag: "RemoveTree"; readonly path: string }
  /** unshare(2), by the CLONE_NEW... flags. */
  | { readonly _tag: "Namespaces"; readonly flags: number }
  /** What is mounted from now on is not seen outside. */
  | { readonly _tag: "MountsSlave" }
  /** Keeps a copy of what is mounted at a path. With leniency `optional`, the slot stays empty if nothing is there. */
  | { readonly _tag: "TreeTake"; readonly slot: number; readonly path: string; readonly recursive: boolean }
  /** Makes a file system, with the options of fsconfig(2) and mount attributes. */
  | {
    readonly _tag: "TreeNew"
    readonly slot: number
    readonly type: string
    readonly options: string
    readonly attributes: number
  }
  /** mount_setattr(2) on what a slot holds. */
  | { readonly _tag: "TreeAttributes"; readonly slot: number; readonly set: number; readonly clear: number }
  /** Mounts what a slot holds. `make`: a mount point that is missing is made. */
  | { readonly _tag: "TreePut"; readonly slot: number; readonly path: string; readonly make: boolean }
  /** Makes the mount point for what a slot holds, if it is missing. */
  | { readonly _tag: "TreePoint"; readonly slot: number; readonly path: string }
  /** An empty directory or file lies over what is there. */
  | { readonly _tag: "TreeHide"; readonly path: string }
  /** mount_setattr(2) on what is mounted at a path, and with `recursive` below it. */
  | {
    readonly _tag: "MountAttributes"
    readonly path: string
    readonly set: number
    readonly clear: number
    readonly recursive: boolean
  }
  /** chroot(2), or pivot_root(2) into a mount. */
  | { readonly _tag: "Root"; readonly path: string; readonly pivot: boolean }
  /** sethostname(2). */
  | { readonly _tag: "Hostname"; readonly name: string }
  /** Brings up the interface lo. */
  | { readonly _tag: "Loopback" }
  /** Drops all but these capabilities (by number) from the bounding set. */
  | { readonly _tag: "Bounding"; readonly kept: ReadonlyArray<number> }
  /** The change of the user that follows keeps the permitted capabilities. */
  | { readonly _tag: "KeepCapabilities" }
  /** The ambient set, and the inheritable one: these and no others. */
  | { readonly _tag: "Capabilities"; readonly ambient: ReadonlyArray<number> }
  | { readonly _tag: "SecureBits"; readonly bits: number }
  | { readonly _tag: "NoNewPrivileges" }
  /** seccomp(2): two numbers an instruction, `code | jt << 16 | jf << 24` and `k`. */
  | { readonly _tag: "Filter"; readonly instructions: ReadonlyArray<number> }
  /** landlock(7): the kinds of access that the rules which follow are about. */
  | { readonly _tag: "LandlockBegin"; readonly handled: number }
  | { readonly _tag: "LandlockAllow"; readonly path: string; readonly access: number }
  | { readonly _tag: "LandlockEnforce" }

export interface Step {
  readonly action: Action
  /** What it is for, in messages: `LimitNOFILE=1024`. */
  readonly directive: string
  /** The child's exit code if it fails, systemd.exec(5) "Process Exit Codes". */
  readonly exitCode: number
  /**
   * `fail`; or go on where it is not permitted or not known to the kernel, and tell; or where a file is not there; or in
   * either case.
   */
  readonly leniency: "fail" | "forgive" | "optional" | "forgive or optional"
}
