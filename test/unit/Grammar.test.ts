import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as AbsolutePath from "../../src/unit/grammar/AbsolutePath.ts"
import * as Boolean from "../../src/unit/grammar/Boolean.ts"
import * as Environment from "../../src/unit/grammar/Environment.ts"
import * as Integer from "../../src/unit/grammar/Integer.ts"
import * as Signal from "../../src/unit/grammar/Signal.ts"
import * as TimeSpan from "../../src/unit/grammar/TimeSpan.ts"
import * as UnitNames from "../../src/unit/grammar/UnitNames.ts"
import * as UserName from "../../src/unit/grammar/UserName.ts"
import * as Words from "../../src/unit/grammar/Words.ts"

const table = <A>(
  parse: (text: string) => A | undefined,
  cases: ReadonlyArray<readonly [text: string, value: A | undefined]>
) => {
  for (const [text, value] of cases) {
    it(`reads ${JSON.stringify(text)} as ${String(value)}`, () => assert.strictEqual(parse(text), value))
  }
}

describe("Boolean", () =>
  table(Boolean.parse, [
    ["1", true],
    ["yes", true],
    ["Y", true],
    ["TRUE", true],
    ["t", true],
    ["on", true],
    ["0", false],
    ["no", false],
    ["n", false],
    ["false", false],
    ["F", false],
    ["off", false],
    ["", undefined],
    ["2", undefined],
    ["yes ", undefined],
    ["ja", undefined]
  ]))

describe("Integer", () =>
  table(Integer.parse, [
    ["0", 0],
    ["5", 5],
    ["+5", 5],
    ["010", 8],
    ["0x10", 16],
    ["0b11", 3],
    ["0o17", 15],
    ["4294967295", 4294967295],
    ["4294967296", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["08", undefined],
    ["", undefined],
    ["5s", undefined]
  ]))

describe("TimeSpan", () => {
  const second = 1_000
  table(TimeSpan.parse, [
    ["5", 5 * second],
    ["0", 0],
    ["500ms", 500],
    ["5min 20s", 320 * second],
    ["5min20s", 320 * second],
    ["2h", 7_200 * second],
    ["2 h", 7_200 * second],
    ["2hours", 7_200 * second],
    ["48hr", 172_800 * second],
    ["1y 12month", (31_557_600 + 12 * 2_629_800) * second],
    ["55s500ms", 55_500],
    ["300ms20s 5day", 300 + 20 * second + 5 * 86_400 * second],
    ["1.5s", 1_500],
    ["0.3", 300],
    [".5min", 30 * second],
    ["5 .5", 5_500],
    ["+5s+3", 8 * second],
    ["0.12345678min", 7_407.402],
    ["0.5us", 0],
    ["1 \u03bcs", 0.001],
    ["1us", 0.001],
    ["1µs", 0.001],
    ["10usec", 0.01],
    ["3msec", 3],
    ["1M", 2_629_800 * second],
    ["1m", 60 * second],
    ["1w", 604_800 * second],
    ["3 4", 7 * second],
    ["  7  ", 7 * second],
    ["infinity", Infinity],
    ["", undefined],
    [" ", undefined],
    ["5x", undefined],
    ["-5", undefined],
    ["1.2.3", undefined],
    ["s", undefined],
    ["5sec3minx", undefined],
    ["infinity 5s", undefined],
    ["1e3", undefined],
    ["5.", undefined],
    ["+.5", undefined],
    ["5S", undefined],
    ["584541y", 584_541 * 31_557_600 * second],
    ["584542y", undefined],
    ["9223372036854779000us", undefined],
    ["99999999999999999999y", undefined]
  ])

  for (
    const [millis, text] of [
      [0, "0"],
      [500, "500ms"],
      [1_500, "1s 500ms"],
      [90_000, "1min 30s"],
      [0.25, "250us"],
      [86_400_000, "1d"],
      [Infinity, "infinity"]
    ] as const
  ) {
    it(`writes ${millis} ms as ${text}`, () => assert.strictEqual(TimeSpan.format(millis), text))
  }

  it("reads what it has written", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.integer({ min: 0, max: 2 ** 50 }), (micros) => {
        assert.strictEqual(TimeSpan.parse(TimeSpan.format(micros / 1_000)), micros / 1_000)
      })
    )
  })
})

