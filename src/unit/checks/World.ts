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
}

/** Names are compared with all others: beyond so many that are not there, nobody reads the hints. */
const mostHints = 50

/** The suffix is no help in telling names apart, and in short names every other letter is another name. */
const shortestStem = 3

/** The loaded unit that somebody probably meant. */
export const didYouMean = (world: World, name: UnitName): string | undefined => {
  if (world.hints.has(name)) return world.hints.get(name)
  if (world.hints.size >= mostHints || world.masked.has(name)) return undefined
  const suffix = suffixOf(name)
  const stem = nameWithoutSuffix(name)
  let hint: string | undefined
  if (stem.length >= shortestStem) {
    const stems: Array<string> = []
    for (const other of world.units.keys()) if (suffixOf(other) === suffix) stems.push(nameWithoutSuffix(other))
    const nearest = suggest(stem, stems)
    if (nearest !== undefined) hint = `did you mean "${nearest}.${suffix}"?`
  }
  world.hints.set(name, hint)
  return hint
}
