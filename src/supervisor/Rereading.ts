/**
 * SIGHUP: the unit files are read again. Nothing that runs is touched by that; what has changed counts from a unit's
 * next start on, as after `systemctl daemon-reload`. Pure: what is different, and what the new set of units is.
 */
import type { Instances, Source } from "../unit/Instances.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import type { ActiveState } from "./ActiveState.ts"
import { isDown } from "./ActiveState.ts"

export interface Difference {
  readonly added: ReadonlyArray<UnitName>
  readonly changed: ReadonlyArray<UnitName>
  /** Not there any more, though what runs of them keeps running. */
  readonly removed: ReadonlyArray<UnitName>
}

type Units = ReadonlyMap<UnitName, Unit>

/** Where something stands in a file is no difference, and `Infinity` is not what JSON makes of it. */
const essence = (unit: Unit): string =>
  JSON.stringify(unit, (key, value: unknown) => key === "at" ? undefined : value === Infinity ? "infinity" : value)

export const compare = (before: Units, after: Units): Difference => {
  const added: Array<UnitName> = []
  const changed: Array<UnitName> = []
  for (const [name, unit] of after) {
    const old = before.get(name)
    if (old === undefined) added.push(name)
    else if (essence(old) !== essence(unit)) changed.push(name)
  }
  const removed = [...before.keys()].filter((name) => !after.has(name))
  return { added, changed, removed }
}

const essenceOf = ({ fragments, links, text }: Source): string =>
  JSON.stringify(
    [text, fragments.map((fragment) => fragment.text), links],
    (key, value: unknown) => key === "at" ? undefined : value
  )

/** Of templates of which connections have instances: one line each. */
export const explainTemplates = (
  before: Instances,
  after: Instances
): ReadonlyArray<readonly [UnitName, string]> => {
  const lines: Array<readonly [UnitName, string]> = []
  for (const [name, source] of after.sources) {
    const old = before.sources.get(name)
    if (old === undefined || essenceOf(old) === essenceOf(source)) continue
    lines.push([name, "its files have changed: the next connection goes by them"])
  }
  return lines
}

/** The new set, and of the old one what is still up: it has to be stopped in order one day. */
export const together = (before: Units, after: Units, stateOf: (unit: UnitName) => ActiveState): Units => {
  const units = new Map(after)
  for (const [name, unit] of before) if (!units.has(name) && !isDown(stateOf(name))) units.set(name, unit)
  return units
}

/** One line a unit. */
export const explain = ({ added, changed, removed }: Difference): ReadonlyArray<readonly [UnitName, string]> => [
  ...changed.map((name) => [name, "its files have changed: what runs goes on, the next start goes by them"] as const),
  ...added.map((name) => [name, "is new: it is known from now on, and not started by this"] as const),
  ...removed.map((name) => [name, "its files are gone: what runs goes on until it is stopped"] as const)
]
