import { assert, describe, it } from "@effect/vitest"
import * as Catalogue from "../../src/unit/Catalogue.ts"
import type { Diagnostic } from "../../src/unit/Diagnostic.ts"
import * as Sarif from "../../src/unit/Sarif.ts"

const diagnostic = (change: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: "error",
  code: "CI0301",
  at: { file: "units/web.service", line: 3, column: 9 },
  section: "Service",
  directive: "Restart",
  message: "\"sometimes\" is no restart mode",
  hint: "one of no, always",
  ...change
})

const at = (file: string, line: number, column: number) => diagnostic({ at: { file, line, column } })

const locationOf = (one: Diagnostic) => Sarif.make([one], "1.2.3").runs[0].results[0]?.locations

describe("a SARIF document", () => {
  it("is of version 2.1.0, with one run of container-init", () => {
    assert.deepStrictEqual(Sarif.make([], "1.2.3"), {
      $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      version: "2.1.0",
      runs: [{
        tool: { driver: { name: "container-init", version: "1.2.3", rules: [] } },
        columnKind: "utf16CodeUnits",
        results: []
      }]
    })
  })

  it("has a result for each diagnostic, with what it says, its place and its rule", () => {
    const [run] = Sarif.make([diagnostic(), diagnostic({ severity: "warning", code: "CI0202" })], "1.2.3").runs
    assert.deepStrictEqual(run.results[0], {
      ruleId: "CI0301",
      ruleIndex: 1,
      level: "error",
      message: { text: "[Service] Restart: \"sometimes\" is no restart mode; one of no, always" },
      locations: [{
        physicalLocation: {
          artifactLocation: { uri: "units/web.service" },
          region: { startLine: 3, startColumn: 9 }
        }
      }]
    })
    assert.strictEqual(run.results[1]?.ruleIndex, 0)
  })

  it.each(["error", "warning", "note"] as const)("has the level %s for that severity", (severity) => {
    assert.strictEqual(Sarif.make([diagnostic({ severity })], "1").runs[0].results[0]?.level, severity)
  })

  it("describes each code that occurs once, from the catalogue, in the order of the codes", () => {
    const found = [diagnostic({ code: "CI0502" }), diagnostic({ code: "CI0202" }), diagnostic({ code: "CI0502" })]
    const { rules } = Sarif.make(found, "1").runs[0].tool.driver
    assert.deepStrictEqual(rules.map(({ id, name }) => [id, name]), [
      ["CI0202", "UnknownDirective"],
      ["CI0502", "Cycle"]
    ])
    const entry = Catalogue.find("CI0202")
    assert(entry !== undefined && entry.wrong !== undefined)
    const [rule] = rules
    assert(rule !== undefined)
    assert.strictEqual(rule.shortDescription.text, entry.title)
    assert.strictEqual(rule.fullDescription.text, entry.about)
    assert.deepStrictEqual(rule.defaultConfiguration, { level: "warning" })
    assert.include(rule.help.text, entry.wrong)
    assert.include(rule.help.markdown, `\`\`\`ini\n${entry.wrong}\n\`\`\``)
  })

  it("has a rule for every code there is", () => {
    const all = Catalogue.all().map(({ code }) => diagnostic({ code }))
    const { results, tool } = Sarif.make(all, "1").runs[0]
    for (const { ruleId, ruleIndex } of results) assert.strictEqual(tool.driver.rules[ruleIndex]?.id, ruleId)
    for (const { fullDescription, help, name } of tool.driver.rules) {
      assert.match(name, /^[A-Z][A-Za-z]+$/)
      for (const text of [fullDescription.text, help.text, help.markdown]) assert.isAbove(text.length, 60)
    }
  })

  it("has a rule without words for a code of somebody else", () => {
    const { results, tool } = Sarif.make([diagnostic({ code: "XY0001" })], "1").runs[0]
    assert.deepStrictEqual(tool.driver.rules.map(({ id, name }) => [id, name]), [["XY0001", "XY0001"]])
    assert.strictEqual(results[0]?.ruleIndex, 0)
  })

  it("has no region for a fault of a file as a whole", () => {
    assert.deepStrictEqual(locationOf(at("a.service", 0, 0)), [
      { physicalLocation: { artifactLocation: { uri: "a.service" } } }
    ])
  })

  it("has a region without column where only the line is known", () => {
    assert.deepStrictEqual(locationOf(at("a.service", 2, 0)), [
      { physicalLocation: { artifactLocation: { uri: "a.service" }, region: { startLine: 2 } } }
    ])
  })

  it("has no location for a fault of no file", () => {
    assert.deepStrictEqual(locationOf(at("", 0, 0)), [])
  })
})
