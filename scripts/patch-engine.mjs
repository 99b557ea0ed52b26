// What the heap image needs of the engine and the engine does not offer, and short ways for what our code does most:
// scripts/engine has the changes, by what they are about. The sources stay as they are; the changed quickjs.c goes to
// build/engine-patched. Each change says how often its place occurs in the one version it was made for: another version has
// to be looked at again. test/native/Language.test.ts holds what comes of it against another engine.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { argumentCount } from "./engine/arguments.mjs"
import { comparing } from "./engine/comparing.mjs"
import { copies } from "./engine/copies.mjs"
import { references } from "./engine/counts.mjs"
import { functions } from "./engine/functions.mjs"
import { literals } from "./engine/literals.mjs"
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
  ...making
]

/** Writes the changed quickjs.c, if it is not there already; answers its folder, to be searched before the engine's. */
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
  const output = `${folder}/quickjs.c`
  mkdirSync(folder, { recursive: true })
  let old
  try {
    old = readFileSync(output, "utf8")
  } catch {
    // Not made yet.
  }
  if (old !== source) writeFileSync(output, source)
  return folder
}
