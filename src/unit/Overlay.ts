/**
 * From the files of unit directories to the units they make up: what the image ships (core), and what a derived image
 * drops in. Whole files replace each other, fragments add to them, links give other names and dependencies, templates
 * become the instances that somebody names, systemd.unit(5).
 *
 * @since 0.1.0
 */
import * as Alias from "./Alias.ts"
import { checkUnits } from "./Check.ts"
import { Code } from "./Code.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { ofFile } from "./Diagnostic.ts"
import * as Folders from "./Folders.ts"
import type { Source } from "./Instances.ts"
import * as Instances from "./Instances.ts"
import type { Override } from "./Layers.ts"
import { isMask, stack } from "./Layers.ts"
import * as Memory from "./Memory.ts"
import type { ParseOptions } from "./Parse.ts"
import { parseUnit } from "./Parse.ts"
import { meaning, rename, startedBy, templateFor } from "./References.ts"
import { accepts } from "./SocketKind.ts"
import type { SourceFile } from "./SourceFile.ts"
import * as Stray from "./Stray.ts"
import type { Unit, UnitName } from "./Unit.ts"
import { isRead, isTemplate, templateOf } from "./UnitName.ts"

export type { Override } from "./Layers.ts"
export type { SourceFile } from "./SourceFile.ts"

export interface OverlayInput extends ParseOptions {
  readonly core: ReadonlyArray<SourceFile>
  readonly dropIn: ReadonlyArray<SourceFile>
}

/** Everything in the order of the names. */
export interface Overlay {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly overrides: ReadonlyArray<Override>
  readonly diagnostics: ReadonlyArray<Diagnostic>
  readonly masked: ReadonlyArray<UnitName>
  /** `name@.service`: read and checked, but only its instances can start. */
  readonly templates: ReadonlyArray<Unit>
  /** Other names of units, and the names that the units themselves have. */
  readonly aliases: ReadonlyMap<UnitName, UnitName>
  /** For sockets with `Accept=yes`; of a set without any, it makes none. */
  readonly instances: Instances.Instances
}

/** Reads both sets. Faults of a core unit that is replaced do not count: its file is not even looked at. */
export const overlay = (input: OverlayInput): Overlay => merge([input.core, input.dropIn], input)

/**
 * How many characters of templates and fragments are read again for one unit after the other, each instance counting
 * as some more: a template whose instances name ever new instances of it must come to an end.
 */
const repeatable = 8 * 1024 * 1024
const perInstance = 2048

