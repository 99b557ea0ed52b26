/**
 * `Accept=yes` of systemd.socket(5): whoever comes is accepted here, and gets an instance of the socket's template. What
 * becomes of the instance is the supervisor's affair, as with any other unit.
 */
import * as Effect from "effect/Effect"
import type { Connection } from "../../kernel/FdHandoff.ts"
import { instantiate } from "../../unit/Alias.ts"
import type { Socket, SocketSection } from "../../unit/Unit.ts"
import type { Inbox } from "../Inbox.ts"
import type { Listeners } from "../Listeners.ts"
import type { TriggerSurroundings } from "../Trigger.ts"
import * as UnitLine from "../UnitLine.ts"
import type { Bound } from "./Bound.ts"
import * as Peer from "./Peer.ts"
import type { Accepted, Event } from "./SocketState.ts"

/** At a time, so that one socket does not keep all other units from their turn. */
const mostAtOnce = 16

/** `PollLimitBurst=` counts wake-ups: where it holds, each connection has to be one, or it would limit nothing. */
const mostOf = ({ PollLimitBurst, PollLimitIntervalSec }: SocketSection): number =>
  PollLimitBurst === 0 || PollLimitIntervalSec === 0 ? mostAtOnce : 1

/** EMFILE, ENFILE, ENOBUFS, ENOMEM: whoever comes waits in the kernel until somebody else is done. */
const wanting: ReadonlyArray<number> = [24, 23, 105, 12]

/** How long they wait then, milliseconds. */
const restMillis = 500

export interface Surroundings extends Pick<TriggerSurroundings<Event>, "report" | "target" | "timers"> {
  readonly inbox: Pick<Inbox<Event>, "offer">
  readonly listeners: Listeners
}

export class Accepting {
  private readonly unit: Socket
  private readonly bound: Bound
  private readonly surroundings: Surroundings
  private readonly mostAtOnce: number
  /** Why somebody was turned away, unless somebody else was served since: said once. */
  private objection: string | undefined

  constructor(unit: Socket, bound: Bound, surroundings: Surroundings) {
    this.unit = unit
    this.bound = bound
    this.surroundings = surroundings
    this.mostAtOnce = mostOf(unit.Socket)
  }

  /** Takes those who are there, at this address. */
  accept(where: string): Effect.Effect<Accepted> {
    return Effect.gen(this, function*() {
      const connections: Array<Connection> = []
      const listener = this.bound.at(where)
      while (listener !== undefined && connections.length < this.mostAtOnce) {
        const taken = yield* Effect.either(listener.accept)
        if (taken._tag === "Left") {
          const { errno, message } = taken.left
          return {
            _tag: "Accepted",
            connections,
            [wanting.includes(errno) ? "exhausted" : "fault"]: message
          } as const
        }
        if (taken.right === undefined) break
        connections.push(taken.right)
      }
      return { _tag: "Accepted", connections } as const
    })
  }

  /** Asks for an instance that gets the connection, unless there are too many already. */
  serve(connection: Connection): Effect.Effect<void> | undefined {
    const { Socket: section, name } = this.unit
    const { listeners: { connections }, report, target } = this.surroundings
    const objection = connections.objection(name, section, connection)
    if (objection !== undefined) return this.turnAway(connection, objection)
    const nameOf = () => instantiate(target, Peer.instanceName(connections.nextOf(name), connection.ends))
    let instance = nameOf()
    for (; instance !== undefined && connections.has(instance); instance = nameOf()) connections.skip(name)
    if (instance === undefined) return this.turnAway(connection, `an instance of ${target} would have too long a name`)
    this.objection = undefined
    connections.add(name, instance, connection, section.FileDescriptorName ?? "connection")
    report({ _tag: "Connected", unit: name, instance, variables: Peer.variables(connection.ends) })
    return undefined
  }

  rest(watch: number): void {
    const { inbox, timers } = this.surroundings
    timers.set(restMillis, () => inbox.offer({ _tag: "Rested", watch }))
  }

  private turnAway(connection: Connection, objection: string): Effect.Effect<void> | undefined {
    connection.close()
    if (this.objection === objection) return undefined
    this.objection = objection
    return UnitLine.warning(this.unit.name, `a connection is closed again: ${objection}`)
  }
}
