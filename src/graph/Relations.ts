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

const requiring = ["Requires", "Requisite", "BindsTo"] as const

type Draft = { -readonly [K in keyof Related]: Array<UnitName> }

/** References go by the units' own names, as the loader leaves them. */
export const make = (units: ReadonlyMap<UnitName, Unit>): Relations => {
  const drafts = new Map<UnitName, Draft>()
  const draftOf = (name: UnitName): Draft => {
    let draft = drafts.get(name)
    // The lists are one for all until there is something in them: see `push`.
    if (draft === undefined) drafts.set(name, draft = { ...unrelated } as Draft)
    return draft
  }
  const push = (name: UnitName, key: keyof Related, other: UnitName) => {
    const draft = draftOf(name)
    if (draft[key] === none) draft[key] = [other]
    else draft[key].push(other)
  }
  const link = (from: UnitName, key: keyof Related, back: keyof Related, to: UnitName) => {
    push(from, key, to)
    push(to, back, from)
  }
  const names = [...units.keys()].sort()
  for (const name of names) {
    const unit = units.get(name)
    if (unit === undefined) continue
    for (const [directive, key, back] of rows) {
      const references = unit.Unit[directive]
      if (references.length === 0) continue
      // What the other end has said already, in its own words or in the same.
      const said = drafts.get(name)?.[key]
      for (const other of namesOf(name, references)) {
        if (units.has(other) && said?.includes(other) !== true) link(name, key, back, other)
      }
    }
    for (const directive of requiring) {
      for (const { name: other } of unit.Unit[directive]) {
        if (isMissing(other, units) && !draftOf(name).missing.includes(other)) push(name, "missing", other)
      }
    }
    if (unit._tag === "Service" && unit.Service.Sockets !== undefined) {
      // systemd.service(5) `Sockets=`: it wants them, and is one that they are for.
      for (const socket of namesOf(name, unit.Service.Sockets)) {
        if (!units.has(socket)) continue
        if (drafts.get(name)?.wants.includes(socket) !== true) link(name, "wants", "wantedBy", socket)
        if (drafts.get(name)?.triggeredBy.includes(socket) !== true) link(name, "triggeredBy", "triggers", socket)
      }
    }
    const activated = activatedBy(unit)
    if (
      activated !== undefined && activated !== name && units.has(activated) &&
      drafts.get(name)?.triggers.includes(activated) !== true
    ) {
      link(name, "triggers", "triggeredBy", activated)
    }
  }
  return drafts
}

const namesOf = (self: UnitName, references: ReadonlyArray<UnitReference>): Iterable<UnitName> => {
  const names = new Set<UnitName>()
  for (const { name } of references) if (name !== self) names.add(name)
  return names
}

const isMissing = (name: UnitName, units: ReadonlyMap<UnitName, Unit>): boolean =>
  units.has(name) ? isTemplate(name) : metBecause(name) === undefined
