import { assert, describe, it } from "@effect/vitest"
import { merge, overlay } from "../../src/unit/Overlay.ts"
import { both, good, said, sources, unit } from "./Sets.ts"
import { codes, lookupIn } from "./Support.ts"

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

  it("does not hold the faults of files against the unit that replaces them", () => {
    const fault = {
      severity: "error",
      code: "CI0109",
      section: undefined,
      directive: undefined,
      hint: undefined
    } as const
    const at = { file: "/core/a.service", line: 0, column: 0 }
    const broken = { name: "a.service", file: at.file, text: undefined, fault: { ...fault, at, message: "unreadable" } }
    const dropIn = sources("drop", { "a.service": good })
    const options = { core: [broken], lookup: lookupIn({}) }
    assert.deepStrictEqual(overlay({ ...options, dropIn }).diagnostics, [])
    assert.deepStrictEqual(codes(overlay({ ...options, dropIn: [] }).diagnostics), ["error CI0109 0"])
  })

  it("lays any number of directories over each other", () => {
    const layers = ["1", "2", "3"].map((name) => sources(name, { "a.service": good, [`${name}.service`]: good }))
    const result = merge(layers, { lookup: lookupIn({}) })
    assert.deepStrictEqual([...result.units.keys()].map(String), ["1.service", "2.service", "3.service", "a.service"])
    assert.deepStrictEqual(result.overrides.map(({ basePath, overridePath }) => `${basePath} ${overridePath}`), [
      "/1/a.service /2/a.service",
      "/2/a.service /3/a.service"
    ])
  })

  it("notes what package managers leave behind, and tells where fragments belong", () => {
    const result = both({ "a.service.dpkg-old": good, "b.service.rpmsave": good, "c.conf": "", "d.service~": good })
    assert.deepStrictEqual(said(result), [
      "note: /core/a.service.dpkg-old: left behind by a package manager: the file is ignored",
      "note: /core/b.service.rpmsave: left behind by a package manager: the file is ignored",
      "warning: /core/c.conf: \"c.conf\" is no name of a unit: the file is ignored; " +
      "a fragment belongs in a folder such as web.service.d",
      "warning: /core/d.service~: \"d.service~\" is no name of a unit: the file is ignored; did you mean \"service\"?"
    ])
  })

  it("says of a requirement that it is masked", () => {
    const result = both({ "a.service": unit("Requires=b.service"), "b.service": good }, { "b.service": "" })
    assert.deepStrictEqual(said(result), [
      "warning: /core/a.service:2: [Unit] Requires: b.service is masked: a.service -> b.service"
    ])
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
