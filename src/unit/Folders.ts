/**
 * The folders beside the units: fragments that add to a unit, and links that stand for dependencies, systemd.unit(5).
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { ofFile, quote } from "./Diagnostic.ts"
import type { Folder, Layers } from "./Layers.ts"
import { isMask } from "./Layers.ts"
import { levelsOf } from "./Levels.ts"
import type { Links, Text } from "./Parse.ts"
import type { SourceFile } from "./SourceFile.ts"
import { dangling } from "./Stray.ts"
import { isRead, isTemplate, isValid, suffixes, suffixOf, templateOf } from "./UnitName.ts"
import type { UnitName, UnitReference } from "./Values.ts"

/** What the folders of a kind are for: their last suffix, and the directive that their links stand for. */
const dependencies = [["wants", "Wants"], ["requires", "Requires"], ["upholds", "Upholds"]] as const
const kinds: ReadonlySet<string> = new Set(["d", ...dependencies.map(([kind]) => kind)])

/** `web.service` and `d` of `web.service.d`; `undefined` for folders that are none of a unit's. */
export const ownerOf = (folder: string): { readonly owner: string; readonly kind: string } | undefined => {
  const kind = suffixOf(folder)
  const owner = folder.slice(0, -kind.length - 1)
  return kinds.has(kind) && (isValid(owner) || suffixes.includes(owner)) ? { owner, kind } : undefined
}

/** What the folders of a unit hold for it. */
export interface Additions {
  readonly fragments: ReadonlyArray<Text>
  readonly links: Links | undefined
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** How much there was to look at and is to be read, in characters. */
  readonly effort: number
}

const nothing: Additions = { fragments: [], links: undefined, diagnostics: [], effort: 0 }

const none: ReadonlyArray<SourceFile> = []

/** To look at a file's name takes as long as to read so many characters, or about so. */
const perFile = 64

export interface Folders {
  readonly additionsFor: (name: UnitName, otherNames: (name: UnitName) => ReadonlyArray<UnitName>) => Additions
  /** What is to be said of folders and links once all units are known. */
  readonly finish: (units: ReadonlyMap<UnitName, unknown>, masked: ReadonlySet<string>) => ReadonlyArray<Diagnostic>
}

export const make = ({ folders }: Layers, resolve: (name: UnitName) => UnitName): Folders => {
  if (folders.size === 0) return { additionsFor: () => nothing, finish: () => [] }
  const used = new Set<string>()
  const wanted = new Map<SourceFile, UnitName>()
  let effort = 0
  const present = new Set([...folders.keys()].map(suffixOf))
  /** The files of a kind of folder that count for a unit: of those with one name the first one met. */
  const choose = (levels: ReadonlyArray<Iterable<string>>, kind: string): ReadonlyArray<SourceFile> => {
    if (!present.has(kind)) return none
    const chosen = new Map<string, SourceFile>()
    for (const each of levels) {
      const list: Array<Folder> = []
      for (const level of each) {
        const found = folders.get(`${level}.${kind}`)
        if (found === undefined) continue
        used.add(`${level}.${kind}`)
        for (const folder of found) list.push(folder)
      }
      // A stable sort: of the folders in one directory the more specific one stays ahead.
      for (const { files } of list.sort((a, b) => b.layer - a.layer)) {
        effort += perFile * files.length
        for (const source of files) {
          const name = source.name.slice(source.name.indexOf("/") + 1)
          if (!chosen.has(name)) chosen.set(name, source)
        }
      }
    }
    return chosen.size === 0 ? none : [...chosen.keys()].sort().flatMap((name) => chosen.get(name) ?? [])
  }
  const additionsFor: Folders["additionsFor"] = (unit, otherNames) => {
    const others = otherNames(unit)
    const levels = [levelsOf(unit), ...others.map(levelsOf), [suffixOf(unit)]]
    effort = perFile * others.length
    const diagnostics: Array<Diagnostic> = []
    const fragments: Array<Text> = []
    for (const source of choose(levels, "d")) {
      const fault = source.fault ?? faultOfFragment(source)
      if (fault !== undefined) diagnostics.push(fault)
      if (fault !== undefined || isMask(source)) continue
      const { file, text = "" } = source
      fragments.push({ file, text })
      effort += text.length
    }
    const links: Record<string, Array<UnitReference>> = {}
    for (const [kind, directive] of dependencies) {
      for (const source of choose(levels, kind)) {
        if (isMask(source)) continue
        const name = source.name.slice(source.name.indexOf("/") + 1)
        const fault = source.fault ?? faultOfLink(name, source)
        if (fault !== undefined) diagnostics.push(fault)
        if (fault !== undefined || !isValid(name)) continue
        const misleading = otherName(name, source, resolve)
        if (misleading !== undefined) diagnostics.push(misleading)
        // What is required and not there is found by the checks across units.
        if (kind !== "requires") wanted.set(source, name)
        links[directive] ??= []
        links[directive].push({ name, at: { file: source.file, line: 0, column: 0 } })
      }
    }
    return { fragments, links, diagnostics, effort }
  }
  return {
    additionsFor,
    finish: (units, masked) => {
      const diagnostics: Array<Diagnostic> = []
      for (const name of [...folders.keys()].sort()) {
        const whose = ownerOf(name)
        const [folder] = folders.get(name) ?? []
        if (folder === undefined || used.has(name)) continue
        if (whose === undefined) diagnostics.push(ofNobody(folder.path))
        else if (!suffixes.includes(whose.owner)) diagnostics.push(withoutUnit(folder.path, whose, masked))
      }
      for (const [source, name] of wanted) {
        // A template stands for an instance that depends on who wants it.
        if (!isTemplate(name) && !units.has(resolve(name))) {
          diagnostics.push(toAbsent(source.file, name, masked.has(resolve(name))))
        }
      }
      return diagnostics
    }
  }
}

