// What the heap image needs of the engine and the engine does not offer, and short ways for what our code does most:
// scripts/engine has the changes, by what they are about. The sources stay as they are; the changed quickjs.c goes to
// build/engine-patched. Each change says how often its place occurs in the one version it was made for: another version has
// to be looked at again. test/native/Language.test.ts holds what comes of it against another engine.
import { mkdirSync, readFileSync } from "node:fs"
import { writeUnlessSame } from "./compile.mjs"
import { argumentCount } from "./engine/arguments.mjs"
import { comparing } from "./engine/comparing.mjs"
import { copies } from "./engine/copies.mjs"
import { references } from "./engine/counts.mjs"
import { functions } from "./engine/functions.mjs"
import { fused, operations } from "./engine/fused.mjs"
import { interrupts } from "./engine/interrupts.mjs"
import { literals } from "./engine/literals.mjs"
import { locals } from "./engine/locals.mjs"
import { making } from "./engine/making.mjs"
import { memory } from "./engine/memory.mjs"
import { search } from "./engine/search.mjs"
import { shapes } from "./engine/shapes.mjs"
import { walks } from "./engine/walks.mjs"

const version = "0.17.0"

/** In this order: some are about what others have put there. */
const changes = [
  ...references,
  ...shapes,
  ...literals,
  ...search,
  ...copies,
  ...memory,
  ...functions,
  ...comparing,
  ...walks,
  ...argumentCount,
  ...interrupts,
  ...locals,
  ...fused,
  ...making
]

/** Our operations at the end of the engine's list, which ends with undoing its own macros. */
const withOperations = (list) => {
  const end = /^(?=\n#undef DEF\n)/m
  if (!end.test(list)) throw new Error("quickjs-opcode.h: it does not end as it did")
  return list.replace(end, () => operations.map((operation) => `DEF(${operation.join(", ")})\n`).join(""))
}

/**
 * Writes what is changed of the engine, if it is not there already: `sources`, in a folder to be searched before the
 * engine's.
 */
export const patchEngine = (engine) => {
  const found = readFileSync("build/quickjs-ng.version", "utf8").trim()
  if (found !== version) throw new Error(`quickjs-ng ${found} is there, scripts/patch-engine.mjs is for ${version}`)
  let source = readFileSync(`${engine}/quickjs.c`, "utf8")
  for (const { by, place, times, what } of changes) {
    const occurs = source.match(place)?.length ?? 0
    if (occurs !== times) throw new Error(`quickjs.c: ${what}: ${occurs} places, not ${times}`)
    source = source.replace(place, by)
  }
  const folder = "build/engine-patched"
  mkdirSync(folder, { recursive: true })
  writeUnlessSame(`${folder}/quickjs.c`, source)
  writeUnlessSame(`${folder}/quickjs-opcode.h`, withOperations(readFileSync(`${engine}/quickjs-opcode.h`, "utf8")))
  return { folder, sources: [`${folder}/quickjs.c`, `${folder}/quickjs-opcode.h`] }
}
