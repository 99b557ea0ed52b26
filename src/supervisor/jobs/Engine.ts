/**
 * What becomes of the jobs: they are taken on, run when their turn has come, and are over when the unit has changed as
 * they meant it to, systemd's `unit_process_job`. What a change means beyond the unit's own job is in Reactions.ts.
 *
 * Nothing here waits: an order is told, and what the unit says to it comes back as news.
 */
import type { UnitName } from "../../unit/Unit.ts"
import type { ActiveState } from "../ActiveState.ts"
import type { Answer, Because, Caused, Finished, Job, JobKind, JobResult, Told } from "./Job.ts"
import { nothing } from "./Job.ts"
import type { Node } from "./Node.ts"
import * as N from "./Node.ts"
import { Queue } from "./Queue.ts"
import type { Kinds } from "./Transaction.ts"

/** News of a unit that has a job. */
export interface Change {
  readonly to: ActiveState
  /** It will be started again by itself. */
  readonly willRestart: boolean
  /** Whether its run, or its reload, went well. */
  readonly success: boolean
}

export class Engine {
  readonly queue = new Queue()
  /** Units for which it may have come to matter who else is up. */
  readonly unsettled: Array<Node> = []
  #tell: Array<Told> = []
  #finished: Array<Finished> = []
  #caused: Array<Caused> = []

  /** What has come of the news, once; nothing is added to it any more. */
  answer(): Answer {
    if (this.#tell.length === 0 && this.#finished.length === 0 && this.#caused.length === 0) return nothing
    const answer: Answer = {
      tell: this.#tell.length > 0 ? this.#tell : nothing.tell,
      finished: this.#finished.length > 0 ? this.#finished : nothing.finished,
      caused: this.#caused.length > 0 ? this.#caused : nothing.caused
    }
    if (this.#tell.length > 0) this.#tell = []
    if (this.#finished.length > 0) this.#finished = []
    if (this.#caused.length > 0) this.#caused = []
    return answer
  }

  caused(unit: UnitName, kind: JobKind, by: UnitName, directive: Caused["directive"]): void {
    this.#caused.push({ unit, kind, by, directive })
  }

  /** A request that never became a job. */
  refuse(unit: UnitName, kind: JobKind, because: Because): void {
    this.#finished.push({ unit, kind, result: "refused", because })
  }

  /** Takes on the jobs of one transaction, then ends those that cannot be done: first all have to be known. */
  install(kinds: Kinds): void {
    for (const [node, kind] of kinds) this.#merge(node, kind)
    for (const [node, kind] of kinds) {
      const { job } = node
      if (kind === "start" && job?.kind === "start" && !job.running && !N.isUp(node)) this.#verify(job)
    }
  }

  /** Runs all whose turn it is. */
  run(): void {
    const { ready } = this.queue
    if (ready.length === 0) return
    for (const job of ready) {
      if (job.node.job === job && !job.running && job.blockers === 0) this.#run(job)
    }
    ready.length = 0
  }

  /** The unit's own job, in the light of its change; `node` has its new state already. */
  changed(node: Node, change: Change): void {
    const { job } = node
    if (job === undefined) return
    switch (job.kind) {
      case "start":
        return this.#startChanged(job, change)
      case "stop":
        return N.isDown(node) ? this.finish(job, "done") : this.queue.retry(job)
      case "restart":
        return N.isDown(node) ? this.#startNow(job) : this.queue.retry(job)
      case "reload":
        return this.#reloadChanged(job, change)
    }
  }

  /** The unit was not started: it is down, and is not going to be otherwise. */
  skipped(node: Node, result: "skipped" | "assert"): void {
    const { job } = node
    if (job === undefined) return
    if (job.kind === "start" && job.running) this.finish(job, result)
    else if (job.kind === "stop") this.finish(job, "done")
    else if (job.kind === "restart") this.#startNow(job)
    else this.queue.retry(job)
  }

  finish(first: Job, how: JobResult, why?: Because): void {
    // Failures pass from unit to unit; a long chain of them must not become a deep stack.
    const ending: Array<{ readonly job: Job; readonly result: JobResult; readonly because: Because | undefined }> = [
      { job: first, result: how, because: why }
    ]
    for (const { because, job, result } of ending) {
      const { node } = job
      if (node.job !== job) continue
      this.queue.uninstall(job)
      this.#finished.push({ unit: node.name, kind: job.kind, result, because })
      if (node.ties !== N.untied) this.unsettled.push(node)
      if (job.kind !== "start") continue
      // It will not be started after all: it shall not wait for that for ever.
      if (result === "dependency" && node.restartDue) this.giveUp(node)
      if (result === "done" || result === "skipped") this.#forgive(node)
      const cause: Because = { unit: node.name, how: failsOthers(result) ? "failed" : "inactive" }
      for (const { job: other } of this.#falling(node, result)) {
        if (other?.kind === "start" && !other.running) ending.push({ job: other, result: "dependency", because: cause })
        else if (other?.kind === "restart") other.lacks = node
      }
    }
  }

  /** The pause before the unit's own restart is over: a start may run though the unit is not at rest. */
  restartNow(job: Job): void {
    if (job.kind !== "start") return
    job.running = false
    this.queue.retry(job)
  }

  /** Takes back a restart of the unit's own. */
  giveUp(node: Node): void {
    if (node.awaitsRestart && node.order === undefined && node.job === undefined) this.queue.install(node, "stop")
  }

  /** Units whose starts cannot be done any more, now that this start has ended so. */
  #falling(node: Node, result: JobResult): ReadonlyArray<Node> {
    if (failsOthers(result)) return node.ties.fallsWith
    // Without having become active: a oneshot, or a condition that is not met.
    return result !== "canceled" && !N.isUp(node) ? node.ties.needsActive : []
  }

  /** It has been started after all. */
  #forgive(node: Node): void {
    for (const { job } of node.ties.fallsWith) if (job?.lacks === node) job.lacks = undefined
  }

  #merge(node: Node, kind: JobKind): void {
    const { job } = node
    if (job !== undefined && (job.kind === "stop") !== (kind === "stop")) {
      if (kind === "reload") {
        this.#finished.push({ unit: node.name, kind, result: "failed", because: { unit: node.name, how: "inactive" } })
        return
      }
      this.finish(job, "canceled")
    }
    const current = node.job
    if (current === undefined) this.queue.install(node, kind)
    else if (current.kind === kind) current.again ||= kind === "reload" && current.running
    else if (kind === "restart") this.queue.change(current, "restart")
    else if (kind === "start" && current.kind === "reload" && !N.isUp(node)) this.queue.change(current, "start")
  }

  /** Ends a start that lacks something; what it lacks is not going to come. */
  #verify(job: Job): void {
    const { missing, requisite } = job.node.ties
    const [absent] = missing
    if (absent !== undefined) {
      this.finish(job, "dependency", { unit: absent, how: "missing" })
      return
    }
    const { lacks } = job
    if (lacks !== undefined && lacks.job === undefined && !N.isUp(lacks)) {
      this.finish(job, "dependency", { unit: lacks.name, how: "inactive" })
      return
    }
    for (const other of requisite) {
      if (other.job === undefined ? N.isUp(other) : other.job.kind !== "stop") continue
      this.finish(job, "dependency", { unit: other.name, how: "inactive" })
      return
    }
  }