const faultOfFragment = (source: SourceFile): Diagnostic | undefined => {
  if (!source.name.endsWith(".conf")) {
    const message = "the name of a fragment ends in \".conf\": the file is ignored"
    return ofFile("note", Code.NotAFragment, source.file, message)
  }
  return source.text === undefined && !isMask(source) ? dangling(source) : undefined
}

const faultOfLink = (name: string, { file, link }: SourceFile): Diagnostic | undefined => {
  if (!isValid(name)) {
    return ofFile("warning", Code.NotAUnitName, file, `${quote(name)} is no name of a unit: the link is ignored`)
  }
  if (link !== undefined) return undefined
  const message = "only symbolic links count in such a folder: the file is ignored"
  return ofFile("warning", Code.NotALink, file, message, `put a link there, such as ../${name}`)
}

/** A link that leads to another unit than its name says: systemd goes by the name, and warns. */
const otherName = (
  name: UnitName,
  { file, link = "" }: SourceFile,
  resolve: (name: UnitName) => UnitName
): Diagnostic | undefined => {
  const target = link.slice(link.lastIndexOf("/") + 1)
  if (target === name || !isValid(target) || target === templateOf(name) || resolve(target) === resolve(name)) {
    return undefined
  }
  const message = `the link is called ${name} but leads to ${target}: it stands for ${name}`
  return ofFile("warning", Code.LinkName, file, message, "give both the same name")
}

const ofNobody = (path: string): Diagnostic =>
  ofFile("warning", Code.Folder, path, "a folder: unit files are read from the directory itself only")

const withoutUnit = (
  path: string,
  { kind, owner }: { readonly owner: string; readonly kind: string },
  masked: ReadonlySet<string>
): Diagnostic => {
  const why = !isRead(owner)
    ? `units of kind "${suffixOf(owner)}" are not read`
    : masked.has(owner)
    ? `${owner} is masked`
    : `${owner} is not loaded`
  const effect = kind === "d" ? "the fragments here have no effect" : "nothing is pulled in by the links here"
  return ofFile("note", Code.FolderWithoutUnit, path, `${why}: ${effect}`)
}

const toAbsent = (file: string, name: UnitName, masked: boolean): Diagnostic => {
  const why = !isRead(name)
    ? `units of kind "${suffixOf(name)}" are not read`
    : `${name} is ${masked ? "masked" : "not loaded"}`
  return ofFile("note", Code.LinkToAbsentUnit, file, `${why}: the link pulls nothing in`)
}
