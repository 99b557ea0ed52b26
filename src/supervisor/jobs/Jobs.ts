/**
 * The only place that knows what one unit's life means for the others: which unit is told to start, stop or reload when.
 * systemd's transactions and jobs (systemd.unit(5)), as far as a container needs them, as a pure machine: requests and
 * news go in, orders and results come out. README.md beside this file has the rules in words.
 *
 * What it expects of a unit: each order is answered, by news of a change or by `skipped`; a start that is refused in a
 * failed unit is a change from failed to failed, and a reload goes by `reloading`. A pause before a restart of the
 * unit's own is `activating`; the change into it, and that into the state before it, say `willRestart`. An order that
 * comes too late is overtaken by the news on their way, and needs no answer of its own.
 */
import type { Relations } from "../../graph/Relations.ts"
import type { UnitGraph } from "../../graph/UnitGraph.ts"
import type { Unit, UnitName } from "../../unit/Unit.ts"
import type { ActiveState } from "../ActiveState.ts"
import { isUp } from "../ActiveState.ts"
import * as StartLimit from "../StartLimit.ts"
import { Engine } from "./Engine.ts"
import type { Answer, Because, JobKind, Request } from "./Job.ts"
import * as Joining from "./Joining.ts"
import type { Node } from "./Node.ts"
import * as N from "./Node.ts"
import type { Cause } from "./Reactions.ts"
import * as Reactions from "./Reactions.ts"
import { Transaction } from "./Transaction.ts"

export type { Answer, Because, Caused, Finished, JobKind, JobResult, Request, Told } from "./Job.ts"
export { nothing } from "./Job.ts"

/** One change of one unit's state. */
export interface Change {
  readonly unit: UnitName
  readonly from: ActiveState
  readonly to: ActiveState
  /** `success`, or what went wrong with the run, or with the reload that is over. */
  readonly result: string
  /** It will be started again by itself, `Restart=`. */
  readonly willRestart: boolean
}

export interface Jobs {
  /**
   * One transaction. A request that contradicts an earlier one, or itself, is refused; so is every one once the shutdown
   * has begun. A unit that is not known to start, or that cannot be reloaded, is refused, too.
   */
  readonly request: (requests: ReadonlyArray<Request>) => Answer
  readonly changed: (change: Change) => Answer
  /** Stops a unit, if no unit that is up needs it; else says which one does, unless it is not just up itself. */
  readonly release: (unit: UnitName) => Answer | Needed
  /** A condition of the unit is not met; `failed`: an assertion does not hold. It is not started, and down. */
  readonly skipped: (unit: UnitName, failed: boolean) => Answer
  /** The pause before the unit's own restart is over. */
  readonly restartDue: (unit: UnitName) => Answer
  /** Calls off what has not begun to stop, and stops everything. Nothing is started from now on. */
  readonly shutdown: () => Answer
  /** No job is under way: after a boot, it is complete; after `shutdown`, all have stopped. */
  readonly isIdle: () => boolean
  /** No unit is on its way up or down: what jobs there are wait for something else. */
  readonly isQuiet: () => boolean
  /** Units with a job, in the order of their names, those that have joined last: who is waited for. */
  readonly remaining: () => ReadonlyArray<UnitName>
  /** What is known of the units, for the jobs of a new set of units. */
  readonly known: () => ReadonlyMap<UnitName, Known>
  /** The job of a unit, if it has one. */
  readonly jobOf: (unit: UnitName) => JobKind | undefined
  /** Units that were not among `units`. */
  readonly join: (newcomers: ReadonlyArray<Joining.Newcomer>) => void
  /** One that is over; `touched`: whose relations are others since. */
  readonly leave: (unit: UnitName, touched: ReadonlyArray<UnitName>) => void
  /** It is down, has no job, and nothing of its own to come. */
  readonly isOver: (unit: UnitName) => boolean
  /** Whom a unit is ordered after. */
  readonly comesAfter: (unit: UnitName) => ReadonlyArray<UnitName>
  /** How many units there are. */
  readonly size: () => number
}

/** A unit cannot be done without; by whom, if that is why. */
export interface Needed {
  readonly by: UnitName | undefined
}

/** What is known of a unit beyond its files. */
export type Known = Pick<Node, "state" | "awaitsRestart" | "called">

export interface Options {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly graph: UnitGraph
  readonly relations: Relations
  /** Monotonic milliseconds, for what units do to each other again and again. */
  readonly now: () => number
  /** Of units that were supervised before, when no job was under way. */
  readonly known?: ReadonlyMap<UnitName, Known>
}

/**
 * How often units start another one of themselves: as often as systemd lets them. Targets have no start limit, and what
 * two units do to each other would have no end.
 */
const limit: StartLimit.StartLimit = { burst: 16, intervalMillis: 10_000 }

