/** What `validate` looks at: the two unit directories, or the files and directories that its command line names. */
import * as Effect from "effect/Effect"
import { Files } from "../kernel/Files.ts"
import type { System } from "../kernel/System.ts"
import type { UnitSet } from "../supervisor/UnitFiles.ts"
import * as UnitFiles from "../supervisor/UnitFiles.ts"
import { loadFiles } from "../supervisor/UnitFilesOf.ts"
import { Code } from "../unit/Code.ts"
import type { Diagnostic } from "../unit/Diagnostic.ts"
import type { Unit } from "../unit/Unit.ts"
import type { Options } from "./Options.ts"

/** What was found in one set or in several. */
export interface Findings {
  /** How many units there are. */
  readonly units: number
  readonly overrides: UnitSet["overrides"]
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/** What was found in a set, and in its image if there is one. */
const ofSet = ({ diagnostics, overrides, units }: UnitSet, { root }: Options, image: ImageCheck) =>
  Effect.gen(function*() {
    const more = root === undefined ? [] : yield* image(units.values(), root)
    return { units: units.size, overrides, diagnostics: [...diagnostics, ...more] }
  })

/** What is said of units that are not there. */
const absences: ReadonlyArray<string> = [
  Code.MissingRequirement,
  Code.AbsentHandler,
  Code.NothingToStart,
  Code.AbsentSocket
]

/** Beside files that were picked out, the rest of the image is not there to be asked: less is certain. */
const lessCertain = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyArray<Diagnostic> =>
  diagnostics.filter(({ code }) => code !== Code.AbsentUnit).map((diagnostic) =>
    absences.includes(diagnostic.code)
      ? { ...diagnostic, severity: "note", hint: "only the files named were looked at" }
      : diagnostic
  )

/** What the units of a set ask of the image whose root directory this is. */
export type ImageCheck = (
  units: Iterable<Unit>,
  root: string
) => Effect.Effect<ReadonlyArray<Diagnostic>, never, Files | System>

const isDirectory = (path: string): Effect.Effect<boolean, never, Files> =>
  Effect.gen(function*() {
    const files = yield* Files
    const kind = yield* Effect.orElseSucceed(files.kind(path), () => "absent" as const)
    if (kind !== "link") return kind === "directory"
    return yield* Effect.match(files.list(path), { onFailure: () => false, onSuccess: () => true })
  })

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** Sets in which no name occurs twice: a file whose name was there before goes to the next one. */
const distinct = (paths: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const sets: Array<Array<string>> = []
  const count = new Map<string, number>()
  for (const path of new Set(paths)) {
    const index = count.get(baseName(path)) ?? 0
    count.set(baseName(path), index + 1)
    const set = sets[index]
    if (set === undefined) sets.push([path])
    else set.push(path)
  }
  return sets
}

/** A directory named by hand is a set of its own, to which nothing is added. */
const loadDirectory = (path: string): Effect.Effect<UnitSet, never, Files | System> =>
  UnitFiles.load({ core: path, dropIn: `${path}/.none` })

/** `units/` and `units` are the same directory; `/` is itself. */
const withoutSlashes = (path: string): string => {
  let end = path.length
  while (end > 1 && path[end - 1] === "/") end--
  return path.slice(0, end)
}

/** Loads what the options name. Faults are data: this never fails. */
export const load = (options: Options, image: ImageCheck): Effect.Effect<Findings, never, Files | System> =>
  Effect.gen(function*() {
    if (options.paths.length === 0) {
      return yield* ofSet(yield* UnitFiles.load({ core: options.units, dropIn: options.dropIn }), options, image)
    }
    const directories: Array<string> = []
    const files: Array<string> = []
    for (const path of options.paths.map(withoutSlashes)) {
      ;((yield* isDirectory(path)) ? directories : files).push(path)
    }
    const findings: Array<Findings> = []
    for (const set of distinct(files)) {
      const found = yield* ofSet(yield* loadFiles(set), options, image)
      findings.push({ ...found, diagnostics: lessCertain(found.diagnostics) })
    }
    for (const directory of new Set(directories)) {
      findings.push(yield* ofSet(yield* loadDirectory(directory), options, image))
    }
    return {
      units: findings.reduce((sum, { units }) => sum + units, 0),
      overrides: findings.flatMap(({ overrides }) => overrides),
      diagnostics: findings.flatMap(({ diagnostics }) => diagnostics)
    }
  })
