/**
 * Listeners: bound here, watched here, and accepted from by the service that gets the descriptor, or here where each
 * connection has a service of its own.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { KernelError } from "./KernelError.ts"

/** What a socket is told besides its address, by the number that the core has for it; see socket(7), tcp(7), ip(7). */
export const SocketOption = {
  Ipv6Only: 1,
  ReusePort: 2,
  FreeBind: 3,
  Transparent: 4,
  KeepAlive: 5,
  KeepAliveTime: 6,
  KeepAliveInterval: 7,
  KeepAliveProbes: 8,
  NoDelay: 9,
  Priority: 10,
  DeferAccept: 11,
  ReceiveBuffer: 12,
  SendBuffer: 13,
  TypeOfService: 14,
  TimeToLive: 15,
  Mark: 16,
  Broadcast: 17,
  PassCredentials: 18,
  PassSecurity: 19,
  PassPacketInfo: 20,
  PipeSize: 21,
  BindToDevice: 22,
  Congestion: 23,
  Timestamp: 24,
  TimestampNanos: 25,
  PassPidfd: 26,
  PassDescriptors: 27,
  QueueMessages: 28,
  QueueMessageSize: 29
} as const

export type SocketOption = (typeof SocketOption)[keyof typeof SocketOption]

export interface ListenRequest {
  readonly kind:
    | "stream"
    | "datagram"
    | "sequential-packet"
    | "netlink"
    | "fifo"
    /** A file or a device; `-writable`: not only to be read. */
    | "special"
    | "special-writable"
    | "message-queue"
  /** Numeric IPv4 or IPv6 address, `*` for all of both, `/path`, `@abstract`, `vsock:CID` or `netlink:GROUPS`. */
  readonly address: string
  /** 0 lets the kernel choose; without meaning for local sockets. */
  readonly port: number
  readonly backlog: number
  /** IPPROTO_MPTCP and the like, or the family of netlink; 0: the usual one of the kind. */
  readonly protocol?: number
  /** Those that a listener of this kind does not know are passed over. */
  readonly options?: ReadonlyArray<readonly [option: SocketOption, value: number]>
  /** The same for those whose values are texts. */
  readonly texts?: ReadonlyArray<readonly [option: SocketOption, value: string]>
  /** Permission bits of its file, 0o666 unless said otherwise. */
  readonly mode?: number
  /** Whom its file belongs to; -1, or unsaid: to us. */
  readonly uid?: number
  readonly gid?: number
}

/** Who is connected to what. IPv4 that comes in through IPv6 is IPv4. */
export type Ends =
  | {
    readonly family: "inet" | "inet6"
    readonly address: string
    readonly port: number
    /** With `%interface` behind it where it means nothing without. */
    readonly peer: string
    readonly peerPort: number
  }
  | {
    readonly family: "unix"
    /** 0: of a process that is in another pid namespace. */
    readonly pid: number
    readonly uid: number
    /** What the peer is bound to, `/path` or `@abstract`; usually nothing. */
    readonly name: string
  }

export interface Connection {
  readonly descriptor: number
  readonly ends: Ends
  /** Closes our copy. */
  readonly close: () => void
}

export interface Listener {
  readonly descriptor: number
  /** The port the kernel bound, 0 for local sockets. */
  readonly port: number
  /** Options that the kernel has refused, each with its errno. */
  readonly refused: ReadonlyArray<readonly [option: SocketOption, errno: number]>
  /** Calls `knocked` once, as soon as there is something to accept or to read. */
  readonly watch: (knocked: () => void) => Effect.Effect<void, KernelError>
  /** Takes `watch` back, if it is still to call. */
  readonly unwatch: () => void
  /** The next connection, with the options of the listener; `undefined` if nobody is there. */
  readonly accept: Effect.Effect<Connection | undefined, KernelError>
  /** Throws away what waits there. */
  readonly flush: () => void
  /** The file of a local socket stays. */
  readonly close: () => void
}

/** A listener that was open when we started: somebody listens for us. */
export interface InheritedListener {
  readonly descriptor: number
  readonly kind: ListenRequest["kind"]
  /** Its address as units write it; of a FIFO the path that the kernel knows. */
  readonly where: string
  /** Whether it listens where `listen` would. */
  readonly matches: (request: ListenRequest) => boolean
  /** A duplicate with the request's options; mode and owner of a file stay as they are. Whoever adopts closes. */
  readonly adopt: (request: ListenRequest) => Effect.Effect<Listener, KernelError>
  readonly close: () => void
}

export class FdHandoff extends Context.Tag("container-init/kernel/FdHandoff")<FdHandoff, {
  /**
   * Binds and listens. The file of a local socket cannot be used before mode and owner are right; an earlier socket at
   * the path makes way, and a FIFO is used as it is. Whoever opens closes.
   */
  readonly listen: (request: ListenRequest) => Effect.Effect<Listener, KernelError>
  /** Takes away the name of a message queue; those who have it open keep it. */
  readonly removeQueue: (name: string) => Effect.Effect<void>
  /** What listens at a descriptor that we were started with, `undefined` if nothing does. No process inherits it. */
  readonly inherited: (descriptor: number) => Effect.Effect<InheritedListener | undefined>
}>() {}
