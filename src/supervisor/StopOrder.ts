/** Who may stop now: each unit once everything ordered after it has stopped, all others at the same time. */
import type { StopPlan } from "../graph/StopPlan.ts"
import type { UnitName } from "../unit/Unit.ts"

export interface StopOrder {
  /** Units that nobody is ordered after. To be called once. */
  readonly begin: () => ReadonlyArray<UnitName>
  /** A unit has stopped: the units that waited only for it. */
  readonly stopped: (unit: UnitName) => ReadonlyArray<UnitName>
  readonly remaining: () => ReadonlyArray<UnitName>
  readonly isComplete: () => boolean
}

export const make = (plan: StopPlan): StopOrder => {
  const waiting = new Map<UnitName, number>()
  /** For each unit those that wait for it to have stopped. */
  const waiters = new Map<UnitName, Array<UnitName>>()
  for (const [name, dependents] of plan) {
    waiting.set(name, dependents.length)
    for (const dependent of dependents) {
      const list = waiters.get(dependent)
      if (list === undefined) waiters.set(dependent, [name])
      else list.push(name)
    }
  }
  return {
    begin: () => [...waiting].filter(([, count]) => count === 0).map(([name]) => name),
    stopped: (unit) => {
      if (!waiting.delete(unit)) return []
      const free: Array<UnitName> = []
      for (const name of waiters.get(unit) ?? []) {
        const count = waiting.get(name)
        if (count === undefined) continue
        waiting.set(name, count - 1)
        if (count === 1) free.push(name)
      }
      return free
    },
    remaining: () => [...waiting.keys()],
    isComplete: () => waiting.size === 0
  }
}
