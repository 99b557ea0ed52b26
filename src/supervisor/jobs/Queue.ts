/**
 * The jobs taken on, and whose turn it is, systemd.unit(5) `Before=`: of two units in order the one that stops, or
 * restarts, goes first, the later one if both do; else the earlier one. Each job counts those it waits for, so that an
 * end costs as much as the unit has neighbours, and nothing is looked for.
 */
import type { Job, JobKind } from "./Job.ts"
import { stopsFirst } from "./Job.ts"
import type { Node } from "./Node.ts"

export class Queue {
  /** Jobs that may run now. Some of them may be over, or be blocked again, when they are looked at. */
  readonly ready: Array<Job> = []
  /** How many jobs are not over. */
  size = 0

  install(node: Node, kind: JobKind): Job {
    const job: Job = { node, kind, running: false, blockers: 0, again: false, lacks: undefined }
    node.job = job
    this.size++
    this.#attach(job)
    if (job.blockers === 0) this.ready.push(job)
    return job
  }

  uninstall(job: Job): void {
    job.node.job = undefined
    this.size--
    this.#detach(job)
  }

  /** Makes another job of it, that waits for its turn anew. */
  change(job: Job, kind: JobKind): void {
    this.#detach(job)
    job.kind = kind
    job.running = false
    job.blockers = 0
    this.#attach(job)
    if (job.blockers === 0) this.ready.push(job)
  }

  /** The unit is at rest now, or otherwise than it was: looks at its job again. */
  retry(job: Job): void {
    if (job.blockers === 0 && !job.running) this.ready.push(job)
  }

  #attach(job: Job): void {
    if (isAlone(job)) return
    const first = stopsFirst(job)
    for (const { job: other } of job.node.after) {
      if (other === undefined) continue
      if (first) other.blockers++
      else job.blockers++
    }
    for (const { job: other } of job.node.before) {
      if (other === undefined) continue
      if (stopsFirst(other)) job.blockers++
      else other.blockers++
    }
  }

  #detach(job: Job): void {
    if (isAlone(job)) return
    if (stopsFirst(job)) {
      for (const { job: other } of job.node.after) if (other !== undefined) this.#release(other)
    }
    for (const { job: other } of job.node.before) {
      if (other !== undefined && !stopsFirst(other)) this.#release(other)
    }
  }

  #release(job: Job): void {
    job.blockers--
    this.retry(job)
  }
}

const isAlone = ({ node: { after, before } }: Job): boolean => after.length === 0 && before.length === 0
