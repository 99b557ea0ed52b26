/**
 * Units that are required by what they exclude, systemd.unit(5) `Conflicts=`.
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Diagnostic } from "../Diagnostic.ts"
import type { UnitName } from "../Unit.ts"
import type { Requiring } from "./Dependency.ts"
import { requiredBy } from "./Dependency.ts"
import { finding } from "./Finding.ts"
import type { World } from "./World.ts"

export const check = ({ units }: World): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  // Of each unit once, however often it is named: lists may be long.
  const required = new Map<UnitName, ReadonlyMap<UnitName, Requiring>>()
  for (const unit of units.values()) {
    if (unit.Unit.Conflicts.length === 0) continue
    const seen = new Set<UnitName>()
    for (const { at, name } of unit.Unit.Conflicts) {
      const other = name === unit.name || seen.has(name) ? undefined : units.get(name)
      if (other === undefined) continue
      seen.add(name)
      const ofOther = required.get(name) ?? requiredBy(other)
      required.set(name, ofOther)
      const key = ofOther.get(unit.name)
      if (key === undefined) continue
      const message = `${name} has ${key}=${unit.name}, but cannot run beside it: it can never start`
      diagnostics.push(finding("warning", Code.RequiredConflict, at, "Unit", "Conflicts", message))
    }
  }
  return diagnostics
}
