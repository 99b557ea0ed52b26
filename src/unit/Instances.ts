/**
 * Instances that are made while everything runs: the services of sockets with `Accept=yes`, one a connection, and what
 * these name in their turn. What the files say is kept as text; the disk is not asked again.
 *
 * @since 0.1.0
 */
import type { Links, ParseOptions, Text } from "./Parse.ts"
import { parseUnit } from "./Parse.ts"
import { rename } from "./References.ts"
import type { Unit, UnitName } from "./Unit.ts"
import { templateOf } from "./UnitName.ts"

export interface Instances {
  readonly sources: ReadonlyMap<UnitName, Source>
  /** Whether there is something that units of this template could be made of. */
  readonly has: (template: UnitName) => boolean
  /**
   * The unit of this name, the same as if somebody had named it in a file; it has another name itself where the template
   * is a link to one. `undefined`: there is no such template.
   */
  readonly make: (name: UnitName) => Unit | undefined
}

/** What a template is read from. */
export interface Source extends Text {
  readonly fragments: ReadonlyArray<Text>
  readonly links: Links | undefined
}

/** Where nobody makes any. */
export const none: Instances = { sources: new Map(), has: () => false, make: () => undefined }

/** Nothing but the name tells instances of such a template from each other, so that it is read once. */
const isFixed = ({ fragments, text }: Source): boolean =>
  !text.includes("%") && fragments.every((fragment) => !fragment.text.includes("%"))

/** `resolve`: the name that a unit has itself. */
export const of = (
  sources: ReadonlyMap<UnitName, Source>,
  resolve: (name: UnitName) => UnitName,
  options: ParseOptions
): Instances => {
  const fixed = new Map<Source, Unit>()
  const sourceOf = (name: UnitName): Source | undefined => {
    const template = templateOf(name)
    return template === undefined ? undefined : sources.get(template)
  }
  const read = (name: UnitName, source: Source): Unit | undefined => {
    const known = fixed.get(source)
    if (known !== undefined) return renamed(known, name)
    const { unit } = parseUnit({ ...source, name }, options)
    if (unit !== undefined && isFixed(source)) fixed.set(source, unit)
    return unit
  }
  return {
    sources,
    has: (template) => sources.has(resolve(template)),
    make: (asked) => {
      const name = resolve(asked)
      const source = sourceOf(name)
      const unit = source === undefined ? undefined : read(name, source)
      return unit === undefined ? undefined : rename(unit, resolve)
    }
  }
}

/** The same unit under another name, which is also its description unless somebody wrote one. */
const renamed = (unit: Unit, name: UnitName): Unit => {
  const { Unit: section } = unit
  return section.Description === unit.name
    ? { ...unit, name, Unit: { ...section, Description: name } }
    : { ...unit, name }
}
