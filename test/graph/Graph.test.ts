import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Cycle from "../../src/graph/Cycle.ts"
import * as StartPlan from "../../src/graph/StartPlan.ts"
import * as UnitGraph from "../../src/graph/UnitGraph.ts"
import { render } from "../../src/unit/Diagnostic.ts"
import type { Unit, UnitName } from "../../src/unit/Unit.ts"
import { parse, unitName } from "../unit/Support.ts"

type Units = ReadonlyMap<UnitName, Unit>

const set = (files: Readonly<Record<string, string>>): Units => {
  const units = new Map<UnitName, Unit>()
  for (const [name, lines] of Object.entries(files)) {
    const { unit } = parse(`[Unit]\n${lines}\n`, { name })
    if (unit !== undefined) units.set(unit.name, unit)
  }
  return units
}

const edges = (all: UnitGraph.Edges): ReadonlyArray<string> =>
  [...all.values()].flat().map(({ at, from, to }) => `${from} -> ${to} ${at.file}:${at.line}`).sort()

const cycles = (units: Units) => Cycle.findCycles(UnitGraph.make(units))

describe("UnitGraph", () => {
  it("folds Before= into After= of the other unit and keeps where it was written", () => {
    const graph = UnitGraph.make(
      set({ "a.service": "Before=b.service\nAfter=c.service", "b.service": "", "c.service": "" })
    )
    assert.deepStrictEqual(edges(graph.ordering), [
      "a.service -> c.service a.service:3",
      "b.service -> a.service a.service:2"
    ])
  })

  it("drops edges to absent units, to the unit itself, and repetitions", () => {
    const graph = UnitGraph.make(set({
      "a.service": "After=gone.service a.service b.service\nAfter=b.service\nRequires=gone.service",
      "b.service": "Before=a.service"
    }))
    assert.deepStrictEqual(edges(graph.ordering), ["a.service -> b.service a.service:2"])
    assert.strictEqual(graph.requires.size, 0)
  })

  it("orders a target after what it pulls in", () => {
    const graph = UnitGraph.make(set({
      "t.target": "Wants=a.service\nRequires=b.service",
      "a.service": "Wants=b.service",
      "b.service": ""
    }))
    assert.deepStrictEqual(edges(graph.ordering), [
      "t.target -> a.service t.target:2",
      "t.target -> b.service t.target:3"
    ])
  })

  it("leaves the order to a unit that comes after its target", () => {
    const graph = UnitGraph.make(set({ "t.target": "Wants=a.service", "a.service": "After=t.target" }))
    assert.deepStrictEqual(edges(graph.ordering), ["a.service -> t.target a.service:2"])
    const before = UnitGraph.make(set({ "t.target": "Wants=a.service\nBefore=a.service", "a.service": "" }))
    assert.deepStrictEqual(edges(before.ordering), ["a.service -> t.target t.target:3"])
  })
})

describe("Cycle", () => {
  it("prints the exact cycle, edge by edge, with file and line", () => {
    const found = cycles(set({
      "a.service": "After=b.service",
      "b.service": "Requires=c.service\nAfter=c.service",
      "c.service": "After=a.service d.service",
      "d.service": "",
      "e.service": "After=a.service"
    }))
    assert.strictEqual(found.length, 1)
    assert.deepStrictEqual(found.map((cycle) => render(Cycle.toDiagnostic(cycle))), [
      "container-init: error: a.service:2: the units are ordered in a circle, each after the next: " +
      "a.service -> b.service (a.service:2), b.service -> c.service (b.service:3), c.service -> a.service (c.service:2)"
    ])
  })

  it("finds a cycle of two that After= and Before= make in one file", () => {
    const found = cycles(set({ "a.service": "After=b.service\nBefore=b.service", "b.service": "" }))
    assert.deepStrictEqual(found.map((cycle) => cycle.length), [2])
  })

  it("finds one in each knot", () => {
    const found = cycles(set({
      "a.service": "After=b.service",
      "b.service": "After=a.service",
      "c.service": "After=d.service a.service",
      "d.service": "After=c.service"
    }))
    assert.strictEqual(found.length, 2)
  })

  it("does not take requirements for an order", () => {
    assert.deepStrictEqual(cycles(set({ "a.service": "Requires=b.service", "b.service": "Requires=a.service" })), [])
  })

  it("handles chains longer than any stack", () => {
    const files: Record<string, string> = {}
    for (let index = 0; index < 20_000; index++) files[`u${index}.service`] = `After=u${index + 1}.service`
    assert.deepStrictEqual(cycles(set(files)), [])
    files["u20000.service"] = "After=u0.service"
    assert.deepStrictEqual(cycles(set(files)).map((cycle) => cycle.length), [20_001])
  })
})

