/**
 * Who has to do with whom, systemd.unit(5), except for the order, which is `UnitGraph`'s: each relation from both ends.
 * Pure data; what the relations do is decided in supervisor/jobs.
 *
 * @since 0.1.0
 */
import { activatedBy } from "../unit/References.ts"
import type { Unit, UnitName, UnitReference } from "../unit/Unit.ts"
import { isTemplate } from "../unit/UnitName.ts"
import { metBecause } from "../unit/WellKnown.ts"

type Names = ReadonlyArray<UnitName>

/** The others of one unit, each once, never itself, and only those that are loaded. */
export interface Related {
  readonly requires: Names
  readonly requiredBy: Names
  readonly requisite: Names
  readonly requisiteOf: Names
  readonly wants: Names
  readonly wantedBy: Names
  readonly bindsTo: Names
  readonly boundBy: Names
  readonly partOf: Names
  readonly consistsOf: Names
  readonly upholds: Names
  readonly upheldBy: Names
  /** Whichever of the two says so. */
  readonly conflicts: Names
  readonly propagatesReloadTo: Names
  readonly reloadPropagatedFrom: Names
  readonly propagatesStopTo: Names
  readonly stopPropagatedFrom: Names
  readonly onFailure: Names
  readonly onFailureOf: Names
  readonly onSuccess: Names
  readonly onSuccessOf: Names
  /** What a timer, path or socket starts. */
  readonly triggers: Names
  readonly triggeredBy: Names
  /** What it requires, binds to or has as a requisite, and is neither there nor met by a container being one. */
  readonly missing: Names
}

/** Units that have to do with nobody have no entry. */
export type Relations = ReadonlyMap<UnitName, Related>

const none: Names = []

/** Of a unit without an entry. */
export const unrelated: Related = {
  requires: none,
  requiredBy: none,
  requisite: none,
  requisiteOf: none,
  wants: none,
  wantedBy: none,
  bindsTo: none,
  boundBy: none,
  partOf: none,
  consistsOf: none,
  upholds: none,
  upheldBy: none,
  conflicts: none,
  propagatesReloadTo: none,
  reloadPropagatedFrom: none,
  propagatesStopTo: none,
  stopPropagatedFrom: none,
  onFailure: none,
  onFailureOf: none,
  onSuccess: none,
  onSuccessOf: none,
  triggers: none,
  triggeredBy: none,
  missing: none
}

export const of = (relations: Relations, name: UnitName): Related => relations.get(name) ?? unrelated

/** What names the others, how that is called from here, and how it is called from there. */
const rows = [
  ["Requires", "requires", "requiredBy"],
  ["Requisite", "requisite", "requisiteOf"],
  ["Wants", "wants", "wantedBy"],
  ["BindsTo", "bindsTo", "boundBy"],
  ["PartOf", "partOf", "consistsOf"],
  ["Upholds", "upholds", "upheldBy"],
  ["Conflicts", "conflicts", "conflicts"],
  ["PropagatesReloadTo", "propagatesReloadTo", "reloadPropagatedFrom"],
  ["ReloadPropagatedFrom", "reloadPropagatedFrom", "propagatesReloadTo"],
  ["PropagatesStopTo", "propagatesStopTo", "stopPropagatedFrom"],
  ["StopPropagatedFrom", "stopPropagatedFrom", "propagatesStopTo"],
  ["OnFailure", "onFailure", "onFailureOf"],
  ["OnSuccess", "onSuccess", "onSuccessOf"]
] as const

/** All pairs of ends. */
const links = [...rows, ["", "triggers", "triggeredBy"]] as const

const requiring = ["Requires", "Requisite", "BindsTo"] as const

type Draft = { -readonly [K in keyof Related]: Array<UnitName> }
type Units = ReadonlyMap<UnitName, Unit>

/** References go by the units' own names, as the loader leaves them. */
export const make = (units: Units): Relations => {
  const builder = new Builder(new Map())
  for (const name of [...units.keys()].sort()) {
    const unit = units.get(name)
    if (unit !== undefined) builder.add(unit, units)
  }
  return builder.drafts
}

