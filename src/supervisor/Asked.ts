/** Who has asked for a job and waits for its end. */
import type { UnitName } from "../unit/Unit.ts"
import type { Finished, JobKind } from "./jobs/Jobs.ts"

export interface Asked {
  /** Told of the end of the job that the unit has or will have by this request. */
  readonly add: (unit: UnitName, kind: JobKind, done: (end: Finished) => void) => void
  readonly finished: (end: Finished) => void
  /** No job came of the request: nothing was to be done, or all of it is done already. */
  readonly over: (unit: UnitName, kind: JobKind) => void
}

/** A start, a restart and a reload become one another; between them and a stop there is only one or the other. */
const isStop = (kind: JobKind): boolean => kind === "stop"

export const make = (): Asked => {
  const waiting = new Map<UnitName, Array<{ readonly kind: JobKind; readonly done: (end: Finished) => void }>>()

  const finished = (end: Finished): void => {
    const all = waiting.get(end.unit)
    if (all === undefined) return
    const left = all.filter(({ kind }) => isStop(kind) !== isStop(end.kind))
    if (left.length > 0) waiting.set(end.unit, left)
    else waiting.delete(end.unit)
    for (const { done, kind } of all) if (isStop(kind) === isStop(end.kind)) done(end)
  }

  return {
    add: (unit, kind, done) => {
      const others = waiting.get(unit)
      if (others === undefined) waiting.set(unit, [{ kind, done }])
      else others.push({ kind, done })
    },
    finished,
    over: (unit, kind) => finished({ unit, kind, result: "done", because: undefined })
  }
}
