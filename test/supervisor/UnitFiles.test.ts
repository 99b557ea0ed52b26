import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as UnitFiles from "../../src/supervisor/UnitFiles.ts"
import { render } from "../../src/unit/Diagnostic.ts"
import type { Tree } from "./FilesTest.ts"
import * as KernelTest from "./KernelTest.ts"

const text = "[Service]\nExecStart=/bin/a\n"

const load = (files: Tree, environment: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function*() {
    const kernel = yield* KernelTest.make({ files, environment })
    const loaded = UnitFiles.load({ core: "/core", dropIn: "/drop-in" })
    const set = yield* Effect.provide(loaded, kernel.layer)
    return {
      set,
      units: [...set.units.keys()].map(String),
      said: set.diagnostics.map(render).map((line) => line.replace("container-init: ", ""))
    }
  })

describe("load", () => {
  it.scoped("reads both directories", () =>
    Effect.gen(function*() {
      const { said, set, units } = yield* load({ "/core/b.service": text, "/drop-in/a.service": text })
      assert.deepStrictEqual(units, ["a.service", "b.service"])
      assert.deepStrictEqual(said, [])
      assert.deepStrictEqual(set.graph.names as ReadonlyArray<string>, ["a.service", "b.service"])
    }))

  it.scoped("takes a directory that is not there for an empty set", () =>
    Effect.gen(function*() {
      const { said, units } = yield* load({})
      assert.deepStrictEqual([units, said], [[], []])
    }))

  it.scoped("puts a drop-in in the place of the core unit of its name, whose faults no longer count", () =>
    Effect.gen(function*() {
      const { said, set, units } = yield* load({
        "/core/a.service": "nonsense",
        "/core/b.service": { kind: "fifo" },
        "/drop-in/a.service": text,
        "/drop-in/b.service": text
      })
      assert.deepStrictEqual(units, ["a.service", "b.service"])
      assert.deepStrictEqual(said, [])
      assert.deepStrictEqual(set.overrides.map(({ basePath, overridePath }) => `${basePath} ${overridePath}`), [
        "/core/a.service /drop-in/a.service"
      ])
    }))

  it.scoped("masks a unit by a link to /dev/null and by an empty file", () =>
    Effect.gen(function*() {
      const { said, set, units } = yield* load({
        "/core/a.service": text,
        "/core/b.service": text,
        "/core/c.service": { link: "/dev/null" },
        "/drop-in/a.service": { link: "/dev/null" },
        "/drop-in/b.service": ""
      })
      assert.deepStrictEqual([units, said], [[], []])
      assert.deepStrictEqual(set.masked.map(String), ["a.service", "b.service", "c.service"])
    }))

  it.scoped("follows any other link", () =>
    Effect.gen(function*() {
      const { said, units } = yield* load({ "/core/a.service": { link: "/elsewhere" }, "/elsewhere": text })
      assert.deepStrictEqual([units, said], [["a.service"], []])
    }))

  const refused: ReadonlyArray<readonly [what: string, files: Tree, wanted: RegExp]> = [
    ["a FIFO", { "/core/a.service": { kind: "fifo" } }, /^error: \/core\/a\.service: .*EINVAL/],
    ["a socket", { "/core/a.service": { kind: "socket" } }, /^error: \/core\/a\.service: /],
    ["a device", { "/drop-in/a.service": { kind: "character-device" } }, /^error: \/drop-in\/a\.service: /],
    ["a directory with a unit's name", { "/core/a.service/x": text }, /^error: \/core\/a\.service: /],
    ["a link that leads nowhere", { "/core/a.service": { link: "/gone" } }, /^error: \/core\/a\.service: .*ENOENT/],
    ["a file that may not be read", { "/core/a.service": { errno: 13 } }, /^error: \/core\/a\.service: .*EACCES/],
    ["more than 1 MiB", { "/core/a.service": "#".repeat(1024 * 1024 + 1) }, /^error: \/core\/a\.service: .*EFBIG/],
    ["a directory that may not be read", { "/core": { errno: 13 } }, /^error: \/core: .*EACCES/],
    ["a file in the place of a directory", { "/core": "not a directory" }, /^error: \/core: .*ENOTDIR/]
  ]
  for (const [what, files, wanted] of refused) {
    it.scoped(`refuses ${what}`, () =>
      Effect.gen(function*() {
        const { said, units } = yield* load({ ...files, "/core/good.service": text })
        assert.strictEqual(said.length, 1, said.join("\n"))
        assert.match(said[0] ?? "", wanted)
        assert.notInclude(units, "a.service")
      }))
  }

  it.scoped("says of every folder that it is not read", () =>
    Effect.gen(function*() {
      const { said } = yield* load({
        "/core/a.service.d/x.conf": "",
        "/core/t.target.wants/a.service": "",
        "/drop-in/t.target.requires/a.service": "",
        "/core/scripts/run": ""
      })
      assert.deepStrictEqual(said.map((line) => line.replace(/: (a )?folder.*/, "")), [
        "warning: /core/a.service.d",
        "warning: /core/scripts",
        "warning: /core/t.target.wants",
        "warning: /drop-in/t.target.requires"
      ])
    }))

  it.scoped("passes over hidden files", () =>
    Effect.gen(function*() {
      const { said, units } = yield* load({ "/core/.a.service.swp": "nonsense", "/core/.git/config": "" })
      assert.deepStrictEqual([units, said], [[], []])
    }))

  it.scoped("gives the parser PID 1's environment and host name", () =>
    Effect.gen(function*() {
      const { set } = yield* load(
        { "/core/a.service": "[Service]\nExecStart=/bin/a %H\nUser=${WHO:-nobody}\n" },
        { WHO: "alice" }
      )
      const [unit] = [...set.units.values()]
      assert(unit?._tag === "Service")
      assert.strictEqual(unit.Service.User, "alice")
      assert.deepStrictEqual(unit.Service.ExecStart[0]?.words, ["/bin/a", "box"])
    }))

  it.scoped("finds cycles across the two directories", () =>
    Effect.gen(function*() {
      const { said } = yield* load({
        "/core/a.service": `[Unit]\nAfter=b.service\n${text}`,
        "/drop-in/b.service": `[Unit]\nAfter=a.service\n${text}`
      })
      assert.strictEqual(said.length, 1)
      assert.match(said[0] ?? "", /^error: .*in a circle.*\/drop-in\/b\.service:2/)
    }))
})
