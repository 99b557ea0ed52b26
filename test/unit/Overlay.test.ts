import { assert, describe, it } from "@effect/vitest"
import type { SourceFile } from "../../src/unit/Overlay.ts"
import { overlay } from "../../src/unit/Overlay.ts"
import { codes } from "./Support.ts"

const good = "[Service]\nExecStart=a\n"

const files = (folder: string, texts: Readonly<Record<string, string | undefined>>): ReadonlyArray<SourceFile> =>
  Object.entries(texts).map(([name, text]) => ({ name, file: `/${folder}/${name}`, text }))

const both = (
  core: Readonly<Record<string, string | undefined>>,
  dropIn: Readonly<Record<string, string | undefined>> = {}
) => overlay({ core: files("core", core), dropIn: files("drop", dropIn), lookup: () => undefined })

describe("overlay", () => {
  it("adds drop-ins and orders everything by name", () => {
    const result = both({ "c.service": good, "a.service": good }, { "b.service": good })
    assert.deepStrictEqual([...result.units.keys()] as Array<string>, ["a.service", "b.service", "c.service"])
    assert.deepStrictEqual(result.diagnostics, [])
    assert.deepStrictEqual(result.overrides, [])
  })

  it("replaces a core unit by the drop-in of its name, whose faults no longer count", () => {
    const result = both({ "a.service": "broken" }, { "a.service": good })
    assert.deepStrictEqual(result.diagnostics, [])
    assert.deepStrictEqual(result.overrides as unknown, [
      { name: "a.service", basePath: "/core/a.service", overridePath: "/drop/a.service" }
    ])
    assert.strictEqual([...result.units.values()][0]?.file, "/drop/a.service")
  })

  it("masks by an empty file or a link to nowhere", () => {
    const result = both({ "a.service": good, "b.service": good, "c.service": "" }, {
      "a.service": "",
      "b.service": undefined
    })
    assert.deepStrictEqual(result.masked as ReadonlyArray<string>, ["a.service", "b.service", "c.service"])
    assert.strictEqual(result.units.size, 0)
    assert.strictEqual(result.overrides.length, 2)
    assert.deepStrictEqual(result.diagnostics, [])
  })

  it("sets templates aside with a note", () => {
    const result = both({ "a@.service": good })
    assert.strictEqual(result.units.size, 0)
    assert.strictEqual(result.templates.length, 1)
    assert.deepStrictEqual(codes(result.diagnostics), ["note CI0207 0"])
  })

  it("warns once of each file of another kind", () => {
    const result = both({ "a.mount": "[Mount]\nWhat=x\n", "notes.txt": "hello" })
    assert.deepStrictEqual(codes(result.diagnostics), ["warning CI0205 0", "warning CI0206 0"])
  })

  it("checks rules of units and across units, but not of units it could not read", () => {
    const result = both({
      "a.service": "[Unit]\nRequires=gone.service\n[Service]\nType=nonsense\n",
      "b.service": "[Unit]\nAfter=a.service\n"
    })
    assert.deepStrictEqual(codes(result.diagnostics), ["error CI0301 4", "error CI0401 0", "warning CI0501 2"])
  })
})
