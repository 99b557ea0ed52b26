import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { render } from "../../src/unit/Diagnostic.ts"
import * as Overlay from "../../src/unit/Overlay.ts"

const corpus = join(dirname(fileURLToPath(import.meta.url)), "../../../shared/corpus/units")

const walk = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]
  )

describe.skipIf(!existsSync(corpus))("unit files of real packages (left out where ../shared/corpus is absent)", () => {
  const files = existsSync(corpus) ? walk(corpus) : []
  // Packages may ship files of the same name: each file is a set of its own.
  const results = files.map((file) =>
    Overlay.overlay({
      core: [{ name: basename(file), file: file.slice(corpus.length + 1), text: readFileSync(file, "utf8") }],
      dropIn: [],
      lookup: () => undefined,
      specifiers: { hostname: "host" }
    })
  )
  const diagnostics = results.flatMap((result) => result.diagnostics)

  it("are there", () => {
    assert.isAbove(files.length, 100)
  })

  it("load without an error", () => {
    assert.deepStrictEqual(diagnostics.filter((diagnostic) => diagnostic.severity === "error").map(render), [])
  })

  it("use no directive that the table does not know", () => {
    const unknown = diagnostics.filter((diagnostic) =>
      diagnostic.code.startsWith("CI02") && diagnostic.code <= "CI0202"
    )
    assert.deepStrictEqual(unknown.map(render), [])
  })

  it("give each a unit, a template or a mask", () => {
    for (const [index, result] of results.entries()) {
      assert.strictEqual(result.units.size + result.templates.length + result.masked.length, 1, files[index] ?? "")
    }
  })
})
