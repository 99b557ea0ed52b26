/** Proxies: connections are accepted and their bytes forwarded in the native core; here one says when, and hears of it. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { KernelError } from "./KernelError.ts"

export interface RelayRequest {
  /** Of listening streams; they stay their owner's. */
  readonly listeners: ReadonlyArray<number>
  /** Where the bytes go: numeric IPv4 or IPv6 address, `/path` or `@abstract`. */
  readonly address: string
  /** Without meaning for local sockets. */
  readonly port: number
  /** How long a client waits until somebody listens there, milliseconds; Infinity: as long as it takes. */
  readonly connectTimeoutMillis: number
  /** `Idle` comes after this time without a client, milliseconds; Infinity: never. */
  readonly idleMillis: number
  /** How many clients there may be at once, the others wait; 0: as many as there are descriptors for. */
  readonly maxConnections: number
  /** Version of the header of the PROXY protocol that the target gets first; 0: none. */
  readonly proxyProtocol: 0 | 1 | 2
}

export type RelayEvent =
  /** There was no client for the idle time, and it accepts no more. */
  | { readonly _tag: "Idle" }
  /** A client was sent away, for nobody has listened in time. Not told of each. */
  | { readonly _tag: "Unreachable"; readonly errno: number }
  /** Clients cannot be accepted for now; it goes on trying. Told once, until one was. */
  | { readonly _tag: "AcceptFailed"; readonly errno: number }
  /** There are as many clients as there may be. */
  | { readonly _tag: "Full" }

export interface Relay {
  /** Accepts from now on. */
  readonly forward: () => void
  /**
   * Accepts no more; what is being forwarded goes on. Who waits for a target that was not reached since `forward` is sent
   * away; else he waits for the next `forward`, and the answer is how many do.
   */
  readonly hold: () => number
  /** For how long there has been no client, milliseconds; 0 while there is one. */
  readonly idleMillis: () => number
  /** Ends it, but for what the target has said last, which still goes out. */
  readonly close: () => void
}

export class Relays extends Context.Tag("container-init/kernel/Relays")<Relays, {
  /** It accepts nobody before `forward`. Whoever opens closes. */
  readonly open: (request: RelayRequest, heard: (event: RelayEvent) => void) => Effect.Effect<Relay, KernelError>
}>() {}