describe("Cycle", () => {
  it("names the link of a folder that an edge comes from", () => {
    const at = { file: "/units/t.target.wants/a.service", line: 0, column: 0 }
    const edge = { kind: "ordering", from: unitName("t.target"), to: unitName("a.service"), at } as const
    const cycle = [edge, { ...edge, from: edge.to, to: edge.from }]
    assert.include(render(Cycle.toDiagnostic(cycle)), "t.target -> a.service (/units/t.target.wants/a.service), ")
  })
})

describe("StartPlan", () => {
  const planOf = (files: Readonly<Record<string, string>>) => {
    const units = set(files)
    return StartPlan.plan(UnitGraph.make(units), units)
  }

  it("starts all that is loaded", () => {
    const plan = planOf({
      "b.service": "After=a.service gone.service\nRequires=a.service gone.service",
      "a.service": ""
    })
    assert.deepStrictEqual(plan.units as unknown, ["a.service", "b.service"])
    assert.deepStrictEqual(plan.notStarted, [])
  })

  it("starts only what default.target pulls in, where there is one", () => {
    const plan = planOf({
      "default.target": "Wants=a.service",
      "a.service": "Requires=b.service\nAfter=c.service",
      "b.service": "",
      "c.service": ""
    })
    assert.deepStrictEqual(plan.units as unknown, ["a.service", "b.service", "default.target"])
    assert.deepStrictEqual(plan.notStarted.map(({ name }) => name as string), ["c.service"])
  })

  it("takes the unit that default.target is another name of for the default target", () => {
    const units = set({ "main.target": "Wants=a.service", "a.service": "", "b.service": "" })
    const aliases = new Map([[unitName("default.target"), unitName("main.target")]])
    const plan = StartPlan.plan(UnitGraph.make(units, aliases), units)
    assert.deepStrictEqual(plan.units as unknown, ["a.service", "main.target"])
  })

  it("does not start what is there for OnFailure= and OnSuccess= of others", () => {
    const plan = planOf({
      "a.service": "OnFailure=failed.service\nOnSuccess=done.service",
      "failed.service": "Wants=only.service\nOnFailure=again.service",
      "again.service": "OnFailure=failed.service",
      "done.service": "",
      "only.service": ""
    })
    assert.deepStrictEqual(plan.units as unknown, ["a.service", "only.service"])
    assert.deepStrictEqual(plan.notStarted as unknown, [
      { name: "again.service", reason: "it is there for OnFailure= of other units" },
      { name: "done.service", reason: "it is there for OnSuccess= of other units" },
      { name: "failed.service", reason: "it is there for OnFailure= of other units" }
    ])
  })

  for (const directive of ["Wants", "Requires", "BindsTo", "Upholds"]) {
    it(`starts a handler that a unit which starts names in ${directive}=, too`, () => {
      const plan = planOf({
        "a.service": "OnFailure=h.service",
        "b.service": `${directive}=h.service`,
        "h.service": ""
      })
      assert.isTrue(plan.units.includes(unitName("h.service")))
    })
  }

  it("does not start a handler that only handlers want, and starts one that names itself", () => {
    const plan = planOf({
      "a.service": "OnFailure=g.service",
      "b.service": "OnFailure=h.service",
      "g.service": "Wants=h.service",
      "h.service": "",
      "self.service": "OnFailure=self.service"
    })
    assert.deepStrictEqual(plan.units as unknown, ["a.service", "b.service", "self.service"])
  })

  it("puts sockets ahead of all services, but for those that a socket waits for, and those of early boot", () => {
    const { ordering } = UnitGraph.make(set({
      "a.service": "",
      "early.service": "DefaultDependencies=no",
      "first.service": "Before=second.service",
      "second.service": "",
      "a.socket": "After=second.service",
      "b.socket": "",
      "t@.socket": ""
    }))
    const after = (name: string) => (ordering.get(unitName(name)) ?? []).map(({ to }) => to as string)
    assert.deepStrictEqual(after("a.service"), ["a.socket", "b.socket"])
    assert.deepStrictEqual(after("early.service"), [])
    assert.deepStrictEqual(after("first.service"), ["b.socket"])
    assert.deepStrictEqual(after("second.service"), ["first.service", "b.socket"])
    assert.deepStrictEqual(after("a.socket"), ["second.service"])
    assert.deepStrictEqual(after("b.socket"), [])
  })

  it("lets what is written go before what a socket implies", () => {
    const units = set({ "a.service": "Before=a.socket", "a.socket": "", "b.service": "Before=a.service" })
    assert.deepStrictEqual(cycles(units), [])
  })

  it("leaves out templates", () => {
    const plan = planOf({ "a.service": "After=a.socket\nRequires=a.socket", "t@.service": "" })
    assert.deepStrictEqual(plan.notStarted.map(({ name }) => name as string), ["t@.service"])
    assert.deepStrictEqual(plan.units as unknown, ["a.service"])
  })
})

