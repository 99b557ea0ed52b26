/**
 * Orders that contradict themselves. systemd breaks a cycle by leaving a unit out; an image with one is refused.
 *
 * @since 0.1.0
 */
import { Code } from "../unit/Code.ts"
import type { Diagnostic } from "../unit/Diagnostic.ts"
import type { Position, UnitName } from "../unit/Unit.ts"
import type { Edge, UnitGraph } from "./UnitGraph.ts"

/** Ordering edges, each beginning where the one before ends, the first where the last ends. */
export type Cycle = ReadonlyArray<Edge>

/** One shortest cycle for each knot of units that cannot be ordered. */
export const findCycles = (graph: UnitGraph): ReadonlyArray<Cycle> =>
  components(graph).flatMap((component) => {
    if (component.length < 2) return []
    const cycle = shortest(graph, component)
    return cycle === undefined ? [] : [cycle]
  })

/**
 * Strongly connected components over the ordering edges (Tarjan), with a stack of our own: a chain of units may be
 * longer than the engine's stack is deep.
 */
export const components = (graph: UnitGraph): ReadonlyArray<ReadonlyArray<UnitName>> => {
  const result: Array<ReadonlyArray<UnitName>> = []
  const order = new Map<UnitName, number>()
  const low = new Map<UnitName, number>()
  const open: Array<UnitName> = []
  const isOpen = new Set<UnitName>()
  const enter = (name: UnitName) => {
    low.set(name, order.size)
    order.set(name, order.size)
    open.push(name)
    isOpen.add(name)
    return { name, edges: graph.ordering.get(name) ?? [], next: 0 }
  }
  const sink = (name: UnitName, to: number | undefined) => {
    if (to !== undefined && to < (low.get(name) ?? to)) low.set(name, to)
  }
  for (const root of graph.names) {
    if (order.has(root)) continue
    const path = [enter(root)]
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const edge = frame.edges[frame.next++]
      if (edge !== undefined) {
        if (!order.has(edge.to)) path.push(enter(edge.to))
        else if (isOpen.has(edge.to)) sink(frame.name, order.get(edge.to))
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) sink(parent.name, low.get(frame.name))
      if (low.get(frame.name) !== order.get(frame.name)) continue
      const component: Array<UnitName> = open.splice(open.lastIndexOf(frame.name))
      for (const name of component) isOpen.delete(name)
      result.push(component)
    }
  }
  return result
}

/** The shortest way from the component's first unit, by name, back to itself. */
const shortest = (graph: UnitGraph, component: ReadonlyArray<UnitName>): Cycle | undefined => {
  const inside = new Set(component)
  const start = [...component].sort()[0]
  if (start === undefined) return undefined
  const reachedBy = new Map<UnitName, Edge>()
  const queue: Array<UnitName> = [start]
  for (let index = 0; index < queue.length; index++) {
    const from = queue[index]
    if (from === undefined) break
    for (const edge of graph.ordering.get(from) ?? []) {
      if (!inside.has(edge.to) || reachedBy.has(edge.to)) continue
      reachedBy.set(edge.to, edge)
      if (edge.to === start) return walkBack(start, reachedBy)
      queue.push(edge.to)
    }
  }
  return undefined
}

const walkBack = (start: UnitName, reachedBy: ReadonlyMap<UnitName, Edge>): Cycle => {
  const edges: Array<Edge> = []
  let edge = reachedBy.get(start)
  while (edge !== undefined) {
    edges.push(edge)
    edge = edge.from === start ? undefined : reachedBy.get(edge.from)
  }
  return edges.reverse()
}

/** A dependency by a link in a folder has no line. */
const place = ({ file, line }: Position): string => line > 0 ? `${file}:${line}` : file

/** The error that refuses the set: every edge with the place it was written at. */
export const toDiagnostic = (cycle: Cycle): Diagnostic => {
  const edges = cycle.map(({ at, from, to }) => `${from} -> ${to} (${place(at)})`)
  return {
    severity: "error",
    code: Code.Cycle,
    at: cycle[0]?.at ?? { file: "", line: 0, column: 0 },
    section: undefined,
    directive: undefined,
    message: `the units are ordered in a circle, each after the next: ${edges.join(", ")}`,
    hint: undefined
  }
}
