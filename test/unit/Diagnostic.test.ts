import { assert, describe, it } from "@effect/vitest"
import type { Diagnostic } from "../../src/unit/Diagnostic.ts"
import { quote, render, toJson } from "../../src/unit/Diagnostic.ts"
import { suggest } from "../../src/unit/Suggest.ts"

const full: Diagnostic = {
  severity: "warning",
  code: "CI0202",
  at: { file: "/etc/container-init/units/web.service", line: 3, column: 1 },
  section: "Service",
  directive: "ExecStrat",
  message: "unknown directive",
  hint: "did you mean \"ExecStart\"?"
}

describe("Diagnostic", () => {
  it("renders in the promised form", () => {
    assert.strictEqual(
      render({ ...full, hint: undefined }),
      "container-init: warning: /etc/container-init/units/web.service:3: [Service] ExecStrat: unknown directive"
    )
    assert.strictEqual(
      render({ ...full, severity: "error" }),
      "container-init: error: /etc/container-init/units/web.service:3: [Service] ExecStrat: unknown directive; did you mean \"ExecStart\"?"
    )
  })

  it("leaves out what is not known", () => {
    const bare = { ...full, section: undefined, directive: undefined, hint: undefined }
    assert.strictEqual(
      render({ ...bare, severity: "note", at: { file: "a.service", line: 0, column: 0 } }),
      "container-init: note: a.service: unknown directive"
    )
    assert.strictEqual(
      render({ ...bare, at: { file: "", line: 0, column: 0 } }),
      "container-init: warning: unknown directive"
    )
  })

  it("shows names and paths that could steer a terminal, or fill it, as what they are", () => {
    const line = render({ ...full, section: "\u001b[2J", directive: "x".repeat(90), at: { ...full.at, file: "/a\nb" } })
    assert.strictEqual(
      line,
      `container-init: warning: /a\\x0ab:3: ["\\x1b[2J"] "${
        "x".repeat(80)
      }...": unknown directive; did you mean "ExecStart"?`
    )
  })

  it("shows what a hint repeats as what it is", () => {
    assert.match(render({ ...full, hint: "write \"\u001b\"" }), /; write "\\x1b"$/)
  })

  it("quotes pieces of files without cutting characters in two or turning lines around", () => {
    assert.strictEqual(quote("\u202ea\u2028"), "\"\\u202ea\\u2028\"")
    assert.strictEqual(quote(`${"a".repeat(79)}\u{1f600}b`), `"${"a".repeat(79)}..."`)
    assert.strictEqual(quote(`${"a".repeat(78)}\u{1f600}b`), `"${"a".repeat(78)}\u{1f600}..."`)
  })

  it("is flat in JSON, with null where something is absent", () => {
    assert.deepStrictEqual(toJson({ ...full, section: undefined, directive: undefined, hint: undefined }), {
      file: "/etc/container-init/units/web.service",
      line: 3,
      column: 1,
      section: null,
      directive: null,
      code: "CI0202",
      severity: "warning",
      message: "unknown directive",
      hint: null
    })
  })

  it("shows no control characters and no endless values", () => {
    assert.strictEqual(quote("a\u001b[31m"), "\"a\\x1b[31m\"")
    assert.isBelow(quote("x".repeat(10_000)).length, 100)
  })
})

describe("Suggest", () => {
  const names = ["ExecStart", "ExecStop", "Environment", "EnvironmentFile", "User", "Type"]
  for (
    const [word, wanted] of [
      ["ExecStrat", "ExecStart"],
      ["execstart", "ExecStart"],
      ["Enviroment", "Environment"],
      ["Usr", "User"],
      ["Tpye", "Type"],
      ["Nonsense", undefined],
      ["", undefined],
      ["x".repeat(100_000), undefined]
    ] as const
  ) {
    it(`answers ${word.slice(0, 20) || "nothing"} with ${wanted ?? "nothing"}`, () => {
      assert.strictEqual(suggest(word, names), wanted)
    })
  }
})