describe("random graphs", () => {
  const size = 12
  const name = (index: number) => `u${index}.service`
  const pairs = FastCheck.array(
    FastCheck.tuple(FastCheck.nat(size - 1), FastCheck.nat(size - 1), FastCheck.boolean()),
    { maxLength: 30 }
  )
  type Pair = readonly [from: number, to: number, written: boolean]

  /** `from` after `to`, written as After= in the one or as Before= in the other. */
  const unitsOf = (list: ReadonlyArray<Pair>): Units => {
    const files: Record<string, string> = {}
    for (let index = 0; index < size; index++) files[name(index)] = ""
    for (const [from, to, written] of list) {
      const [key, line] = written ? [name(from), `After=${name(to)}`] : [name(to), `Before=${name(from)}`]
      files[key] = `${files[key] ?? ""}\n${line}`
    }
    return set(files)
  }

  it("have no cycle where every edge leads down, and the graph keeps the order", () => {
    FastCheck.assert(FastCheck.property(pairs, (list) => {
      const down = list.filter(([from, to]) => from !== to)
        .map(([from, to, written]) => [Math.max(from, to), Math.min(from, to), written] as const)
      const units = unitsOf(down)
      const graph = UnitGraph.make(units)
      assert.deepStrictEqual(Cycle.findCycles(graph), [])
      assert.deepStrictEqual(StartPlan.plan(graph, units).units, graph.names)
      for (const [from, to] of down) {
        const edges = graph.ordering.get(unitName(name(from))) ?? []
        assert.include(edges.map((edge) => edge.to), unitName(name(to)))
      }
    }))
  })

  it("report only cycles that are there, and one for each knot", () => {
    FastCheck.assert(
      FastCheck.property(pairs, (list) => {
        const graph = UnitGraph.make(unitsOf(list))
        const found = Cycle.findCycles(graph)
        for (const cycle of found) {
          assert.isAbove(cycle.length, 1)
          cycle.forEach((edge, index) => {
            assert.strictEqual(edge.to, cycle[(index + 1) % cycle.length]?.from)
            assert.include(graph.ordering.get(edge.from) ?? [], edge)
          })
          assert.strictEqual(new Set(cycle.map((edge) => edge.from)).size, cycle.length)
        }
        const knots = Cycle.components(graph).filter((component) => component.length > 1)
        assert.strictEqual(found.length, knots.length)
        // The oracle: who reaches itself, by the slow and obvious way.
        const onCycle = graph.names.filter((from) => {
          const met = new Set<UnitName>()
          const visit = (at: UnitName): boolean =>
            (graph.ordering.get(at) ?? []).some(({ to }) => to === from || (!met.has(to) && (met.add(to), visit(to))))
          return visit(from)
        })
        assert.deepStrictEqual([...knots.flat()].sort(), [...onCycle].sort())
      }),
      { numRuns: 300 }
    )
  })
})
