import { assert, describe, it } from "@effect/vitest"
import { findCycles, toDiagnostic } from "../../src/graph/Cycle.ts"
import * as StartPlan from "../../src/graph/StartPlan.ts"
import * as Graph from "../../src/graph/UnitGraph.ts"
import { overlay } from "../../src/unit/Overlay.ts"
import { parseUnit } from "../../src/unit/Parse.ts"
import * as Hostile from "../support/Hostile.ts"
import type { SetFile } from "../support/HostileSets.ts"
import { sets } from "../support/HostileSets.ts"
import { faultsOfDiagnostic, judge } from "../support/Promises.ts"
import * as Work from "../support/Work.ts"

const options = { lookup: () => undefined, specifiers: { hostname: "host" } }

describe("ten thousand hostile files", () => {
  const inputs = Hostile.generate(1, { values: 12, others: 3_000 })

  it("are ten thousand and more, of all sizes", () => {
    assert.isAbove(inputs.length, 10_000)
    assert.isAbove(inputs.filter(({ content }) => content.length > 500_000).length, 20)
  })

  // In parts: between tests a worker answers vitest, which takes one that does not for dead.
  const part = 1_000
  const parts = Array.from({ length: Math.ceil(inputs.length / part) }, (_, index) => index * part)

  it.each(parts)("each end in few diagnostics that stand where they say, and in no exception (from %i on)", (from) => {
    // One of each kind of fault is enough to read.
    const broken = new Map<string, string>()
    for (const input of inputs.slice(from, from + part)) {
      for (const fault of judge({ name: input.name, file: "x.service", text: Hostile.textOf(input) })) {
        const kind = fault.replace(/[0-9]+/g, "").slice(0, 30)
        if (!broken.has(kind)) broken.set(kind, `${input.label}: ${fault}`)
      }
    }
    assert.deepStrictEqual([...broken.values()], [])
  }, 60_000)
})

describe("the work for a file", () => {
  // A text that is four times as long may cost five times as much, and no character more than this.
  const perCharacter = 200
  const base = 200_000

  for (const { allowance = 0, label, make, maximum, name = "x.service" } of Hostile.growing) {
    it(`grows with its length and no faster: ${label}`, { timeout: 60_000 }, () => {
      const measure = Math.min(maximum, 65_000)
      const parse = (text: string) =>
        Work.count(() => parseUnit({ name, file: name, text }, options), perCharacter * text.length + base + allowance)
          .work
      const [small, large] = [make(Math.floor(measure / 4)), make(measure)]
      const [few, many] = [parse(small), parse(large)]
      assert.isAtMost(
        many,
        5 * few + base + allowance,
        `${small.length} characters cost ${few}, ${large.length} cost ${many}`
      )
    })
  }
})

describe("units that are hostile together", () => {
  const perCharacter = 400
  const base = 500_000

  const load = (files: ReadonlyArray<SetFile>) => {
    const core = files.map(({ name, text }) => ({ name, file: `/u/${name}`, text }))
    const set = overlay({ core, dropIn: [], ...options })
    const graph = Graph.make(set.units)
    const cycles = findCycles(graph).map(toDiagnostic)
    StartPlan.plan(graph, set.units)
    return { cycles, set }
  }

  for (const { allowance = 0, label, make, size } of sets) {
    it(`are read, checked and ordered in time: ${label}`, { timeout: 60_000 }, () => {
      const files = make(size)
      const length = files.reduce((sum, { text }) => sum + text.length, 0)
      const { value: { cycles, set } } = Work.count(() => load(files), perCharacter * length + base + allowance)
      const said = [...set.diagnostics, ...cycles]
      // Each unit may have a handful of faults, but not one for each other unit.
      assert.isAtMost(said.length, 3 * (files.length + set.units.size) + 1_100)
      assert.deepStrictEqual(said.flatMap((one) => faultsOfDiagnostic(one)).slice(0, 3), [])
      const printed = said.reduce((sum, { message }) => sum + message.length, 0)
      assert.isAtMost(printed, 20 * length + 10_000 + 1_000 * set.units.size)
    })
  }

  it("are refused with a cycle of a thousand, edge by edge", () => {
    const circle = sets.find(({ label }) => label === "a circle")
    const { cycles } = load(circle?.make(1_000) ?? [])
    assert.strictEqual(cycles.length, 1)
    assert.strictEqual(cycles[0]?.message.split(" -> ").length, 1_001)
  })
})
