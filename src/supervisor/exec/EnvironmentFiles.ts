/** `EnvironmentFile=` of systemd.exec(5), read at each start: files, or patterns of their names. */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import * as EnvironmentFile from "../../unit/EnvironmentFile.ts"
import type { EnvironmentFileReference, UnitName } from "../../unit/Unit.ts"
import * as Glob from "../Glob.ts"
import type { Entries } from "../RunContext.ts"
import * as UnitLine from "../UnitLine.ts"
import { refuse } from "./ExecContextError.ts"

const sizeLimit = 1024 * 1024

const isNotFound = (error: KernelError): boolean => error.reason === "NotFound"

const readOne = Effect.fnUntraced(function*(unit: UnitName, path: string, optional: boolean) {
  const files = yield* Files
  const text = yield* files.read(path, sizeLimit).pipe(
    Effect.catchIf((error) => optional && isNotFound(error), () => Effect.succeed(""))
  )
  const parsed = EnvironmentFile.parse(text, path)
  for (const diagnostic of parsed.diagnostics) {
    const where = `EnvironmentFile=${path}: line ${diagnostic.at.line}: ${diagnostic.message}`
    if (diagnostic.severity === "error") return yield* refuse(where)
    yield* UnitLine.warning(unit, where)
  }
  return parsed.entries
})

/** The assignments of all of them, in order. */
export const read = Effect.fnUntraced(function*(unit: UnitName, references: ReadonlyArray<EnvironmentFileReference>) {
  const entries: Array<Entries[number]> = []
  for (const { optional, path } of references) {
    const paths = Glob.isPattern(path) ? yield* Glob.expand(path) : [path]
    if (paths.length === 0 && !optional) {
      return yield* refuse(`EnvironmentFile=${path}: no file has such a name`)
    }
    for (const one of paths) entries.push(...(yield* readOne(unit, one, optional)))
  }
  return entries
})
