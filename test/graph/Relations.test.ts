import { assert, describe, it } from "@effect/vitest"
import * as Relations from "../../src/graph/Relations.ts"
import { unitName } from "../unit/Support.ts"
import { set } from "./Support.ts"

/** The relations of a unit that are there, by name. */
const relatedIn = (files: Readonly<Record<string, string>>) => {
  const relations = Relations.make(set(files))
  return (name: string): unknown =>
    Object.fromEntries(
      Object.entries(Relations.of(relations, unitName(name))).filter(([, others]) => others.length > 0)
    )
}

describe("Relations", () => {
  for (
    const [directive, key, back] of [
      ["Requires", "requires", "requiredBy"],
      ["Requisite", "requisite", "requisiteOf"],
      ["Wants", "wants", "wantedBy"],
      ["BindsTo", "bindsTo", "boundBy"],
      ["PartOf", "partOf", "consistsOf"],
      ["Upholds", "upholds", "upheldBy"],
      ["Conflicts", "conflicts", "conflicts"],
      ["PropagatesReloadTo", "propagatesReloadTo", "reloadPropagatedFrom"],
      ["ReloadPropagatedFrom", "reloadPropagatedFrom", "propagatesReloadTo"],
      ["PropagatesStopTo", "propagatesStopTo", "stopPropagatedFrom"],
      ["StopPropagatedFrom", "stopPropagatedFrom", "propagatesStopTo"],
      ["OnFailure", "onFailure", "onFailureOf"],
      ["OnSuccess", "onSuccess", "onSuccessOf"]
    ] as const
  ) {
    it(`know ${directive}= from both ends`, () => {
      const related = relatedIn({
        "a.service": `${directive}=c.service b.service a.service b.service`,
        "b.service": "",
        "c.service": ""
      })
      assert.deepStrictEqual(related("a.service"), { [key]: ["c.service", "b.service"] })
      assert.deepStrictEqual(related("b.service"), { [back]: ["a.service"] })
    })
  }

  it("hold what both ends say once", () => {
    const related = relatedIn({
      "a.service": "Conflicts=b.service\nPropagatesReloadTo=b.service\nPropagatesStopTo=b.service",
      "b.service": "Conflicts=a.service\nReloadPropagatedFrom=a.service\nStopPropagatedFrom=a.service"
    })
    assert.deepStrictEqual(related("a.service"), {
      conflicts: ["b.service"],
      propagatesReloadTo: ["b.service"],
      propagatesStopTo: ["b.service"]
    })
  })

  it("know what a timer, a path and a socket start", () => {
    const related = relatedIn({
      "a.service": "",
      "a.timer": "",
      "a.path": "",
      "a.socket": "",
      "b.timer": "[Timer]\nUnit=a.service"
    })
    assert.deepStrictEqual(related("a.service"), { triggeredBy: ["a.path", "a.socket", "a.timer", "b.timer"] })
    assert.deepStrictEqual(related("b.timer"), { triggers: ["a.service"] })
  })

  it("know a service's Sockets= as what it wants, and as what it is for", () => {
    const related = relatedIn({
      "a.service": "Wants=b.socket\n[Service]\nSockets=a.socket b.socket gone.socket",
      "a.socket": "",
      "b.socket": "[Socket]\nService=c.service",
      "c.service": ""
    })
    assert.deepStrictEqual(related("a.service"), {
      wants: ["b.socket", "a.socket"],
      triggeredBy: ["a.socket", "b.socket"]
    })
    assert.deepStrictEqual(related("b.socket"), { wantedBy: ["a.service"], triggers: ["a.service", "c.service"] })
  })

  it("know what is missing of what a unit cannot do without", () => {
    const related = relatedIn({
      "a.service":
        "Requires=gone.service t@.service basic.target\nBindsTo=bound.service data.mount\nRequisite=gone.service\nWants=x.service",
      "t@.service": ""
    })
    assert.deepStrictEqual(related("a.service"), {
      requires: ["t@.service"],
      missing: ["gone.service", "t@.service", "bound.service"]
    })
  })

  it("have no entry for a unit that has to do with nobody", () => {
    const relations = Relations.make(set({ "a.service": "After=b.service", "b.service": "" }))
    assert.strictEqual(relations.size, 0)
    assert.strictEqual(Relations.of(relations, unitName("a.service")), Relations.unrelated)
  })

  it("hold a target that wants a thousand, each once", () => {
    const names = Array.from({ length: 1000 }, (_, index) => `u${index}.service`)
    const files: Record<string, string> = { "t.target": `Wants=${names.join(" ")}\nWants=${names.join(" ")}` }
    for (const name of names) files[name] = "PartOf=t.target"
    const relations = Relations.make(set(files))
    assert.strictEqual(Relations.of(relations, unitName("t.target")).wants.length, 1000)
    assert.strictEqual(Relations.of(relations, unitName("t.target")).consistsOf.length, 1000)
  })
})
