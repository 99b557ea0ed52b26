import { assert, describe, it } from "@effect/vitest"
import * as World from "./JobsWorld.ts"

const { make, running } = World

describe("a start", () => {
  for (const directive of ["Requires", "Wants", "BindsTo", "Upholds"]) {
    it(`takes along what the unit names in ${directive}=`, () => {
      const world = make({ a: `${directive}=b.service`, b: "" })
      assert.deepStrictEqual(world.ask("start", "a"), ["start a", "start b"])
    })
  }

  it("takes along what that requires, and so on, in order", () => {
    const world = make({
      a: "Wants=b.service\nAfter=b.service",
      b: "Requires=c.service\nAfter=c.service",
      c: ""
    })
    assert.deepStrictEqual(world.ask("start", "a"), ["start c"])
  })

  it("takes nothing along for what is up already", () => {
    const world = running({ a: "Requires=b.service", b: "Wants=c.service", c: "" }, "b", "c")
    world.down("c")
    assert.deepStrictEqual(world.ask("start", "a"), ["start a"])
  })

  it("takes along what a unit requires though the unit itself is up", () => {
    const world = running({ a: "Requires=b.service", b: "" }, "a", "b")
    world.down("b")
    assert.deepStrictEqual(world.ask("start", "a"), ["a start: done", "start b"])
  })

  it("is done once the unit is active", () => {
    const world = make({ a: "" })
    assert.deepStrictEqual(world.ask("start", "a"), ["start a"])
    assert.deepStrictEqual(world.to("a", "activating"), [])
    assert.deepStrictEqual(world.to("a", "active"), ["a start: done"])
  })

  it("is done once a oneshot has come down well", () => {
    const world = make({ a: "Type=oneshot" })
    world.ask("start", "a")
    world.to("a", "activating")
    assert.deepStrictEqual(world.down("a"), ["a start: done"])
  })

  it("has failed once the unit has, though it restarts", () => {
    const world = make({ a: "" })
    world.ask("start", "a")
    world.to("a", "activating")
    assert.deepStrictEqual(world.pauses("a"), ["a start: failed"])
  })

  it("has failed where the start limit keeps a failed unit from starting", () => {
    const world = running({ a: "OnFailure=h.service", h: "" }, "a")
    world.down("a", "failed")
    world.up("h")
    world.ask("start", "a")
    assert.deepStrictEqual(world.to("a", "failed", "start-limit-hit"), ["a start: failed"])
  })

  it("is one with a start under way", () => {
    const world = make({ a: "" })
    world.ask("start", "a")
    assert.deepStrictEqual(world.ask("start", "a"), [])
    assert.deepStrictEqual(world.up("a"), ["a start: done"])
  })

  it("waits for the end of a stop that it takes the place of", () => {
    const world = running({ a: "" }, "a")
    assert.deepStrictEqual(world.ask("stop", "a"), ["stop a"])
    assert.deepStrictEqual(world.ask("start", "a"), ["a stop: canceled"])
    assert.deepStrictEqual(world.to("a", "deactivating"), [])
    assert.deepStrictEqual(world.to("a", "inactive"), ["start a"])
  })

  it("takes the place of a stop that has not begun, and is done once others have stopped", () => {
    const world = running({ a: "", b: "After=a.service" }, "a", "b")
    world.ask("stop", "a", "b")
    assert.deepStrictEqual(world.ask("start", "a"), ["a stop: canceled"])
    assert.deepStrictEqual(world.down("b"), ["b stop: done", "a start: done"])
  })

  it("is called off by a stop, which ends what has begun", () => {
    const world = make({ a: "", b: "After=a.service" })
    world.ask("start", "a", "b")
    assert.deepStrictEqual(world.ask("stop", "a", "b"), [
      "a start: canceled",
      "b start: canceled",
      "b stop: done",
      "stop a"
    ])
    assert.deepStrictEqual(world.to("a", "activating"), [])
    assert.deepStrictEqual(world.down("a"), ["a stop: done"])
  })

  it("that was called off before the unit heard of it is answered by the skip", () => {
    const world = make({ a: "" })
    world.ask("start", "a")
    world.ask("stop", "a")
    assert.deepStrictEqual(world.skipped("a"), ["a stop: done"])
  })

  it("waits while the unit comes down by itself", () => {
    const world = running({ a: "" }, "a")
    world.to("a", "deactivating")
    assert.deepStrictEqual(world.ask("start", "a"), [])
    assert.deepStrictEqual(world.to("a", "failed"), ["start a"])
  })

  it("of an unknown unit is refused", () => {
    assert.deepStrictEqual(make({}).ask("start", "a"), ["a start: refused (a unknown)"])
  })
})