/** Reads directories that are laid over each other, the topmost last. */
export const merge = (directories: ReadonlyArray<ReadonlyArray<SourceFile>>, options: ParseOptions): Overlay => {
  const layers = stack(directories)
  const { files } = layers
  const aliases = Alias.find(files)
  const folders = Folders.make(layers, aliases.resolve)
  const names = new Map(aliases.names)
  const sorted = [...files.keys()].sort()
  const hasInstances = sorted.some((name) => name.includes("@"))

  const units = new Map<UnitName, Unit>()
  const templates: Array<Unit> = []
  const sources = new Map<UnitName, Source>()
  const instantiated = new Set<UnitName>()
  const masked = new Set<UnitName>()
  const said = new Map<string, ReadonlyArray<Diagnostic>>()
  const general: Array<Diagnostic> = [...[...layers.ignored].map(Alias.mismatch), ...aliases.diagnostics]
  const memory = Memory.make()
  let left = repeatable

  const load = (name: UnitName, { file, text = "" }: SourceFile, again: number): void => {
    if (left < 0) return
    const { diagnostics, effort, fragments, links } = folders.additionsFor(name, aliases.otherNames)
    left -= again + effort
    if (left < 0) {
      general.push(tooMuch(name, file))
      return
    }
    const parsed = parseUnit({ name, file, text, fragments, links }, options, memory)
    if (parsed.diagnostics.length > 0 || diagnostics.length > 0) said.set(name, [...parsed.diagnostics, ...diagnostics])
    if (parsed.unit === undefined) return
    if (isTemplate(name)) {
      templates.push(parsed.unit)
      sources.set(name, { file, text, fragments, links })
    } else units.set(name, parsed.unit)
  }

  /** Makes an instance of a template of this set, unless there is one. */
  const instance = (name: UnitName): void => {
    const template = units.has(name) || masked.has(name) || said.has(name) ? undefined : templateOf(name)
    const source = template === undefined ? undefined : files.get(template)
    if (template === undefined || source === undefined) return
    instantiated.add(template)
    if (isMask(source)) masked.add(name)
    else if (source.text !== undefined && source.fault === undefined) {
      load(name, source, perInstance + source.text.length)
    }
  }

  const named: Array<UnitName> = [...aliases.names.values()]
  for (const name of sorted) {
    const source = files.get(name)
    if (source === undefined) continue
    if (source.fault !== undefined) said.set(name, [source.fault])
    else if (!isRead(name)) said.set(name, Stray.judge(source))
    else if (aliases.names.has(name) || aliases.refused.has(name)) continue
    else if (Alias.isInstanceLink(source, files)) named.push(name)
    else if (isMask(source)) masked.add(name)
    else if (source.text === undefined) said.set(name, [Stray.dangling(source)])
    else load(name, source, 0)
  }
  if (hasInstances) {
    for (const name of named) instance(name)
    // A map goes on to what is added to it while it is walked.
    for (const unit of units.values()) {
      for (const name of startedBy(unit)) {
        if (name.includes("@")) instance(aliases.resolve(meaning(unit, name)))
      }
    }
  }
  if (hasInstances || names.size > 0) {
    for (const [name, unit] of units) {
      units.set(
        name,
        rename(unit, (other) => {
          const real = aliases.resolve(other)
          if (real !== other) names.set(other, real)
          return real
        })
      )
    }
  }
  const accepting = templates.length > 0 ? acceptedFor(units.values(), aliases.resolve) : undefined
  for (const name of accepting ?? []) instantiated.add(name)
  for (const { file, name } of templates) {
    if (!instantiated.has(name)) said.set(name, [...said.get(name) ?? [], unusedTemplate(file)])
  }
  const loaded = inOrder(units)
  const diagnostics = [...said.keys()].sort().flatMap((name) => said.get(name) ?? [])
  // Where units were left out, there is no telling what is not there.
  const rest = left < 0 ? general : [
    ...general,
    ...folders.finish(units, masked),
    ...checkUnits(loaded, masked, [
      ...templates.map((template) => template.name),
      ...[...aliases.names.keys()].filter(isTemplate)
    ])
  ]
  for (const diagnostic of rest) diagnostics.push(diagnostic)
  return {
    units: loaded,
    overrides: layers.overrides,
    diagnostics: hasInstances || layers.folders.size > 0 ? distinct(diagnostics) : diagnostics,
    masked: [...masked].sort(),
    templates,
    aliases: inOrder(names),
    instances: accepting === undefined ? Instances.none : Instances.of(sources, aliases.resolve, options)
  }
}

/** The templates of which sockets make instances, one a connection; `undefined` if no socket does. */
const acceptedFor = (
  units: Iterable<Unit>,
  resolve: (name: UnitName) => UnitName
): ReadonlyArray<UnitName> | undefined => {
  let names: Array<UnitName> | undefined
  for (const unit of units) {
    if (!accepts(unit)) continue
    const template = templateFor(unit.name)
    names ??= []
    if (template !== undefined) names.push(resolve(template))
  }
  return names
}

/** By name. Files come in that order, so that it is there already unless there are instances. */
const inOrder = <A>(map: ReadonlyMap<UnitName, A>): ReadonlyMap<UnitName, A> => {
  let last = ""
  for (const name of map.keys()) {
    if (name < last) return new Map([...map].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0))
    last = name
  }
  return map
}

/** What holds for a file is said once, however many units the file is read for. */
const distinct = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyArray<Diagnostic> => {
  const seen = new Set<string>()
  return diagnostics.filter(({ at, code, message }) => {
    const key = `${at.file}\0${at.line}\0${at.column}\0${code}\0${message}`
    const fresh = !seen.has(key)
    seen.add(key)
    return fresh
  })
}

const unusedTemplate = (file: string): Diagnostic =>
  ofFile("note", Code.Template, file, "a template of which no unit names an instance: nothing of it is started")

const tooMuch = (name: UnitName, file: string): Diagnostic =>
  ofFile(
    "error",
    Code.RepeatedTooOften,
    file,
    `too many units are made of templates and fragments: ${name} and all after it are left out`,
    "a template must not name ever new instances of itself"
  )
