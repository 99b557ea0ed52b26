/**
 * Who gets which listeners. Sockets say what they have bound, services ask for what is theirs when they start, however
 * that came about; neither knows the other. What serves one connection gets that instead.
 */
import { activatedBy } from "../unit/References.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import { Connections } from "./socket/Connections.ts"

/** A descriptor that a service gets, and its name in `LISTEN_FDNAMES`. */
export interface Handed {
  readonly descriptor: number
  readonly name: string
}

export interface Listeners {
  /** What a socket has bound, in the order in which it is handed over; none: it listens no more. */
  readonly set: (socket: UnitName, handed: ReadonlyArray<Handed>) => void
  /**
   * All that the sockets of a service have bound: those of its `Sockets=` in this order, then the others by name; or the
   * one connection that it is there for.
   */
  readonly of: (service: UnitName) => ReadonlyArray<Handed>
  /** The units are these from now on. */
  readonly redefine: (units: ReadonlyMap<UnitName, Unit>) => void
  readonly connections: Connections
}

const none: ReadonlyArray<never> = []

/** The sockets of each service that has any. */
const socketsOf = (units: ReadonlyMap<UnitName, Unit>): ReadonlyMap<UnitName, ReadonlySet<UnitName>> => {
  const sockets = new Map<UnitName, Set<UnitName>>()
  const add = (service: UnitName, socket: UnitName) => {
    const known = sockets.get(service)
    if (known === undefined) sockets.set(service, new Set([socket]))
    else known.add(socket)
  }
  const found: Array<UnitName> = []
  for (const unit of units.values()) {
    if (unit._tag === "Socket") found.push(unit.name)
    else if (unit._tag === "Service") { for (const { name } of unit.Service.Sockets ?? none) add(unit.name, name) }
  }
  for (const name of found.sort()) {
    const unit = units.get(name)
    const service = unit === undefined ? undefined : activatedBy(unit)
    if (service !== undefined) add(service, name)
  }
  return sockets
}

export const make = (units: ReadonlyMap<UnitName, Unit>): Listeners => {
  let sockets = socketsOf(units)
  const bound = new Map<UnitName, ReadonlyArray<Handed>>()
  const connections = new Connections()
  return {
    connections,
    set: (socket, handed) => {
      if (handed.length === 0) bound.delete(socket)
      else bound.set(socket, handed)
    },
    of: (service) => {
      const own = connections.of(service)
      if (own !== undefined) return own
      const names = bound.size === 0 ? undefined : sockets.get(service)
      if (names === undefined) return none
      const all: Array<Handed> = []
      for (const name of names) for (const one of bound.get(name) ?? none) all.push(one)
      return all
    },
    redefine: (now) => {
      sockets = socketsOf(now)
    }
  }
}
