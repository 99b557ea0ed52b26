import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { lex, maximumFileLength, maximumLineLength } from "../../src/unit/Lexer.ts"
import { codes } from "./Support.ts"

const short = (text: string) =>
  lex(text, "a.service").entries.map(({ key, line, section, value }) => `${line} ${section}.${key}=${value}`)

const faults = (text: string) => codes(lex(text, "a.service").diagnostics)

describe("Lexer", () => {
  it("reads sections, assignments and comments", () => {
    const text = "# one\n; two\n\n[Unit]\nA=1\n  # three\n  B = 2 3 \n[Service]\nC=x # no comment\n[Unit]\nD=\n"
    assert.deepStrictEqual(short(text), [
      "5 Unit.A=1",
      "7 Unit.B=2 3",
      "9 Service.C=x # no comment",
      "11 Unit.D="
    ])
    assert.deepStrictEqual(faults(text), [])
    assert.deepStrictEqual(lex(text, "").headers.map((header) => header.name), ["Unit", "Service", "Unit"])
  })

  it("joins continued lines by one space and skips comments between them", () => {
    assert.deepStrictEqual(
      short("[S]\nA=a \\\n# skipped\n  ; skipped\n   b\\\nc\nB=1\n"),
      ["2 S.A=a  b c", "7 S.B=1"]
    )
  })

  it("ends a continuation at an empty line and at the end of the file", () => {
    assert.deepStrictEqual(short("[S]\nA=a\\\n\nB=1\\"), ["2 S.A=a", "4 S.B=1"])
  })

  it("reads a line that begins with its continuation", () => {
    assert.deepStrictEqual(short("\\\n[S]\n\\\n\\\n A=a\n\\\n\n"), ["3 S.A=a"])
    assert.deepStrictEqual(faults("[S]\n\\\n =a\n"), ["error CI0105 2"])
  })

  it("takes paired backslashes at the end for literal ones", () => {
    assert.deepStrictEqual(short("[S]\nA=a\\\\\nB=b\\\\\\\nc\n"), ["2 S.A=a\\\\", "3 S.B=b\\\\ c"])
  })

  it("takes a backslash before blanks for a literal one", () => {
    assert.deepStrictEqual(short("[S]\nA=a\\ \nB=1\n"), ["2 S.A=a\\", "3 S.B=1"])
  })

  it("tolerates carriage returns, also in continuations, and a byte-order mark", () => {
    assert.deepStrictEqual(short("\ufeff[S]\r\nA=a \\\r\n  b\r\n\r\nB=c\r\n"), ["2 S.A=a  b", "5 S.B=c"])
  })

  it("keeps what only looks like a blank", () => {
    assert.deepStrictEqual(short("[S]\nA=\u00a0x\u00a0\n"), ["2 S.A=\u00a0x\u00a0"])
  })

  it("splits at the first equals sign", () => {
    assert.deepStrictEqual(short("[S]\nA=b=c\n"), ["2 S.A=b=c"])
  })

  it("gives columns of keys and values", () => {
    const [entry] = lex("[S]\n  Key =  value\n", "").entries
    assert.strictEqual(entry?.column, 3)
    assert.strictEqual(entry?.valueColumn, 10)
  })

  it("gives a value that begins in a later line the end of its first one for a column", () => {
    const columns = (text: string) => lex(text, "").entries.map((entry) => [entry.column, entry.valueColumn])
    assert.deepStrictEqual(columns("[S]\nA= b\\\n c\n"), [[1, 4]])
    assert.deepStrictEqual(columns("[S]\n  A=\\\n b\n"), [[3, 5]])
    assert.deepStrictEqual(columns("[S]\n\\\nA=b\n"), [[1, 1]])
  })

  it("reports each line that is no assignment, with its number", () => {
    assert.deepStrictEqual(faults("stray\n[S]\nnothing\n=x\nA=1\n"), [
      "error CI0105 1",
      "error CI0105 3",
      "error CI0105 4"
    ])
    assert.deepStrictEqual(faults("A=1\n[S]\n"), ["error CI0104 1"])
  })

  it("reports a broken header once, not each line after it", () => {
    for (const header of ["[S", "[]", "[", "[S] # c"]) {
      assert.deepStrictEqual(faults(`${header}\nA=1\nB=2\n[T]\nC=3\n`), ["error CI0106 1"])
    }
  })

  it("refuses NUL bytes and points at replaced characters", () => {
    assert.deepStrictEqual(faults("[S]\nA=\0\n"), ["error CI0103 2"])
    assert.deepStrictEqual(faults("[S]\nA=\ufffd\n"), ["warning CI0103 2"])
  })

  it("bounds the file and the logical line", () => {
    assert.deepStrictEqual(faults("#".repeat(maximumFileLength)), [])
    assert.deepStrictEqual(faults("#".repeat(maximumFileLength + 1)), ["error CI0101 0"])
    assert.deepStrictEqual(faults(`##${"\u20ac".repeat(maximumFileLength / 3)}`), ["error CI0101 0"])
    assert.deepStrictEqual(faults(`[S]\nA=${"x".repeat(maximumLineLength)}\nB=1\n`), ["error CI0102 2"])
    const continued = `A=${`${"x".repeat(1022)}\\\n`.repeat(70)}y\nB=1\n`
    assert.deepStrictEqual(faults(`[S]\n${continued}`), ["error CI0102 2"])
    assert.deepStrictEqual(short(`[S]\n${continued}`), ["73 S.B=1"])
  })

  it("gives up on a file of nothing but faults", () => {
    const said = faults("x\n".repeat(500_000))
    assert.strictEqual(said.length, 101)
    assert.strictEqual(said.at(-1), "error CI0108 101")
  })

  it("never throws, and every line it gives is one of the text's", () => {
    const fragment = FastCheck.constantFrom("[", "]", "S", "=", "\\", "\n", "\r\n", " ", "#", ";", "\0", "é", "\ufeff")
    FastCheck.assert(
      FastCheck.property(
        FastCheck.oneof(FastCheck.string(), FastCheck.array(fragment).map((all) => all.join(""))),
        (text) => {
          const lines = text.split("\n").length
          for (const entry of lex(text, "").entries) {
            assert.isTrue(entry.line >= 1 && entry.line <= lines)
            assert.strictEqual(entry.value, entry.value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""))
          }
        }
      ),
      { numRuns: 2_000 }
    )
  })

  it("reads back what was written", () => {
    const key = FastCheck.stringMatching(/^[A-Za-z]{1,10}$/)
    const value = FastCheck.stringMatching(/^[a-z="'$% ;#]{0,20}$/).map((text) => text.trim())
    FastCheck.assert(
      FastCheck.property(FastCheck.array(FastCheck.tuple(key, value)), (pairs) => {
        const text = `[S]\n${pairs.map(([name, text]) => `${name}=${text}\n`).join("")}`
        assert.deepStrictEqual(lex(text, "").entries.map((entry) => [entry.key, entry.value]), pairs)
      })
    )
  })
})
