import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Files } from "../../src/kernel/Files.ts"
import * as Glob from "../../src/supervisor/Glob.ts"
import * as FilesTest from "./FilesTest.ts"

const matching = (pattern: string, names: ReadonlyArray<string>) =>
  names.filter((name) => Glob.toExpression(pattern).test(name))

describe("a glob", () => {
  it("knows stars, question marks and sets; everything else stands for itself", () => {
    const names = ["a.env", "b.env", "ab.env", "axenv", "a]env", "^.env", "a-b.env"]
    assert.deepStrictEqual(matching("*.env", names), ["a.env", "b.env", "ab.env", "^.env", "a-b.env"])
    assert.deepStrictEqual(matching("?.env", names), ["a.env", "b.env", "^.env"])
    assert.deepStrictEqual(matching("[ab].env", names), ["a.env", "b.env"])
    assert.deepStrictEqual(matching("[a-c].env", names), ["a.env", "b.env"])
    assert.deepStrictEqual(matching("[!a].env", names), ["b.env", "^.env"])
    assert.deepStrictEqual(matching("[^].env", names), ["^.env"])
    assert.deepStrictEqual(matching("a[.env", ["a[.env", "a.env"]), ["a[.env"])
    assert.deepStrictEqual(matching("(a|b)+.env", ["a.env", "(a|b)+.env"]), ["(a|b)+.env"])
  })

  it.effect("is expanded in every component of a path, sorted, without hidden files", () => {
    const tree = {
      "/etc/b/x.env": "",
      "/etc/a/x.env": "",
      "/etc/a/.x.env": "",
      "/etc/a/y.conf": "",
      "/etc/c/z.env": ""
    }
    return Effect.gen(function*() {
      assert.deepStrictEqual(yield* Glob.expand("/etc/[ab]/*.env"), ["/etc/a/x.env", "/etc/b/x.env"])
      assert.deepStrictEqual(yield* Glob.expand("/etc/*/z.env"), ["/etc/c/z.env"])
      assert.deepStrictEqual(yield* Glob.expand("/nowhere/*.env"), [])
    }).pipe(Effect.provideService(Files, FilesTest.make(tree)))
  })
})
