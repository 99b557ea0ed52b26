/**
 * What `ActivationMode=proxy` adds to the table of a socket, pure: clients are accepted while the service is up or on its
 * way, and stay in the backlog while it is not. The service is stopped once nobody has come for `ProxyIdleSec=`.
 */
import * as Errno from "../../kernel/Errno.ts"
import type { RelayEvent } from "../../kernel/Relays.ts"
import type { Socket } from "../../unit/Unit.ts"
import type { StillNeeded } from "../Trigger.ts"
import type * as SocketState from "./SocketState.ts"

export type Event =
  | SocketState.Event
  /** What the relay says, with where it forwards to. */
  | { readonly _tag: "Relayed"; readonly event: RelayEvent; readonly to: string }
  | StillNeeded

export type Command =
  | SocketState.Command
  | { readonly _tag: "Forward" }
  | { readonly _tag: "Hold" }
  /** Asks for the stop of the service, unless others have clients for it; then `StillNeeded` follows. */
  | { readonly _tag: "Release" }

type Machine = SocketState.Machine
type Step = readonly [machine: Machine, commands: ReadonlyArray<Command>]

const none: ReadonlyArray<never> = []
const forward: Command = { _tag: "Forward" }
const hold: Command = { _tag: "Hold" }

const say = (text: string): Command => ({ _tag: "Say", level: "warning", text })

const relayed = (socket: Socket, machine: Machine, event: RelayEvent, to: string): ReadonlyArray<Command> => {
  switch (event._tag) {
    case "Idle":
      return machine.phase === "running" && !machine.closing ? [{ _tag: "Release" }] : none
    case "Unreachable":
      return [say(`a client was sent away: ${to} is not reachable: ${Errno.describe(event.errno)}`)]
    case "AcceptFailed":
      return [say(`clients have to wait: ${Errno.describe(event.errno)}`)]
    case "Full":
      return [say(`clients have to wait: there are ${socket.Socket.MaxConnections ?? "too many"} at once`)]
  }
}

/** Whether whoever comes is accepted: somebody is there for him, or will be. */
const accepts = ({ closing, phase, served }: Machine): boolean => phase === "running" && (!closing || served.length > 0)

/** One event; `base` is the table that proxies share with all sockets. */
export const step = (
  base: typeof SocketState.step,
  socket: Socket,
  machine: Machine,
  event: Event,
  now: number
): Step => {
  if (event._tag === "Relayed") return [machine, relayed(socket, machine, event.event, event.to)]
  if (event._tag === "StillNeeded") return [machine, accepts(machine) ? [forward] : none]
  const [next, commands] = base(socket, machine, event, now)
  if (socket.Socket.ActivationMode !== "proxy" || accepts(machine) === accepts(next)) return [next, commands]
  // Ahead of all else: a service that is on its way has its clients, and one that is gone has none.
  return [next, [accepts(next) ? forward : hold, ...commands]]
}