  #run(job: Job): void {
    switch (job.kind) {
      case "start":
        return this.#runStart(job)
      case "stop":
      case "restart":
        return this.#runStop(job)
      case "reload":
        return this.#runReload(job)
    }
  }

  #runStart(job: Job): void {
    const { node } = job
    if (N.isUp(node)) return this.finish(job, "done")
    // It has to come to rest first; and a pause before a restart is for the unit to end, systemd.service(5).
    if (N.phase(node) === "deactivating" || (node.awaitsRestart && !node.restartDue && node.order === undefined)) return
    if (!node.awaitsRestart && !N.isDown(node)) {
      // It is starting already.
      job.running = true
      return
    }
    for (const other of node.ties.boundInOrder) {
      if (!N.isUp(other)) return this.finish(job, "dependency", { unit: other.name, how: "inactive" })
    }
    job.running = true
    this.#order(node, "start")
  }

  #runStop(job: Job): void {
    const { node } = job
    if (N.isDown(node)) return job.kind === "stop" ? this.finish(job, "done") : this.#startNow(job)
    if (job.kind === "restart" && node.awaitsRestart && node.order === undefined) return this.#startNow(job)
    job.running = true
    if (node.order !== "stop") this.#order(node, "stop", job.kind === "restart")
  }

  /** A restart whose stop is over is a start. */
  #startNow(job: Job): void {
    this.queue.change(job, "start")
    if (job.node.awaitsRestart) job.node.restartDue = true
    this.#verify(job)
  }

  #runReload(job: Job): void {
    const { node } = job
    switch (N.phase(node)) {
      case "active":
        if (!node.canReload) return this.finish(job, "done")
        job.running = true
        return this.#order(node, "reload")
      case "inactive":
      case "failed":
        return this.finish(job, "failed", { unit: node.name, how: "inactive" })
      default:
        // It is told once it is through with what it does now.
        return
    }
  }

  #startChanged(job: Job, { success, to, willRestart }: Change): void {
    const { node } = job
    if (N.isUp(node)) return this.finish(job, "done")
    if (!job.running) return this.queue.retry(job)
    if (willRestart) {
      // The first failure settles the start, unless the unit keeps its restarts to itself.
      if (node.direct) job.running = false
      else if (to !== "deactivating") this.finish(job, success ? "done" : "failed")
    } else if (to === "failed") this.finish(job, "failed")
    else if (to === "inactive") this.finish(job, "done")
  }

  #reloadChanged(job: Job, { success, to }: Change): void {
    if (!job.running) return this.queue.retry(job)
    switch (to) {
      case "active":
        if (job.again) {
          job.again = false
          return this.queue.change(job, "reload")
        }
        return this.finish(job, success ? "done" : "failed")
      case "inactive":
        return this.finish(job, success ? "done" : "failed")
      case "failed":
      case "activating":
        return this.finish(job, "failed")
      default:
        return
    }
  }

  #order(node: Node, order: Told["order"], restarts = false): void {
    node.order = order
    node.restartDue = false
    if (order === "start") node.awaitsRestart = false
    this.#tell.push({ unit: node.name, order, restarts })
  }
}

const failsOthers = (result: JobResult): boolean =>
  result === "failed" || result === "dependency" || result === "assert" || result === "refused"
