import { assert, describe, it } from "@effect/vitest"
import { make } from "../../src/unit/Context.ts"
import type { Diagnostic } from "../../src/unit/Diagnostic.ts"
import { keep, reset } from "../../src/unit/Reader.ts"
import { readerOf } from "../../src/unit/Readers.ts"
import type { Grammar } from "../../src/unit/Values.ts"

const read = (grammar: Grammar, value: string, variables: Readonly<Record<string, string>> = {}) => {
  const diagnostics: Array<Diagnostic> = []
  const context = make("a.service", "a.service", (name) => variables[name], undefined, diagnostics)
  const entry = { section: "Service", key: "K", value, line: 1, column: 1, valueColumn: 3, continued: false }
  return {
    value: readerOf(grammar)(context, entry, undefined),
    said: diagnostics.map((one) => one.hint ?? one.message)
  }
}

describe("readerOf", () => {
  it("reads numbers of a range", () => {
    assert.strictEqual(read("-20..19", "-20").value, -20)
    assert.deepStrictEqual(read("-20..19", "20"), {
      value: keep,
      said: ["\"20\" is no whole number from -20 to 19"]
    })
  })

  it("reads a number of a range or one of some words", () => {
    assert.strictEqual(read("1..10000|idle", "100").value, 100)
    assert.strictEqual(read("1..10000|idle", "idle").value, "idle")
    assert.deepStrictEqual(read("1..10000|idle", "0").said, ["write a whole number from 1 to 10000, or idle"])
    assert.deepStrictEqual(read("1..10000|idle", "idel").said, ["did you mean \"idle\"?"])
  })

  it("takes an empty value for none only where the row ends in a bar", () => {
    assert.strictEqual(read("none|shared|", "").value, reset)
    assert.strictEqual(read("-20..19|", "").value, reset)
    assert.strictEqual(read("boolean|", "").value, reset)
    assert.strictEqual(read("boolean|", "yes").value, true)
    assert.deepStrictEqual(read("none|shared", ""), { value: keep, said: ["write one of none, shared"] })
  })

  it("takes a variable that is empty for an empty value", () => {
    assert.deepStrictEqual(read("-20..19|", "${NICE:-}"), { value: reset, said: [] })
    assert.deepStrictEqual(read("-20..19|", "${NICE:-5}"), { value: 5, said: [] })
    assert.lengthOf(read("-20..19|", "${NICE}").said, 1)
  })
})
