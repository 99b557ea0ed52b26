import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as UnitFilesOf from "../../src/supervisor/UnitFilesOf.ts"
import { render } from "../../src/unit/Diagnostic.ts"
import type { Tree } from "./FilesTest.ts"
import * as KernelTest from "./KernelTest.ts"

const text = "[Service]\nExecStart=/bin/a\n"

describe("loadFiles", () => {
  const loadFiles = (paths: ReadonlyArray<string>, files: Tree) =>
    Effect.gen(function*() {
      const kernel = yield* KernelTest.make({ files })
      const set = yield* Effect.provide(UnitFilesOf.loadFiles(paths), kernel.layer)
      return {
        set,
        units: [...set.units.values()].map(({ file, name }) => `${name} ${file}`),
        said: set.diagnostics.map(render).map((line) => line.replace("container-init: ", ""))
      }
    })

  it.scoped("reads directories and files as one set, the later over the earlier", () =>
    Effect.gen(function*() {
      const { said, set, units } = yield* loadFiles(["/one/", "/two", "/three/b.service"], {
        "/one/a.service": "nonsense",
        "/one/b.service": text,
        "/two/a.service": text,
        "/two/a.service.d/x.conf": "[Unit]\nAfter=b.service\n",
        "/three/b.service": text,
        "/three/c.service": "nonsense"
      })
      assert.deepStrictEqual(said, [])
      assert.deepStrictEqual(units, ["a.service /two/a.service", "b.service /three/b.service"])
      assert.strictEqual(set.graph.ordering.size, 1)
      assert.deepStrictEqual(set.overrides.map(({ basePath }) => basePath), ["/one/a.service", "/one/b.service"])
    }))

  it.scoped("reads the unit beside the folder of a fragment, once for all its fragments", () =>
    Effect.gen(function*() {
      const { said, set, units } = yield* loadFiles(["/d/a.service.d/x.conf", "/d/a.service.d/y.conf"], {
        "/d/a.service": text,
        "/d/a.service.d/x.conf": "[Unit]\nDescription=X\n",
        "/d/a.service.d/y.conf": "[Service]\nColour=red\n",
        "/d/a.service.d/z.conf": "nonsense"
      })
      assert.deepStrictEqual(units, ["a.service /d/a.service"])
      assert.strictEqual([...set.units.values()][0]?.Unit.Description, "X")
      assert.deepStrictEqual(said.map((line) => line.replace(/Colour.*/, "")), [
        "warning: /d/a.service.d/y.conf:2: [Service] "
      ])
      assert.deepStrictEqual(set.overrides, [])
    }))

  it.scoped("makes an instance of the template beside the folder of its fragment", () =>
    Effect.gen(function*() {
      const { said, units } = yield* loadFiles(["/d/a@x.service.d/x.conf"], {
        "/d/a@.service": text,
        "/d/a@x.service.d/x.conf": "[Unit]\nDescription=%i\n"
      })
      assert.deepStrictEqual([units, said], [["a@x.service /d/a@.service"], []])
    }))

  it.scoped("warns of a fragment whose unit is nowhere", () =>
    Effect.gen(function*() {
      const { said } = yield* loadFiles(["/d/a.service.d/x.conf"], { "/d/a.service.d/x.conf": "[Unit]\n" })
      assert.strictEqual(
        said[0],
        "warning: /d/a.service.d/x.conf: a fragment is checked together with its unit, but a.service is not beside " +
          "/d/a.service.d; check the directory that holds both"
      )
    }))

  it.scoped("reads the file that a link leads to", () =>
    Effect.gen(function*() {
      const { said, units } = yield* loadFiles(["/d/a.service"], { "/d/a.service": { link: "../e/a" }, "/e/a": text })
      assert.deepStrictEqual([units, said], [["a.service /d/a.service"], []])
    }))

  it.scoped("takes a link to /dev/null for a mask, and tells where one to nowhere leads", () =>
    Effect.gen(function*() {
      const { said, set } = yield* loadFiles(["/d/a.service", "/d/b.service"], {
        "/d/a.service": { link: "/dev/null" },
        "/d/b.service": { link: "/gone" }
      })
      assert.deepStrictEqual(set.masked.map(String), ["a.service"])
      assert.match(said.join("\n"), /^error: \/d\/b\.service: the link leads to "\/gone"/)
    }))

  it.scoped("reports paths that are not there or cannot be read as errors", () =>
    Effect.gen(function*() {
      const { said, units } = yield* loadFiles(["/gone", "/closed", "/d/a.service", "/d/notes"], {
        "/closed": { errno: 13 },
        "/d/a.service": { kind: "fifo" },
        "/d/notes": "hello"
      })
      assert.deepStrictEqual(units, [])
      assert.deepStrictEqual(said.map((line) => line.split(":").slice(0, 2).join(":")), [
        "error: /gone",
        "error: /closed",
        "error: /d/a.service",
        "warning: /d/notes"
      ])
    }))
})
