/**
 * What `ActivationMode=proxy` adds to the table of a socket, pure: clients are accepted while the service is up or on its
 * way, and stay in the backlog while it is not. The service is stopped once nobody has come for `ProxyIdleSec=`.
 */
import * as Errno from "../../kernel/Errno.ts"
import type { RelayEvent } from "../../kernel/Relays.ts"
import type { Socket, UnitName } from "../../unit/Unit.ts"
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
  /** Accepts no more; who waits in vain is sent away. */
  | { readonly _tag: "Hold" }
  /** Accepts no more; who waits goes on waiting, for the next run. */
  | { readonly _tag: "Pause" }
  /** Once: why the service is not stopped although nobody comes. */
  | { readonly _tag: "SayNeeded"; readonly by: UnitName }
  /** Asks for the stop of the service, unless others have clients for it; then `StillNeeded` follows. */
  | { readonly _tag: "Release" }

type Machine = SocketState.Machine
type Step = readonly [machine: Machine, commands: ReadonlyArray<Command>]

const none: ReadonlyArray<never> = []
const forward: Command = { _tag: "Forward" }
const hold: Command = { _tag: "Hold" }
const pause: Command = { _tag: "Pause" }

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

/** Whether whoever comes is accepted: somebody is there for him, or will be. In the shutdown there is no later run. */
const accepts = ({ closing, leaving, phase, served }: Machine): boolean =>
  phase === "running" && (closing ? served.length > 0 : !leaving)

/** How the relay is told to accept no more. A service that has failed has nobody to wait for. */
const stopOf = (machine: Machine, next: Machine, event: Event): Command | undefined => {
  const isOver = machine.phase === "running" && next.phase !== "running"
  if (!isOver && !accepts(machine)) return undefined
  const hasFailed = event._tag !== "TargetChanged" || event.to === "failed"
  return next.closing || (isOver && hasFailed) ? hold : pause
}

/** One event; `base` is the table that proxies share with all sockets. */
export const step = (
  base: typeof SocketState.step,
  socket: Socket,
  machine: Machine,
  event: Event,
  now: number
): Step => {
  if (event._tag === "Relayed") return [machine, relayed(socket, machine, event.event, event.to)]
  if (event._tag === "StillNeeded") {
    if (!accepts(machine)) return [machine, none]
    return [machine, event.by === undefined ? [forward] : [forward, { _tag: "SayNeeded", by: event.by }]]
  }
  const [next, commands] = base(socket, machine, event, now)
  if (socket.Socket.ActivationMode !== "proxy") return [next, commands]
  const first = accepts(next) ? (accepts(machine) ? undefined : forward) : stopOf(machine, next, event)
  // Ahead of all else: a service that is on its way has its clients, and one that is gone has none.
  return [next, first === undefined ? commands : [first, ...commands]]
}
