/** Unit directories, read into what the overlay wants: names, paths, texts, and where links lead. */
import * as Effect from "effect/Effect"
import * as Cycle from "../graph/Cycle.ts"
import type { UnitGraph } from "../graph/UnitGraph.ts"
import * as Graph from "../graph/UnitGraph.ts"
import type { Directory } from "../kernel/Files.ts"
import { Files } from "../kernel/Files.ts"
import type { KernelError } from "../kernel/KernelError.ts"
import { System } from "../kernel/System.ts"
import * as Alias from "../unit/Alias.ts"
import { Code } from "../unit/Code.ts"
import type { Diagnostic } from "../unit/Diagnostic.ts"
import { ofFile } from "../unit/Diagnostic.ts"
import { ownerOf } from "../unit/Folders.ts"
import type { Overlay, SourceFile } from "../unit/Overlay.ts"
import { merge } from "../unit/Overlay.ts"
import * as UnitName from "../unit/UnitName.ts"
import * as HostFacts from "./HostFacts.ts"

export interface Directories {
  /** The image's own units. */
  readonly core: string
  /** What a derived image adds or replaces. */
  readonly dropIn: string
}

/** All that is known once the files were read. */
export interface UnitSet extends Overlay {
  readonly graph: UnitGraph
}

export type Port = typeof Files.Service

/** A directory of units, or what is asked for of one. */
export interface Layer extends Directory {
  /** Empty for the current one. */
  readonly path: string
  /** The one file of its folders that is asked for. */
  readonly only?: string
  /** What is to be taken for one of its files. */
  readonly extra?: SourceFile | undefined
}

const sizeLimit = 1024 * 1024
const ENOENT = 2
const nothing: ReadonlySet<string> = new Set()

export const join = (directory: string, name: string): string =>
  directory === "" || directory.endsWith("/") ? directory + name : `${directory}/${name}`

export const unreadable = (file: string, error: KernelError): Diagnostic =>
  ofFile("error", Code.Unreadable, file, error.message)

const readText = (files: Port, source: SourceFile): Effect.Effect<SourceFile> =>
  Effect.match(files.read(source.file, sizeLimit), {
    onSuccess: (text) => ({ ...source, text }),
    // A link to nowhere has no text: the overlay says what that means.
    onFailure: (error) =>
      source.link !== undefined && error.errno === ENOENT
        ? source
        : { ...source, fault: unreadable(source.file, error) }
  })

/** What a link says, and the text it leads to unless that is not asked for. */
const readLink = (files: Port, source: SourceFile, isEnough: (link: string) => boolean): Effect.Effect<SourceFile> =>
  files.readLink(source.file).pipe(
    Effect.flatMap((link) => {
      const linked = { ...source, link }
      return link.endsWith("/dev/null") || isEnough(link) ? Effect.succeed(linked) : readText(files, linked)
    }),
    Effect.catchAll((error) => Effect.succeed({ ...source, fault: unreadable(source.file, error) }))
  )

/** Whether the target of a link has the name of a unit that is there: then the link is no file of its own. */
const isOfUnit = (name: string, link: string, has: (name: string) => boolean): boolean => {
  const target = Alias.targetOf(name, link)
  if (target === undefined) return false
  const template = UnitName.templateOf(name)
  return target === name ? template !== undefined && has(template) : Alias.isThere(target, has)
}

/** The files of a folder such as `web.service.d` or `multi-user.target.wants`. */
const readFolder = Effect.fnUntraced(function*(files: Port, layer: Layer, name: string) {
  const path = join(layer.path, name)
  const sources: Array<SourceFile> = []
  const faults: Array<Diagnostic> = []
  const { folders, links, names } = yield* Effect.catchAll(files.scan(path), (error) => {
    faults.push(unreadable(path, error))
    return Effect.succeed({ names: [], links: nothing, folders: nothing })
  })
  const holdsFragments = name.endsWith(".d")
  for (const own of layer.only === undefined ? names : [layer.only]) {
    if (own.startsWith(".")) continue
    const source = { name: `${name}/${own}`, file: join(path, own), text: undefined }
    if (folders.has(own)) {
      sources.push({ ...source, fault: ofFile("note", Code.Folder, source.file, "a folder: it is not read") })
    } else if (links.has(own)) {
      sources.push(yield* readLink(files, source, () => !holdsFragments))
    } else {
      sources.push(yield* readText(files, source))
    }
  }
  return { sources, faults }
})

