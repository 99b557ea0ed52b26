import { assert, describe, it } from "@effect/vitest"
import { both, find, good, listed, masked, names, said, trail, unit } from "./Sets.ts"

const template = `${good}Environment=V=%i\n`
const asking = (directive: string, name = "a@x.service"): string => unit(`${directive}=${name}`)

describe("templates", () => {
  for (const directive of ["Wants", "Requires", "Requisite", "BindsTo", "Upholds", "OnFailure", "OnSuccess"]) {
    it(`become an instance that ${directive}= names, with its own %i`, () => {
      const set = both({ "a@.service": template, "b.service": asking(directive) })
      assert.deepStrictEqual(names(set), ["a@x.service", "b.service"])
      assert.strictEqual(trail(set, "a@x.service"), "x")
      assert.strictEqual(find(set, "a@x.service").file, "/core/a@.service")
      assert.notInclude(set.diagnostics.map(({ code }) => code), "CI0207")
    })
  }

  for (const directive of ["After", "Before", "PartOf", "Conflicts", "PropagatesReloadTo"]) {
    it(`become no instance that only ${directive}= names`, () => {
      const set = both({ "a@.service": template, "b.service": asking(directive) })
      assert.deepStrictEqual(names(set), ["b.service"])
      assert.include(
        said(set),
        "note: /core/a@.service: a template of which no unit names an instance: nothing of it is started"
      )
    })
  }

  const activated: ReadonlyArray<readonly [what: string, name: string, text: string, instance: string | undefined]> = [
    ["Service= of a socket", "s.socket", "[Socket]\nListenStream=/x\nService=a@x.service\n", "a@x.service"],
    ["Unit= of a timer", "s.timer", "[Timer]\nOnBootSec=1\nUnit=a@x.service\n", "a@x.service"],
    ["Unit= of a path", "s.path", "[Path]\nPathExists=/x\nUnit=a@x.service\n", "a@x.service"],
    ["the name of a timer", "a@x.timer", "[Timer]\nOnBootSec=1\n", "a@x.service"],
    ["the name of a socket", "a@x.socket", "[Socket]\nListenStream=/x\n", "a@x.service"],
    ["no socket with Accept=yes", "a@x.socket", "[Socket]\nListenStream=/x\nAccept=yes\n", undefined]
  ]
  for (const [what, name, text, instance] of activated) {
    it(`become the instance of ${what}`, () => {
      const set = both({ "a@.service": template, [name]: text })
      assert.deepStrictEqual(names(set).filter((one) => one !== name), instance === undefined ? [] : [instance])
    })
  }

  it("become the instance that Sockets= of a service names", () => {
    const set = both({
      "a@.socket": "[Socket]\nListenStream=/x\nService=b.service\n",
      "b.service": `${good}Sockets=a@x.socket\n`
    })
    assert.deepStrictEqual(names(set), ["a@x.socket", "b.service"])
  })

  it("become the instance that a link in a folder names, or one beside the template", () => {
    const set = both({
      "a@.service": template,
      "t.target": "[Unit]\n",
      "t.target.wants/a@x.service": { link: "../a@.service" }
    }, { "a@y.service": { link: "../core/a@.service" } })
    assert.deepStrictEqual(names(set), ["a@x.service", "a@y.service", "t.target"])
    assert.deepStrictEqual([trail(set, "a@x.service"), trail(set, "a@y.service")], ["x", "y"])
    assert.deepStrictEqual(said(set), [])
  })

  it("become instances of instances, of other templates and across directories", () => {
    const set = both({
      "a@.service": unit("Requires=b@%i.service"),
      "b@.service": unit("OnFailure=c@%i.service")
    }, { "c@.service": good, "t.target": "[Unit]\nWants=a@x.service\n" })
    assert.deepStrictEqual(names(set), ["a@x.service", "b@x.service", "c@x.service", "t.target"])
    assert.deepStrictEqual(set.diagnostics.filter(({ severity }) => severity !== "warning"), [])
  })

  it("leave an instance alone that has a file of its own, and one that is masked", () => {
    const set = both({ "a@.service": template, "a@x.service": `${good}Environment=V=own\n` }, {
      "t.target": "[Unit]\nWants=a@x.service a@y.service\n",
      "a@y.service": masked
    })
    assert.deepStrictEqual(names(set), ["a@x.service", "t.target"])
    assert.strictEqual(trail(set, "a@x.service"), "own")
    assert.deepStrictEqual(set.masked.map(String), ["a@y.service"])
  })

  it("that are masked mask their instances", () => {
    const set = both({ "a@.service": template, "b.service": asking("Requires") }, { "a@.service": "" })
    assert.deepStrictEqual(names(set), ["b.service"])
    assert.include(said(set).join("\n"), "a@x.service is masked: b.service -> a@x.service")
  })

  it("that are replaced make instances of what replaced them", () => {
    const set = both({ "a@.service": "broken", "b.service": asking("Wants") }, { "a@.service": template })
    assert.strictEqual(find(set, "a@x.service").file, "/drop/a@.service")
    assert.deepStrictEqual(set.overrides.map(({ name }) => String(name)), ["a@.service"])
  })

  it("that a unit names stand for its own instance, or for one called as the unit is", () => {
    const set = both({
      "a@.service": unit("Wants=b@.service\nAfter=b@.service"),
      "b@.service": template,
      "c.service": unit("Wants=a@x.service b@.service")
    })
    assert.deepStrictEqual(names(set), ["a@x.service", "b@c.service", "b@x.service", "c.service"])
    assert.deepStrictEqual(listed(set, "a@x.service", "Wants"), ["b@x.service"])
    assert.deepStrictEqual(listed(set, "a@x.service", "After"), ["b@x.service"])
    assert.deepStrictEqual(listed(set, "c.service", "Wants"), ["a@x.service", "b@c.service"])
  })

  it("have their faults said once, however many instances they have", () => {
    const set = both({
      "a@.service": `${template}Colour=red\n`,
      "b.service": asking("Wants", "a@x.service a@y.service")
    })
    assert.deepStrictEqual(set.diagnostics.map(({ at, code }) => `${code} ${at.file}:${at.line}`), [
      "CI0202 /core/a@.service:4"
    ])
  })

  it("are refused for what is wrong with one instance only", () => {
    const set = both({
      "a@.service": `${good}Restart=%i\n`,
      "b.service": asking("Wants", "a@always.service a@x.service")
    })
    assert.deepStrictEqual(set.diagnostics.map(({ code, severity }) => `${severity} ${code}`), ["error CI0301"])
  })

  it("whose instances name ever new ones come to an end, in an error that says so", () => {
    for (const next of ["a@%i-x.service", "a@%i0.service a@%i1.service"]) {
      const set = both({ "a@.service": unit(`Wants=${next}`), "b.service": asking("Wants") })
      const errors = set.diagnostics.filter(({ severity }) => severity === "error")
      assert.isAtLeast(errors.length, 1, next)
      assert.isAtMost(set.units.size, 5000)
    }
  })

  it("may name their own instances in a circle", () => {
    const set = both({
      "a@.service": unit("Wants=b@%i.service a@%i.service"),
      "b@.service": unit("Wants=a@%i.service"),
      "c.service": asking("Wants")
    })
    assert.deepStrictEqual(names(set), ["a@x.service", "b@x.service", "c.service"])
  })

  it("that are not there make no instance, which the requirement says", () => {
    const set = both({ "b.service": asking("Requires") })
    assert.deepStrictEqual(said(set), [
      "warning: /core/b.service:2: [Unit] Requires: a@x.service is not there: b.service -> a@x.service"
    ])
  })
})
