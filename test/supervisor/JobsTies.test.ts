import { assert, describe, it } from "@effect/vitest"
import * as World from "./JobsWorld.ts"

const { make, running } = World

describe("BindsTo=", () => {
  const files = { a: "", b: "BindsTo=a.service\nAfter=a.service" }

  for (const state of ["inactive", "failed"] as const) {
    it(`stops the bound unit when the other becomes ${state}`, () => {
      const world = running(files, "a", "b")
      assert.deepStrictEqual(world.down("a", state), ["BindsTo of a: stop b", "stop b"])
    })
  }

  it("leaves the bound unit up while the other restarts", () => {
    const world = running(files, "a", "b")
    assert.deepStrictEqual(world.pauses("a"), [])
  })

  it("stops a unit that comes up beside one that is down", () => {
    const world = make({ a: "", b: "BindsTo=a.service" })
    world.boot()
    world.to("a", "failed")
    assert.deepStrictEqual(world.up("b"), ["BindsTo of a: stop b", "b start: done", "stop b"])
  })

  it("does not start after a unit that is not active: a oneshot, or one that was skipped", () => {
    const world = make(files)
    world.boot()
    assert.deepStrictEqual(world.skipped("a"), ["a start: skipped", "b start: dependency (a inactive)"])
  })

  it("is not what Requires= does when the other fails", () => {
    const world = running({ a: "", b: "Requires=a.service\nAfter=a.service" }, "a", "b")
    assert.deepStrictEqual(world.down("a", "failed"), [])
  })
})

describe("Conflicts=", () => {
  for (const [first, second] of [["a", "b"], ["b", "a"]] as const) {
    it(`stops ${first} when ${second} starts, whichever of them says so`, () => {
      const world = running({ a: "Conflicts=b.service", b: "" }, first)
      assert.deepStrictEqual(world.ask("start", second), [`start ${second}`, `stop ${first}`])
    })
  }

  it("stops the one before the other starts where they are in order", () => {
    const world = running({ a: "Conflicts=b.service\nBefore=b.service", b: "" }, "b")
    assert.deepStrictEqual(world.ask("start", "a"), ["stop b"])
    assert.deepStrictEqual(world.down("b"), ["b stop: done", "start a"])
  })

  it("refuses the later of two requests that exclude each other", () => {
    const world = make({ a: "Conflicts=b.service", b: "", c: "" })
    assert.deepStrictEqual(world.ask("start", "a", "b", "c"), [
      "b start: refused (a conflict)",
      "start a",
      "start c"
    ])
  })

  it("refuses a request whose requirements exclude each other, whole", () => {
    const world = make({ a: "Requires=b.service c.service", b: "Conflicts=c.service", c: "" })
    assert.deepStrictEqual(world.ask("start", "a"), ["a start: refused (c conflict)"])
  })

  it("leaves out what is only wanted", () => {
    const world = make({ a: "Wants=b.service\nConflicts=b.service", b: "" })
    assert.deepStrictEqual(world.ask("start", "a"), ["start a"])
  })

  it("calls off the start of the other", () => {
    const world = make({ a: "Conflicts=b.service", b: "After=x.service", x: "" })
    world.ask("start", "b", "x")
    assert.deepStrictEqual(world.ask("start", "a"), ["b start: canceled", "b stop: done", "start a"])
  })

  it("ends a pause of the other", () => {
    const world = running({ a: "Conflicts=b.service", b: "" }, "b")
    world.pauses("b")
    assert.deepStrictEqual(world.ask("start", "a"), ["start a", "stop b"])
  })
})