/** Reads the files that count: of those with one name the topmost. */
const readLayers = Effect.fnUntraced(function*(files: Port, layers: ReadonlyArray<Layer>) {
  let names: Set<string> | undefined
  const has = (name: string): boolean => {
    names ??= new Set(layers.flatMap((layer) => layer.names))
    return names.has(name)
  }
  const taken = new Set<string>()
  const directories: Array<ReadonlyArray<SourceFile>> = []
  const faults: Array<Diagnostic> = []
  for (let at = layers.length - 1; at >= 0; at--) {
    const layer = layers[at]
    if (layer === undefined) continue
    const sources: Array<SourceFile> = layer.extra === undefined ? [] : [layer.extra]
    // Ordinary files, nearly all there are, are read together once they are known.
    const plain: Array<{ readonly at: number; readonly file: string }> = []
    for (const name of layer.names) {
      if (name.startsWith(".")) continue
      const source: SourceFile = { name, file: join(layer.path, name), text: undefined }
      if ((layer.folders.has(name) || layer.links.has(name)) && ownerOf(name) !== undefined) {
        const folder = yield* readFolder(files, layer, name)
        for (const one of folder.sources) sources.push(one)
        for (const fault of folder.faults) faults.push(fault)
        continue
      }
      let read = source
      if (layer.folders.has(name)) read = { ...source, fault: folderFault(source) }
      else if (taken.has(name) || UnitName.kindOf(name) === undefined) read = source
      else if (layer.links.has(name)) read = yield* readLink(files, source, (link) => isOfUnit(name, link, has))
      else plain.push({ at: sources.length, file: source.file })
      sources.push(read)
      // What is beneath a link that counts for nothing counts itself.
      if (read.link === undefined || !Alias.isMismatch(name, read.link, has)) taken.add(name)
    }
    const texts = yield* files.readAll(plain.map(({ file }) => file), sizeLimit)
    for (let index = 0; index < plain.length; index++) {
      const [one, text] = [plain[index], texts[index]]
      const source = one === undefined ? undefined : sources[one.at]
      if (one === undefined || source === undefined || text === undefined) continue
      sources[one.at] = typeof text === "string"
        ? { ...source, text }
        : { ...source, fault: unreadable(one.file, text) }
    }
    directories.unshift(sources)
  }
  return { directories, faults }
})

const folderFault = ({ file, name }: SourceFile): Diagnostic =>
  UnitName.isValid(name)
    ? ofFile("error", Code.Unreadable, file, "a folder, where a unit's file is wanted")
    : ofFile("warning", Code.Folder, file, "a folder: unit files are read from the directory itself only")

/**
 * Reads the layers, overlays, checks and orders; `faults` were found on the way to them. `made` are files of no directory,
 * laid over all others.
 */
export const build = Effect.fnUntraced(function*(
  layers: ReadonlyArray<Layer>,
  faults: ReadonlyArray<Diagnostic>,
  made: ReadonlyArray<SourceFile> = []
) {
  const files = yield* Files
  const system = yield* System
  const environment = yield* system.environment
  const read = yield* readLayers(files, layers)
  const directories = made.length === 0 ? read.directories : [...read.directories, made]
  const texts = directories.flatMap((sources) => sources.flatMap(({ text }) => text === undefined ? [] : [text]))
  const specifiers = yield* HostFacts.collect(texts)
  const set = merge(directories, { lookup: (name) => environment.get(name), specifiers })
  const graph = Graph.make(set.units, set.aliases)
  const cycles = Cycle.findCycles(graph).map(Cycle.toDiagnostic)
  return { ...set, graph, diagnostics: [...faults, ...read.faults, ...set.diagnostics, ...cycles] }
})

/** Without the slashes at its end. */
export const trimmed = (path: string): string => {
  let end = path.length
  while (end > 1 && path.charCodeAt(end - 1) === 47) end--
  return path.slice(0, end)
}

/** Reads, overlays, checks and orders; `made` as with `build`. Faults are data: this never fails. */
export const load = (
  directories: Directories,
  made: ReadonlyArray<SourceFile> = []
): Effect.Effect<UnitSet, never, Files | System> =>
  Effect.gen(function*() {
    const files = yield* Files
    const faults: Array<Diagnostic> = []
    const layers: Array<Layer> = []
    for (const path of [trimmed(directories.core), trimmed(directories.dropIn)]) {
      const directory = yield* Effect.either(files.scan(path))
      if (directory._tag === "Right") layers.push({ ...directory.right, path })
      // A set that is not there is empty: an image may have core units only, or drop-ins only.
      else if (directory.left.errno !== ENOENT) faults.push(unreadable(path, directory.left))
    }
    return yield* build(layers, faults, made)
  })
