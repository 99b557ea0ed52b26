/**
 * Rules that no single assignment can break: those of one unit as a whole, and those across units. The rules themselves
 * lie in `checks/`.
 *
 * An error is what systemd would refuse to load; a warning, what cannot work; a note, what is good to know.
 *
 * @since 0.1.0
 */
import * as Action from "./checks/Action.ts"
import * as Condition from "./checks/Condition.ts"
import * as Conflict from "./checks/Conflict.ts"
import * as Dependency from "./checks/Dependency.ts"
import type { Checked, HasVariables, Where } from "./checks/Finding.ts"
import { byPosition } from "./checks/Finding.ts"
import * as Listener from "./checks/Listener.ts"
import * as Path from "./checks/Path.ts"
import * as Proxied from "./checks/Proxied.ts"
import * as Reference from "./checks/Reference.ts"
import * as Requirement from "./checks/Requirement.ts"
import * as Service from "./checks/Service.ts"
import * as Socket from "./checks/Socket.ts"
import * as Timer from "./checks/Timer.ts"
import * as Trigger from "./checks/Trigger.ts"
import * as World from "./checks/World.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import type { Unit, UnitName } from "./Unit.ts"

export type { HasVariables, Where } from "./checks/Finding.ts"

/** The rules of one unit. For units whose files were read without an error. */
export const checkUnit = (
  unit: Unit,
  where: Where,
  hasVariables: HasVariables = () => false
): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  const checked: Checked = { unit, where, hasVariables, diagnostics }
  switch (unit._tag) {
    case "Service":
      Service.check({ unit, where, hasVariables, diagnostics })
      break
    case "Socket":
      Socket.check({ unit, where, hasVariables, diagnostics })
      break
    case "Timer":
      Timer.check({ unit, where, hasVariables, diagnostics })
      break
    case "Path":
      Path.check({ unit, where, hasVariables, diagnostics })
      break
    case "Target":
      break
  }
  Dependency.check(checked)
  Action.check(checked)
  Condition.check(checked)
  return diagnostics
}

/**
 * The rules across the units of a set, in the order of the files. Of templates, the names: what a socket with
 * `Accept=yes` starts is made of one.
 */
export const checkUnits = (
  units: ReadonlyMap<UnitName, Unit>,
  masked: ReadonlySet<UnitName> = new Set(),
  templates: Iterable<UnitName> = []
): ReadonlyArray<Diagnostic> => {
  const world = World.make(units, masked, templates)
  const rules = [Requirement, Reference, Conflict, Trigger, Proxied, Listener]
  return rules.flatMap(({ check }) => check(world)).sort(byPosition)
}
