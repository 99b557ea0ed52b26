import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as StopPlan from "../../src/graph/StopPlan.ts"
import * as StopOrder from "../../src/supervisor/StopOrder.ts"
import { unitName } from "../unit/Support.ts"
import * as Graphs from "./Graphs.ts"
import { set } from "./Units.ts"

const orderOf = (files: Readonly<Record<string, string>>) => {
  const { graph, units } = set(files)
  return StopOrder.make(StopPlan.plan(graph, units.keys()))
}
const text = (names: ReadonlyArray<string>) => [...names].sort().join(" ")

describe("StopOrder", () => {
  it("stops whoever nobody is ordered after, then those behind them", () => {
    const order = orderOf({
      "db.service": "",
      "web.service": "After=db.service",
      "proxy.service": "After=web.service",
      "worker.service": "After=db.service"
    })
    assert.strictEqual(text(order.begin()), "proxy.service worker.service")
    assert.strictEqual(text(order.stopped(unitName("proxy.service"))), "web.service")
    assert.strictEqual(text(order.stopped(unitName("web.service"))), "")
    assert.strictEqual(text(order.remaining()), "db.service worker.service")
    assert.strictEqual(text(order.stopped(unitName("worker.service"))), "db.service")
    assert.strictEqual(text(order.stopped(unitName("db.service"))), "")
    assert.deepStrictEqual(order.remaining(), [])
    assert.isTrue(order.isComplete())
  })

  it("does not order by requirements alone", () => {
    const order = orderOf({ "a.service": "", "b.service": "Requires=a.service" })
    assert.strictEqual(text(order.begin()), "a.service b.service")
  })

  it("hears of each unit once", () => {
    const order = orderOf({ "a.service": "", "b.service": "After=a.service", "c.service": "After=a.service" })
    order.begin()
    assert.strictEqual(text(order.stopped(unitName("b.service"))), "")
    assert.strictEqual(text(order.stopped(unitName("b.service"))), "")
    assert.strictEqual(text(order.stopped(unitName("c.service"))), "a.service")
  })

  it("is complete with nobody to stop", () => {
    const order = orderOf({})
    assert.deepStrictEqual(order.begin(), [])
    assert.isTrue(order.isComplete())
  })
})

describe("StopOrder over random sets", () => {
  it("keeps every order backwards and stops each unit once", () => {
    const picks = FastCheck.array(FastCheck.nat(1000), { minLength: 9, maxLength: 9 })
    FastCheck.assert(FastCheck.property(Graphs.arbitrary, picks, (random, picks) => {
      const order = StopOrder.make(StopPlan.plan(random.graph, random.units.keys()))
      const told = new Set<string>()
      const stopped = new Set<string>()
      const open: Array<string> = []
      const take = (names: ReadonlyArray<string>) => {
        for (const name of names) {
          assert.isFalse(told.has(name), "told once")
          told.add(name)
          for (const [from, to] of random.after) if (to === name) assert.isTrue(stopped.has(from), "its order")
          open.push(name)
        }
      }
      take(order.begin())
      for (let round = 0; open.length > 0; round++) {
        const [name] = open.splice((picks[round] ?? 0) % open.length, 1)
        assert(name !== undefined)
        assert.isFalse(order.isComplete())
        stopped.add(name)
        take(order.stopped(unitName(name)))
      }
      assert.strictEqual(stopped.size, Graphs.unitNames.length)
      assert.isTrue(order.isComplete())
    }))
  })
})
