/**
 * What starts at boot.
 *
 * @since 0.1.0
 */
import { activatedBy } from "../unit/References.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import { isTemplate } from "../unit/UnitName.ts"
import * as Exclusion from "./Exclusion.ts"
import type { UnitGraph } from "./UnitGraph.ts"

export interface NotStarted {
  readonly name: UnitName
  readonly reason: string
}

/** All in the order of the names. */
export interface StartPlan {
  readonly units: ReadonlyArray<UnitName>
  readonly notStarted: ReadonlyArray<NotStarted>
}

/**
 * Every loaded unit starts, an image being its units, but for those that only wait to be called by `OnFailure=` or
 * `OnSuccess=` or by a timer, path or socket; where a `default.target` is loaded, only what that pulls in. Of units that exclude
 * each other those start that come first, `default.target` before the others and these by name.
 */
export const plan = (graph: UnitGraph, units: ReadonlyMap<UnitName, Unit>): StartPlan => {
  const called = calledBy(units)
  const roots = graph.root === undefined ? graph.names.filter((name) => !called.has(name)) : [graph.root]
  const pulledIn = graph.root === undefined && called.size === 0 ? undefined : reachable(graph, units, roots)
  const reasons = new Map<UnitName, string>()
  const starting = new Set<UnitName>()
  for (const name of graph.names) {
    const reason = whyNot(name, units.get(name), pulledIn, called)
    if (reason === undefined) starting.add(name)
    else reasons.set(name, reason)
  }
  for (const [name, reason] of Exclusion.find(units, starting, graph.root)) {
    starting.delete(name)
    reasons.set(name, reason)
  }
  const notStarted: Array<NotStarted> = []
  for (const name of graph.names) {
    const reason = reasons.get(name)
    if (reason !== undefined) notStarted.push({ name, reason })
  }
  return { units: graph.names.filter((name) => starting.has(name)), notStarted }
}

const whyNot = (
  name: UnitName,
  unit: Unit | undefined,
  pulledIn: ReadonlySet<UnitName> | undefined,
  called: ReadonlyMap<UnitName, string>
): string | undefined => {
  if (isTemplate(name)) return "a template is not started itself"
  if (unit === undefined) return "it is not loaded"
  if (pulledIn === undefined || pulledIn.has(name)) return undefined
  return called.get(name) ?? "default.target does not pull it in"
}

/** The units that others start in their time, and how that is said. */
const calledBy = (units: ReadonlyMap<UnitName, Unit>): ReadonlyMap<UnitName, string> => {
  const called = new Map<UnitName, string>()
  for (const unit of units.values()) {
    if (unit._tag !== "Service" && unit._tag !== "Target") {
      const activated = activatedBy(unit)
      if (activated !== undefined && !isTemplate(unit.name)) called.set(activated, `${unit.name} starts it`)
    }
    for (const key of ["OnFailure", "OnSuccess"] as const) {
      for (const { name } of unit.Unit[key]) {
        if (name !== unit.name) called.set(name, `it is there for ${key}= of other units`)
      }
    }
  }
  return called
}

/** What these units pull in, and what that pulls in, and so on. */
const reachable = (
  graph: UnitGraph,
  units: ReadonlyMap<UnitName, Unit>,
  roots: ReadonlyArray<UnitName>
): ReadonlySet<UnitName> => {
  const met = new Set<UnitName>(roots)
  // A set goes on to what is added to it while it is walked.
  for (const name of met) {
    for (const edge of graph.requires.get(name) ?? []) met.add(edge.to)
    for (const edge of graph.wants.get(name) ?? []) met.add(edge.to)
    const section = units.get(name)?.Unit
    for (const other of section?.BindsTo ?? []) met.add(other.name)
    for (const other of section?.Upholds ?? []) met.add(other.name)
  }
  return met
}
