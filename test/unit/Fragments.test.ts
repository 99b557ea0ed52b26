import { assert, describe, it } from "@effect/vitest"
import { both, find, fragment, good, listed, masked, names, said, trail, unit } from "./Sets.ts"

const mark = (value: string): string => fragment(`Environment=V=${value}`)

describe("fragments", () => {
  it("add to a unit of either directory from either directory, in the order of their names", () => {
    const set = both({
      "a.service": good,
      "a.service.d/20-core.conf": mark("2"),
      "b.service.d/10-core.conf": mark("1")
    }, {
      "a.service.d/10-drop.conf": mark("1"),
      "a.service.d/30-drop.conf": mark("3"),
      "b.service": good
    })
    assert.deepStrictEqual([trail(set, "a.service"), trail(set, "b.service")], ["1 2 3", "1"])
    assert.deepStrictEqual(said(set), [])
  })

  it("apply to whatever the main file is, so to a drop-in that replaces a core unit, too", () => {
    const set = both({ "a.service": good, "a.service.d/1.conf": mark("1") }, { "a.service": good })
    assert.strictEqual(trail(set, "a.service"), "1")
    assert.strictEqual(set.overrides.length, 1)
  })

  it("reset lists and replace values of the main file", () => {
    const set = both({
      "a.service": `${good}Restart=always\n`,
      "a.service.d/1.conf": fragment("ExecStart=\nExecStart=/bin/other\nRestart=no")
    })
    const a = find(set, "a.service")
    assert(a._tag === "Service")
    assert.deepStrictEqual([a.Service.ExecStart.map(({ path }) => path), a.Service.Restart], [["/bin/other"], "no"])
  })

  const shadows: ReadonlyArray<readonly [what: string, core: string, dropIn: string, winner: string]> = [
    ["the drop-in directory's over the core directory's", "a-b.service.d", "a-b.service.d", "drop"],
    ["the drop-in directory's even if it is for more units", "a-b.service.d", "a-.service.d", "drop"],
    ["that of the unit over that for all of its kind, whatever the directory", "a-b.service.d", "service.d", "core"],
    ["that of a prefix over that for all of its kind", "a-.service.d", "service.d", "core"]
  ]
  for (const [what, core, dropIn, winner] of shadows) {
    it(`of one file name take ${what}`, () => {
      const set = both({ "a-b.service": good, [`${core}/x.conf`]: mark("core") }, {
        [`${dropIn}/x.conf`]: mark("drop")
      })
      assert.strictEqual(trail(set, "a-b.service"), winner)
    })
  }

  it("of one file name in one directory take the most specific", () => {
    const set = both({
      "a-b-c.service": good,
      "service.d/x.conf": mark("kind"),
      "a-.service.d/x.conf": mark("a"),
      "a-b-.service.d/x.conf": mark("b")
    })
    assert.strictEqual(trail(set, "a-b-c.service"), "b")
  })

  it("of a template and of an instance both apply to the instance", () => {
    const set = both({
      "t.target": "[Unit]\nWants=a@x.service a@y.service\n",
      "a@.service": good,
      "a@.service.d/1.conf": mark("all"),
      "a@x.service.d/2.conf": mark("%i")
    })
    assert.deepStrictEqual([trail(set, "a@x.service"), trail(set, "a@y.service")], ["all x", "all"])
  })

  for (const [what, mask] of [["an empty file", ""], ["a link to /dev/null", masked]] as const) {
    it(`are masked by ${what} of their name in a place that comes first`, () => {
      const set = both({ "a.service": good, "a.service.d/x.conf": mark("1") }, { "a.service.d/x.conf": mask })
      assert.strictEqual(trail(set, "a.service"), "")
      assert.deepStrictEqual(said(set), [])
    })
  }

  it("that are masked for one unit stay for the others", () => {
    const set = both({
      "a.service": good,
      "b.service": good,
      "service.d/x.conf": mark("1"),
      "a.service.d/x.conf": ""
    })
    assert.deepStrictEqual([trail(set, "a.service"), trail(set, "b.service")], ["", "1"])
  })

  it("need a name that ends in .conf: a note says of others that they are ignored", () => {
    const set = both({ "a.service": good, "a.service.d/x.conf.dpkg-old": mark("1"), "a.service.d/README": "hello" })
    assert.strictEqual(trail(set, "a.service"), "")
    assert.deepStrictEqual(said(set).map((line) => line.replace(/: the name.*/, "")), [
      "note: /core/a.service.d/README",
      "note: /core/a.service.d/x.conf.dpkg-old"
    ])
  })

  it("have their faults reported with their own path, once for all units they apply to", () => {
    const set = both({ "a.service": good, "b.service": good, "service.d/x.conf": fragment("\nNice=zero\nColour=red") })
    assert.deepStrictEqual(set.diagnostics.filter(({ code }) => code === "CI0202").map(({ at }) => at), [
      { file: "/core/service.d/x.conf", line: 4, column: 1 }
    ])
  })

  it("that lead nowhere are errors, if they count", () => {
    const set = both({
      "a.service": good,
      "a.service.d/x.conf": { link: "/gone" },
      "b.service.d/x.conf": { link: "/gone" }
    })
    assert.deepStrictEqual(set.diagnostics.map(({ at, code }) => `${code} ${at.file}`), [
      "CI0111 /core/a.service.d/x.conf",
      "CI0503 /core/b.service.d"
    ])
  })

  it("load no unit: a note names a folder whose unit is not there, but not the folders for all units of a kind", () => {
    const set = both({
      "a.service.d/x.conf": mark("1"),
      "a-.service.d/x.conf": mark("1"),
      "user-.slice.d/x.conf": "",
      "socket.d/x.conf": "",
      "b.service": "",
      "b.service.d/x.conf": mark("1")
    })
    assert.deepStrictEqual(names(set), [])
    assert.deepStrictEqual(said(set), [
      "note: /core/a-.service.d: a-.service is not loaded: the fragments here have no effect",
      "note: /core/a.service.d: a.service is not loaded: the fragments here have no effect",
      "note: /core/b.service.d: b.service is masked: the fragments here have no effect",
      "note: /core/user-.slice.d: units of kind \"slice\" are not read: the fragments here have no effect"
    ])
  })

  it("of 1,000 units with 1 MiB for each come to an end, in an error", () => {
    const files: Record<string, string> = { "service.d/x.conf": `${fragment("")}${"#\n".repeat(500_000)}` }
    for (let index = 0; index < 1000; index++) files[`a${index}.service`] = good
    const set = both(files)
    assert.deepStrictEqual(set.diagnostics.map(({ code, severity }) => `${severity} ${code}`), ["error CI0117"])
  })
})

