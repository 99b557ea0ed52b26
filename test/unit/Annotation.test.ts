import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Annotation from "../../src/unit/Annotation.ts"
import type { Diagnostic } from "../../src/unit/Diagnostic.ts"

const diagnostic = (change: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: "error",
  code: "CI0301",
  at: { file: "units/web.service", line: 3, column: 9 },
  section: "Service",
  directive: "Restart",
  message: "this is no mode",
  hint: undefined,
  ...change
})

const at = (file: string, line: number, column: number) => diagnostic({ at: { file, line, column } })

describe("a workflow command of GitHub Actions", () => {
  it("names file, line, column and code ahead of the message", () => {
    assert.strictEqual(
      Annotation.render(diagnostic()),
      "::error file=units/web.service,line=3,col=9,title=CI0301::[Service] Restart: this is no mode"
    )
  })

  it("ends in the hint", () => {
    assert.match(Annotation.render(diagnostic({ hint: "write another" })), /: this is no mode; write another$/)
  })

  it.each([["error", "error"], ["warning", "warning"], ["note", "notice"]] as const)(
    "is for the severity %s the command %s",
    (severity, command) => {
      assert.isTrue(Annotation.render(diagnostic({ severity })).startsWith(`::${command} file=`))
    }
  )

  it("leaves out what is not known", () => {
    const where = (one: Diagnostic) => Annotation.render(one).split("::")[1]
    assert.strictEqual(where(at("a.service", 2, 0)), "error file=a.service,line=2,title=CI0301")
    assert.strictEqual(where(at("a.service", 0, 0)), "error file=a.service,title=CI0301")
    assert.strictEqual(where(at("", 0, 0)), "error title=CI0301")
  })

  it("takes detours out of the file's path, so that it is found in the repository", () => {
    assert.include(Annotation.render(at("./units//web.service", 1, 1)), "file=units/web.service,")
  })

  it("escapes what would end a property", () => {
    assert.include(Annotation.render(at("a,b:c%d\r\ne.service", 1, 1)), " file=a%2Cb%3Ac%25d%0D%0Ae.service,line=1,")
  })

  it("escapes what would end the message, and nothing else in it", () => {
    const message = "100%, a: b\r\n::error::c"
    assert.isTrue(Annotation.render(diagnostic({ message })).endsWith(": 100%25, a: b%0D%0A::error::c"))
  })

  it("is always one line that is read back as what it was made of", () => {
    const text = FastCheck.string({ unit: "binary" })
    const unescape = (escaped: string) =>
      escaped.replace(/%(25|0D|0A|3A|2C)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    FastCheck.assert(FastCheck.property(text, text, (directory, message) => {
      const line = Annotation.render(diagnostic({ at: { file: `x/${directory}`, line: 1, column: 1 }, message }))
      assert.notMatch(line, /[\r\n]/)
      const parts = /^::error file=([^,:]*),line=1,col=1,title=CI0301::(.*)$/s.exec(line)
      assert.strictEqual(unescape(parts?.[2] ?? ""), `[Service] Restart: ${message}`)
      if (!/\/\.?\//.test(`/${directory}`)) assert.strictEqual(unescape(parts?.[1] ?? ""), `x/${directory}`)
    }))
  })
})
