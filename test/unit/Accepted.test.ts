/** Units that are made while everything runs, of what was read when it began. */
import { assert, describe, it } from "@effect/vitest"
import type { Unit } from "../../src/unit/Unit.ts"
import type { Directory } from "./Sets.ts"
import { both, find, fragment, masked, said } from "./Sets.ts"
import { unitName } from "./Support.ts"

const socket = "[Socket]\nListenStream=80\nAccept=yes\n"
const service = (lines = "", unit = "") => `[Unit]\n${unit}\n[Service]\nExecStart=/bin/cat\n${lines}\n`

const make = (core: Directory, name = "echo@7-a.service", dropIn: Directory = {}): Unit | undefined =>
  both({ "echo.socket": socket, ...core }, dropIn).instances.make(unitName(name))

/** Where something stands is no difference. */
const plain = (unit: unknown): unknown =>
  JSON.parse(JSON.stringify(unit, (key, value: unknown) => key === "at" ? 0 : value))

describe("the instance of a connection", () => {
  const sets: Readonly<Record<string, Directory>> = {
    "without specifiers": { "echo@.service": service("Environment=A=b", "Wants=log.service\nAfter=log.service") },
    "with specifiers": {
      "echo@.service": service(
        "Environment=A=%i B=%n\nWorkingDirectory=/srv/%p",
        "Description=For %I\nWants=log@%i.service"
      )
    },
    "with fragments and links": {
      "echo@.service": service(),
      "echo@.service.d/a.conf": fragment("Environment=A=%i"),
      "service.d/b.conf": fragment("Nice=3"),
      "echo@.service.wants/log.service": { link: "../log.service" },
      "echo@.service.requires/log@.service": { link: "../log@.service" }
    },
    "of a linked template": { "cat@.service": service("Environment=A=%i"), "echo@.service": { link: "cat@.service" } }
  }
  for (const [what, files] of Object.entries(sets)) {
    it(`is the same as if somebody had named it, ${what}`, () => {
      const others = { "log.service": service(), "log@.service": service() }
      const asking = { "ask.service": service("", "Wants=echo@7-a.service") }
      const unit = make({ ...files, ...others })
      assert(unit !== undefined)
      assert.deepStrictEqual(plain(unit), plain(find(both({ ...files, ...others, ...asking }), unit.name)))
    })
  }

  it("is made anew for each name, though nothing but the name is read again", () => {
    const { instances } = both({ "echo.socket": socket, "echo@.service": service("", "PartOf=all@.target") })
    const [one, two] = [instances.make(unitName("echo@1.service")), instances.make(unitName("echo@2.service"))]
    for (const [unit, name] of [[one, "1"], [two, "2"]] as const) {
      assert.strictEqual(unit?.name as string | undefined, `echo@${name}.service`)
      assert.strictEqual(unit?.Unit.Description, `echo@${name}.service`)
      assert.deepStrictEqual(unit?.Unit.PartOf.map((other) => other.name as string), [`all@${name}.target`])
    }
  })

  it("is not to be had where there is no template, or it is masked", () => {
    assert.strictEqual(make({}), undefined)
    assert.strictEqual(make({ "echo.service": service() }), undefined)
    assert.strictEqual(make({ "echo@.service": service() }, undefined, { "echo@.service": masked }), undefined)
    assert.strictEqual(make({ "echo@.service": service() }, "other@1.service"), undefined)
  })

  it("is made of the template of the drop-in set", () => {
    const unit = make({ "echo@.service": service() }, undefined, { "echo@.service": service("Nice=5") })
    assert.strictEqual(unit?.file, "/drop/echo@.service")
  })

  it("makes its template one that is used, and nothing is kept of others", () => {
    const set = both({ "echo.socket": socket, "echo@.service": service() })
    assert.deepStrictEqual(said(set), [])
    assert.isTrue(set.instances.has(unitName("echo@.service")))
    const unused = both({ "echo@.service": service() })
    assert.strictEqual(unused.instances.sources.size, 0)
    assert.strictEqual(said(unused).length, 1)
  })

  it("is missed when the set is checked, unless its template is there, be it by another name", () => {
    const missed = said(both({ "echo.socket": socket, "other.service": service() }))
    assert.deepStrictEqual(missed, [
      "warning: /core/echo.socket: [Socket] Service: echo@.service is not there: there is nothing to start"
    ])
    assert.deepStrictEqual(said(both({ "echo@1.socket": socket, ...sets["of a linked template"] })), [])
  })
})