/** All units are inactive, but for those that are known to be otherwise. */
export const make = ({ graph, known, now, relations, units }: Options): Jobs => {
  const nodes = N.make(units, graph, relations)
  for (const [name, facts] of known ?? []) Object.assign(nodes.get(name) ?? {}, facts)
  const engine = new Engine()
  let closing = false

  const cause: Cause = (node, kind, by, directive) => {
    const called = kind === "start" ? StartLimit.admit(limit, node.called, now()) : node.called
    if (called === undefined) return engine.refuse(node.name, kind, { unit: by, how: "limit" })
    const transaction = new Transaction({ yields: directive === "Upholds" })
    const contradiction = transaction.add(node, kind)
    if (contradiction !== undefined) {
      // What is upheld waits until nothing is in its way.
      if (directive !== "Upholds") engine.refuse(node.name, kind, { unit: contradiction.name, how: "conflict" })
      return
    }
    node.called = called
    engine.caused(node.name, kind, by, directive)
    transaction.addWishes()
    engine.install(transaction.kinds)
  }

  /** Until nothing follows any more. */
  const conclude = (): Answer => {
    const { unsettled } = engine
    engine.run()
    while (unsettled.length > 0) {
      for (const node of unsettled.splice(0)) if (!closing) Reactions.settle(node, cause)
      engine.run()
    }
    return engine.answer()
  }

  /** Why a request cannot even be considered. */
  const objection = (node: Node | undefined, { kind, unit }: Request): Because | undefined => {
    if (closing) return { unit, how: "shutdown" }
    if (node === undefined) return { unit, how: "unknown" }
    return kind === "reload" && !node.canReload && node.ties.reloadsWith.length === 0
      ? { unit, how: "unable" }
      : undefined
  }

  const request = (requests: ReadonlyArray<Request>): Answer => {
    const transaction = new Transaction()
    for (const one of requests) {
      const node = nodes.get(one.unit)
      const because = objection(node, one)
      if (because !== undefined || node === undefined) {
        engine.refuse(one.unit, one.kind, because ?? { unit: one.unit, how: "unknown" })
        continue
      }
      const contradiction = transaction.add(node, one.kind)
      if (contradiction !== undefined) engine.refuse(one.unit, one.kind, { unit: contradiction.name, how: "conflict" })
    }
    transaction.addWishes()
    engine.install(transaction.kinds)
    return conclude()
  }

  const release = (unit: UnitName): Answer | Needed => {
    const node = nodes.get(unit)
    if (node === undefined || node.job !== undefined || !N.isUp(node)) return { by: undefined }
    const by = Reactions.neededBy(node)
    return by === undefined ? request([{ unit, kind: "stop" }]) : { by: by.name }
  }

  const changed = ({ from, result, to, unit, willRestart }: Change): Answer => {
    const node = nodes.get(unit)
    if (node === undefined) return engine.answer()
    node.state = to
    const down = (to === "inactive" || to === "failed") && !willRestart
    if (willRestart) node.awaitsRestart = true
    else if (to !== "activating") node.awaitsRestart = false
    if (!node.awaitsRestart) node.restartDue = false
    // A stop may be overtaken by older news; it is acted on once the unit is down.
    if (node.order !== "stop" || down) node.order = undefined
    engine.changed(node, { to, willRestart, success: result === "success" })
    if (node.ties !== N.untied) {
      if (!closing && from !== to) react(node, from, down)
      engine.unsettled.push(node)
    }
    return conclude()
  }

  const react = (node: Node, from: ActiveState, down: boolean) => {
    if (down) {
      if (node.state === "failed") Reactions.handlers(node, true, cause)
      else if (from !== "failed") Reactions.handlers(node, false, cause)
      Reactions.wentDown(node, cause)
    } else if (N.isUp(node) && !isUp(from)) Reactions.cameUp(node, cause)
  }

  const skipped = (unit: UnitName, failed: boolean): Answer => {
    const node = nodes.get(unit)
    if (node === undefined) return engine.answer()
    if (node.state !== "failed") node.state = "inactive"
    node.order = undefined
    node.awaitsRestart = false
    node.restartDue = false
    engine.skipped(node, failed ? "assert" : "skipped")
    if (node.ties !== N.untied) {
      if (!closing) Reactions.madeWay(node, cause)
      engine.unsettled.push(node)
    }
    return conclude()
  }

  const restartDue = (unit: UnitName): Answer => {
    const node = nodes.get(unit)
    // What was told something since has its answer to that to give.
    if (node === undefined || closing || node.order !== undefined) return engine.answer()
    node.state = "activating"
    node.awaitsRestart = true
    node.restartDue = true
    if (node.job?.kind === "stop") return engine.answer()
    const transaction = new Transaction()
    const contradiction = transaction.add(node, node.direct ? "start" : "restart")
    if (contradiction === undefined) {
      transaction.addWishes()
      engine.install(transaction.kinds)
    } else engine.refuse(unit, "restart", { unit: contradiction.name, how: "conflict" })
    if (node.job === undefined) engine.giveUp(node)
    else engine.restartNow(node.job)
    return conclude()
  }

  const shutdown = (): Answer => {
    closing = true
    for (const node of nodes.values()) {
      if (node.job !== undefined && node.job.kind !== "stop") {
        engine.finish(node.job, "canceled", { unit: node.name, how: "shutdown" })
      }
    }
    for (const node of nodes.values()) if (node.job === undefined && !N.isDown(node)) engine.queue.install(node, "stop")
    return conclude()
  }

  return {
    request,
    release,
    changed,
    skipped,
    restartDue,
    shutdown,
    isIdle: () => engine.queue.size === 0,
    isQuiet: () => {
      if (engine.queue.size === 0) return true
      for (const { job } of nodes.values()) if (job?.running === true) return false
      return true
    },
    remaining: () => [...nodes.values()].filter((node) => node.job !== undefined).map((node) => node.name),
    known: () =>
      new Map(
        Array.from(nodes, ([name, { awaitsRestart, called, state }]) => [name, { awaitsRestart, called, state }])
      ),
    jobOf: (unit) => nodes.get(unit)?.job?.kind,
    join: (newcomers) => Joining.join(nodes, newcomers, relations),
    leave: (unit, touched) => Joining.leave(nodes, unit, relations, touched),
    isOver: (unit) => {
      const node = nodes.get(unit)
      return node === undefined || (node.job === undefined && !node.awaitsRestart && N.isDown(node))
    },
    comesAfter: (unit) => nodes.get(unit)?.after.map(({ name }) => name) ?? [],
    size: () => nodes.size
  }
}
