/**
 * Who may start now: the start plan, and what has settled so far. Ordering is `After=` and `Before=` only; a requirement
 * that is not up when its dependent's turn comes keeps the dependent from starting, systemd.unit(5).
 */
import type { StartPlan } from "../graph/StartPlan.ts"
import type { UnitName } from "../unit/Unit.ts"

/** A unit whose turn has come, to be started or, for the reason given, not. */
export interface Turn {
  readonly unit: UnitName
  /** The requirement that is missing or has failed. */
  readonly lacks: { readonly unit: UnitName; readonly missing: boolean } | undefined
}

export interface StartOrder {
  /** Units that wait for nobody. To be called once. */
  readonly begin: () => ReadonlyArray<Turn>
  /** A unit's start has succeeded or failed; only the first time counts. */
  readonly settle: (unit: UnitName, up: boolean) => ReadonlyArray<Turn>
  /** Every unit of the plan has settled. */
  readonly isComplete: () => boolean
}

/** Counts instead of fibers that wait: exact, and next to free for hundreds of units. */
export const make = (plan: StartPlan): StartOrder => {
  const waiting = new Map<UnitName, number>()
  const followers = new Map<UnitName, Array<UnitName>>()
  const settled = new Map<UnitName, boolean>()
  for (const [name, { waitsFor }] of plan.units) {
    waiting.set(name, waitsFor.length)
    for (const other of waitsFor) {
      const list = followers.get(other)
      if (list === undefined) followers.set(other, [name])
      else list.push(name)
    }
  }

  /** A requirement that is not ordered before the unit is started beside it, and is met by being there. */
  const lacks = (name: UnitName): Turn["lacks"] => {
    for (const requirement of plan.units.get(name)?.requires ?? []) {
      if (!requirement.present) return { unit: requirement.name, missing: true }
      const ordered = plan.units.get(name)?.waitsFor.includes(requirement.name) === true
      if (ordered && settled.get(requirement.name) === false) return { unit: requirement.name, missing: false }
    }
    return undefined
  }

  const turn = (unit: UnitName): Turn => ({ unit, lacks: lacks(unit) })

  return {
    begin: () => [...waiting].filter(([, count]) => count === 0).map(([name]) => turn(name)),
    settle: (unit, up) => {
      if (settled.has(unit)) return []
      settled.set(unit, up)
      const turns: Array<Turn> = []
      for (const follower of followers.get(unit) ?? []) {
        const left = (waiting.get(follower) ?? 0) - 1
        waiting.set(follower, left)
        if (left === 0) turns.push(turn(follower))
      }
      return turns
    },
    isComplete: () => settled.size === plan.units.size
  }
}
