/**
 * What a request comes to: the jobs of all units that it pulls in, stops or takes along, decided as one before any of
 * them begins, as systemd's transactions are. A request is taken on with all it cannot do without, or not at all; what a
 * unit only wants is left out where it would contradict.
 */
import type { JobKind } from "./Job.ts"
import type { Node } from "./Node.ts"
import * as N from "./Node.ts"

/** In the order in which they were come upon. */
export type Kinds = ReadonlyMap<Node, JobKind>

export interface Options {
  /** Stops nobody for the sake of what it starts. */
  readonly yields?: boolean
}

/** The unit at which a request contradicts itself, the others of its transaction, or what runs if it `yields`. */
type Contradiction = Node

/** Whether a start would change nothing. A stop under way is to be undone. */
const needsNoStart = (node: Node): boolean => N.isUp(node) && node.job?.kind !== "stop"

/** Whether a stop would change anything. */
const canStop = (node: Node): boolean => node.job !== undefined || !N.isDown(node)

const starts = (kind: JobKind | undefined): boolean => kind === "start" || kind === "restart"

export class Transaction {
  readonly #kinds = new Map<Node, JobKind>()
  readonly #yields: boolean
  /** Units whose wishes are not looked at yet. */
  readonly #wishing: Array<Node> = []
  /** What the request at hand has changed, with what was there before, and how much of it is followed up. */
  #changes: Array<readonly [node: Node, before: JobKind | undefined]> = []

  constructor({ yields = false }: Options = {}) {
    this.#yields = yields
  }

  get kinds(): Kinds {
    return this.#kinds
  }

  /** Adds what is asked for; the unit that this contradicts, if it does, and then nothing is added. */
  add(node: Node, kind: JobKind): Contradiction | undefined {
    const contradiction = this.#put(node, kind) ?? this.#follow()
    if (contradiction === undefined) {
      for (const [changed] of this.#changes) {
        if (changed.ties.wants.length > 0 && starts(this.#kinds.get(changed))) this.#wishing.push(changed)
      }
    } else {
      for (let index = this.#changes.length - 1; index >= 0; index--) {
        const [changed, before] = this.#changes[index] ?? []
        if (changed === undefined) continue
        if (before === undefined) this.#kinds.delete(changed)
        else this.#kinds.set(changed, before)
      }
    }
    if (this.#changes.length > 0) this.#changes = []
    return contradiction
  }

  /** Adds what the units that start want, and what these want. To be called once all that is asked for is added. */
  addWishes(): void {
    // Grows while it is walked.
    for (const node of this.#wishing) {
      for (const wanted of node.ties.wants) {
        if (!needsNoStart(wanted) && !starts(this.#kinds.get(wanted))) this.add(wanted, "start")
      }
    }
  }

  #follow(): Contradiction | undefined {
    for (let index = 0; index < this.#changes.length; index++) {
      const node = this.#changes[index]?.[0]
      if (node === undefined || node.ties === N.untied) continue
      const contradiction = this.#pull(node, this.#kinds.get(node))
      if (contradiction !== undefined) return contradiction
    }
    return undefined
  }

  /** What one job brings with it. */
  #pull(node: Node, kind: JobKind | undefined): Contradiction | undefined {
    const { ties } = node
    let failed: Contradiction | undefined
    if (starts(kind)) {
      for (const other of ties.requires) {
        if (!needsNoStart(other) || this.#kinds.get(other) === "stop") failed ??= this.#put(other, "start")
      }
      for (const other of ties.conflicts) failed ??= this.#exclude(other)
    }
    if (kind === "restart") {
      // Only what is up, in order not to start what was not there.
      for (const other of ties.restartsWith) if (N.isUp(other)) failed ??= this.#put(other, "restart")
    }
    const stopping = kind === "stop" ? ties.stopsWith : kind === "restart" ? ties.stopsAlone : []
    for (const other of stopping) {
      if (canStop(other) || starts(this.#kinds.get(other))) failed ??= this.#put(other, "stop")
    }
    if (kind === "reload") {
      for (const other of ties.reloadsWith) {
        if (N.isUp(other) && this.#kinds.get(other) !== "stop") failed ??= this.#put(other, "reload")
      }
    }
    return failed
  }

  #exclude(other: Node): Contradiction | undefined {
    if (starts(this.#kinds.get(other))) return other
    if (!canStop(other)) return undefined
    return this.#yields ? other : this.#put(other, "stop")
  }

  #put(node: Node, kind: JobKind): Contradiction | undefined {
    const before = this.#kinds.get(node)
    const merged = before === undefined ? kind : merge(node, before, kind)
    if (merged === undefined) return node
    if (merged === before) return undefined
    this.#kinds.set(node, merged)
    this.#changes.push([node, before])
    return undefined
  }
}

/** One job for both, if one will do. */
const merge = (node: Node, a: JobKind, b: JobKind): JobKind | undefined => {
  if (a === b) return a
  if (a === "stop" || b === "stop") return undefined
  if (a === "restart" || b === "restart") return "restart"
  return needsNoStart(node) ? "reload" : "start"
}
