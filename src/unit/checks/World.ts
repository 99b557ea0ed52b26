/**
 * All units of a set, as the rules across units see them.
 *
 * @since 0.1.0
 */
import { suggest } from "../Suggest.ts"
import type { Unit, UnitName } from "../Unit.ts"
import { nameWithoutSuffix, suffixOf } from "../UnitName.ts"

export interface World {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly masked: ReadonlySet<UnitName>
  /** `web@.service`: what instances are made of; those that somebody names are units. */
  readonly templates: ReadonlySet<UnitName>
  /** Hints by the name that is not there. */
  readonly hints: Map<UnitName, string | undefined>
  /** Names of units without their suffix, by suffix, as far as somebody has asked for them. */
  readonly stems: Map<string, ReadonlyArray<string>>
  /** How often names have been compared. */
  comparisons: number
}

export const make = (
  units: ReadonlyMap<UnitName, Unit>,
  masked: ReadonlySet<UnitName>,
  templates: Iterable<UnitName>
): World => ({ units, masked, templates: new Set(templates), hints: new Map(), stems: new Map(), comparisons: 0 })

/** Names are compared with all others of their kind: in large sets only the first few that are not there get a hint. */
const mostComparisons = 2_000

/** In short names every other letter is another name. */
const shortestStem = 3

/** The loaded unit that somebody probably meant. */
export const didYouMean = (world: World, name: UnitName): string | undefined => {
  const { hints, masked, stems, units } = world
  if (hints.has(name)) return hints.get(name)
  const suffix = suffixOf(name)
  const stem = nameWithoutSuffix(name)
  if (stem.length < shortestStem || masked.has(name)) return undefined
  let others = stems.get(suffix)
  if (others === undefined) {
    stems.set(suffix, others = [...units.keys()].filter((one) => suffixOf(one) === suffix).map(nameWithoutSuffix))
  }
  world.comparisons += others.length
  if (world.comparisons > mostComparisons) return undefined
  // The suffix is no help in telling names apart.
  const nearest = suggest(stem, others)
  const hint = nearest === undefined ? undefined : `did you mean "${nearest}.${suffix}"?`
  hints.set(name, hint)
  return hint
}
