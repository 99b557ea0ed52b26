/** The two unit directories, read into what the overlay wants: names, paths and texts. */
import * as Effect from "effect/Effect"
import * as Cycle from "../graph/Cycle.ts"
import type { UnitGraph } from "../graph/UnitGraph.ts"
import * as Graph from "../graph/UnitGraph.ts"
import { Files } from "../kernel/Files.ts"
import type { KernelError } from "../kernel/KernelError.ts"
import { System } from "../kernel/System.ts"
import { Code } from "../unit/Code.ts"
import type { Diagnostic } from "../unit/Diagnostic.ts"
import type { Overlay, SourceFile } from "../unit/Overlay.ts"
import { overlay } from "../unit/Overlay.ts"
import * as UnitName from "../unit/UnitName.ts"

export interface Directories {
  /** The image's own units. */
  readonly core: string
  /** What a derived image adds or replaces. */
  readonly dropIn: string
}

/** All that is known once both directories were read. */
export interface UnitSet extends Overlay {
  readonly graph: UnitGraph
}

const sizeLimit = 1024 * 1024
const ENOENT = 2

const fault = (file: string, severity: Diagnostic["severity"], code: string, message: string): Diagnostic => ({
  severity,
  code,
  at: { file, line: 0, column: 0 },
  section: undefined,
  directive: undefined,
  message,
  hint: undefined
})

const isHidden = (name: string): boolean => name.startsWith(".")
const isUnitName = (name: string): boolean => UnitName.suffixes.includes(UnitName.suffixOf(name))
const isFolderOfUnit = (name: string): boolean => /\.(d|wants|requires)$/.test(name)

type Read = SourceFile | Diagnostic | undefined

/** What is no readable regular file: a mask, a folder beside the units, or a fault. */
const explain = (name: string, file: string, error: KernelError): Effect.Effect<Read, never, Files> =>
  Effect.gen(function*() {
    const files = yield* Files
    const kind = yield* Effect.orElseSucceed(files.kind(file), () => "absent" as const)
    if (kind === "link" && (yield* Effect.orElseSucceed(files.readLink(file), () => "")) === "/dev/null") {
      return { name, file, text: undefined }
    }
    if (kind === "directory" && !isUnitName(name)) {
      return isFolderOfUnit(name)
        ? fault(file, "warning", Code.Folder, "folders of fragments and links are not read by this version")
        : fault(file, "warning", Code.Folder, "a folder: unit files are read from the directory itself only")
    }
    return fault(file, "error", Code.Unreadable, error.message)
  })

const readOne = (name: string, file: string): Effect.Effect<Read, never, Files> =>
  Effect.flatMap(Files, (files) =>
    files.read(file, sizeLimit).pipe(
      Effect.map((text): Read => ({ name, file, text })),
      Effect.catchAll((error) => explain(name, file, error))
    ))

const readDirectory = Effect.fnUntraced(function*(directory: string) {
  const files = yield* Files
  const faults: Array<Diagnostic> = []
  const sources: Array<SourceFile> = []
  const names = yield* files.list(directory).pipe(Effect.catchAll((error) => {
    // A set that is not there is empty: an image may have core units only, or drop-ins only.
    if (error.errno !== ENOENT) faults.push(fault(directory, "error", Code.Unreadable, error.message))
    return Effect.succeed([])
  }))
  for (const name of names) {
    if (isHidden(name)) continue
    const read = yield* readOne(name, `${directory}/${name}`)
    if (read === undefined) continue
    if ("severity" in read) faults.push(read)
    else sources.push(read)
  }
  return { faults, sources }
})

/** Reads, overlays, checks and orders. Faults are data: this never fails. */
export const load = (directories: Directories): Effect.Effect<UnitSet, never, Files | System> =>
  Effect.gen(function*() {
    const system = yield* System
    const environment = yield* system.environment
    const hostname = yield* system.hostname
    const core = yield* readDirectory(directories.core)
    const dropIn = yield* readDirectory(directories.dropIn)
    const set = overlay({
      core: core.sources,
      dropIn: dropIn.sources,
      lookup: (name) => environment.get(name),
      specifiers: { hostname }
    })
    // A core file that a drop-in of the same name replaces may be as broken as it likes.
    const replaced = new Set(dropIn.sources.map(({ name }) => name))
    const coreFaults = core.faults.filter(({ at }) => !replaced.has(at.file.slice(directories.core.length + 1)))
    const graph = Graph.make(set.units)
    const cycles = Cycle.findCycles(graph).map(Cycle.toDiagnostic)
    return { ...set, graph, diagnostics: [...coreFaults, ...dropIn.faults, ...set.diagnostics, ...cycles] }
  })
