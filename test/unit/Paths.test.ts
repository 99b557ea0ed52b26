import { assert, describe, it } from "@effect/vitest"
import * as Paths from "../../src/unit/grammar/Paths.ts"
import { refused, table } from "./Table.ts"

const of = (path: string, optional = false, inRoot = false) => ({ path, optional, inRoot })

describe("Paths", () => {
  table((text) => Paths.parse(text).paths, [
    ["/a /b", [of("/a"), of("/b")]],
    ["/a//b/ /./c", [of("/a/b"), of("/c")]],
    ["-/a +/b -+/c", [of("/a", true), of("/b", false, true), of("/c", true, true)]],
    ["\"/a b\" '/c'", [of("/a b"), of("/c")]],
    ["/a\\ b", [of("/a b")]],
    ["/", [of("/")]]
  ])
  refused(Paths.parseOne, ["", "a", "~", "-", "+", "+-/a", "--/a", "/a/../b", "./a"])

  it("finds those that are none, and where", () => {
    assert.deepStrictEqual(Paths.parse("/a b /c ../d").invalid, [{ text: "b", offset: 3 }, { text: "../d", offset: 8 }])
  })

  it("substitutes after the value was split", () => {
    assert.deepStrictEqual(Paths.parse("-X", () => "-/a b").paths, [of("/a b", true)])
  })

  it("reads what it has written", () => {
    const paths = [of("/a b", true), of("/c", false, true), of("/d\"e\\f")]
    assert.deepStrictEqual(Paths.parse(Paths.format(paths)).paths, paths)
  })
})
