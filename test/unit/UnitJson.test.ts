import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import Ajv from "ajv"
import * as Directives from "../../src/unit/Directives.ts"
import type { UnitKind } from "../../src/unit/Unit.ts"
import { toJson } from "../../src/unit/UnitJson.ts"
import { corpusFiles } from "../support/Corpus.ts"
import { parse } from "./Support.ts"

const schema: unknown = JSON.parse(readFileSync(new URL("../../src/unit/unit.schema.json", import.meta.url), "utf8"))
const validate = new Ajv({ allErrors: true }).compile(schema as object)

/** The JSON of a unit, its sections open to be looked into. */
const jsonOf = (text: string) => {
  const { unit } = parse(text)
  assert(unit !== undefined)
  return toJson(unit) as { readonly Service: Readonly<Record<string, unknown>> }
}

/** What the schema has against the JSON of a unit, as it is after a journey through text. */
const objections = (text: string, name = "web.service"): ReadonlyArray<string> => {
  const { unit } = parse(text, { name })
  assert(unit !== undefined, name)
  validate(JSON.parse(JSON.stringify(toJson(unit))))
  // The first level says only that no kind of unit fits: what matters is said deeper down.
  const tag = `#/definitions/${unit._tag}/`
  const errors = (validate.errors ?? []).filter(({ keyword, schemaPath }) =>
    keyword !== "anyOf" && (schemaPath.startsWith(tag) || !/^#\/definitions\/[A-Z][a-z]+\/properties/.test(schemaPath))
  )
  return validate.errors === null ? [] : errors.map(({ dataPath, message }) => `${dataPath} ${message}`)
}

describe("the schema of a unit's JSON", () => {
  it("fits a service that says nothing", () => {
    assert.deepStrictEqual(objections("[Service]\nExecStart=/a"), [])
  })

  it("fits spans without end, which JSON has no number for", () => {
    const json = jsonOf("[Service]\nExecStart=/a\nTimeoutStartSec=infinity\nTimeoutStopSec=1min 500ms")
    assert.strictEqual(json.Service["TimeoutStartSec"], "infinity")
    assert.strictEqual(json.Service["TimeoutStopSec"], 60_500)
    assert.deepStrictEqual(objections("[Service]\nExecStart=/a\nTimeoutStartSec=infinity"), [])
  })

  it("does not fit a directive that there is not", () => {
    const json = jsonOf("[Service]\nExecStart=/a")
    assert.isFalse(validate({ ...json, Service: { ...json.Service, ExecStrat: [] } }))
    assert.isFalse(validate({ ...json, Service: { ...json.Service, Restart: "sometimes" } }))
  })

  it("fits whatever one of many values makes of each directive", () => {
    const values = [
      "yes",
      "no",
      "5",
      "5s",
      "1G",
      "50%",
      "infinity",
      "0644",
      "/a",
      "a.service",
      "AF_INET",
      "~a b",
      "a:b"
    ]
    const kinds: ReadonlyArray<UnitKind> = ["service", "socket", "target", "timer", "path"]
    for (const kind of kinds) {
      for (const section of Directives.sectionsOf(kind)) {
        const lines = Directives.keysOf(section).flatMap((key) => values.map((value) => `${key}=${value}`))
        for (const line of lines) {
          const text = `[${section}]\n${line}\n${kind === "service" ? "[Service]\nExecStart=/a\n" : ""}`
          assert.deepStrictEqual(objections(text, `web.${kind}`), [], `${kind}: ${line}`)
        }
      }
    }
  })

  it.skipIf(corpusFiles.length === 0)(
    "fits all units of real packages (left out where ../shared/corpus is absent)",
    () => {
      for (const { name, path } of corpusFiles) {
        if (!/\.(service|socket|target|timer|path)$/.test(name)) continue
        const text = readFileSync(path, "utf8")
        if (text !== "") assert.deepStrictEqual(objections(text, name), [], path)
      }
    }
  )
})
