/**
 * Requirements that end nowhere: what a unit requires, directly or over others, has to be there, systemd.unit(5).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Diagnostic } from "../Diagnostic.ts"
import type { Unit, UnitName, UnitReference } from "../Unit.ts"
import { metBecause } from "../WellKnown.ts"
import type { Requiring } from "./Dependency.ts"
import { requiring } from "./Dependency.ts"
import { finding } from "./Finding.ts"
import type { World } from "./World.ts"
import { didYouMean } from "./World.ts"

interface Dependent {
  readonly unit: Unit
  readonly key: Requiring
  readonly reference: UnitReference
}

/** A unit that requires, directly or not, one that is not there. */
interface Step extends Dependent {
  /** The next unit's step; `undefined` where the reference names the missing unit itself. */
  readonly next: Step | undefined
}

/** Each of many units may lack each of many others: nobody reads more than one for each unit and some. */
const beyondUnits = 1_000

/** Each unit that cannot reach what it requires is named, with the chain that leads there. */
export const check = (world: World): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  const missing = findMissing(world, diagnostics)
  if (missing.size === 0) return diagnostics
  const dependents = findDependents(world)
  const most = world.units.size + beyondUnits
  for (const gone of missing) {
    // From the missing unit backwards, breadth first: every unit is met once, on its shortest chain.
    const met = new Set<UnitName>()
    const queue: Array<{ readonly name: UnitName; readonly step: Step | undefined }> = [{ name: gone, step: undefined }]
    for (let index = 0; index < queue.length; index++) {
      const item = queue[index]
      if (item === undefined) break
      for (const dependent of dependents.get(item.name) ?? []) {
        if (met.has(dependent.unit.name)) continue
        met.add(dependent.unit.name)
        const step: Step = { ...dependent, next: item.step }
        queue.push({ name: dependent.unit.name, step })
        diagnostics.push(missingRequirement(world, step, gone))
        if (diagnostics.length < most) continue
        const message = `there are ${most} findings of this kind or more: these are the first`
        diagnostics.push(finding("warning", Code.MissingRequirement, step.reference.at, "Unit", step.key, message))
        return diagnostics
      }
    }
  }
  return diagnostics
}

/** Names that are required and not there; of those that count as met, it is said why. */
const findMissing = ({ units }: World, diagnostics: Array<Diagnostic>): ReadonlySet<UnitName> => {
  const missing = new Set<UnitName>()
  for (const unit of units.values()) {
    for (const key of requiring) {
      const references = unit.Unit[key]
      // An iterator of an empty list costs as much as one of a full one, and nearly all are empty.
      if (references.length === 0) continue
      for (const { at, name } of references) {
        if (units.has(name)) continue
        const why = metBecause(name)
        if (why === undefined) missing.add(name)
        else {
          const message = `${name} is not loaded and counts as met: ${why}`
          diagnostics.push(finding("note", Code.CountsAsMet, at, "Unit", key, message))
        }
      }
    }
  }
  return missing
}

/** Who requires a unit, by its name. */
const findDependents = ({ units }: World): ReadonlyMap<UnitName, ReadonlyArray<Dependent>> => {
  const dependents = new Map<UnitName, Array<Dependent>>()
  for (const unit of units.values()) {
    for (const key of requiring) {
      for (const reference of unit.Unit[key]) {
        const list = dependents.get(reference.name)
        if (list === undefined) dependents.set(reference.name, [{ unit, key, reference }])
        else list.push({ unit, key, reference })
      }
    }
  }
  return dependents
}

/** Chains longer than this are shown with their middle left out. */
const longestChain = 8

const missingRequirement = (world: World, step: Step, gone: UnitName): Diagnostic => {
  const chain: Array<string> = []
  for (let at: Step | undefined = step; at !== undefined && chain.length <= longestChain; at = at.next) {
    chain.push(at.unit.name)
  }
  const shown = chain.length > longestChain ? [...chain.slice(0, longestChain - 1), "...", gone] : [...chain, gone]
  const state = world.masked.has(gone) ? "is masked" : "is not there"
  const message = `${gone} ${state}: ${shown.join(" -> ")}`
  const hint = step.next === undefined ? didYouMean(world, gone) : undefined
  return finding("warning", Code.MissingRequirement, step.reference.at, "Unit", step.key, message, hint)
}
