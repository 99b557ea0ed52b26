import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Cycle from "../../src/graph/Cycle.ts"
import * as Graph from "../../src/graph/UnitGraph.ts"
import * as Catalogue from "../../src/unit/Catalogue.ts"
import { Code } from "../../src/unit/Code.ts"
import { overlay } from "../../src/unit/Overlay.ts"

const source = new URL("../../src/", import.meta.url)

const sources = (): ReadonlyArray<string> =>
  readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))

/** An example's files: one without a name, or several, each below a comment with its name alone. */
const filesOf = (example: string): ReadonlyArray<{ readonly name: string; readonly text: string }> => {
  const pieces = example.split(/^# (\S+)\n/m)
  if (pieces.length === 1) return [{ name: "example.service", text: example }]
  return pieces.flatMap((name, index) => index % 2 === 0 ? [] : [{ name, text: pieces[index + 1] ?? "" }])
}

/** What is found in an example, each `severity code` once. */
const judge = (example: string): ReadonlyArray<string> => {
  const core = filesOf(example).map(({ name, text }) => ({ name, file: `/units/${name}`, text: `${text}\n` }))
  const set = overlay({ core, dropIn: [], lookup: () => undefined })
  const cycles = Cycle.findCycles(Graph.make(set.units)).map(Cycle.toDiagnostic)
  return [...new Set([...set.diagnostics, ...cycles].map(({ code, severity }) => `${severity} ${code}`))]
}

describe("the catalogue", () => {
  it("has each code once", () => {
    const all = Object.values<string>(Code)
    assert.strictEqual(new Set(all).size, all.length)
    assert.deepStrictEqual(Catalogue.all().map(({ code }) => code), [...all].sort())
  })

  it("finds an entry by its code, and nothing by any other word", () => {
    assert.strictEqual(Catalogue.find(Code.Cycle)?.name, "Cycle")
    for (const word of ["", "CI", "Cycle", "constructor"]) assert.strictEqual(Catalogue.find(word), undefined)
  })

  it("has no code that no source file uses", () => {
    const texts = sources().filter((file) => file !== "unit/Code.ts").map((file) =>
      readFileSync(new URL(file, source), "utf8")
    )
    const unused = Object.keys(Code).filter((name) =>
      !texts.some((text) => new RegExp(`\\bCode\\.${name}\\b`).test(text))
    )
    assert.deepStrictEqual(unused, [])
  })

  it.each(Catalogue.all())("explains $code, $name, in words", ({ about, code, right, severity, title, wrong }) => {
    assert.match(code, /^CI0[1-6][0-9]{2}$/)
    assert.match(title, /^[^a-z].*[^.]$/)
    assert.isAtMost(title.length, 70)
    assert.match(about, /^[^\n]{60,}[.]$/)
    assert.strictEqual(new Set(severity).size, severity.length)
    assert.strictEqual(wrong === undefined, right === undefined, "an example has two sides")
  })

  const examples = Catalogue.all().flatMap(({ code, name, right, severity, wrong }) =>
    wrong === undefined || right === undefined ? [] : [{ code, name, right, severity, wrong }]
  )

  it.each(examples)("shows $code, $name, in a unit that has this fault and no other", ({ code, severity, wrong }) => {
    assert.deepStrictEqual(judge(wrong), [`${severity[0]} ${code}`])
  })

  it.each(examples)("shows a unit without any fault beside $code, $name", ({ right }) => {
    assert.deepStrictEqual(judge(right), [])
  })
})
