import { assert, describe, it } from "@effect/vitest"
import { both, find, fragment, good, listed, masked, names, said, trail, unit } from "./Sets.ts"

const aliases = (set: ReturnType<typeof both>): Readonly<Record<string, string>> => Object.fromEntries(set.aliases)

describe("aliases", () => {
  const targets: ReadonlyArray<readonly [what: string, link: string]> = [
    ["beside it", "web.service"],
    ["by another way", "../units/./web.service"],
    ["to an absolute path elsewhere", "/lib/systemd/system/web.service"]
  ]
  for (const [what, link] of targets) {
    it(`are links to the name of a unit of the set, ${what}`, () => {
      const set = both({ "web.service": good, "www.service": { link } })
      assert.deepStrictEqual(names(set), ["web.service"])
      assert.deepStrictEqual(aliases(set), { "www.service": "web.service" })
      assert.deepStrictEqual(said(set), [])
    })
  }

  it("mean the unit itself wherever they are written", () => {
    const set = both({
      "web.service": good,
      "www.service": { link: "web.service" },
      "a.service": unit("After=www.service\nRequires=www.service\nOnFailure=www.service"),
      "t.target": "[Unit]\n",
      "t.target.wants/www.service": { link: "../web.service" },
      "s.timer": "[Timer]\nOnBootSec=1\nUnit=www.service\n"
    })
    for (const directive of ["After", "Requires", "OnFailure"] as const) {
      assert.deepStrictEqual(listed(set, "a.service", directive), ["web.service"])
    }
    assert.deepStrictEqual(listed(set, "t.target", "Wants"), ["web.service"])
    const timer = find(set, "s.timer")
    assert(timer._tag === "Timer")
    assert.strictEqual(String(timer.Timer.Unit?.name), "web.service")
    assert.deepStrictEqual(set.diagnostics.filter(({ code }) => code.startsWith("CI05")), [])
  })

  it("have fragments and links of their own, which come after the unit's where they have the same name", () => {
    const set = both({
      "web.service": good,
      "www.service": { link: "web.service" },
      "b.service": good,
      "www.service.d/1.conf": fragment("Environment=V=www"),
      "www.service.d/2.conf": fragment("Environment=V=www2"),
      "web.service.d/2.conf": fragment("Environment=V=web2"),
      "www.service.wants/b.service": { link: "../b.service" }
    })
    assert.strictEqual(trail(set, "web.service"), "www web2")
    assert.deepStrictEqual(listed(set, "web.service", "Wants"), ["b.service"])
    assert.deepStrictEqual(said(set), [])
  })

  it("may go through others", () => {
    const set = both({ "a.service": { link: "b.service" }, "b.service": { link: "c.service" }, "c.service": good })
    assert.deepStrictEqual(aliases(set), { "a.service": "c.service", "b.service": "c.service" })
  })

  it("in the place of a core unit replace it", () => {
    const set = both({ "web.service": "broken", "nginx.service": good }, { "web.service": { link: "nginx.service" } })
    assert.deepStrictEqual(names(set), ["nginx.service"])
    assert.deepStrictEqual(set.overrides.map(({ overridePath }) => overridePath), ["/drop/web.service"])
    assert.deepStrictEqual(said(set), [])
  })

  it("are replaced by a file of their name", () => {
    const set = both({ "www.service": { link: "web.service" }, "web.service": good }, { "www.service": good })
    assert.deepStrictEqual(names(set), ["web.service", "www.service"])
    assert.deepStrictEqual(aliases(set), {})
  })

  it("of a masked unit are masked with it", () => {
    const set = both({
      "web.service": masked,
      "www.service": { link: "web.service" },
      "a.service": unit("Requires=www.service")
    })
    assert.deepStrictEqual(said(set), [
      "warning: /core/a.service:2: [Unit] Requires: web.service is masked: a.service -> web.service"
    ])
  })

  it("of a template hold for each of its instances", () => {
    const set = both({
      "getty@.service": good,
      "autovt@.service": { link: "getty@.service" },
      "a.service": unit("Wants=autovt@tty1.service"),
      "autovt@.service.d/1.conf": fragment("Environment=V=%i")
    })
    assert.deepStrictEqual(names(set), ["a.service", "getty@tty1.service"])
    assert.deepStrictEqual(listed(set, "a.service", "Wants"), ["getty@tty1.service"])
    assert.strictEqual(trail(set, "getty@tty1.service"), "tty1")
    assert.deepStrictEqual(aliases(set), {
      "autovt@.service": "getty@.service",
      "autovt@tty1.service": "getty@tty1.service"
    })
  })

  it("of one instance lead to that instance of another template", () => {
    const set = both({
      "getty@.service": good,
      "autovt@.service": good,
      "autovt@tty1.service": { link: "getty@.service" },
      "a.service": unit("Wants=autovt@tty1.service autovt@tty2.service")
    })
    assert.deepStrictEqual(names(set), ["a.service", "autovt@tty2.service", "getty@tty1.service"])
    assert.deepStrictEqual(aliases(set), { "autovt@tty1.service": "getty@tty1.service" })
  })

  const mismatches: ReadonlyArray<readonly [name: string, link: string]> = [
    ["web.socket", "web.service"],
    ["www.service", "web@.service"],
    ["www@.service", "web.service"],
    ["www@x.service", "web@y.service"],
    ["www@x.service", "web.service"]
  ]
  for (const [name, link] of mismatches) {
    it(`cannot be ${name} for ${link}: the link is ignored, and what is beneath it counts`, () => {
      const set = both({ "web.service": good, "web@.service": good, "web@y.service": good, [name]: unit("") }, {
        [name]: { link }
      })
      assert.deepStrictEqual(said(set).filter((line) => line.includes("/drop/")), [
        `warning: /drop/${name}: ${link} cannot have ${name} as another name: the link is ignored; ` +
        "both need the same suffix, and the same instance or none"
      ])
      assert.deepStrictEqual([set.overrides, aliases(set)], [[], {}])
      assert.isTrue(names(set).includes(name) || name.includes("@."), names(set).join())
    })
  }

  it("in a circle are an error that shows the circle", () => {
    const set = both({
      "a.service": { link: "b.service" },
      "b.service": { link: "c.service" },
      "c.service": { link: "b.service" },
      "d.service": unit("Requires=a.service")
    })
    assert.deepStrictEqual(names(set), ["d.service"])
    assert.strictEqual(
      said(set)[0],
      "error: /core/b.service: the links lead in a circle: b.service -> c.service -> b.service; " +
        "put the unit's file in the place of one of them"
    )
    assert.deepStrictEqual(set.diagnostics.map(({ code }) => code), ["CI0209", "CI0501"])
  })

  it("in a chain of 10,000 are followed", () => {
    const files: Record<string, { readonly link: string } | string> = { "a10000.service": good }
    for (let index = 0; index < 10_000; index++) files[`a${index}.service`] = { link: `a${index + 1}.service` }
    const set = both(files)
    assert.strictEqual(aliases(set)["a0.service"], "a10000.service")
    assert.strictEqual(set.aliases.size, 10_000)
  })

  it("are no links to files of other names: those are read as what they lead to", () => {
    const set = both({
      "a.service": { link: "/opt/a/unit", text: good },
      "b.service": { link: "/opt/b/b.service", text: good },
      "c.service": { link: "/opt/c/other.service", text: good }
    })
    assert.deepStrictEqual(names(set), ["a.service", "b.service", "c.service"])
    assert.deepStrictEqual(aliases(set), {})
  })

  it("that lead nowhere are errors that say what to do", () => {
    assert.deepStrictEqual(said(both({ "a.service": { link: "gone.service" } })), [
      "error: /core/a.service: the link leads to \"gone.service\", where nothing is; " +
      "let it lead to a unit's file, or to /dev/null if the unit is to be masked"
    ])
  })

  it("are not made by Alias= in [Install]", () => {
    const set = both({ "a.service": `${good}[Install]\nAlias=b.service\n` })
    assert.deepStrictEqual(aliases(set), {})
  })
})
