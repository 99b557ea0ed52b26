/** What is to be done to one unit: at most one thing at a time, as systemd's jobs are. */
import type { UnitName } from "../../unit/Unit.ts"
import type { Node } from "./Node.ts"

export type JobKind = "start" | "stop" | "restart" | "reload"

/** What one unit is asked to do. */
export interface Request {
  readonly unit: UnitName
  readonly kind: JobKind
}

/**
 * `done`; `skipped`: a condition is not met, which for others is as good as done; `failed`; `assert`: an assertion does
 * not hold; `dependency`: what it needs failed or is not there; `canceled`: something else took its place; `refused`:
 * it was never taken on.
 */
export type JobResult = "done" | "skipped" | "failed" | "assert" | "dependency" | "canceled" | "refused"

/** The unit that made a job end otherwise than well, and by what. */
export interface Because {
  readonly unit: UnitName
  /**
   * `missing`: it is required and not there; `failed`: it is required and did not start; `inactive`: it would have to be
   * active; `conflict`: both cannot be had; `shutdown`: nothing is taken on any more; `unable`: it cannot be reloaded;
   * `unknown`: there is no such unit; `limit`: units have started it too often of themselves.
   */
  readonly how: "limit" | "missing" | "failed" | "inactive" | "conflict" | "shutdown" | "unable" | "unknown"
}

/** What a unit's actor is told to do. */
export interface Told {
  readonly unit: UnitName
  readonly order: "start" | "stop" | "reload"
  /** The stop is the first half of a restart: `RestartKillSignal=` and the like apply. */
  readonly restarts: boolean
}

/** A job that is over. A restart whose stop is over is a start. */
export interface Finished {
  readonly unit: UnitName
  readonly kind: JobKind
  readonly result: JobResult
  readonly because: Because | undefined
}

/** Something that nobody asked for by name: what a unit's change brings about for another. */
export interface Caused {
  readonly unit: UnitName
  readonly kind: JobKind
  /** The unit whose change it was. */
  readonly by: UnitName
  readonly directive: "OnFailure" | "OnSuccess" | "BindsTo" | "StopWhenUnneeded" | "Upholds"
}

/** What follows from one piece of news, each list in the order in which it is to be done or said. */
export interface Answer {
  readonly tell: ReadonlyArray<Told>
  readonly finished: ReadonlyArray<Finished>
  readonly caused: ReadonlyArray<Caused>
}

/** Most news lead to nothing. */
export const nothing: Answer = { tell: [], finished: [], caused: [] }

/** One job that was taken on and is not over. */
export interface Job {
  readonly node: Node
  kind: JobKind
  /** The unit is at it. Before that the job waits for its turn, or for the unit to come to rest. */
  running: boolean
  /** Jobs of units in order with this one that have to be over first. */
  blockers: number
  /** A reload was asked for while one was under way: what that one has read may be old. */
  again: boolean
  /** Of a restart that still stops: what it requires for its start, and has failed. */
  lacks: Node | undefined
}

/** Whether the job stops the unit before anything else. */
export const stopsFirst = (job: Job): boolean => job.kind === "stop" || job.kind === "restart"
