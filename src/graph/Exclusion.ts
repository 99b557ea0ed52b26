/**
 * Which units of a boot exclude each other, `Conflicts=` of systemd.unit(5), and which of them are left out.
 *
 * @since 0.1.0
 */
import type { Unit, UnitName } from "../unit/Unit.ts"

/**
 * The units to leave out of those that would start, and why. A unit starts with all it requires or not at all; who comes
 * first, starts: `first`, then by name.
 */
export const find = (
  units: ReadonlyMap<UnitName, Unit>,
  starting: ReadonlySet<UnitName>,
  first: UnitName | undefined
): ReadonlyMap<UnitName, string> => {
  const reasons = new Map<UnitName, string>()
  const conflicts = conflictsOf(units, starting)
  if (conflicts.size === 0) return reasons
  const accepted = new Set<UnitName>()
  const order = first === undefined || !starting.has(first) ? starting : new Set([first, ...starting])
  for (const name of order) {
    if (accepted.has(name)) continue
    const needed = closure(name, units, starting, accepted)
    const reason = contradiction(name, needed, conflicts, accepted)
    if (reason !== undefined) reasons.set(name, reason)
    else for (const one of needed) accepted.add(one)
  }
  return reasons
}

/** From both ends. */
const conflictsOf = (
  units: ReadonlyMap<UnitName, Unit>,
  starting: ReadonlySet<UnitName>
): ReadonlyMap<UnitName, ReadonlySet<UnitName>> => {
  const conflicts = new Map<UnitName, Set<UnitName>>()
  const add = (from: UnitName, to: UnitName) => {
    const known = conflicts.get(from)
    if (known === undefined) conflicts.set(from, new Set([to]))
    else known.add(to)
  }
  for (const name of starting) {
    for (const { name: other } of units.get(name)?.Unit.Conflicts ?? []) {
      if (other === name || !starting.has(other)) continue
      add(name, other)
      add(other, name)
    }
  }
  return conflicts
}

/** The unit and what it cannot start without, as far as that is not accepted yet. */
const closure = (
  name: UnitName,
  units: ReadonlyMap<UnitName, Unit>,
  starting: ReadonlySet<UnitName>,
  accepted: ReadonlySet<UnitName>
): ReadonlySet<UnitName> => {
  const needed = new Set([name])
  // A set goes on to what is added to it while it is walked.
  for (const one of needed) {
    const section = units.get(one)?.Unit
    if (section === undefined) continue
    for (const key of ["Requires", "BindsTo"] as const) {
      for (const { name: other } of section[key]) if (starting.has(other) && !accepted.has(other)) needed.add(other)
    }
  }
  return needed
}

const contradiction = (
  name: UnitName,
  needed: ReadonlySet<UnitName>,
  conflicts: ReadonlyMap<UnitName, ReadonlySet<UnitName>>,
  accepted: ReadonlySet<UnitName>
): string | undefined => {
  for (const one of needed) {
    for (const other of conflicts.get(one) ?? []) {
      const who = one === name ? "it" : `it requires ${one}, which`
      if (accepted.has(other)) return `${who} conflicts with ${other}, which starts`
      if (needed.has(other)) {
        return one === name
          ? `it conflicts with ${other}, which it requires`
          : `it requires ${one} and ${other}, which conflict`
      }
    }
  }
  return undefined
}