describe("folders of links", () => {
  const target = "[Unit]\n"

  it("add what they hold to the dependencies of the unit, and say where that is from", () => {
    const set = both({
      "t.target": "[Unit]\nWants=a.service\n",
      "a.service": good,
      "b.service": good,
      "t.target.wants/b.service": { link: "../b.service" },
      "t.target.upholds/a.service": { link: "../a.service" }
    }, { "t.target.requires/b.service": { link: "/core/b.service" } })
    assert.deepStrictEqual(listed(set, "t.target", "Wants"), ["a.service", "b.service"])
    assert.deepStrictEqual(listed(set, "t.target", "Requires"), ["b.service"])
    assert.deepStrictEqual(listed(set, "t.target", "Upholds"), ["a.service"])
    assert.strictEqual(find(set, "t.target").Unit.Wants[1]?.at.file, "/core/t.target.wants/b.service")
    assert.deepStrictEqual(said(set), [])
  })

  it("go by the name of a link, and warn if it leads to another unit", () => {
    const set = both({
      "t.target": target,
      "a.service": good,
      "b.service": good,
      "t.target.wants/a.service": { link: "../b.service" }
    })
    assert.deepStrictEqual(listed(set, "t.target", "Wants"), ["a.service"])
    assert.deepStrictEqual(said(set), [
      "warning: /core/t.target.wants/a.service: the link is called a.service but leads to b.service: " +
      "it stands for a.service; give both the same name"
    ])
  })

  it("need links: a file with a text is ignored, with a warning, and a mask takes a link of the core back", () => {
    const set = both({
      "t.target": target,
      "a.service": good,
      "b.service": good,
      "t.target.wants/a.service": good,
      "t.target.wants/b.service": { link: "../b.service" }
    }, { "t.target.wants/b.service": masked })
    assert.deepStrictEqual(listed(set, "t.target", "Wants"), [])
    assert.deepStrictEqual(set.diagnostics.map(({ at, code, severity }) => `${severity} ${code} ${at.file}`), [
      "warning CI0114 /core/t.target.wants/a.service"
    ])
  })

  it("say what they want but is not there in a note, and what they require in a warning", () => {
    const set = both({
      "t.target": target,
      "gone.service": "",
      "t.target.wants/gone.service": { link: "../gone.service" },
      "t.target.wants/lost.service": { link: "../lost.service" },
      "t.target.wants/tmp.mount": { link: "../tmp.mount" },
      "t.target.requires/gone.service": { link: "../gone.service" }
    })
    assert.deepStrictEqual(said(set), [
      "note: /core/t.target.wants/gone.service: gone.service is masked: the link pulls nothing in",
      "note: /core/t.target.wants/lost.service: lost.service is not loaded: the link pulls nothing in",
      "note: /core/t.target.wants/tmp.mount: units of kind \"mount\" are not read: the link pulls nothing in",
      "warning: /core/t.target.requires/gone.service: [Unit] Requires: gone.service is masked: t.target -> gone.service"
    ])
  })

  it("of a unit that is not there are told once a folder", () => {
    const set = both({
      "a.service": good,
      "b.service": good,
      "multi-user.target.wants/a.service": { link: "/lib/systemd/system/a.service" },
      "multi-user.target.wants/b.service": { link: "/lib/systemd/system/b.service" }
    })
    assert.deepStrictEqual(said(set), [
      "note: /core/multi-user.target.wants: multi-user.target is not loaded: nothing is pulled in by the links here"
    ])
  })

  it("hand the instance of a template on", () => {
    const set = both({
      "t.target": "[Unit]\nWants=g@x.target\n",
      "g@.target": target,
      "a@.service": good,
      "g@.target.wants/a@.service": { link: "../a@.service" }
    })
    assert.deepStrictEqual(names(set), ["a@x.service", "g@x.target", "t.target"])
    assert.deepStrictEqual(listed(set, "g@x.target", "Wants"), ["a@x.service"])
  })

  it("that belong to no unit are warned of", () => {
    const set = both({ "conf.d/x.conf": "", "a.wants/b.service": { link: "../b.service" }, "c.service": unit("") })
    assert.deepStrictEqual(set.diagnostics.map(({ at, code, severity }) => `${severity} ${code} ${at.file}`), [
      "warning CI0110 /core/a.wants",
      "warning CI0110 /core/conf.d"
    ])
  })
})
