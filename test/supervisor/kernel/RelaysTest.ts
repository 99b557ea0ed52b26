/** `Relays` of the scripted kernel: which proxies there are, whether they accept, and what the test makes them say. */
import * as Effect from "effect/Effect"
import { KernelError } from "../../../src/kernel/KernelError.ts"
import type { RelayEvent, RelayRequest, Relays } from "../../../src/kernel/Relays.ts"

export interface RelaysTest {
  readonly port: typeof Relays.Service
  /** Something happens to the relay to this address. */
  readonly say: (address: string, event: RelayEvent) => void
  /** For how long it has had no client. */
  readonly setIdle: (address: string, millis: number) => void
  /** So many have come as the target went down. */
  readonly setWaiting: (address: string, count: number) => void
  readonly requests: ReadonlyArray<RelayRequest>
}

interface Open {
  readonly request: RelayRequest
  readonly heard: (event: RelayEvent) => void
  idle: number
  waiting: number
}

const EADDRNOTAVAIL = 99

/** `calls`: `relay 51 to 127.0.0.1:80`, `forward 127.0.0.1:80`, `hold ...`, `close relay ...`. */
export const make = (calls: Array<string>, unreachable: ReadonlyArray<string> = []): RelaysTest => {
  const open = new Set<Open>()
  const requests: Array<RelayRequest> = []
  const nameOf = ({ address, port }: RelayRequest) => port === 0 ? address : `${address}:${port}`
  const each = (address: string, act: (one: Open) => void) => {
    for (const one of [...open]) if (nameOf(one.request) === address) act(one)
  }
  return {
    requests,
    say: (address, event) => each(address, ({ heard }) => heard(event)),
    setIdle: (address, millis) =>
      each(address, (one) => {
        one.idle = millis
      }),
    setWaiting: (address, count) =>
      each(address, (one) => {
        one.waiting = count
      }),
    port: {
      open: (request, heard) =>
        Effect.suspend(() => {
          const name = nameOf(request)
          if (unreachable.includes(name)) {
            return new KernelError({ operation: "forward connections", errno: EADDRNOTAVAIL })
          }
          const one: Open = { request, heard, idle: 0, waiting: 0 }
          open.add(one)
          requests.push(request)
          calls.push(`relay ${request.listeners.join(" ")} to ${name}`)
          return Effect.succeed({
            forward: () => void calls.push(`forward ${name}`),
            hold: () => {
              calls.push(`hold ${name}`)
              return one.waiting
            },
            idleMillis: () => one.idle,
            close: () => {
              calls.push(`close relay ${name}`)
              open.delete(one)
            }
          })
        })
    }
  }
}
