/**
 * A unit as the jobs see it: its state, its job, and the units it has to do with, as nodes and by what they are to it.
 * Which relation does what is systemd's table (systemd.unit(5), "Mapping of unit properties to their inverses").
 */
import type { Related, Relations } from "../../graph/Relations.ts"
import { of, unrelated } from "../../graph/Relations.ts"
import type { UnitGraph } from "../../graph/UnitGraph.ts"
import type { Unit, UnitName } from "../../unit/Unit.ts"
import { isTemplate } from "../../unit/UnitName.ts"
import type { ActiveState } from "../ActiveState.ts"
import { isDown as stateIsDown } from "../ActiveState.ts"
import type { Job } from "./Job.ts"

export type Nodes = Map<UnitName, Node>
type List = ReadonlyArray<Node>

export interface Node {
  readonly name: UnitName
  /** As last reported. `phase` is what it comes to. */
  state: ActiveState
  /** The last order, as long as the unit has not acted on it. */
  order: "start" | "stop" | "reload" | undefined
  /** Down, to be started again by itself. */
  awaitsRestart: boolean
  /** Of its pause before that: it is over, or cut short. Said once, so it is kept until the unit is told something. */
  restartDue: boolean
  job: Job | undefined
  /** Units it is ordered after, and units ordered after it. */
  after: List
  before: List
  /** `untied` for the many that have to do with nobody. */
  ties: Ties
  canReload: boolean
  stopWhenUnneeded: boolean
  /** `RestartMode=direct`: a restart of its own is nobody else's business. */
  direct: boolean
  /** When changes of other units have started it, monotonic milliseconds. */
  called: ReadonlyArray<number>
}

export interface Ties {
  /** Names that are required and not there. */
  readonly missing: ReadonlyArray<UnitName>
  /** Has to be started with it: `Requires=`, `BindsTo=`. */
  readonly requires: List
  /** Has to be active already, or about to be. */
  readonly requisite: List
  /** Is started with it, whatever becomes of it: `Wants=`, `Upholds=`. */
  readonly wants: List
  readonly conflicts: List
  /** Does not start if this one does not: requires it in one way or another, and is ordered after it. */
  readonly fallsWith: List
  /** Of those, the ones that need it to be active and not only to have been started: `Requisite=`. */
  readonly needsActive: List
  /** Has to be active at the moment this one starts: `BindsTo=` with `After=`. */
  readonly boundInOrder: List
  readonly bindsTo: List
  readonly boundBy: List
  /** Stops when this one is told to stop. */
  readonly stopsWith: List
  /** Of those, the ones that stop and stay down when this one restarts. */
  readonly stopsAlone: List
  /** Restarts when this one restarts. */
  readonly restartsWith: List
  readonly reloadsWith: List
  readonly upholds: List
  readonly upheldBy: List
  /** Makes that this one is needed, `StopWhenUnneeded=`. */
  readonly neededBy: List
  /** Of those that this one needs, the ones that stop when unneeded. */
  readonly unneeded: List
  readonly onFailure: List
  readonly onSuccess: List
}

const none: List = []

export const untied: Ties = {
  missing: [],
  requires: none,
  requisite: none,
  wants: none,
  conflicts: none,
  fallsWith: none,
  needsActive: none,
  boundInOrder: none,
  bindsTo: none,
  boundBy: none,
  stopsWith: none,
  stopsAlone: none,
  restartsWith: none,
  reloadsWith: none,
  upholds: none,
  upheldBy: none,
  neededBy: none,
  unneeded: none,
  onFailure: none,
  onSuccess: none
}

/** What the unit is, or is about to be: an order counts from the moment it is given. */
export const phase = (node: Node): ActiveState => {
  if (node.order === "start") return "activating"
  if (node.order === "stop") return "deactivating"
  // On its way into the pause before its restart, which is activating.
  return node.awaitsRestart && stateIsDown(node.state) ? "deactivating" : node.state
}

/** Nothing of it runs, or will without being told. */
export const isDown = (node: Node): boolean => {
  const at = phase(node)
  return at === "inactive" || at === "failed"
}

/** It is active, and was not told to stop. */
export const isUp = (node: Node): boolean => {
  const at = phase(node)
  return at === "active" || at === "reloading"
}

