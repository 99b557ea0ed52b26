/**
 * What starts at boot, and what each unit waits for.
 *
 * @since 0.1.0
 */
import type { Unit, UnitName } from "../unit/Unit.ts"
import { isTemplate } from "../unit/UnitName.ts"
import type { UnitGraph } from "./UnitGraph.ts"

export interface Requirement {
  readonly name: UnitName
  /** Whether it is part of this boot. */
  readonly present: boolean
}

export interface PlannedStart {
  readonly name: UnitName
  /** Units of this boot that have to have started before. */
  readonly waitsFor: ReadonlyArray<UnitName>
  /** `Requires=` as written, except for units whose kind is not started by this version: those count as met. */
  readonly requires: ReadonlyArray<Requirement>
}

export interface NotStarted {
  readonly name: UnitName
  readonly reason: string
}

/** All in the order of the names. */
export interface StartPlan {
  readonly units: ReadonlyMap<UnitName, PlannedStart>
  readonly notStarted: ReadonlyArray<NotStarted>
}

const defaultTarget = "default.target"

/**
 * Every loaded service and target starts, an image being its units; where a `default.target` is loaded, only what
 * that pulls in.
 */
export const plan = (graph: UnitGraph, units: ReadonlyMap<UnitName, Unit>): StartPlan => {
  const root = graph.names.find((name) => name === defaultTarget)
  const pulledIn = root === undefined ? undefined : reachable(graph, root)
  const notStarted: Array<NotStarted> = []
  const starting = new Set<UnitName>()
  for (const name of graph.names) {
    const reason = whyNot(name, units.get(name), pulledIn)
    if (reason === undefined) starting.add(name)
    else notStarted.push({ name, reason })
  }
  const planned = new Map<UnitName, PlannedStart>()
  for (const name of starting) {
    const waitsFor = (graph.ordering.get(name) ?? []).map((edge) => edge.to).filter((other) => starting.has(other))
    planned.set(name, { name, waitsFor, requires: requirements(units.get(name), units, starting) })
  }
  return { units: planned, notStarted }
}

/** Whether nothing is started for units of this kind. */
const isInert = (unit: Unit): boolean => unit._tag !== "Service" && unit._tag !== "Target"

const whyNot = (
  name: UnitName,
  unit: Unit | undefined,
  pulledIn: ReadonlySet<UnitName> | undefined
): string | undefined => {
  if (isTemplate(name)) return "a template is not started itself"
  if (unit === undefined) return "it is not loaded"
  if (isInert(unit)) return `units of kind "${unit._tag.toLowerCase()}" are not started by this version`
  return pulledIn === undefined || pulledIn.has(name) ? undefined : `${defaultTarget} does not pull it in`
}

/** What a unit wants and requires, and what that wants and requires, and so on. */
const reachable = (graph: UnitGraph, root: UnitName): ReadonlySet<UnitName> => {
  const met = new Set<UnitName>([root])
  // A set goes on to what is added to it while it is walked.
  for (const name of met) {
    for (const edge of graph.requires.get(name) ?? []) met.add(edge.to)
    for (const edge of graph.wants.get(name) ?? []) met.add(edge.to)
  }
  return met
}

const requirements = (
  unit: Unit | undefined,
  units: ReadonlyMap<UnitName, Unit>,
  starting: ReadonlySet<UnitName>
): ReadonlyArray<Requirement> => {
  const names = new Set<UnitName>()
  for (const { name } of unit?.Unit.Requires ?? []) {
    const required = units.get(name)
    if (name !== unit?.name && !(required !== undefined && isInert(required))) names.add(name)
  }
  return [...names].map((name) => ({ name, present: starting.has(name) }))
}
