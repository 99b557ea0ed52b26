import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Pattern from "../../src/supervisor/Pattern.ts"

const matching = (pattern: string, texts: ReadonlyArray<string>) =>
  texts.filter((text) => Pattern.matches(pattern, text))

/** By pattern: texts that match, and texts that do not. */
const table: ReadonlyArray<readonly [pattern: string, good: ReadonlyArray<string>, bad: ReadonlyArray<string>]> = [
  ["", [""], ["a"]],
  ["abc", ["abc"], ["", "ab", "abcd", "ABC"]],
  ["*", ["", "a", "a/b", ".a", "\n"], []],
  ["*.env", [".env", "a.env", "a.env.env"], ["a.env2", "env"]],
  ["a*b*c", ["abc", "axbxc", "abcbc"], ["ab", "acb", "abcd"]],
  ["a**b", ["ab", "axb"], ["a"]],
  ["?", ["a", "ä", "😀"], ["", "ab"]],
  ["*?", ["a", "ab", "x😀"], [""]],
  ["*😀?", ["😀a", "😀😀😀"], ["😀", "a"]],
  ["[ab]x", ["ax", "bx"], ["cx", "x", "[ab]x"]],
  ["[a-c]", ["a", "b", "c"], ["d", "-"]],
  ["[!a]", ["b", "!"], ["a", "", "bb"]],
  ["[^a]", ["b", "^"], ["a"]],
  ["[^!]", ["a", "^"], ["!"]],
  ["[]a]", ["]", "a"], ["b"]],
  ["[!]a]", ["b"], ["]", "a"]],
  ["[a-]", ["a", "-"], ["b"]],
  ["[-a]", ["a", "-"], ["b"]],
  ["[z-a]", [], ["a", "m", "z", "-"]],
  ["[\\]]", ["]"], ["\\"]],
  ["[a\\-c]", ["a", "-", "c"], ["b", "\\"]],
  ["[[:digit:]x]", ["0", "9", "x"], ["a", ":", "["]],
  ["[![:space:]]", ["a"], [" ", "\t"]],
  ["[[:odd:]]", [], ["o", ":"]],
  ["[ä-ö]", ["ä", "å", "ö"], ["a", "ü"]],
  ["[", ["["], ["a"]],
  ["a[", ["a["], ["a"]],
  ["a[bc", ["a[bc"], ["ab"]],
  ["[^].env", ["[^].env"], ["a.env"]],
  ["\\*", ["*"], ["a", "\\*"]],
  ["a\\", ["a\\"], ["a"]],
  ["(a|b)+.env", ["(a|b)+.env"], ["a.env"]]
]

describe("a pattern", () => {
  for (const [pattern, good, bad] of table) {
    it(`${JSON.stringify(pattern)} matches what it should and nothing else`, () => {
      assert.deepStrictEqual(matching(pattern, [...good, ...bad]), good)
    })
  }

  it("knows the classes of the C locale", () => {
    const characters = [..."aZ5_ \t\u0001ä"]
    const classes = "upper lower alpha digit alnum xdigit punct graph print blank space cntrl".split(" ")
    assert.deepStrictEqual(
      classes.map((name) =>
        `${name}: ${matching(`[[:${name}:]]`, characters).map((one) => JSON.stringify(one)).join(" ")}`
      ),
      [
        "upper: \"Z\"",
        "lower: \"a\"",
        "alpha: \"a\" \"Z\"",
        "digit: \"5\"",
        "alnum: \"a\" \"Z\" \"5\"",
        "xdigit: \"a\" \"5\"",
        "punct: \"_\"",
        "graph: \"a\" \"Z\" \"5\" \"_\"",
        "print: \"a\" \"Z\" \"5\" \"_\" \" \"",
        "blank: \" \" \"\\t\"",
        "space: \" \" \"\\t\"",
        "cntrl: \"\\t\" \"\\u0001\""
      ]
    )
  })

  it("takes no time for many stars that lead nowhere", () => {
    assert.isFalse(Pattern.matches(`${"*a".repeat(1_000)}b`, "a".repeat(5_000)))
  })

  it("answers for anything at all, and a text with its marks escaped matches itself", () => {
    FastCheck.assert(FastCheck.property(FastCheck.string(), FastCheck.string({ unit: "grapheme" }), (pattern, text) => {
      assert.isBoolean(Pattern.matches(pattern, text))
      assert.isTrue(Pattern.matches(text.replace(/[*?[\\]/g, "\\$&"), text))
    }))
  })
})
