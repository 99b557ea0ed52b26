/** `Relays` over the native core. */
import * as Effect from "effect/Effect"
import type { Relay, RelayEvent, Relays } from "../../kernel/Relays.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import * as Call from "../Call.ts"
import type { Events } from "../Events.ts"

/** The core counts in 32 bits, and takes -1 for no limit. */
const span = (millis: number): number => millis === Infinity ? -1 : Math.min(0x7fffffff, Math.ceil(millis))

const toEvent = (what: number, value: number): RelayEvent | undefined => {
  switch (what) {
    case 1:
      return { _tag: "Idle" }
    case 2:
      return { _tag: "Unreachable", errno: value }
    case 3:
      return { _tag: "AcceptFailed", errno: value }
    case 4:
      return { _tag: "Full" }
    default:
      return undefined
  }
}

export const make = (binding: Binding, events: Events): typeof Relays.Service => ({
  open: (request, heard) => {
    const { address, connectTimeoutMillis, idleMillis, listeners, maxConnections, port, proxyProtocol } = request
    const options = [span(connectTimeoutMillis), span(idleMillis), maxConnections, proxyProtocol]
    return Effect.map(
      Call.number("forward connections", () => binding.relay_open([...listeners], address, port, options)),
      (id): Relay => {
        events.on(EventKind.Relay, id, (_id, what, value) => {
          const event = toEvent(what, value)
          if (event !== undefined) heard(event)
        })
        return {
          forward: () => void binding.relay_accept(id, 1),
          hold: () => Math.max(0, binding.relay_accept(id, 0)),
          idleMillis: () => Math.max(0, binding.relay_idle(id)),
          close: () => {
            events.off(EventKind.Relay, id)
            binding.relay_close(id)
          }
        }
      }
    )
  }
})
