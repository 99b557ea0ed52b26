/**
 * Units that are required by what they exclude, systemd.unit(5) `Conflicts=`.
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Diagnostic } from "../Diagnostic.ts"
import { requiring } from "./Dependency.ts"
import { finding } from "./Finding.ts"
import type { World } from "./World.ts"

export const check = ({ units }: World): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  for (const unit of units.values()) {
    for (const { at, name } of unit.Unit.Conflicts) {
      const other = name === unit.name ? undefined : units.get(name)
      const key = requiring.find((one) => other?.Unit[one].some((reference) => reference.name === unit.name))
      if (key === undefined) continue
      const message = `${name} has ${key}=${unit.name}, but cannot run beside it: it can never start`
      diagnostics.push(finding("warning", Code.RequiredConflict, at, "Unit", "Conflicts", message))
    }
  }
  return diagnostics
}
