/**
 * Names that lead nowhere, in directives that can do without the unit they name, systemd.unit(5).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Diagnostic } from "../Diagnostic.ts"
import { maximumFaults } from "../Lexer.ts"
import type { Unit, UnitName, UnitReference } from "../Unit.ts"
import { isSystems } from "../WellKnown.ts"
import { requiring } from "./Dependency.ts"
import { finding } from "./Finding.ts"
import type { World } from "./World.ts"
import { didYouMean } from "./World.ts"

/** The more it means for the unit, the earlier: of several that name the same unit, the first one is told. */
const lenient = [
  "Wants",
  "Upholds",
  "PartOf",
  "JoinsNamespaceOf",
  "PropagatesReloadTo",
  "ReloadPropagatedFrom",
  "PropagatesStopTo",
  "StopPropagatedFrom",
  "After",
  "Before"
] as const

/** Units to start when this one ends. */
const handlers = ["OnFailure", "OnSuccess"] as const

/** A name that is a slip of the pen and one that is left out on purpose look alike: hence a note, not a warning. */
export const check = (world: World): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  // The same few names stand in every file.
  const quiet = new Set<UnitName>()
  for (const unit of world.units.values()) {
    const most = diagnostics.length + maximumFaults
    for (const key of handlers) {
      const references = unit.Unit[key]
      if (references.length === 0) continue
      for (const reference of references) {
        if (!world.units.has(reference.name) && diagnostics.length < most) {
          diagnostics.push(absentHandler(world, key, reference))
        }
      }
    }
    // Made when the first one is found: most units have none.
    let told: Set<UnitName> | undefined
    for (const key of lenient) {
      const references = unit.Unit[key]
      // An iterator of an empty list costs as much as one of a full one, and nearly all are empty.
      if (references === undefined || references.length === 0) continue
      for (const { at, name } of references) {
        // Of a link in a folder, which has no line, Folders.ts tells.
        if (world.units.has(name) || quiet.has(name) || at.line === 0 || diagnostics.length >= most) continue
        if (isSystems(name)) {
          quiet.add(name)
          continue
        }
        told ??= required(unit)
        if (told.has(name)) continue
        told.add(name)
        const message = world.masked.has(name)
          ? `${name} is masked: the name has no effect`
          : `no unit ${name} is loaded: the name has no effect`
        diagnostics.push(finding("note", Code.AbsentUnit, at, "Unit", key, message, didYouMean(world, name)))
      }
    }
  }
  return diagnostics
}

/** Names of which Requirement.ts has told already. */
const required = (unit: Unit): Set<UnitName> =>
  new Set(requiring.flatMap((key) => unit.Unit[key].map(({ name }) => name)))

const absentHandler = (world: World, key: string, { at, name }: UnitReference): Diagnostic => {
  const state = world.masked.has(name) ? "is masked" : "is not loaded"
  const message = `${name} ${state}: nothing will be done about it`
  return finding("warning", Code.AbsentHandler, at, "Unit", key, message, didYouMean(world, name))
}
