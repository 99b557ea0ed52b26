import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { Options } from "../../src/cli/Options.ts"
import { defaults, parseFast, parseStopTimeout } from "../../src/cli/Options.ts"

describe("parseFast", () => {
  const known: ReadonlyArray<readonly [line: string, wanted: Partial<Options>]> = [
    ["", {}],
    ["run", {}],
    ["--units /u", { units: "/u" }],
    ["--units=/u", { units: "/u" }],
    ["--units=a=b", { units: "a=b" }],
    ["--drop-in /d", { dropIn: "/d" }],
    ["--drop-in=/d", { dropIn: "/d" }],
    ["--strict-units", { strictUnits: true }],
    ["--validate", { action: "validate" }],
    ["--version", { action: "version" }],
    ["--stop-timeout 500ms", { stopTimeoutMillis: 500 }],
    ["--log-format json", { logFormat: "json" }],
    ["run --log-format=text", { logFormat: "text" }],
    ["--stop-timeout=2", { stopTimeoutMillis: 2000 }],
    ["--stop-timeout=1min30s", { stopTimeoutMillis: 90_000 }],
    ["--stop-timeout=0", { stopTimeoutMillis: 0 }],
    ["--format json", { format: "json" }],
    ["--format=text", { format: "text" }],
    ["--format sarif", { format: "sarif" }],
    ["--format=github", { format: "github" }],
    ["--units=/a --units /b", { units: "/b" }],
    ["run --validate --strict-units --units /u --drop-in=/d --format=json --stop-timeout 1s", {
      action: "validate",
      strictUnits: true,
      units: "/u",
      dropIn: "/d",
      format: "json",
      stopTimeoutMillis: 1000
    }]
  ]
  for (const [line, wanted] of known) {
    it(`takes "${line}"`, () => {
      assert.deepStrictEqual(parseFast(line.split(" ").filter((word) => word !== "")), { ...defaults, ...wanted })
    })
  }

  const odd = [
    "bash",
    "run bash",
    "run run",
    "--validate run",
    "--",
    "-v",
    "-h",
    "--help",
    "--units",
    "--units --validate",
    "--units -x",
    "--unit /u",
    "--UNITS=/u",
    "--=x",
    "--validate=true",
    "--strict-units=yes",
    "--no-validate",
    "--format xml",
    "--root /r",
    "--validate --root=/r",
    "validate",
    "validate a.service",
    "explain CI0202",
    "--format=JSON",
    "--stop-timeout",
    "--stop-timeout=infinity",
    "--stop-timeout=",
    "--stop-timeout=soon",
    "--log-format",
    "--log-format=xml",
    "--stop-timeout -5s",
    "--completions bash"
  ]
  for (const line of odd) {
    it(`leaves "${line}" to the full parser`, () => {
      assert.strictEqual(parseFast(line.split(" ")), undefined)
    })
  }

  it("leaves values with blanks in them whole", () => {
    assert.strictEqual(parseFast(["--units", "/a b"])?.units, "/a b")
    assert.strictEqual(parseFast(["--stop-timeout", "1min 30s"])?.stopTimeoutMillis, 90_000)
  })

  it("never throws, and never takes a word that is no flag", () => {
    const word = FastCheck.oneof(
      FastCheck.string(),
      FastCheck.constantFrom("run", "--units", "--format=json", "--validate", "-", "--", "=", "--=")
    )
    FastCheck.assert(FastCheck.property(FastCheck.array(word, { maxLength: 5 }), (words) => {
      const options = parseFast(words)
      const rest = words[0] === "run" ? words.slice(1) : words
      if (options !== undefined && rest.length > 0) assert.match(rest[0] ?? "", /^--./)
    }))
  })
})

describe("parseStopTimeout", () => {
  it("takes finite spans only", () => {
    assert.deepStrictEqual(["8s", "0.5", "infinity", "", "x"].map(parseStopTimeout), [
      8000,
      500,
      undefined,
      undefined,
      undefined
    ])
  })
})
