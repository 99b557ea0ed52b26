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
        "/core/a.service /drop-in/a.service",
        "/core/b.service /drop-in/b.service"
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
    [
      "a link that leads nowhere",
      { "/core/a.service": { link: "/gone" } },
      /^error: \/core\/a\.service: the link leads to "\/gone"/
    ],
    ["a link in a circle", { "/core/a.service": { link: "a.service" } }, /^error: \/core\/a\.service: .*ELOOP/],
    [
      "a folder that may not be read",
      { "/core/good.service.d": { link: "/gone" } },
      /^error: \/core\/good\.service\.d: .*ENOENT/
    ],
    [
      "a fragment that may not be read",
      { "/core/good.service.d/x.conf": { errno: 13 } },
      /^error: \/core\/good\.service\.d\/x\.conf: .*EACCES/
    ],
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

  it.scoped("reads folders of fragments and links of both directories, those that are links themselves, too", () =>
    Effect.gen(function*() {
      const { said, set, units } = yield* load({
        "/core/a.service": text,
        "/core/b.service": text,
        "/core/b.service.d": { link: "/opt/fragments" },
        "/opt/fragments/x.conf": "[Unit]\nDescription=From afar\n",
        "/core/t.target": "[Unit]\n",
        "/core/t.target.wants/a.service": { link: "../a.service" },
        "/drop-in/a.service.d/x.conf": "[Unit]\nDescription=Added\n",
        "/drop-in/t.target.requires/b.service": { link: "/core/b.service" }
      })
      assert.deepStrictEqual(said, [])
      assert.deepStrictEqual(units, ["a.service", "b.service", "t.target"])
      const [a, b, target] = [...set.units.values()]
      assert.deepStrictEqual([a?.Unit.Description, b?.Unit.Description], ["Added", "From afar"])
      const names = [...target?.Unit.Wants ?? [], ...target?.Unit.Requires ?? []].map(({ name }) => String(name))
      assert.deepStrictEqual(names, ["a.service", "b.service"])
    }))

  it.scoped("says of other folders that they are not read", () =>
    Effect.gen(function*() {
      const { said } = yield* load({
        "/core/scripts/run": "",
        "/core/a.service": text,
        "/core/a.service.d/x.conf/y": ""
      })
      assert.deepStrictEqual(said.map((line) => line.replace(/: a folder.*/, "")), [
        "note: /core/a.service.d/x.conf",
        "warning: /core/scripts"
      ])
    }))

  it.scoped("masks fragments and links by a link to /dev/null", () =>
    Effect.gen(function*() {
      const { said, set } = yield* load({
        "/core/a.service": text,
        "/core/a.service.d/x.conf": "nonsense",
        "/core/a.service.wants/b.service": { link: "../b.service" },
        "/drop-in/a.service.d/x.conf": { link: "/dev/null" },
        "/drop-in/a.service.wants/b.service": { link: "/dev/null" }
      })
      assert.deepStrictEqual(said, [])
      assert.strictEqual([...set.units.values()][0]?.Unit.Wants.length, 0)
    }))

  it.scoped("takes a link to another unit's name for an alias, and never reads what it leads to", () =>
    Effect.gen(function*() {
      const { said, set, units } = yield* load({
        "/core/web.service": text,
        "/core/www.service": { link: "web.service" },
        "/drop-in/http.service": { link: "/lib/systemd/system/web.service" },
        "/core/default.target": { link: "main.target" },
        "/drop-in/main.target": "[Unit]\nWants=http.service\n"
      })
      assert.deepStrictEqual([units, said], [["main.target", "web.service"], []])
      assert.deepStrictEqual(Object.fromEntries(set.aliases) as Record<string, string>, {
        "default.target": "main.target",
        "http.service": "web.service",
        "www.service": "web.service"
      })
      assert.strictEqual(String(set.graph.root), "main.target")
    }))

  it.scoped("reads what is beneath a link that cannot be another name", () =>
    Effect.gen(function*() {
      const { said, units } = yield* load({
        "/core/web.socket": "[Unit]\n",
        "/core/web.service": text,
        "/drop-in/web.socket": { link: "/core/web.service" }
      })
      assert.deepStrictEqual(units, ["web.service", "web.socket"])
      assert.match(said.join("\n"), /warning: \/drop-in\/web.socket: web.service cannot have web.socket/)
    }))

  it.scoped("makes instances of templates for links to them", () =>
    Effect.gen(function*() {
      const { said, units } = yield* load({
        "/core/a@.service": text,
        "/drop-in/a@x.service": { link: "/core/a@.service" }
      })
      assert.deepStrictEqual([units, said], [["a@x.service"], []])
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
