import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as StartPlan from "../../src/graph/StartPlan.ts"
import * as UnitGraph from "../../src/graph/UnitGraph.ts"
import { unitName } from "../unit/Support.ts"
import { set } from "./Support.ts"

const planOf = (files: Readonly<Record<string, string>>) => {
  const units = set(files)
  return StartPlan.plan(UnitGraph.make(units), units)
}

const starts = (files: Readonly<Record<string, string>>): ReadonlyArray<string> => planOf(files).units

const reasons = (files: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  planOf(files).notStarted.map(({ name, reason }) => `${name}: ${reason}`)

const orders = (files: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  [...UnitGraph.make(set(files)).ordering.values()].flat().map(({ at, from, to }) => `${from} -> ${to} ${at.line}`)

describe("what is implied of an order", () => {
  for (const directive of ["Requires", "Requisite", "BindsTo", "Wants", "Upholds"]) {
    it(`puts a target after what it names in ${directive}=`, () => {
      assert.deepStrictEqual(orders({ "t.target": `${directive}=a.service gone.service`, "a.service": "" }), [
        "t.target -> a.service 2"
      ])
    })
  }

  it("is nothing where the target or the other has no default dependencies", () => {
    assert.deepStrictEqual(orders({ "t.target": "Wants=a.service\nDefaultDependencies=no", "a.service": "" }), [])
    assert.deepStrictEqual(orders({ "t.target": "Wants=a.service", "a.service": "DefaultDependencies=no" }), [])
  })

  it("puts a timer and a path before what they start", () => {
    assert.deepStrictEqual(
      orders({ "a.service": "", "a.timer": "", "b.path": "[Path]\nUnit=a.service" }),
      ["a.service -> a.timer 0", "a.service -> b.path 3"]
    )
  })

  it("leaves a timer after what it starts where somebody wrote so", () => {
    assert.deepStrictEqual(orders({ "a.service": "", "a.timer": "After=a.service" }), ["a.timer -> a.service 2"])
  })
})

describe("the plan of a boot", () => {
  it("starts timers and paths, and leaves to them what they start", () => {
    const files = { "a.service": "", "a.timer": "", "b.service": "", "c.path": "[Path]\nUnit=b.service" }
    assert.deepStrictEqual(starts(files), ["a.timer", "c.path"])
    assert.deepStrictEqual(reasons(files), ["a.service: a.timer starts it", "b.service: c.path starts it"])
  })

  for (const directive of ["Requires", "Wants", "BindsTo", "Upholds"]) {
    it(`starts what a timer starts if another unit names it in ${directive}=`, () => {
      assert.deepStrictEqual(starts({ "a.service": "", "a.timer": "", "b.service": `${directive}=a.service` }), [
        "a.service",
        "a.timer",
        "b.service"
      ])
    })
  }

  it("does not take Requisite= for pulling in", () => {
    assert.deepStrictEqual(starts({ "a.service": "", "a.timer": "", "b.service": "Requisite=a.service" }), [
      "a.timer",
      "b.service"
    ])
  })

  it("starts only those timers that a default target pulls in", () => {
    const files = { "default.target": "Wants=a.timer", "a.timer": "", "a.service": "", "b.timer": "", "b.service": "" }
    assert.deepStrictEqual(starts(files), ["a.timer", "default.target"])
    assert.include(reasons(files), "b.timer: default.target does not pull it in")
  })

  it("starts a socket and not its service, unless something else pulls that in", () => {
    const files = { "a.service": "", "a.socket": "", "b.service": "", "b.socket": "[Socket]\nService=other.service" }
    assert.deepStrictEqual(starts(files), ["a.socket", "b.service", "b.socket"])
    assert.deepStrictEqual(reasons(files), ["a.service: a.socket starts it"])
    assert.include(starts({ ...files, "c.service": "Wants=a.service" }), "a.service")
  })

  it("starts a socket that a service of the plan has in its Sockets=", () => {
    const files = { "default.target": "Wants=a.service", "a.service": "[Service]\nSockets=b.socket", "b.socket": "" }
    assert.deepStrictEqual(starts(files), ["a.service", "b.socket", "default.target"])
  })

  it("starts sockets of all kinds, and none of the services they start", () => {
    const files = {
      "a.service": "",
      "a.socket": "[Socket]\nActivationMode=proxy",
      "b.service": "",
      "b.socket": "[Socket]\nAccept=yes"
    }
    // What accepts has a template, and nothing to do with a service of its own name.
    assert.deepStrictEqual(starts(files), ["a.socket", "b.service", "b.socket"])
    assert.deepStrictEqual(reasons(files), ["a.service: a.socket starts it"])
  })

  it("leaves out the later of two that exclude each other, whoever says so", () => {
    const files = { "a.service": "", "b.service": "Conflicts=a.service gone.service b.service", "c.service": "" }
    assert.deepStrictEqual(starts(files), ["a.service", "c.service"])
    assert.deepStrictEqual(reasons(files), ["b.service: it conflicts with a.service, which starts"])
  })

  it("leaves out what requires a unit that is left out", () => {
    assert.deepStrictEqual(
      reasons({
        "a.service": "",
        "b.service": "Conflicts=a.service",
        "c.service": "Requires=b.service",
        "d.service": "BindsTo=c.service",
        "e.service": "Wants=b.service"
      }),
      [
        "b.service: it conflicts with a.service, which starts",
        "c.service: it requires b.service, which conflicts with a.service, which starts",
        "d.service: it requires b.service, which conflicts with a.service, which starts"
      ]
    )
  })

  it("leaves out what contradicts itself", () => {
    assert.deepStrictEqual(
      reasons({
        "a.service": "Requires=b.service\nConflicts=b.service",
        "b.service": "",
        "c.service": "Requires=x.service y.service",
        "x.service": "Conflicts=y.service",
        "y.service": ""
      }),
      [
        "a.service: it conflicts with b.service, which it requires",
        "c.service: it requires x.service and y.service, which conflict",
        "y.service: it conflicts with x.service, which starts"
      ]
    )
  })

  it("starts default.target and what that requires rather than what comes first by name", () => {
    const files = {
      "default.target": "Requires=z.service\nWants=a.service",
      "a.service": "Conflicts=z.service",
      "z.service": ""
    }
    assert.deepStrictEqual(starts(files), ["default.target", "z.service"])
  })

  it("never starts two that exclude each other, nor a unit without what it requires, in any set", () => {
    const size = 8
    const name = (index: number) => `u${index}.service`
    const edge = FastCheck.tuple(
      FastCheck.nat(size - 1),
      FastCheck.nat(size - 1),
      FastCheck.constantFrom("Requires", "BindsTo", "Conflicts", "Wants")
    )
    FastCheck.assert(FastCheck.property(FastCheck.array(edge, { maxLength: 16 }), (edges) => {
      const files: Record<string, string> = {}
      for (let index = 0; index < size; index++) files[name(index)] = ""
      for (const [from, to, kind] of edges) files[name(from)] += `${kind}=${name(to)}\n`
      const plan = planOf(files)
      const has = (index: number) => plan.units.includes(unitName(name(index)))
      for (const [from, to, kind] of edges) {
        if (from === to || !has(from) || kind === "Wants") continue
        assert.strictEqual(has(to), kind !== "Conflicts", `${name(from)} ${kind}=${name(to)}`)
      }
      assert.strictEqual(plan.units.length + plan.notStarted.length, size)
    }))
  })
})
