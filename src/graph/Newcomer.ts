/**
 * One unit more while all others run: who it is ordered after and before, as `UnitGraph.make` would have it. It costs as
 * much as it has neighbours; the graph as a whole is not made again.
 *
 * @since 0.1.0
 */
import type { Unit, UnitName, UnitReference } from "../unit/Unit.ts"
import { isTemplate } from "../unit/UnitName.ts"

export interface Order {
  readonly after: ReadonlyArray<UnitName>
  readonly before: ReadonlyArray<UnitName>
}

type Units = ReadonlyMap<UnitName, Unit>

/** The sockets that every ordinary service is ordered after. */
export const socketsOf = (units: Units): ReadonlyArray<UnitName> => {
  const names: Array<UnitName> = []
  for (const unit of units.values()) {
    if (unit._tag === "Socket" && !isTemplate(unit.name)) names.push(unit.name)
  }
  return names
}

/** `sockets`: those of the set; `comesAfter`: whom a unit of the set is ordered after. */
export const orderOf = (
  unit: Unit,
  units: Units,
  sockets: ReadonlyArray<UnitName>,
  comesAfter: (name: UnitName) => Iterable<UnitName>
): Order => {
  const { name } = unit
  const after = new Set<UnitName>()
  const before = new Set<UnitName>()
  const add = (references: ReadonlyArray<UnitReference>, to: Set<UnitName>) => {
    for (const { name: other } of references) if (other !== name && units.has(other)) to.add(other)
  }
  add(unit.Unit.After, after)
  add(unit.Unit.Before, before)
  if (unit._tag === "Service") {
    add(unit.Service.Sockets ?? [], after)
    if (unit.Unit.DefaultDependencies !== false) {
      for (const socket of sockets) if (!waitsFor(socket, before, comesAfter)) after.add(socket)
    }
  }
  return { after: [...after], before: [...before] }
}

/** Whether the socket is, or comes after, one of these. */
const waitsFor = (
  socket: UnitName,
  others: ReadonlySet<UnitName>,
  comesAfter: (name: UnitName) => Iterable<UnitName>
): boolean => {
  if (others.size === 0) return false
  const met = new Set<UnitName>([socket])
  // A set goes on to what is added to it while it is walked.
  for (const one of met) {
    if (others.has(one)) return true
    for (const earlier of comesAfter(one)) met.add(earlier)
  }
  return false
}
