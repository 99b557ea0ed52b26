import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Files } from "../../src/kernel/Files.ts"
import { System } from "../../src/kernel/System.ts"
import * as HostFacts from "../../src/supervisor/HostFacts.ts"
import { expandSpecifiers } from "../../src/unit/Expand.ts"
import { forUnit } from "../../src/unit/Specifiers.ts"
import type { Tree } from "./FilesTest.ts"
import * as FilesTest from "./FilesTest.ts"

const image: Tree = {
  "/etc/passwd": "root:x:0:0::/root:/bin/bash\nalice:x:1500:1500::/home/alice:/bin/zsh\n",
  "/etc/group": "root:x:0:\nstaff:x:1500:\n",
  "/etc/os-release": "ID=debian\nVERSION_ID=\"12\"\nBUILD_ID=7\n",
  "/etc/machine-info": "PRETTY_HOSTNAME=\"A box\"\n",
  "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
  "/proc/sys/kernel/random/boot_id": "01234567-89ab-cdef-0123-456789abcdef\n"
}

const system = (uid: number): typeof System.Service => ({
  pid: Effect.succeed(1),
  identity: Effect.succeed({ uid, gid: uid }),
  hostname: Effect.succeed("box.example"),
  kernel: Effect.succeed({ release: "6.1.0", machine: "aarch64" }),
  privileges: Effect.succeed(undefined),
  landlock: Effect.succeed(6),
  systemCalls: Effect.succeed({ architectures: ["arm64"], numbers: () => [] }),
  onClockSet: () => Effect.succeed({ cancel: () => {} }),
  environment: Effect.succeed(new Map()),
  print: () => Effect.void,
  printError: () => Effect.void
})

/** What becomes of a text in a unit of this image, loaded as this user. */
const expand = (text: string, tree: Tree = image, uid = 0) =>
  HostFacts.collect([text]).pipe(
    Effect.map((facts) => expandSpecifiers(text, forUnit("a@b.service", "/units/a@.service", facts)).text),
    Effect.provide(Layer.merge(Layer.succeed(Files, FilesTest.make(tree)), Layer.succeed(System, system(uid))))
  )

describe("HostFacts", () => {
  for (
    const [text, wanted] of [
      ["%H %l %q", "box.example box A box"],
      ["%m %b", "0123456789abcdef0123456789abcdef 0123456789abcdef0123456789abcdef"],
      ["%v %a", "6.1.0 arm64"],
      ["%o %w %B", "debian 12 7"],
      ["[%A%M%W]", "[]"],
      ["%u %U %g %G %h %s", "root 0 root 0 /root /bin/bash"],
      ["%y %Y", "/units/a@.service /units"],
      ["100%%", "100%"]
    ] as const
  ) {
    it.effect(`substitutes ${text}`, () => Effect.map(expand(text), (found) => assert.strictEqual(found, wanted)))
  }

  it.effect("knows who runs PID 1 where that is not root", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* expand("%u %U %g %h", image, 1500), "alice 1500 staff /home/alice")
      assert.strictEqual(yield* expand("%u %U %g %G", image, 4711), "4711 4711 4711 4711")
    }))

  it.effect("leaves what an image without files cannot know as it is written", () =>
    Effect.map(expand("%m %b %v %a %q %o.", {}), (found) => assert.strictEqual(found, "%m %b 6.1.0 arm64 box .")))

  it.effect("reads no file for texts that ask for none", () => {
    const untouched: typeof Files.Service = {
      ...FilesTest.make({}),
      read: (path) => Effect.die(new Error(`nobody asked for ${path}`))
    }
    return HostFacts.collect(["[Service]\nExecStart=/a %n %i 100%%\n"]).pipe(
      Effect.map((facts) => assert.deepStrictEqual(facts, { hostname: "box.example" })),
      Effect.provide(Layer.merge(Layer.succeed(Files, untouched), Layer.succeed(System, system(0))))
    )
  })
})
