/**
 * Directories of unit files laid over each other: of files with the same name in the same place the topmost counts,
 * systemd.unit(5) "UNIT FILE LOAD PATH".
 *
 * @since 0.1.0
 */
import { isMismatch } from "./Alias.ts"
import type { SourceFile } from "./SourceFile.ts"
import type { UnitName } from "./Unit.ts"
import { isRead } from "./UnitName.ts"

/** A unit that a file of the same name in a higher directory has replaced. */
export interface Override {
  readonly name: UnitName
  readonly basePath: string
  readonly overridePath: string
}

/** A folder beside the units of one directory: `web.service.d`, `multi-user.target.wants`. */
export interface Folder {
  readonly path: string
  /** The higher its directory, the more. */
  readonly layer: number
  readonly files: Array<SourceFile>
}

export interface Layers {
  /** The files beside each other, by name: what the topmost directory has. */
  readonly files: ReadonlyMap<string, SourceFile>
  /** Folders by name, the topmost first. */
  readonly folders: ReadonlyMap<string, ReadonlyArray<Folder>>
  readonly overrides: ReadonlyArray<Override>
  /** Links that count for nothing, as if they were not there. */
  readonly ignored: ReadonlySet<SourceFile>
}

/** Whether a file masks what has its name: it is empty, or a link to `/dev/null`. */
export const isMask = ({ fault, link, text }: SourceFile): boolean =>
  fault === undefined && (text === "" || (text === undefined && (link === undefined || link.endsWith("/dev/null"))))

/** Lays each directory over the ones before it. */
export const stack = (directories: ReadonlyArray<ReadonlyArray<SourceFile>>): Layers => {
  const ignored = new Set(mismatches(directories))
  const files = new Map<string, SourceFile>()
  const folders = new Map<string, Array<Folder>>()
  const overrides: Array<Override> = []
  for (let layer = 0; layer < directories.length; layer++) {
    const own = new Map<string, Folder>()
    for (const source of directories[layer] ?? []) {
      const slash = source.name.indexOf("/")
      if (slash >= 0) {
        addTo(own, source, slash, layer)
        continue
      }
      if (ignored.has(source)) continue
      const base = layer > 0 ? files.get(source.name) : undefined
      if (base !== undefined && base.file !== source.file && isRead(source.name)) {
        overrides.push({ name: source.name, basePath: base.file, overridePath: source.file })
      }
      files.set(source.name, source)
    }
    for (const [name, folder] of own) {
      const list = folders.get(name)
      if (list === undefined) folders.set(name, [folder])
      else list.unshift(folder)
    }
  }
  if (overrides.length > 1) overrides.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  return { files, folders, overrides, ignored }
}

const mismatches = (directories: ReadonlyArray<ReadonlyArray<SourceFile>>): ReadonlyArray<SourceFile> => {
  let names: Set<string> | undefined
  const has = (name: string): boolean => {
    names ??= new Set(directories.flatMap((sources) => sources.map((source) => source.name)))
    return names.has(name)
  }
  return directories.flatMap((sources) =>
    sources.filter(({ link, name }) => link !== undefined && !name.includes("/") && isMismatch(name, link, has))
  )
}

const addTo = (folders: Map<string, Folder>, source: SourceFile, slash: number, layer: number): void => {
  const name = source.name.slice(0, slash)
  let folder = folders.get(name)
  if (folder === undefined) {
    const path = source.file.slice(0, source.file.length - (source.name.length - slash))
    folders.set(name, folder = { path, layer, files: [] })
  }
  folder.files.push(source)
}
