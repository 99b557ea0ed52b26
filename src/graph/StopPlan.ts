/**
 * The order of a shutdown: the order of the start, backwards.
 *
 * @since 0.1.0
 */
import type { UnitName } from "../unit/Unit.ts"
import type { UnitGraph } from "./UnitGraph.ts"

/** For each unit those that have to have stopped before it is stopped. */
export type StopPlan = ReadonlyMap<UnitName, ReadonlyArray<UnitName>>

/**
 * The plan for these units; others are left out, and as at the start, no order is passed on through what is left out.
 */
export const plan = (graph: UnitGraph, names: Iterable<UnitName>): StopPlan => {
  const stopping = new Set(names)
  const plan = new Map<UnitName, Array<UnitName>>()
  for (const name of [...stopping].sort()) plan.set(name, [])
  for (const from of plan.keys()) {
    for (const edge of graph.ordering.get(from) ?? []) plan.get(edge.to)?.push(from)
  }
  return plan
}
