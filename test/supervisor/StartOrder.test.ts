import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as StartPlan from "../../src/graph/StartPlan.ts"
import type { Turn } from "../../src/supervisor/StartOrder.ts"
import * as StartOrder from "../../src/supervisor/StartOrder.ts"
import { unitName } from "../unit/Support.ts"
import * as Graphs from "./Graphs.ts"
import { set } from "./Units.ts"

const orderOf = (files: Readonly<Record<string, string>>) => {
  const { graph, units } = set(files)
  return StartOrder.make(StartPlan.plan(graph, units))
}

const shown = (turns: ReadonlyArray<Turn>): ReadonlyArray<string> =>
  turns.map(({ lacks, unit }) =>
    lacks === undefined ? unit : `${unit} lacks ${lacks.unit}${lacks.missing ? ", which is missing" : ""}`
  )

describe("StartOrder", () => {
  it("begins with whoever waits for nobody, all at once", () => {
    const order = orderOf({ "a.service": "", "b.service": "Requires=a.service", "c.service": "After=a.service" })
    assert.deepStrictEqual(shown(order.begin()), ["a.service", "b.service"])
  })

  it("goes on with a unit once the last it waits for has settled, up or not", () => {
    const order = orderOf({ "a.service": "", "b.service": "", "c.service": "After=a.service b.service" })
    order.begin()
    assert.deepStrictEqual(shown(order.settle(unitName("a.service"), true)), [])
    assert.deepStrictEqual(shown(order.settle(unitName("b.service"), false)), ["c.service"])
  })

  it("takes Before= of one for After= of the other", () => {
    const order = orderOf({ "a.service": "Before=b.service", "b.service": "" })
    assert.deepStrictEqual(shown(order.begin()), ["a.service"])
    assert.deepStrictEqual(shown(order.settle(unitName("a.service"), true)), ["b.service"])
  })

  it("does not start a unit whose requirement failed before it", () => {
    const order = orderOf({ "a.service": "", "b.service": "After=a.service\nRequires=a.service" })
    order.begin()
    assert.deepStrictEqual(shown(order.settle(unitName("a.service"), false)), ["b.service lacks a.service"])
  })

  it("does not start a unit whose requirement is not there at all", () => {
    const order = orderOf({ "a.service": "Requires=gone.service" })
    assert.deepStrictEqual(shown(order.begin()), ["a.service lacks gone.service, which is missing"])
  })

  it("starts a unit beside a requirement that it is not ordered after", () => {
    const order = orderOf({ "a.service": "", "b.service": "Requires=a.service" })
    assert.deepStrictEqual(shown(order.begin()), ["a.service", "b.service"])
    assert.deepStrictEqual(shown(order.settle(unitName("a.service"), false)), [])
  })

  it("starts a unit whose wish failed", () => {
    const order = orderOf({ "a.service": "", "b.service": "After=a.service\nWants=a.service gone.service" })
    order.begin()
    assert.deepStrictEqual(shown(order.settle(unitName("a.service"), false)), ["b.service"])
  })

  it("hears of each unit once: a restart that fails or succeeds moves nobody", () => {
    const order = orderOf({ "a.service": "", "b.service": "After=a.service\nRequires=a.service" })
    order.begin()
    assert.deepStrictEqual(shown(order.settle(unitName("a.service"), true)), ["b.service"])
    assert.deepStrictEqual(shown(order.settle(unitName("a.service"), false)), [])
    assert.isFalse(order.isComplete())
    order.settle(unitName("b.service"), true)
    assert.isTrue(order.isComplete())
  })

  it("does not take one unit that settles twice for two", () => {
    const order = orderOf({ "a.service": "", "b.service": "", "c.service": "After=a.service b.service" })
    order.begin()
    order.settle(unitName("a.service"), true)
    assert.deepStrictEqual(shown(order.settle(unitName("a.service"), false)), [])
    assert.deepStrictEqual(shown(order.settle(unitName("b.service"), true)), ["c.service"])
  })

  it("reaches a target once what it wants has settled", () => {
    const order = orderOf({ "a.service": "", "t.target": "Wants=a.service" })
    assert.deepStrictEqual(shown(order.begin()), ["a.service"])
    assert.deepStrictEqual(shown(order.settle(unitName("a.service"), false)), ["t.target"])
  })
})

describe("StartOrder over random sets", () => {
  const failing = FastCheck.array(FastCheck.nat(Graphs.unitNames.length - 1), { maxLength: 3 })
  const picks = FastCheck.array(FastCheck.nat(1000), { minLength: 9, maxLength: 9 })

  it("keeps every order, gives each unit one turn, and fails what needs what failed", () => {
    FastCheck.assert(FastCheck.property(Graphs.arbitrary, failing, picks, (random, fails, picks) => {
      const order = StartOrder.make(StartPlan.plan(random.graph, random.units))
      const broken = new Set(fails.map((index) => Graphs.unitNames[index]))
      const settled = new Map<string, boolean>()
      const turns = new Set<string>()
      const open: Array<Turn> = []
      const take = (list: ReadonlyArray<Turn>) => {
        for (const turn of list) {
          assert.isFalse(turns.has(turn.unit), "one turn a unit")
          turns.add(turn.unit)
          for (const [from, to] of random.after) if (from === turn.unit) assert.isTrue(settled.has(to), "its order")
          const needs = random.requires.filter(([from]) => from === turn.unit).map(([, to]) => to)
          const ordered = needs.filter((to) => random.after.some(([from, other]) => from === turn.unit && other === to))
          const lacking = ordered.filter((to) => settled.get(to) === false)
          assert.strictEqual(turn.lacks !== undefined, lacking.length > 0)
          if (turn.lacks !== undefined) assert.include(lacking, turn.lacks.unit)
          open.push(turn)
        }
      }
      take(order.begin())
      for (let round = 0; open.length > 0; round++) {
        const [turn] = open.splice((picks[round] ?? 0) % open.length, 1)
        assert(turn !== undefined)
        const up = turn.lacks === undefined && !broken.has(turn.unit)
        settled.set(turn.unit, up)
        assert.isFalse(order.isComplete())
        take(order.settle(turn.unit, up))
      }
      assert.isTrue(order.isComplete())
      assert.strictEqual(settled.size, Graphs.unitNames.length)
    }))
  })
})
