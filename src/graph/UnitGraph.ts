/**
 * Units as a graph: who is ordered after whom, who pulls in whom. Pure data, in the order of the names.
 *
 * @since 0.1.0
 */
import { activatedBy } from "../unit/References.ts"
import type { Position, Socket, Unit, UnitName, UnitReference } from "../unit/Unit.ts"
import { isTemplate } from "../unit/UnitName.ts"

/** What an edge means: `from` starts after `to`, or `from` pulls `to` in. */
export type EdgeKind = "ordering" | "requires" | "wants"

export interface Edge {
  readonly kind: EdgeKind
  readonly from: UnitName
  readonly to: UnitName
  /** Where it was written; a `Before=` stands in the file of `to`. */
  readonly at: Position
}

/** Edges by the unit they go out from; units without edges of a kind have no entry of that kind. */
export type Edges = ReadonlyMap<UnitName, ReadonlyArray<Edge>>

export interface UnitGraph {
  readonly names: ReadonlyArray<UnitName>
  /** The unit that is `default.target`, be it by another name. */
  readonly root: UnitName | undefined
  readonly ordering: Edges
  readonly requires: Edges
  readonly wants: Edges
}

const defaultTarget = "default.target" as UnitName

/**
 * At most one edge of a kind between two units: the first one written. Edges to absent units are dropped. References go
 * by the units' own names; `aliases` are their others.
 */
export const make = (
  units: ReadonlyMap<UnitName, Unit>,
  aliases: ReadonlyMap<UnitName, UnitName> = new Map()
): UnitGraph => {
  const names = [...units.keys()].sort()
  const ordering = new Builder("ordering")
  const requires = new Builder("requires")
  const wants = new Builder("wants")
  const others: Array<Unit> = []
  for (const name of names) {
    const unit = units.get(name)
    if (unit === undefined) continue
    const { After, Before, Requires, Wants } = unit.Unit
    // Most lists are empty, and nothing is made for these.
    if (After.length > 0) ordering.addAll(name, After, units)
    if (Before.length > 0) {
      for (const { at, name: other } of Before) if (units.has(other)) ordering.add(other, name, at)
    }
    if (Requires.length > 0) requires.addAll(name, Requires, units)
    if (Wants.length > 0) wants.addAll(name, Wants, units)
    if (unit._tag !== "Service") others.push(unit)
    else if (unit.Service.Sockets !== undefined) {
      // systemd.service(5) `Sockets=`.
      wants.addAll(name, unit.Service.Sockets, units)
      ordering.addAll(name, unit.Service.Sockets, units)
    }
  }
  // Done once all that is written is known, so that what is implied never makes a cycle of two.
  for (const unit of others) addImplied(unit, units, ordering)
  for (const unit of others) if (unit._tag === "Socket") putFirst(unit, names, units, ordering)
  const root = aliases.get(defaultTarget) ?? defaultTarget
  return {
    names,
    root: units.has(root) ? root : undefined,
    ordering: ordering.edges,
    requires: requires.edges,
    wants: wants.edges
  }
}

/**
 * A target is reached once what it pulls in has started, systemd.target(5), unless one of the two is without default
 * dependencies; a timer, path or socket is up before what it starts, systemd.timer(5), systemd.path(5) and
 * systemd.socket(5). What is written to the contrary holds.
 */
const addImplied = (unit: Unit, units: ReadonlyMap<UnitName, Unit>, ordering: Builder): void => {
  const { name } = unit
  if (unit._tag === "Target" && unit.Unit.DefaultDependencies !== false) {
    for (const key of pulling) {
      for (const { at, name: other } of unit.Unit[key]) {
        if (units.get(other)?.Unit.DefaultDependencies === false || !units.has(other)) continue
        if (!ordering.has(other, name)) ordering.add(name, other, at)
      }
    }
  }
  if (unit._tag === "Timer" || unit._tag === "Path" || unit._tag === "Socket") {
    const said = unit._tag === "Timer"
      ? unit.Timer.Unit
      : unit._tag === "Path"
      ? unit.Path.Unit
      : unit.Socket.Service
    const other = activatedBy(unit)
    if (other === undefined || !units.has(other) || ordering.has(name, other)) return
    ordering.add(other, name, said?.at ?? { file: unit.file, line: 0, column: 0 })
  }
}

/**
 * A service starts once all sockets are bound, as with systemd, where it comes after basic.target and that after
 * sockets.target: not one that a socket waits for itself, nor one of early boot, without default dependencies.
 */
const putFirst = (
  socket: Socket,
  names: ReadonlyArray<UnitName>,
  units: ReadonlyMap<UnitName, Unit>,
  ordering: Builder
): void => {
  if (isTemplate(socket.name)) return
  const earlier = new Set<UnitName>([socket.name])
  // A set goes on to what is added to it while it is walked.
  for (const name of earlier) for (const { to } of ordering.edges.get(name) ?? []) earlier.add(to)
  const at: Position = { file: socket.file, line: 0, column: 0 }
  for (const name of names) {
    const unit = units.get(name)
    if (unit?._tag !== "Service" || unit.Unit.DefaultDependencies === false || earlier.has(name)) continue
    ordering.add(name, socket.name, at)
  }
}

const pulling = ["Requires", "Requisite", "BindsTo", "Wants", "Upholds"] as const

/** From so many edges on they are looked up in a set. */
const few = 8

/** The edges of one kind, each pair once. */
class Builder {
  readonly edges = new Map<UnitName, Array<Edge>>()
  /** Where a unit's edges lead, of units that have more than a few. */
  readonly #targets = new Map<UnitName, Set<UnitName>>()
  readonly #kind: EdgeKind

  constructor(kind: EdgeKind) {
    this.#kind = kind
  }

  has(from: UnitName, to: UnitName): boolean {
    const edges = this.edges.get(from)
    if (edges === undefined) return false
    if (edges.length >= few) return this.#targets.get(from)?.has(to) === true
    for (const edge of edges) if (edge.to === to) return true
    return false
  }

  addAll(from: UnitName, references: ReadonlyArray<UnitReference>, units: ReadonlyMap<UnitName, Unit>): void {
    for (const { at, name } of references) if (units.has(name)) this.add(from, name, at)
  }

  add(from: UnitName, to: UnitName, at: Position): void {
    if (from === to || this.has(from, to)) return
    const edge: Edge = { kind: this.#kind, from, to, at }
    const edges = this.edges.get(from)
    if (edges === undefined) {
      this.edges.set(from, [edge])
      return
    }
    edges.push(edge)
    if (edges.length === few) this.#targets.set(from, new Set(edges.map((one) => one.to)))
    else if (edges.length > few) this.#targets.get(from)?.add(to)
  }
}
