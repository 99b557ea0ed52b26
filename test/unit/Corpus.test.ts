import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { render } from "../../src/unit/Diagnostic.ts"
import * as Overlay from "../../src/unit/Overlay.ts"
import { corpus, corpusFiles } from "../support/Corpus.ts"

describe.skipIf(corpusFiles.length === 0)(
  "unit files of real packages (left out where ../shared/corpus is absent)",
  () => {
    // Packages may ship files of the same name: each file is a set of its own.
    const results = corpusFiles.map(({ name, path }) =>
      Overlay.overlay({
        core: [{ name, file: path.slice(corpus.length + 1), text: readFileSync(path, "utf8") }],
        dropIn: [],
        lookup: () => undefined,
        specifiers: { hostname: "host" }
      })
    )
    const diagnostics = results.flatMap((result) => result.diagnostics)

    it("are there", () => {
      assert.isAbove(corpusFiles.length, 100)
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
        assert.strictEqual(
          result.units.size + result.templates.length + result.masked.length,
          1,
          corpusFiles[index]?.path
        )
      }
    })
  }
)