/**
 * One unit more: what it says of others, not what others may have said of it. The relations are changed in place, which
 * costs as much as it has neighbours. Answers those who have others than before, itself among them if it has any.
 */
export const join = (relations: Relations, unit: Unit, units: Units): ReadonlyArray<UnitName> => {
  const builder = new Builder(relations as Map<UnitName, Draft>)
  builder.add(unit, units)
  return [...builder.touched]
}

/** One unit less, in place as well: those who had to do with it. */
export const leave = (relations: Relations, name: UnitName): ReadonlyArray<UnitName> => {
  const drafts = relations as Map<UnitName, Draft>
  const own = drafts.get(name)
  if (own === undefined) return none
  drafts.delete(name)
  const touched = new Set<UnitName>()
  for (const [, key, back] of links) {
    for (const other of own[key]) drop(drafts.get(other)?.[back], name, () => touched.add(other))
    for (const other of own[back]) drop(drafts.get(other)?.[key], name, () => touched.add(other))
  }
  return [...touched]
}

const drop = (names: Array<UnitName> | undefined, name: UnitName, dropped: () => void): void => {
  const at = names === undefined ? -1 : names.indexOf(name)
  if (names === undefined || at < 0) return
  names.splice(at, 1)
  dropped()
}

class Builder {
  readonly drafts: Map<UnitName, Draft>
  /** Whose relations were changed. */
  readonly touched = new Set<UnitName>()

  constructor(drafts: Map<UnitName, Draft>) {
    this.drafts = drafts
  }

  add(unit: Unit, units: Units): void {
    const { name } = unit
    for (const [directive, key, back] of rows) {
      const references = unit.Unit[directive]
      if (references.length === 0) continue
      // What the other end has said already, in its own words or in the same.
      const said = this.drafts.get(name)?.[key]
      for (const other of namesOf(name, references)) {
        if (units.has(other) && said?.includes(other) !== true) this.#link(name, key, back, other)
      }
    }
    for (const directive of requiring) {
      for (const { name: other } of unit.Unit[directive]) {
        if (isMissing(other, units) && !this.#draftOf(name).missing.includes(other)) this.#push(name, "missing", other)
      }
    }
    if (unit._tag === "Service" && unit.Service.Sockets !== undefined) {
      // systemd.service(5) `Sockets=`: it wants them, and is one that they are for.
      for (const socket of namesOf(name, unit.Service.Sockets)) {
        if (!units.has(socket)) continue
        if (!this.#has(name, "wants", socket)) this.#link(name, "wants", "wantedBy", socket)
        if (!this.#has(name, "triggeredBy", socket)) this.#link(name, "triggeredBy", "triggers", socket)
      }
    }
    const activated = activatedBy(unit)
    if (activated === undefined || activated === name || !units.has(activated)) return
    if (!this.#has(name, "triggers", activated)) this.#link(name, "triggers", "triggeredBy", activated)
  }

  #has(name: UnitName, key: keyof Related, other: UnitName): boolean {
    return this.drafts.get(name)?.[key].includes(other) === true
  }

  #draftOf(name: UnitName): Draft {
    let draft = this.drafts.get(name)
    // The lists are one for all until there is something in them: see `#push`.
    if (draft === undefined) this.drafts.set(name, draft = { ...unrelated } as Draft)
    return draft
  }

  #push(name: UnitName, key: keyof Related, other: UnitName): void {
    const draft = this.#draftOf(name)
    if (draft[key] === none) draft[key] = [other]
    else draft[key].push(other)
    this.touched.add(name)
  }

  #link(from: UnitName, key: keyof Related, back: keyof Related, to: UnitName): void {
    this.#push(from, key, to)
    this.#push(to, back, from)
  }
}

const namesOf = (self: UnitName, references: ReadonlyArray<UnitReference>): Iterable<UnitName> => {
  const names = new Set<UnitName>()
  for (const { name } of references) if (name !== self) names.add(name)
  return names
}

const isMissing = (name: UnitName, units: ReadonlyMap<UnitName, Unit>): boolean =>
  units.has(name) ? isTemplate(name) : metBecause(name) === undefined
