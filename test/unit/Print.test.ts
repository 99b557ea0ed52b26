import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { expandWords } from "../../src/unit/Expand.ts"
import * as Words from "../../src/unit/grammar/Words.ts"
import { lex } from "../../src/unit/Lexer.ts"
import * as Print from "../../src/unit/Print.ts"
import { corpusFiles } from "../support/Corpus.ts"
import * as Hostile from "../support/Hostile.ts"
import { parse } from "./Support.ts"

/** What a file says, without where it says it. */
const plain = (text: string): ReadonlyArray<Print.Section> => Print.sectionsOf(lex(text, ""))

/** The model without positions. */
const model = (name: string, text: string): unknown => {
  const { unit } = parse(text, { name })
  return JSON.parse(JSON.stringify(unit, (key, value: unknown) => {
    if (key === "at") return undefined
    return value === Infinity ? "infinity" : value
  }))
}

const noLineEnd = (text: string): boolean => !/[\0\r\n]/.test(text)
/** What stands for bytes that were no character is always reported. */
const isText = (text: string): boolean => !/[\0\ufffd]/.test(text)
const trimmed = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, "")

const value = FastCheck.oneof(
  FastCheck.string({ unit: "grapheme" }),
  FastCheck.stringMatching(/^[a \\"'#;=%$[\]]{0,12}$/)
).filter((text) => noLineEnd(text) && isText(text)).map(trimmed)

const key = FastCheck.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/)
const name = FastCheck.stringMatching(/^[A-Za-z -]{1,12}$/)
const section = FastCheck.record({ name, entries: FastCheck.array(FastCheck.tuple(key, value)) })

describe("Print", () => {
  it("writes sections, and a line for each assignment", () => {
    const sections: ReadonlyArray<Print.Section> = [
      { name: "Unit", entries: [["After", "a.service"], ["After", "b.service"]] },
      { name: "Service", entries: [["ExecStart", "/bin/a b"]] },
      { name: "Install", entries: [] }
    ]
    const text = "[Unit]\nAfter=a.service\nAfter=b.service\n\n[Service]\nExecStart=/bin/a b\n\n[Install]\n"
    assert.strictEqual(Print.print(sections), text)
  })

  it("keeps a backslash at the end from drawing in the next line", () => {
    for (const end of ["\\", "\\\\", "\\\\\\"]) {
      const sections: ReadonlyArray<Print.Section> = [{ name: "S", entries: [["A", `a${end}`], ["B", "b"]] }]
      assert.deepStrictEqual(plain(Print.print(sections)), sections)
    }
  })

  it("writes line ends as the blanks that they would be", () => {
    const text = Print.print([{ name: "S", entries: [["A", "a\nB=b"], ["C", "\r\n[T]"]] }])
    assert.deepStrictEqual(plain(text), [{ name: "S", entries: [["A", "a B=b"], ["C", "[T]"]] }])
  })

  it("is read back as the same sections", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(section), (sections) => {
        const lexed = lex(Print.print(sections), "")
        assert.deepStrictEqual(Print.sectionsOf(lexed), sections)
        assert.deepStrictEqual(lexed.diagnostics, [])
      }),
      { numRuns: 1_000 }
    )
  })

  it("changes nothing in what it has written once", () => {
    for (const input of Hostile.generate(3, { values: 0, others: 1_000 })) {
      const sections = plain(Hostile.textOf(input))
      // A carriage return inside of a value, and a line that is too long: neither can be written.
      const writable = sections.map(({ entries, name }) => ({
        name,
        entries: entries.filter(([, text]) => noLineEnd(text) && text.length < 60_000)
      }))
      const text = Print.print(writable)
      if (text.length <= 2 ** 18) assert.deepStrictEqual(plain(text), writable, input.label)
    }
  })

  it("gives real unit files the same meaning without their comments and continuations", () => {
    const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url))
    const own = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".service"))
      .map((path) => ({ name: path.slice(path.lastIndexOf("/") + 1), path: `${fixtures}${path}` }))
    assert.isAbove(own.length, 5)
    for (const { name, path } of [...own, ...corpusFiles]) {
      const text = readFileSync(path, "utf8")
      assert.deepStrictEqual(model(name, Print.print(plain(text))), model(name, text), path)
    }
  })

  it("writes texts that stand for themselves", () => {
    FastCheck.assert(
      FastCheck.property(value.filter((text) => text !== ""), (text) => {
        const { unit } = parse(Print.print([{ name: "Unit", entries: [["Description", Print.literal(text)]] }]))
        assert.strictEqual(unit?.Unit.Description, text)
      })
    )
  })

  it("writes commands whose arguments stand for themselves", () => {
    const word = FastCheck.oneof(FastCheck.string({ unit: "grapheme" }), value).filter(isText)
    FastCheck.assert(
      FastCheck.property(FastCheck.array(word), (words) => {
        const command = Words.quote(["/bin/a", ...words.map(Print.literal)])
        const text = Print.print([{ name: "Service", entries: [["ExecStart", command]] }])
        const { diagnostics, unit } = parse(text)
        assert(unit?._tag === "Service")
        assert.deepStrictEqual(diagnostics, [])
        const started = unit.Service.ExecStart.map((each) => expandWords(each.words, () => "wrong").words)
        assert.deepStrictEqual(started, [["/bin/a", ...words]])
      }),
      { numRuns: 500 }
    )
  })
})
