/**
 * Values of systemd.unit(5), systemd.service(5), systemd.socket(5), systemd.timer(5) and systemd.path(5).
 *
 * @since 0.1.0
 */
import type { Millis } from "./Amount.ts"
import type { CalendarEvent } from "./Calendar.ts"
import type { Position, UnitReference } from "./Reference.ts"

/** A path in a file system, or a name in none: an address of AF_UNIX, unix(7). */
export type LocalAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "abstract"; readonly name: string }

/** `[x]:y`; the scope is an interface, by name or number. */
export interface Inet6Address {
  readonly kind: "inet6"
  readonly address: string
  readonly port: number
  readonly scope?: string
}

/** `v.w.x.y:z` */
export interface InetAddress {
  readonly kind: "inet"
  readonly address: string
  readonly port: number
}

/** Where a socket listens, systemd.socket(5) `ListenStream=`. */
export type ListenAddress =
  /** Only a port: every address of IPv6, and with it of IPv4; of IPv4 alone where there is no IPv6. */
  | { readonly kind: "any"; readonly port: number }
  | InetAddress
  | Inet6Address
  | LocalAddress
  /** Without `cid`, on every one. */
  | { readonly kind: "vsock"; readonly cid?: number; readonly port: number }

/** Where a proxy socket connects to. */
export type DialAddress =
  | { readonly kind: "host"; readonly host: string; readonly port: number }
  | InetAddress
  | Inet6Address
  | LocalAddress

/** A family of netlink(7) and a multicast group, 0 for none. */
export interface NetlinkAddress {
  readonly family: number
  readonly group: number
}

/** What one `Listen...=` opens; `type` is the rest of the directive's name. */
export type Listener =
  | {
    readonly type: "Stream" | "Datagram" | "SequentialPacket"
    readonly address: ListenAddress
    readonly at: Position
  }
  | {
    readonly type: "FIFO" | "Special" | "MessageQueue" | "USBFunction"
    readonly path: string
    readonly at: Position
  }
  | { readonly type: "Netlink"; readonly address: NetlinkAddress; readonly at: Position }

/** When a timer elapses; `type` is the middle of the directive's name, `On...Sec=`. */
export type Elapse =
  | {
    readonly type: "Active" | "Boot" | "Startup" | "UnitActive" | "UnitInactive"
    /** How long after that. */
    readonly after: Millis
    readonly at: Position
  }
  | { readonly type: "Calendar"; readonly event: CalendarEvent; readonly at: Position }

/** What a path unit watches. */
export interface Watch {
  readonly type: "PathExists" | "PathExistsGlob" | "PathChanged" | "PathModified" | "DirectoryNotEmpty"
  /** Of `PathExistsGlob`, a pattern of glob(7). */
  readonly path: string
  readonly at: Position
}

/** The end of a process, by its exit code or by the signal that ended it. */
export type ExitStatus =
  | { readonly kind: "code"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: number }

/** `OpenFile=`, systemd.service(5). */
export interface OpenFile {
  readonly path: string
  /** Its name in `LISTEN_FDNAMES`. */
  readonly name: string
  readonly mode: "read-write" | "read-only" | "append" | "truncate"
  /** `graceful`: a file that cannot be opened is no failure. */
  readonly optional: boolean
}

/** What the grammars of these directives yield. */
export interface ActivationValues {
  readonly "bind ipv6 only": "default" | "both" | "ipv6-only"
  readonly "bus name": string
  readonly "descriptor name": string
  readonly "dial address": DialAddress
  readonly documentation: ReadonlyArray<string>
  readonly elapse: ReadonlyArray<Elapse>
  readonly "exit statuses": ReadonlyArray<ExitStatus>
  /** In the order written; a later entry wins. */
  readonly "extended attributes": ReadonlyArray<readonly [name: string, value: string]>
  readonly instance: string
  readonly "install names": ReadonlyArray<UnitReference>
  readonly "interface name": string
  readonly listener: ReadonlyArray<Listener>
  readonly "mount paths": ReadonlyArray<string>
  readonly "open file": ReadonlyArray<OpenFile>
  readonly "pid file": string
  readonly "plain paths": ReadonlyArray<string>
  /** What of these a reload refreshes. */
  readonly refresh: ReadonlyArray<"extensions" | "credentials">
  readonly "service name": UnitReference
  readonly "socket names": ReadonlyArray<UnitReference>
  readonly "socket protocol": "udplite" | "sctp" | "mptcp"
  readonly timestamping: "off" | "us" | "ns"
  readonly "trigger name": UnitReference
  /** 0 to 255. */
  readonly "type of service": number
  readonly watch: ReadonlyArray<Watch>
}

/**
 * Grammars whose directives share one list, in the order written, whatever they are called; an empty assignment to any
 * of them takes back all of it.
 */
export interface Collections {
  readonly listener: "Listeners"
  readonly elapse: "Elapses"
  readonly watch: "Watches"
}