describe("Signal", () => {
  table(Signal.parse, [
    ["TERM", 15],
    ["SIGTERM", 15],
    ["15", 15],
    ["HUP", 1],
    ["SIGUSR1", 10],
    ["CHLD", 17],
    ["POLL", 29],
    ["IOT", 6],
    ["SYS", 31],
    ["RTMIN", 34],
    ["RTMIN+3", 37],
    ["SIGRTMIN+3", 37],
    ["RTMAX", 64],
    ["RTMAX-30", 34],
    ["RTMAX-31", undefined],
    ["RTMIN+31", undefined],
    ["64", 64],
    ["65", undefined],
    ["0", undefined],
    ["", undefined],
    ["SIG", undefined],
    ["term", undefined],
    ["SIGSIGTERM", undefined]
  ])

  it("names every number so that it can be read back", () => {
    for (let signal = 1; signal <= 64; signal++) {
      if (signal === 32 || signal === 33) continue
      assert.strictEqual(Signal.parse(Signal.nameOf(signal)), signal)
    }
    assert.strictEqual(Signal.nameOf(15), "SIGTERM")
    assert.strictEqual(Signal.nameOf(37), "SIGRTMIN+3")
    assert.strictEqual(Signal.nameOf(99), "99")
  })
})

describe("Words", () => {
  const cases: ReadonlyArray<readonly [text: string, words: ReadonlyArray<string>, faults?: number]> = [
    ["a b\tc", ["a", "b", "c"]],
    ["", []],
    ["  a  ", ["a"]],
    ["\"a b\" 'c d'", ["a b", "c d"]],
    ["\"\" ''", ["", ""]],
    ["--x=\"a b\"c", ["--x=a bc"]],
    ["\"it's\" 'say \"x\"'", ["it's", "say \"x\""]],
    ["a\\sb \\\"c\\\" \\\\", ["a b", "\"c\"", "\\"]],
    ["\\a\\b\\f\\n\\r\\t\\v", ["\u0007\b\f\n\r\t\v"]],
    ["\\x41 \\101 \\u00e9 \\U0001f600", ["A", "A", "é", "😀"]],
    ["\\xc3\\xa9 \\303\\251", ["é", "é"]],
    ["'\\x41\\n'", ["A\n"]],
    ["\\q", ["\\q"], 1],
    ["\\xff", ["\\xff"], 1],
    ["\\x00", ["\\x00"], 1],
    ["\\x41\\xff\\x42", ["A\\xffB"], 1],
    ["\\xf0\\x9f\\x98\\x80\\xc3x", ["\u{1f600}\\xc3x"], 1],
    ["\\xed\\xa0\\x80", ["\\xed\\xa0\\x80"], 3],
    ["\\ud800", ["\\ud800"], 1],
    ["end\\", ["end\\"], 1],
    ["a \"b", ["a"], 1],
    ["'", [], 1],
    ["äö ü", ["äö", "ü"]]
  ]
  for (const [text, words, faults = 0] of cases) {
    it(`splits ${JSON.stringify(text)}`, () => {
      const parsed = Words.parse(text)
      assert.deepStrictEqual(parsed.words.map((word) => word.text), words)
      assert.strictEqual(parsed.faults.length, faults)
    })
  }

  it("says where words begin", () => {
    assert.deepStrictEqual(Words.parse("  ab 'c d'  e").words.map((word) => word.offset), [2, 5, 12])
  })

  it("leaves escapes alone where names are made of them", () => {
    assert.deepStrictEqual(Words.parse("a\\x2db 'c'", "retain").words.map((word) => word.text), ["a\\x2db", "c"])
  })

  it("forgives what comes from a variable", () => {
    assert.deepStrictEqual(Words.parse("a 'b c\\'d", "relaxed").words.map((word) => word.text), ["a", "b c'd"])
  })

  it("finds the same words by splitting, where splitting is enough", () => {
    const piece = FastCheck.constantFrom("a", "b c", "\"", "\"", " ", "  ", "'", "\\", "\t", "=")
    FastCheck.assert(FastCheck.property(FastCheck.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("")
      const split = Words.texts(text)
      const { faults, words } = Words.parse(text)
      if (split !== undefined) {
        assert.deepStrictEqual(split, words.map((word) => word.text))
        assert.deepStrictEqual(faults, [])
      }
    }))
    assert.deepStrictEqual(Words.texts("a \"b c\"  d"), ["a", "b c", "d"])
    for (const odd of ["a\"b\"", "\"a\"\"b\"", "\"a\"b", "'a'", "a\\b", "a\tb", "\"a"]) {
      assert.strictEqual(Words.texts(odd), undefined, odd)
    }
  })

  it("reads back the words it has quoted", () => {
    const word = FastCheck.oneof(
      FastCheck.string({ unit: "binary" }),
      FastCheck.string(),
      FastCheck.stringMatching(/^[ab\\"' \n\t$%;]*$/)
    ).filter((text) => !text.includes("\0") && !/[\ud800-\udfff]/.test(text))
    FastCheck.assert(
      FastCheck.property(FastCheck.array(word), (words) => {
        const parsed = Words.parse(Words.quote(words))
        assert.deepStrictEqual(parsed.words.map((each) => each.text), words)
        assert.deepStrictEqual(parsed.faults, [])
      })
    )
  })

  it("never throws, and always comes to an end", () => {
    const text = FastCheck.oneof(FastCheck.string(), FastCheck.stringMatching(/^[ab\\"' x01u]*$/))
    FastCheck.assert(
      FastCheck.property(
        text,
        FastCheck.constantFrom("decode" as const, "retain" as const, "relaxed" as const),
        (value, mode) => {
          Words.parse(value, mode)
        }
      )
    )
  })
})

describe("Environment", () => {
  it("reads assignments with quotes", () => {
    const parsed = Environment.parse("\"A=b c\" D=e 'F=\"g\"' H=")
    assert.deepStrictEqual(parsed.entries, [["A", "b c"], ["D", "e"], ["F", "\"g\""], ["H", ""]])
    assert.deepStrictEqual(parsed.invalid, [])
  })

  it("refuses words that are no assignment and names that are none", () => {
    const parsed = Environment.parse("A 1B=2 =c A-B=d ok=1")
    assert.deepStrictEqual(parsed.invalid.map((item) => item.text), ["A", "1B=2", "=c", "A-B=d"])
    assert.deepStrictEqual(parsed.entries, [["ok", "1"]])
  })
})

describe("UnitNames", () => {
  it("splits names and sorts out what is none", () => {
    const parsed = UnitNames.parse("a.service  \"b@1.socket\" nope c\\x2dd.mount")
    assert.deepStrictEqual(parsed.names.map((item) => item.name as string), [
      "a.service",
      "b@1.socket",
      "c\\x2dd.mount"
    ])
    assert.deepStrictEqual(parsed.invalid, [{ text: "nope", offset: 24 }])
  })
})

describe("AbsolutePath", () =>
  table(AbsolutePath.parse, [
    ["/", "/"],
    ["//a///b/./c/", "/a/b/c"],
    ["/a/.hidden", "/a/.hidden"],
    ["a/b", undefined],
    ["", undefined],
    ["/a/../b", undefined],
    ["/a/..b", "/a/..b"]
  ]))

describe("UserName", () =>
  table(UserName.parse, [
    ["app", "app"],
    ["_kea", "_kea"],
    ["1000", "1000"],
    ["first.last", "first.last"],
    ["", undefined],
    ["a:b", undefined],
    ["a/b", undefined],
    ["65535", undefined],
    ["4294967295", undefined],
    ["-x", "-x"],
    ["-", undefined],
    ["0", "0"],
    ["010", undefined],
    ["00", undefined],
    ["a b", "a b"],
    ["..", undefined]
  ]))