/** Nodes for all units that can be started, in the order of their names. */
export const make = (units: ReadonlyMap<UnitName, Unit>, graph: UnitGraph, relations: Relations): Nodes => {
  const nodes: Nodes = new Map()
  for (const name of graph.names) {
    const unit = units.get(name)
    if (unit === undefined || isTemplate(name)) continue
    nodes.set(name, fresh(unit))
  }
  order(nodes, graph)
  for (const node of nodes.values()) {
    const related = of(relations, node.name)
    // Nobody needing it is something, too.
    if (related !== unrelated || node.stopWhenUnneeded) node.ties = tie(node, related, nodes)
  }
  return nodes
}

/** Of a unit that has to do with nobody yet. */
export const fresh = (unit: Unit): Node => ({
  name: unit.name,
  state: "inactive",
  order: undefined,
  awaitsRestart: false,
  restartDue: false,
  job: undefined,
  after: none,
  before: none,
  ties: untied,
  canReload: unit._tag === "Service" && (unit.Service.ExecReload.length > 0 || unit.Service.Type === "notify-reload"),
  stopWhenUnneeded: unit.Unit.StopWhenUnneeded,
  direct: unit._tag === "Service" && unit.Service.RestartMode === "direct",
  called: []
})

const order = (nodes: Nodes, graph: UnitGraph): void => {
  const before = new Map<Node, Array<Node>>()
  for (const node of nodes.values()) {
    const edges = graph.ordering.get(node.name)
    if (edges === undefined) continue
    const after: Array<Node> = []
    for (const { to } of edges) {
      const other = nodes.get(to)
      if (other === undefined) continue
      after.push(other)
      const followers = before.get(other)
      if (followers === undefined) before.set(other, [node])
      else followers.push(node)
    }
    node.after = after
  }
  for (const [node, followers] of before) node.before = followers
}

/** What it is to others, its order being known. */
export const tie = (node: Node, related: Related, nodes: Nodes): Ties => {
  const find = (names: ReadonlyArray<UnitName>): List => {
    if (names.length === 0) return none
    const found: Array<Node> = []
    for (const name of names) {
      const other = nodes.get(name)
      if (other !== undefined) found.push(other)
    }
    return found
  }
  const all = (...lists: ReadonlyArray<ReadonlyArray<UnitName>>): List => {
    const full = lists.filter((list) => list.length > 0)
    if (full.length < 2) return find(full[0] ?? [])
    const names = new Set<UnitName>()
    for (const list of full) for (const name of list) names.add(name)
    return find([...names])
  }
  const within = (list: List, others: List): List => {
    if (list.length === 0 || others.length === 0) return none
    const known = new Set(others)
    return list.filter((other) => known.has(other))
  }
  const { boundBy, consistsOf, requiredBy, requisiteOf, upheldBy, wantedBy } = related
  const bindsTo = find(related.bindsTo)
  const restartsWith = all(requiredBy, boundBy, requisiteOf, consistsOf)
  const needs = all(related.requires, related.bindsTo, related.requisite, related.wants, related.upholds)
  const stopsWith = all(requiredBy, boundBy, requisiteOf, consistsOf, related.propagatesStopTo)
  const restarting = new Set(restartsWith)
  return {
    missing: related.missing,
    requires: all(related.requires, related.bindsTo),
    requisite: find(related.requisite),
    wants: all(related.wants, related.upholds),
    conflicts: find(related.conflicts),
    fallsWith: within(all(requiredBy, boundBy, requisiteOf), node.before),
    needsActive: within(find(requisiteOf), node.before),
    boundInOrder: within(bindsTo, node.after),
    bindsTo,
    boundBy: find(boundBy),
    stopsWith,
    stopsAlone: stopsWith.length === restartsWith.length ? none : stopsWith.filter((one) => !restarting.has(one)),
    restartsWith,
    reloadsWith: find(related.propagatesReloadTo),
    upholds: find(related.upholds),
    upheldBy: find(upheldBy),
    neededBy: node.stopWhenUnneeded ? all(requiredBy, boundBy, requisiteOf, wantedBy, upheldBy) : none,
    unneeded: needs.filter((other) => other.stopWhenUnneeded),
    onFailure: find(related.onFailure),
    onSuccess: find(related.onSuccess)
  }
}
