/**
 * Other names of units, systemd.unit(5): a symbolic link from the other name to the unit's file.
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { ofFile } from "./Diagnostic.ts"
import type { SourceFile } from "./SourceFile.ts"
import type { UnitName } from "./Unit.ts"
import { isRead, isTemplate, isValid, split, templateOf } from "./UnitName.ts"

/** `name@instance.suffix` of the template `name@.suffix`; `undefined` where that is too long for a name. */
export const instantiate = (template: string, instance: string): UnitName | undefined => {
  const at = template.indexOf("@") + 1
  const name = `${template.slice(0, at)}${instance}${template.slice(at)}`
  return isValid(name) ? name : undefined
}

/**
 * The unit that a link of this name stands for: what the last name of its target says, an instance's link to a template
 * made an instance; that may be the name itself. `undefined` where the target's name is the link's own or no unit's:
 * such a link is read as the file it leads to.
 */
export const targetOf = (name: string, link: string): UnitName | undefined => {
  const target = link.slice(link.lastIndexOf("/") + 1)
  if (target === name || !isRead(name) || !isRead(target)) return undefined
  const { instance } = split(name)
  const propagates = instance !== undefined && instance !== "" && isTemplate(target)
  return propagates ? instantiate(target, instance) : target
}

/** Whether a set in which there are files of these names has this unit, by its own file or by its template's. */
export const isThere = (name: UnitName, has: (name: string) => boolean): boolean => {
  if (has(name)) return true
  const template = templateOf(name)
  return template !== undefined && has(template)
}

/** What sort of name it is; an alias has to be of the same sort as what it stands for. */
const sortOf = (name: string): string => {
  const { instance, suffix } = split(name)
  if (instance === undefined) return `.${suffix}`
  return isTemplate(name) ? `template of .${suffix}` : `"${instance}" of .${suffix}`
}

/** A link that makes an instance of the template of its own name be loaded: `a@1.service -> a@.service`. */
export const isInstanceLink = ({ link, name }: SourceFile, files: ReadonlyMap<string, SourceFile>): boolean => {
  if (link === undefined || targetOf(name, link) !== name) return false
  return files.has(link.slice(link.lastIndexOf("/") + 1))
}

/**
 * Whether a link says the name of a unit of the set that cannot have the link's name as another one, for its suffix or
 * its instance. Such a link counts for nothing: what it would replace stays.
 */
export const isMismatch = (name: string, link: string, has: (name: string) => boolean): boolean => {
  const target = targetOf(name, link)
  return target !== undefined && sortOf(name) !== sortOf(target) && isThere(target, has)
}

export interface Aliases {
  /** Every link that is another name, and what it stands for in the end. */
  readonly names: ReadonlyMap<UnitName, UnitName>
  /** Names that lead in a circle: they are out. */
  readonly refused: ReadonlySet<string>
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** The unit's own name, for every name it has; names of nobody come back as they are. */
  readonly resolve: (name: UnitName) => UnitName
  /** All other names of a unit. */
  readonly otherNames: (name: UnitName) => ReadonlyArray<UnitName>
}

export const find = (files: ReadonlyMap<string, SourceFile>): Aliases => {
  const direct = new Map<UnitName, UnitName>()
  const refused = new Set<string>()
  const diagnostics: Array<Diagnostic> = []
  const has = (name: string) => files.has(name)
  for (const { link, name } of files.values()) {
    if (link === undefined || !isRead(name)) continue
    const target = targetOf(name, link)
    if (target !== undefined && target !== name && isThere(target, has)) direct.set(name, target)
  }
  const step = (name: UnitName): UnitName | undefined => {
    const target = direct.get(name)
    if (target !== undefined || direct.size === 0 || files.has(name)) return target
    // Another name of a template is another name of each of its instances.
    const template = templateOf(name)
    const real = template === undefined ? undefined : direct.get(template)
    return real === undefined ? undefined : instantiate(real, split(name).instance ?? "")
  }
  const known = new Map<UnitName, UnitName>()
  const resolve = (name: UnitName): UnitName => {
    if (direct.size === 0) return name
    const trail = new Set<UnitName>()
    let at = name
    let end = known.get(at)
    while (end === undefined) {
      trail.add(at)
      const next = step(at)
      if (next === undefined) end = at
      else if (trail.has(next)) {
        // In a circle nothing is real: each name stands for itself, and none of them is there.
        const circle = [...trail].slice([...trail].indexOf(next))
        diagnostics.push(loop(circle, files))
        for (const one of circle) refused.add(one)
        end = next
      } else {
        at = next
        end = known.get(at)
      }
    }
    for (const one of trail) known.set(one, refused.has(one) ? one : end)
    return known.get(name) ?? name
  }
  const names = new Map<UnitName, UnitName>()
  for (const name of [...direct.keys()].sort()) {
    const real = resolve(name)
    if (refused.has(real)) refused.add(name)
    if (!refused.has(name)) names.set(name, real)
  }
  return { names, refused, diagnostics, resolve, otherNames: backwards(names, resolve) }
}

const none: ReadonlyArray<UnitName> = []

const backwards = (
  names: ReadonlyMap<UnitName, UnitName>,
  resolve: (name: UnitName) => UnitName
): (name: UnitName) => ReadonlyArray<UnitName> => {
  if (names.size === 0) return () => none
  const byReal = new Map<UnitName, Array<UnitName>>()
  for (const [name, real] of names) {
    const list = byReal.get(real)
    if (list === undefined) byReal.set(real, [name])
    else list.push(name)
  }
  return (name) => {
    const own = byReal.get(name) ?? none
    const template = templateOf(name)
    const ofTemplate = template === undefined ? undefined : byReal.get(template)
    if (ofTemplate === undefined) return own
    const { instance = "" } = split(name)
    const others = ofTemplate.flatMap((other) => instantiate(other, instance) ?? [])
    return [...new Set([...own, ...others.filter((other) => resolve(other) === name)])]
  }
}

/** What is said of a link that is a mismatch. */
export const mismatch = ({ file, link = "", name }: SourceFile): Diagnostic => {
  const target = link.slice(link.lastIndexOf("/") + 1)
  const message = `${target} cannot have ${name} as another name: the link is ignored`
  return ofFile(
    "warning",
    Code.AliasMismatch,
    file,
    message,
    "both need the same suffix, and the same instance or none"
  )
}

/** Longer circles are shown in part. */
const longestCircle = 8

const loop = (circle: ReadonlyArray<UnitName>, files: ReadonlyMap<string, SourceFile>): Diagnostic => {
  const [first = ""] = circle
  const shown = circle.length > longestCircle ? [...circle.slice(0, longestCircle), "..."] : [...circle, first]
  return ofFile(
    "error",
    Code.AliasLoop,
    files.get(first)?.file ?? first,
    `the links lead in a circle: ${shown.join(" -> ")}`,
    "put the unit's file in the place of one of them"
  )
}
