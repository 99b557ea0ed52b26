/** Listeners: bound here, watched here, accepted from only by the service that gets the descriptor. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { KernelError } from "./KernelError.ts"

export interface ListenAddress {
  readonly kind: "stream" | "datagram" | "sequential-packet"
  /** Numeric IPv4 or IPv6 address, `/path` or `@abstract`. */
  readonly address: string
  /** 0 lets the kernel choose; without meaning for local sockets. */
  readonly port: number
  readonly backlog: number
  readonly ipv6Only: boolean
}

export interface Listener {
  readonly descriptor: number
  /** The port the kernel bound, 0 for local sockets. */
  readonly port: number
  /** Completes as soon as somebody knocks; interrupting it disarms the watch. */
  readonly knocked: Effect.Effect<void, KernelError>
}

export class FdHandoff extends Context.Tag("container-init/kernel/FdHandoff")<FdHandoff, {
  /** Binds and listens; closing the scope closes the descriptor. */
  readonly listen: (address: ListenAddress) => Effect.Effect<Listener, KernelError, Scope.Scope>
}>() {}