describe("a failed start", () => {
  for (const directive of ["Requires", "Requisite", "BindsTo"]) {
    it(`fails who names it in ${directive}= and is ordered after it, and on and on, without their OnFailure=`, () => {
      const world = make({
        a: "",
        b: `After=a.service\n${directive}=a.service\nOnFailure=h.service`,
        c: "After=b.service\nRequires=b.service",
        h: ""
      })
      world.boot()
      assert.deepStrictEqual(world.to("a", "failed"), [
        "a start: failed",
        "b start: dependency (a failed)",
        "c start: dependency (b failed)"
      ])
    })

    it(`does not touch who names it in ${directive}= without an order`, () => {
      const world = make({ a: "", b: `${directive}=a.service` })
      assert.deepStrictEqual(world.boot(), ["start a", "start b"])
      assert.deepStrictEqual(world.to("a", "failed"), ["a start: failed"])
    })
  }

  it("lets those go on that only want it, or are only ordered after it", () => {
    const world = make({ a: "", b: "After=a.service\nWants=a.service", c: "After=a.service" })
    world.boot()
    assert.deepStrictEqual(world.to("a", "failed"), ["a start: failed", "start b", "start c"])
  })

  it("passes those by that it has no say in while it restarts directly", () => {
    const world = make({ a: "RestartMode=direct\nRestart=always", b: "After=a.service\nRequires=a.service" })
    world.boot()
    world.to("a", "activating")
    world.to("a", "deactivating", "exit-code")
    assert.deepStrictEqual(world.to("a", "activating", "exit-code", true), [])
    assert.deepStrictEqual(world.due("a"), ["start a"])
    assert.deepStrictEqual(world.to("a", "active"), ["a start: done", "start b"])
  })

  it("is what a missing requirement comes to, at once", () => {
    const world = make({ a: "Requires=gone.service", b: "BindsTo=gone.service\nBefore=c.service", c: "" })
    assert.deepStrictEqual(world.boot(), [
      "a start: dependency (gone missing)",
      "b start: dependency (gone missing)",
      "start c"
    ])
  })

  it("is no consequence of a requirement that a container meets", () => {
    const world = make({ a: "Requires=basic.target data.mount\nBindsTo=dev-sda.device" })
    assert.deepStrictEqual(world.ask("start", "a"), ["start a"])
  })
})

describe("Requisite=", () => {
  const files = { a: "Requisite=b.service\nAfter=b.service", b: "" }

  it("fails the start at once where the other is down, and does not start it", () => {
    assert.deepStrictEqual(make(files).ask("start", "a"), ["a start: dependency (b inactive)"])
  })

  it("is met by what is active", () => {
    assert.deepStrictEqual(running(files, "b").ask("start", "a"), ["start a"])
  })

  it("waits for a start of the other", () => {
    const world = make(files)
    assert.deepStrictEqual(world.ask("start", "a", "b"), ["start b"])
    assert.deepStrictEqual(world.up("b"), ["b start: done", "start a"])
  })

  it("fails the start where the other was started and yet is not active", () => {
    const world = make(files)
    world.ask("start", "a", "b")
    assert.deepStrictEqual(world.skipped("b"), ["b start: skipped", "a start: dependency (b inactive)"])
  })

  it("fails the start where the other is about to stop", () => {
    const world = running({ ...files, c: "After=b.service" }, "b", "c")
    world.ask("stop", "b", "c")
    assert.deepStrictEqual(world.ask("start", "a"), ["a start: dependency (b inactive)"])
  })
})
