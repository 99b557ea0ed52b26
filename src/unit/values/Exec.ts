/**
 * Values of systemd.exec(5), systemd.kill(5) and systemd.resource-control(5).
 *
 * @since 0.1.0
 */
import type { Amount } from "./Amount.ts"

/** A limit of a cgroup: an amount (bytes, or a count; `Infinity` for none), or percent of what the machine has. */
export type Limit =
  | { readonly _tag: "Amount"; readonly amount: Amount }
  | { readonly _tag: "Percent"; readonly percent: number }

/** A limit of setrlimit(2), `Infinity` for none. */
export interface ResourceLimit {
  readonly soft: Amount
  readonly hard: Amount
}

/** An entry of `ReadWritePaths=` and its like. */
export interface PathReference {
  readonly path: string
  /** `-`: a path that is not there is no failure. */
  readonly optional: boolean
  /** `+`: the path counts from the root that the service has. */
  readonly inRoot: boolean
}

/** Only these, or, inverted, all but these. */
export interface Selection {
  readonly inverted: boolean
  readonly names: ReadonlyArray<string>
}

/** A system call, or a group of them (`@clock`). */
export interface SystemCall {
  readonly name: string
  /** What it gives when it is refused, if not what `SystemCallErrorNumber=` says: an error's number, or death. */
  readonly action: number | "kill" | undefined
}

/**
 * One assignment of `SystemCallFilter=`. The first says whether the filter allows (or, inverted, refuses) what it lists;
 * those after it add to the list, or take away from it if they are not inverted as the first is.
 */
export interface SystemCallRule {
  readonly inverted: boolean
  readonly calls: ReadonlyArray<SystemCall>
}

/** First and last number of a range, both included. */
export type NumberRange = readonly [first: number, last: number]

/** An entry of `BindPaths=`. */
export interface BindPath {
  readonly source: string
  readonly destination: string
  /** `-`: a source that is not there is no failure. */
  readonly optional: boolean
  /** Whether mounts below the source come along. */
  readonly recursive: boolean
  readonly idmap: boolean
}

export interface TemporaryFileSystem {
  readonly path: string
  /** Mount options of tmpfs(5), as they are written. */
  readonly options: ReadonlyArray<string>
}

/** An entry of `RuntimeDirectory=` and its like: paths relative to where directories of that kind lie. */
export interface ServiceDirectory {
  readonly path: string
  /** A link to it. */
  readonly link: string | undefined
  readonly readOnly: boolean
}

export type StandardInput =
  | { readonly _tag: "Null" }
  | { readonly _tag: "Tty"; readonly mode: "tty" | "tty-force" | "tty-fail" }
  /** What `StandardInputText=` and `StandardInputData=` say. */
  | { readonly _tag: "Data" }
  | { readonly _tag: "File"; readonly path: string; readonly mode: "write" }
  | { readonly _tag: "Socket" }
  /** A descriptor that a socket unit passes under this name. */
  | { readonly _tag: "Descriptor"; readonly name: string }

export type StandardOutput =
  /** As the standard input, or for errors as the standard output. */
  | { readonly _tag: "Inherit" }
  | { readonly _tag: "Null" }
  | { readonly _tag: "Tty"; readonly mode: "tty" }
  | { readonly _tag: "Journal"; readonly console: boolean }
  | { readonly _tag: "Kmsg"; readonly console: boolean }
  | { readonly _tag: "File"; readonly path: string; readonly mode: "write" | "append" | "truncate" }
  | { readonly _tag: "Socket" }
  | { readonly _tag: "Descriptor"; readonly name: string }

/** A piece of what the standard input is fed with; text ends in a newline. */
export interface InputPiece {
  readonly base64: string
}

/** `LoadCredential=`: from a file, or another credential of this name. */
export interface CredentialSource {
  readonly name: string
  readonly source: string
}

/** `SetCredential=` and `SetCredentialEncrypted=`: any bytes. */
export interface CredentialValue {
  readonly name: string
  readonly base64: string
}

/** `ImportCredential=`. */
export interface CredentialImport {
  readonly glob: string
  /** What the names begin with instead of what the glob says. */
  readonly rename: string | undefined
}

/** A network: an address of IPv4 or IPv6, and how many of its bits count. */
export interface IpPrefix {
  readonly address: string
  readonly bits: number
}

/** An entry of `DeviceAllow=`. */
export interface DeviceRule {
  /** A path below /dev, or `char-` or `block-` and the name or pattern of a driver. */
  readonly device: string
  readonly read: boolean
  readonly write: boolean
  readonly make: boolean
}

