import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Files } from "../../../src/kernel/Files.ts"
import * as Tree from "../../../src/supervisor/image/Tree.ts"
import * as FilesTest from "../FilesTest.ts"

const nodes: FilesTest.Tree = {
  "/image/usr/bin/web": "",
  "/image/bin": { link: "usr/bin" },
  "/image/sbin": { link: "/usr/bin" },
  "/image/usr/bin/www": { link: "../../bin/web" },
  "/image/usr/bin/out": { link: "../../../../../../etc/passwd" },
  "/image/usr/bin/host": { link: "/outside" },
  "/image/loop": { link: "loop" },
  "/image/a": { link: "b/x" },
  "/image/b": { link: "a/x" },
  "/image/gone": { link: "/nowhere/file" },
  "/image/dev/null": { kind: "character-device" },
  "/image/etc/passwd": "",
  "/outside": "",
  "/etc/passwd": ""
}

const find = (path: string, root = "/image") =>
  Effect.map(
    Effect.provideService(Tree.make(root).find(path), Files, FilesTest.make(nodes)),
    (found) => `${found.kind} ${found.path}`
  )

describe("paths below a root", () => {
  for (
    const [path, wanted] of [
      ["/usr/bin/web", "file /usr/bin/web"],
      ["//usr/./bin//web", "file /usr/bin/web"],
      ["/usr/lib/../bin/web", "absent /usr"],
      ["/usr/bin/../bin/web", "file /usr/bin/web"],
      ["/../../usr", "directory /usr"],
      ["/", "directory "],
      ["", "directory "],
      ["/bin/web", "file /usr/bin/web"],
      ["/sbin/web", "file /usr/bin/web"],
      ["/sbin/www", "file /usr/bin/web"],
      ["/bin", "directory /usr/bin"],
      ["/usr/bin/out", "file /etc/passwd"],
      ["/usr/bin/host", "absent "],
      ["/loop", "absent "],
      ["/a", "absent "],
      ["/gone", "absent "],
      ["/dev/null", "character-device /dev/null"],
      ["/dev/null/x", "absent /dev/null"],
      ["/usr/bin/web/x", "absent /usr/bin/web"],
      ["/usr/bin/web/..", "absent /usr/bin/web"],
      ["/usr/share/x", "absent /usr"]
    ] as const
  ) {
    it.effect(`find ${wanted} behind ${path || "nothing"}`, () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* find(path), wanted)
      }))
  }

  it.effect("begin at our own root where that is the image", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* find("/image/usr/bin/web", "/"), "file /image/usr/bin/web")
      assert.strictEqual(yield* find("/bin/web", "/image//"), "file /usr/bin/web")
    }))
})
