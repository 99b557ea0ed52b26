import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Files } from "../../src/kernel/Files.ts"
import * as Glob from "../../src/supervisor/Glob.ts"
import * as FilesTest from "./FilesTest.ts"

describe("a glob", () => {
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