/** A limit or weight of one device. */
export interface DeviceValue {
  readonly device: string
  readonly value: Amount
}

/** An entry of `SocketBindAllow=`; what is `undefined` is not looked at. */
export interface SocketBind {
  readonly family: "ipv4" | "ipv6" | undefined
  readonly protocol: "tcp" | "udp" | undefined
  readonly ports: NumberRange | undefined
}

/** What the grammars of these directives yield. */
export interface ExecValues {
  readonly "octal mode": number
  readonly path: string
  readonly paths: ReadonlyArray<PathReference>
  readonly port: number
  /** Paths between colons. */
  readonly "search path": ReadonlyArray<string>
  /** Bytes, in steps of 1024. */
  readonly size: Amount

  readonly "size limit": Limit
  /** As `size limit`, and not 0. */
  readonly "memory limit": Limit
  readonly "tasks limit": Limit
  readonly "directory quota": Limit | "off"
  /** Percent of one processor, more than 100 for several. */
  readonly "processor quota": number
  /** From 0 to 100. */
  readonly percentage: number
  readonly "limit of bytes": ResourceLimit
  readonly "limit of a count": ResourceLimit
  readonly "limit of seconds": ResourceLimit
  readonly "limit of microseconds": ResourceLimit
  /** 20 less the nice value: 40 is the most favourable. */
  readonly "limit of niceness": ResourceLimit
  readonly nanoseconds: Amount

  /** Ranges as written; they may overlap: `NumberSet.members` sorts that out. */
  readonly "number set": ReadonlyArray<NumberRange>
  /** `numa`: the processors of the memory nodes that `NUMAMask=` says. */
  readonly processors: ReadonlyArray<NumberRange> | "numa"
  readonly "memory nodes": ReadonlyArray<NumberRange> | "all"
  readonly "processor policy": "other" | "fifo" | "rr" | "batch" | "idle" | "ext"
  readonly "storage class": "none" | "realtime" | "best-effort" | "idle"

  readonly "bounding capabilities": Selection
  readonly capabilities: Selection
  readonly "address families": Selection
  readonly namespaces: Selection
  readonly "secure bits": ReadonlyArray<string>
  /** In the order written; see `SystemCallRule`. */
  readonly "system calls": ReadonlyArray<SystemCallRule>
  readonly "system call action": number | "kill"
  readonly architectures: ReadonlyArray<string>
  /** In the order written: the first says whether these are allowed or refused, as with system calls. */
  readonly "file systems": ReadonlyArray<Selection>
  readonly "network interfaces": ReadonlyArray<Selection>
  readonly "protect hostname": { readonly mode: "no" | "yes" | "private"; readonly hostname: string | undefined }
  /** A mask, core(5). */
  readonly "coredump filter": number

  readonly "bind paths": ReadonlyArray<BindPath>
  readonly "temporary file systems": ReadonlyArray<TemporaryFileSystem>
  readonly "service directories": ReadonlyArray<ServiceDirectory>

  readonly "standard input": StandardInput
  readonly "standard output": StandardOutput
  readonly "input pieces": ReadonlyArray<InputPiece>
  /** From 0, `emerg`, to 7, `debug`. */
  readonly "log level": number
  readonly "log facility": number
  readonly "log fields": ReadonlyArray<readonly [name: string, value: string]>
  /** Texts, one an assignment. */
  readonly texts: ReadonlyArray<string>

  readonly "credential sources": ReadonlyArray<CredentialSource>
  readonly "credential values": ReadonlyArray<CredentialValue>
  readonly "encrypted credentials": ReadonlyArray<CredentialValue>
  readonly "credential imports": ReadonlyArray<CredentialImport>
  readonly "variable names": ReadonlyArray<string>
  /** Names, or assignments to take away only if the value is that one. */
  readonly "variables to unset": ReadonlyArray<string>
  readonly groups: ReadonlyArray<string>

  readonly networks: ReadonlyArray<IpPrefix>
  readonly "device rules": ReadonlyArray<DeviceRule>
  readonly "device weights": ReadonlyArray<DeviceValue>
  readonly "old device weights": ReadonlyArray<DeviceValue>
  /** Bytes or operations a second, in steps of 1000; `Infinity` for no limit. */
  readonly "device limits": ReadonlyArray<DeviceValue>
  /** Milliseconds. */
  readonly "device latencies": ReadonlyArray<DeviceValue>
  readonly "port rules": ReadonlyArray<SocketBind>
  readonly slice: string
  readonly "cgroup name": string
  readonly controllers: ReadonlyArray<string>
  /** All controllers or none, or some of them. */
  readonly delegation: boolean | ReadonlyArray<string>
}
