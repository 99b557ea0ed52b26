/** Files and directories that are named one by one, as one set: what `validate FILE...` looks at. */
import * as Effect from "effect/Effect"
import type { FileKind } from "../kernel/Files.ts"
import { Files } from "../kernel/Files.ts"
import type { System } from "../kernel/System.ts"
import { Code } from "../unit/Code.ts"
import type { Diagnostic } from "../unit/Diagnostic.ts"
import { ofFile } from "../unit/Diagnostic.ts"
import { ownerOf } from "../unit/Folders.ts"
import * as UnitName from "../unit/UnitName.ts"
import type { Layer, Port, UnitSet } from "./UnitFiles.ts"
import { build, join, trimmed, unreadable } from "./UnitFiles.ts"

const [ENOENT, ENOTDIR] = [2, 20]
const nothing: ReadonlySet<string> = new Set()

const kindOf = (files: Port, path: string): Effect.Effect<FileKind> =>
  Effect.orElseSucceed(files.kind(path), () => "absent" as const)

/** A file that is named by itself: a unit, or a fragment, which adds to the unit beside its folder. */
const layerOf = Effect.fnUntraced(function*(files: Port, file: string, faults: Array<Diagnostic>) {
  const slash = file.lastIndexOf("/")
  const path = file.slice(0, Math.max(slash, file.startsWith("/") ? 1 : 0))
  const name = file.slice(slash + 1)
  const folder = path.slice(path.lastIndexOf("/") + 1)
  const whose = ownerOf(folder)
  if (whose?.kind !== "d") {
    const links = (yield* kindOf(files, file)) === "link" ? new Set([name]) : nothing
    return { path, names: [name], links, folders: nothing }
  }
  const beside = path.slice(0, Math.max(path.length - folder.length - 1, path.startsWith("/") ? 1 : 0))
  const owner = join(beside, whose.owner)
  const kind = yield* kindOf(files, owner)
  const template = kind === "absent" ? UnitName.templateOf(whose.owner) : undefined
  const hasTemplate = template !== undefined && (yield* kindOf(files, join(beside, template))) !== "absent"
  if (kind === "absent" && !hasTemplate) {
    const message = `a fragment is checked together with its unit, but ${whose.owner} is not beside ${path}`
    faults.push(ofFile("warning", Code.FragmentAlone, file, message, "check the directory that holds both"))
  }
  return {
    path: beside,
    names: [...kind === "absent" ? [] : [whose.owner], ...hasTemplate ? [template] : [], folder],
    links: kind === "link" ? new Set([whose.owner]) : nothing,
    folders: new Set([folder]),
    only: name,
    // As if there were a link that asks for the instance.
    extra: hasTemplate ? { name: whose.owner, file: owner, text: undefined, link: template } : undefined
  }
})

/**
 * Reads directories and single files as one set, later ones laid over earlier ones. A fragment's unit is looked for
 * beside the fragment's folder. Faults are data: this never fails.
 */
export const loadFiles = (paths: ReadonlyArray<string>): Effect.Effect<UnitSet, never, Files | System> =>
  Effect.gen(function*() {
    const files = yield* Files
    const faults: Array<Diagnostic> = []
    const layers: Array<Layer> = []
    for (const path of paths.map(trimmed)) {
      const directory = yield* Effect.either(files.scan(path))
      if (directory._tag === "Right") {
        layers.push({ ...directory.right, path })
        continue
      }
      const { errno } = directory.left
      // A link to nowhere is there, too: it may be a mask, or else it is said where it leads.
      if (errno === ENOTDIR || (errno === ENOENT && (yield* kindOf(files, path)) === "link")) {
        layers.push(yield* layerOf(files, path, faults))
      } else if (errno === ENOENT) {
        faults.push(ofFile("error", Code.NoSuchPath, path, "there is no such file or directory"))
      } else {
        faults.push(unreadable(path, directory.left))
      }
    }
    return yield* build(layers, faults)
  })