describe("Upholds=", () => {
  const files = { a: "Upholds=b.service", b: "" }

  it("starts the other again whenever it is down", () => {
    const world = running(files, "a", "b")
    assert.deepStrictEqual(world.down("b", "failed"), ["Upholds of a: start b", "start b"])
    world.up("b")
    assert.deepStrictEqual(world.down("b"), ["Upholds of a: start b", "start b"])
  })

  it("starts it again though somebody stopped it", () => {
    const world = running(files, "a", "b")
    world.ask("stop", "b")
    assert.deepStrictEqual(world.down("b"), ["Upholds of a: start b", "b stop: done", "start b"])
  })

  it("does not try for ever what cannot start", () => {
    const world = running(files, "a", "b")
    world.down("b", "failed")
    assert.deepStrictEqual(world.to("b", "failed", "start-limit-hit"), ["b start: failed"])
  })

  it("does nothing for a unit that is down, or about to be", () => {
    const world = running({ ...files, c: "After=a.service" }, "a", "b", "c")
    world.ask("stop", "a", "c")
    assert.deepStrictEqual(world.down("b"), [])
  })

  it("stops nobody, and starts the other once nobody is in its way", () => {
    const world = running({ ...files, c: "Conflicts=b.service" }, "a", "b")
    assert.deepStrictEqual(world.ask("start", "c"), ["start c", "stop b"])
    assert.deepStrictEqual(world.down("b"), ["b stop: done"])
    world.up("c")
    assert.deepStrictEqual(world.down("c"), ["Upholds of a: start b", "start b"])
  })

  it("has its limit: sixteen times in ten seconds", () => {
    const world = running(files, "a", "b")
    const once = () => world.down("b", "failed").concat(world.up("b"))
    for (let time = 0; time < 16; time++) assert.include(once(), "start b")
    assert.deepStrictEqual(world.down("b", "failed"), ["b start: refused (a limit)"])
    world.ask("start", "b")
    world.up("b")
    world.pass(10_000)
    assert.include(once(), "start b")
  })
})

describe("StopWhenUnneeded=", () => {
  for (const directive of ["Requires", "Wants", "BindsTo", "Requisite", "Upholds"]) {
    it(`stops the unit once nobody is up that names it in ${directive}=`, () => {
      const named = `${directive}=a.service`
      const world = make({ a: "StopWhenUnneeded=yes", b: named, c: named })
      world.boot()
      world.up("a", "b", "c")
      assert.notInclude(world.down("b").join(), "Unneeded")
      assert.deepStrictEqual(world.down("c"), ["StopWhenUnneeded of c: stop a", "stop a"])
    })
  }

  it("leaves the unit up for one that is about to start", () => {
    const world = make({ a: "StopWhenUnneeded=yes", b: "Wants=a.service\nAfter=a.service" })
    world.ask("start", "b")
    assert.deepStrictEqual(world.up("a"), ["a start: done", "start b"])
  })

  it("stops the unit when that one does not start after all", () => {
    const world = make({ a: "StopWhenUnneeded=yes", b: "Wants=a.service\nAfter=a.service" })
    world.ask("start", "b")
    world.up("a")
    assert.deepStrictEqual(world.skipped("b"), ["StopWhenUnneeded of b: stop a", "b start: skipped", "stop a"])
  })

  it("stops a unit that nobody has asked for but a person", () => {
    const world = make({ a: "StopWhenUnneeded=yes", b: "Wants=a.service" })
    world.ask("start", "a")
    assert.deepStrictEqual(world.up("a"), ["StopWhenUnneeded of a: stop a", "a start: done", "stop a"])
  })
})

describe("OnFailure= and OnSuccess=", () => {
  const files = { a: "OnFailure=f.service\nOnSuccess=s.service", f: "", s: "" }

  it("start their units when the unit has failed, or has ended well", () => {
    assert.deepStrictEqual(running(files, "a").down("a", "failed"), ["OnFailure of a: start f", "start f"])
    assert.deepStrictEqual(running(files, "a").down("a"), ["OnSuccess of a: start s", "start s"])
  })

  it("wait until it has failed for good", () => {
    const world = running(files, "a")
    assert.deepStrictEqual(world.pauses("a"), [])
    world.due("a")
    assert.deepStrictEqual(world.down("a", "failed"), ["OnFailure of a: start f", "a start: failed", "start f"])
  })

  it("do nothing during a shutdown", () => {
    const world = running(files, "a")
    world.shutdown()
    assert.deepStrictEqual(world.down("a", "failed"), ["a stop: done"])
  })

  it("have their limit, as targets have none: what starts each other comes to an end", () => {
    const world = running({ a: "OnFailure=t.target", "t.target": "" }, "a")
    const once = () => {
      const lines = world.down("a", "failed")
      world.to("t.target", "active")
      world.ask("stop", "t.target")
      world.down("t.target")
      world.ask("start", "a")
      world.up("a")
      return lines
    }
    for (let time = 0; time < 16; time++) assert.include(once(), "start t.target")
    assert.deepStrictEqual(once(), ["t.target start: refused (a limit)"])
  })

  it("take along what their units require", () => {
    const world = running({ ...files, f: "Requires=x.service\nAfter=x.service", x: "" }, "a")
    assert.deepStrictEqual(world.down("a", "failed"), ["OnFailure of a: start f", "start x"])
  })
})
