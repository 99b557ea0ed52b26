/** Unit files that are named one by one, as one set: what `validate FILE...` looks at. */
import * as Effect from "effect/Effect"
import * as Cycle from "../graph/Cycle.ts"
import * as Graph from "../graph/UnitGraph.ts"
import { Files } from "../kernel/Files.ts"
import type { KernelError } from "../kernel/KernelError.ts"
import { System } from "../kernel/System.ts"
import { Code } from "../unit/Code.ts"
import type { Diagnostic } from "../unit/Diagnostic.ts"
import type { SourceFile } from "../unit/Overlay.ts"
import { overlay } from "../unit/Overlay.ts"
import type { UnitSet } from "./UnitFiles.ts"

const sizeLimit = 1024 * 1024

const unreadable = (file: string, error: KernelError): Diagnostic => ({
  severity: "error",
  code: Code.Unreadable,
  at: { file, line: 0, column: 0 },
  section: undefined,
  directive: undefined,
  message: error.message,
  hint: undefined
})

const isMask = (file: string): Effect.Effect<boolean, never, Files> =>
  Effect.gen(function*() {
    const files = yield* Files
    const kind = yield* Effect.orElseSucceed(files.kind(file), () => "absent" as const)
    return kind === "link" && (yield* Effect.orElseSucceed(files.readLink(file), () => "")) === "/dev/null"
  })

const readOne = (file: string): Effect.Effect<SourceFile | Diagnostic, never, Files> => {
  const name = file.slice(file.lastIndexOf("/") + 1)
  return Effect.flatMap(Files, (files) =>
    files.read(file, sizeLimit).pipe(
      Effect.map((text): SourceFile => ({ name, file, text })),
      Effect.catchAll((error) =>
        Effect.map(isMask(file), (mask) => mask ? { name, file, text: undefined } : unreadable(file, error))
      )
    ))
}

/** Reads, checks and orders them. Faults are data: this never fails. */
export const loadFiles = (paths: ReadonlyArray<string>): Effect.Effect<UnitSet, never, Files | System> =>
  Effect.gen(function*() {
    const system = yield* System
    const environment = yield* system.environment
    const hostname = yield* system.hostname
    const faults: Array<Diagnostic> = []
    const core: Array<SourceFile> = []
    for (const path of paths) {
      const read = yield* readOne(path)
      if ("severity" in read) faults.push(read)
      else core.push(read)
    }
    const set = overlay({ core, dropIn: [], lookup: (name) => environment.get(name), specifiers: { hostname } })
    const graph = Graph.make(set.units)
    const cycles = Cycle.findCycles(graph).map(Cycle.toDiagnostic)
    return { ...set, graph, diagnostics: [...faults, ...set.diagnostics, ...cycles] }
  })
