import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as EnvironmentFile from "../../src/unit/EnvironmentFile.ts"
import { codes } from "./Support.ts"

const entries = (text: string) => EnvironmentFile.parse(text, "env").entries
const faults = (text: string) => codes(EnvironmentFile.parse(text, "env").diagnostics)

describe("EnvironmentFile", () => {
  const cases: ReadonlyArray<readonly [text: string, value: string]> = [
    ["A=b", "b"],
    ["  A =  b c \t\r", "b c"],
    ["A=", ""],
    ["A=b=c", "b=c"],
    ["A=b # c", "b # c"],
    ["A='b c '", "b c "],
    ["A=  \"b c \"  ", "b c "],
    ["A='a''b'\"c\"", "abc"],
    ["A='b'c", "bc"],
    // A quote in the middle of a value belongs to it, systemd.exec(5).
    ["A=foo'bar'\"baz\"", "foo'bar'\"baz\""],
    ["A=-D x='y z'", "-D x='y z'"],
    ["A='a\\b'", "a\\b"],
    ["A=\"\\\" \\\\ \\` \\$ \\n \\'\"", "\" \\ ` $ \\n \\'"],
    ["A=a\\ b\\\\c\\n", "a b\\cn"],
    ["A=a\\ ", "a "],
    ["A=a\\\nb", "ab"],
    ["A=a\\\r\nb", "ab"],
    ["A=a\\\\\\\nb", "a\\b"],
    ["A=\"a\\\nb\nc\"", "ab\nc"],
    ["A='a\nb'", "a\nb"],
    ["\ufeffA=b", "b"],
    ["A=ä€😀", "ä€😀"],
    ["A=$B ${C} %n", "$B ${C} %n"]
  ]
  for (const [text, value] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepStrictEqual(entries(`${text}\nZ=1\n`), [["A", value], ["Z", "1"]])
      assert.deepStrictEqual(entries(text), [["A", value]])
      assert.deepStrictEqual(faults(text), [])
    })
  }

  it("ignores comments, empty lines and lines without an equals sign", () => {
    assert.deepStrictEqual(entries("# a=b\n ; c=d\n\nnothing\n  \r\nE=f\n"), [["E", "f"]])
  })

  it("keeps the order and repetitions", () => {
    assert.deepStrictEqual(entries("A=1\nB=2\nA=3\n"), [["A", "1"], ["B", "2"], ["A", "3"]])
  })

  it("warns of names that are none", () => {
    assert.deepStrictEqual(faults("export A=1\n\n1B='x'\n=c\nC=1\n"), [
      "warning CI0301 1",
      "warning CI0301 3",
      "warning CI0301 4"
    ])
    assert.deepStrictEqual(entries("export A=1\nC=1\n"), [["C", "1"]])
  })

  it("reports a quote left open at the line it belongs to", () => {
    assert.deepStrictEqual(faults("A=\"1\n2\"\nB='x\ny\n"), ["error CI0107 3"])
    assert.deepStrictEqual(faults("A=\"x\\"), ["error CI0107 1"])
  })

  it("never throws and always ends", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.stringMatching(/^[A= \n\r\\"'#;]*$/), (text) => {
        EnvironmentFile.parse(text, "env")
      }),
      { numRuns: 1_000 }
    )
  })
})
