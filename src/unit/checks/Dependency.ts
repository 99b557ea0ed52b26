/**
 * The rules for the dependencies of one unit, systemd.unit(5).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Unit, UnitName, UnitReference } from "../Unit.ts"
import type { Checked } from "./Finding.ts"
import { finding } from "./Finding.ts"

/** Dependencies that a unit cannot have on itself. */
const selfless = ["After", "Before", "Requires", "Wants", "Requisite", "BindsTo", "PartOf", "Conflicts"] as const

/** Dependencies without which a unit is not started: what has to be there. */
export const requiring = ["Requires", "Requisite", "BindsTo"] as const

export type Requiring = (typeof requiring)[number]

/** By which directive a unit requires each of the others it requires. */
export const requiredBy = (unit: Unit): ReadonlyMap<UnitName, Requiring> => {
  const found = new Map<UnitName, Requiring>()
  for (const key of requiring) for (const { name } of unit.Unit[key]) if (!found.has(name)) found.set(name, key)
  return found
}

export const check = (checked: Checked): void => {
  const section = checked.unit.Unit
  for (const key of selfless) {
    const references = section[key]
    if (references.length > 0) checkSelf(checked, key, references)
  }
  if (section.Conflicts.length > 0) checkConflicts(checked)
}

const checkSelf = ({ diagnostics, unit }: Checked, key: string, references: ReadonlyArray<UnitReference>): void => {
  for (const { at, name } of references) {
    if (name !== unit.name) continue
    const message = "a unit cannot depend on itself: the name is ignored"
    diagnostics.push(finding("warning", Code.SelfReference, at, "Unit", key, message))
  }
}

const checkConflicts = ({ diagnostics, unit }: Checked): void => {
  const needed = requiredBy(unit)
  for (const { at, name } of unit.Unit.Conflicts) {
    const key = needed.get(name)
    if (key === undefined || name === unit.name) continue
    const message = `${name} would be stopped by the unit that has ${key}=${name}: it can never start`
    diagnostics.push(finding("warning", Code.Contradiction, at, "Unit", "Conflicts", message))
  }
}
