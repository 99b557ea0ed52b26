/** The relay of one proxy socket: opened with its listeners, closed before them. */
import * as Effect from "effect/Effect"
import type { Files } from "../../kernel/Files.ts"
import type { Relay, RelayEvent } from "../../kernel/Relays.ts"
import { Relays } from "../../kernel/Relays.ts"
import * as DialAddress from "../../unit/grammar/DialAddress.ts"
import type { Socket, UnitName } from "../../unit/Unit.ts"
import type { Fault } from "./Bound.ts"
import type { Proxies, Proxy } from "./Proxies.ts"
import * as Target from "./Target.ts"

export interface Surroundings {
  readonly service: UnitName
  /** How long a client waits where the socket does not say, milliseconds. */
  readonly connectTimeoutMillis: number
  readonly proxies: Proxies
  readonly heard: (event: RelayEvent) => void
}

const versions = { no: 0, v1: 1, v2: 2 } as const

export class Forwarder implements Proxy {
  private relay: Relay | undefined
  private waiting = 0
  private readonly unit: Socket
  private readonly surroundings: Surroundings
  readonly idleAfterMillis: number

  constructor(unit: Socket, surroundings: Surroundings) {
    this.unit = unit
    this.surroundings = surroundings
    this.idleAfterMillis = unit.Socket.ProxyIdleSec ?? Infinity
  }

  /** Where it forwards to, as it is written. */
  get target(): string {
    const { ProxyTarget } = this.unit.Socket
    return ProxyTarget === undefined ? "" : DialAddress.format(ProxyTarget)
  }

  open(listeners: ReadonlyArray<number>): Effect.Effect<Fault | undefined, never, Files | Relays> {
    return Effect.gen(this, function*() {
      const section = this.unit.Socket
      const other = section.Listeners?.find(({ type }) => type !== "Stream")
      if (other !== undefined) return { fault: `a proxy forwards streams only, not Listen${other.type}=` }
      const target = yield* Target.resolve(section.ProxyTarget)
      if (typeof target === "string") return { fault: target }
      const { connectTimeoutMillis, heard, proxies, service } = this.surroundings
      const relays = yield* Relays
      this.relay = yield* relays.open({
        listeners,
        ...target,
        connectTimeoutMillis: section.ProxyConnectTimeoutSec ?? connectTimeoutMillis,
        idleMillis: this.idleAfterMillis,
        maxConnections: section.MaxConnections ?? 0,
        proxyProtocol: versions[section.ProxyProtocol ?? "no"]
      }, heard)
      proxies.add(service, this)
      return undefined
    }).pipe(Effect.catchAll(({ message }) => Effect.succeed<Fault>({ fault: message })))
  }

  forward(): void {
    this.waiting = 0
    this.relay?.forward()
  }

  hold(): void {
    this.waiting = this.relay?.hold() ?? 0
  }

  /** Clients that were accepted for a run that has ended meanwhile: traffic for the next one. */
  get hasWaiting(): boolean {
    return this.waiting > 0
  }

  idleMillis(): number {
    return this.relay?.idleMillis() ?? 0
  }

  /** None of the proxies of its service has had a client for its time. */
  get isLast(): boolean {
    return this.surroundings.proxies.areIdle(this.surroundings.service)
  }

  close(): void {
    this.surroundings.proxies.remove(this.surroundings.service, this)
    this.relay?.close()
    this.relay = undefined
  }
}
