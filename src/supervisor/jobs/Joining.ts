/**
 * A unit that comes while others run, and goes again: a node among the nodes, tied to its neighbours. It costs as much as
 * it has neighbours.
 */
import type { Order } from "../../graph/Newcomer.ts"
import type { Relations } from "../../graph/Relations.ts"
import { of } from "../../graph/Relations.ts"
import type { Unit, UnitName } from "../../unit/Unit.ts"
import type { Node } from "./Node.ts"
import { fresh, tie } from "./Node.ts"

type Nodes = Map<UnitName, Node>

export interface Newcomer {
  readonly unit: Unit
  readonly order: Order
  /** Those whose relations are others with it, as `Relations.join` has them. */
  readonly touched: ReadonlyArray<UnitName>
}

/** They may have to do with each other: all are there before any is tied. */
export const join = (nodes: Nodes, newcomers: ReadonlyArray<Newcomer>, relations: Relations): void => {
  for (const { unit } of newcomers) nodes.set(unit.name, fresh(unit))
  for (const { order, unit: { name } } of newcomers) {
    for (const other of order.after) put(nodes, other, name)
    for (const other of order.before) put(nodes, name, other)
  }
  const touched = new Set<UnitName>()
  for (const newcomer of newcomers) {
    for (const name of newcomer.touched) touched.add(name)
    // Nobody needing it is something, too.
    if (newcomer.unit.Unit.StopWhenUnneeded) touched.add(newcomer.unit.name)
  }
  retie(nodes, relations, touched)
}

/** Both ends may have said it. */
const put = (nodes: Nodes, earlier: UnitName, later: UnitName): void => {
  const first = nodes.get(earlier)
  const second = nodes.get(later)
  if (first === undefined || second === undefined || second.after.includes(first)) return
  second.after = [...second.after, first]
  first.before = [...first.before, second]
}

/** It is down, and has no job. */
export const leave = (nodes: Nodes, name: UnitName, relations: Relations, touched: ReadonlyArray<UnitName>): void => {
  const node = nodes.get(name)
  if (node === undefined) return
  nodes.delete(name)
  for (const other of node.after) other.before = without(other.before, node)
  for (const other of node.before) other.after = without(other.after, node)
  retie(nodes, relations, touched)
}

const retie = (nodes: Nodes, relations: Relations, names: Iterable<UnitName>): void => {
  for (const name of names) {
    const node = nodes.get(name)
    if (node !== undefined) node.ties = tie(node, of(relations, name), nodes)
  }
}

const without = (list: ReadonlyArray<Node>, node: Node): ReadonlyArray<Node> => {
  const at = list.indexOf(node)
  return at < 0 ? list : [...list.slice(0, at), ...list.slice(at + 1)]
}
