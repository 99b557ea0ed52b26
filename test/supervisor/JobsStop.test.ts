import { assert, describe, it } from "@effect/vitest"
import * as World from "./JobsWorld.ts"

const { make, running } = World

describe("a stop", () => {
  for (
    const [who, files] of [
      ["Requires=", { a: "", b: "Requires=a.service" }],
      ["BindsTo=", { a: "", b: "BindsTo=a.service" }],
      ["Requisite=", { a: "", b: "Requisite=a.service" }],
      ["PartOf=", { a: "", b: "PartOf=a.service" }],
      ["StopPropagatedFrom=", { a: "", b: "StopPropagatedFrom=a.service" }],
      ["PropagatesStopTo=", { a: "PropagatesStopTo=b.service", b: "" }]
    ] as const
  ) {
    it(`passes along ${who}, and not the other way`, () => {
      assert.deepStrictEqual(running(files, "a", "b").ask("stop", "a"), ["stop a", "stop b"])
      assert.deepStrictEqual(running(files, "a", "b").ask("stop", "b"), ["stop b"])
    })
  }

  it("does not pass along Wants=", () => {
    assert.deepStrictEqual(running({ a: "", b: "Wants=a.service" }, "a", "b").ask("stop", "a"), ["stop a"])
  })

  it("calls off waiting starts of those it passes to", () => {
    const world = make({ a: "", b: "Requires=a.service\nAfter=a.service" })
    world.boot()
    assert.deepStrictEqual(world.ask("stop", "a"), [
      "a start: canceled",
      "b start: canceled",
      "b stop: done",
      "stop a"
    ])
  })

  it("is done at once where there is nothing to stop", () => {
    assert.deepStrictEqual(make({ a: "" }).ask("stop", "a"), ["a stop: done"])
  })

  it("is done however the unit ends", () => {
    const world = running({ a: "" }, "a")
    world.ask("stop", "a")
    assert.deepStrictEqual(world.down("a", "failed"), ["a stop: done"])
  })

  it("ends a pause before a restart", () => {
    const world = running({ a: "Restart=always" }, "a")
    world.pauses("a")
    assert.deepStrictEqual(world.ask("stop", "a"), ["stop a"])
    assert.deepStrictEqual(world.due("a"), [])
    assert.deepStrictEqual(world.to("a", "failed"), ["a stop: done"])
  })

  it("is not over when the unit fails and is still to hear of it", () => {
    const world = running({ a: "Restart=always" }, "a")
    world.ask("stop", "a")
    assert.deepStrictEqual(world.pauses("a"), [])
    assert.deepStrictEqual(world.to("a", "failed"), ["a stop: done"])
  })
})

describe("a restart", () => {
  it("stops, then starts", () => {
    const world = running({ a: "" }, "a")
    assert.deepStrictEqual(world.ask("restart", "a"), ["stop a to restart"])
    assert.deepStrictEqual(world.down("a"), ["start a"])
    assert.deepStrictEqual(world.up("a"), ["a start: done"])
  })

  it("of what is down is a start", () => {
    assert.deepStrictEqual(make({ a: "" }).ask("restart", "a"), ["start a"])
  })

  it("cuts short a pause before the unit's own restart", () => {
    const world = running({ a: "" }, "a")
    world.pauses("a")
    assert.deepStrictEqual(world.ask("restart", "a"), ["start a"])
  })

  for (const directive of ["Requires", "BindsTo", "Requisite", "PartOf"]) {
    it(`takes along those that are up and name the unit in ${directive}=`, () => {
      const files = { a: "", b: `${directive}=a.service\nAfter=a.service` }
      assert.deepStrictEqual(running(files, "a", "b").ask("restart", "a"), ["stop b to restart"])
      assert.deepStrictEqual(running(files, "a").ask("restart", "a"), ["stop a to restart"])
    })
  }

  it("only stops what it propagates its stop to", () => {
    const world = running({ a: "PropagatesStopTo=b.service", b: "" }, "a", "b")
    assert.deepStrictEqual(world.ask("restart", "a"), ["stop a to restart", "stop b"])
  })

  it("takes the place of a start under way", () => {
    const world = make({ a: "" })
    world.ask("start", "a")
    assert.deepStrictEqual(world.ask("restart", "a"), ["stop a to restart"])
    world.to("a", "activating")
    assert.deepStrictEqual(world.down("a"), ["start a"])
  })

  it("that is called off by a stop does not start again", () => {
    const world = running({ a: "" }, "a")
    world.ask("restart", "a")
    assert.deepStrictEqual(world.ask("stop", "a"), ["a restart: canceled"])
    assert.deepStrictEqual(world.down("a"), ["a stop: done"])
  })
})

describe("a restart of the unit's own", () => {
  const files = { a: "Restart=always", b: "BindsTo=a.service\nAfter=a.service", c: "PartOf=a.service\nAfter=a.service" }

  it("goes by the same way: those that are tied to it restart around it", () => {
    const world = running(files, "a", "b", "c")
    assert.deepStrictEqual(world.pauses("a"), [])
    assert.deepStrictEqual(world.due("a"), ["stop b to restart", "stop c to restart"])
    world.down("b")
    assert.deepStrictEqual(world.down("c"), ["start a"])
    assert.deepStrictEqual(world.to("a", "active"), ["a start: done", "start b", "start c"])
  })

  it("is nobody else's business where it is direct", () => {
    const world = running({ ...files, a: "Restart=always\nRestartMode=direct" }, "a", "b", "c")
    world.to("a", "deactivating", "exit-code")
    world.to("a", "activating", "exit-code", true)
    assert.deepStrictEqual(world.due("a"), ["start a"])
    assert.deepStrictEqual(world.to("a", "active"), ["a start: done"])
  })

  it("is what a start waits for that is asked for meanwhile", () => {
    const world = running({ a: "Restart=always" }, "a")
    world.pauses("a")
    assert.deepStrictEqual(world.ask("start", "a"), [])
    assert.deepStrictEqual(world.due("a"), ["start a"])
    assert.deepStrictEqual(world.to("a", "active"), ["a start: done"])
  })

  it("starts what the unit requires and what has gone", () => {
    const world = running({ a: "Requires=r.service\nAfter=r.service", r: "" }, "r", "a")
    world.down("r", "failed")
    world.pauses("a")
    assert.deepStrictEqual(world.due("a"), ["start r"])
    assert.deepStrictEqual(world.up("r"), ["r start: done", "start a"])
  })

  it("that is called off and asked for again while others stop needs no second notice", () => {
    const world = running({ a: "Restart=always", b: "Requires=a.service\nAfter=a.service" }, "a", "b")
    world.pauses("a")
    assert.deepStrictEqual(world.due("a"), ["stop b to restart"])
    assert.deepStrictEqual(world.ask("stop", "a"), ["a restart: canceled", "b restart: canceled"])
    assert.deepStrictEqual(world.ask("start", "a"), ["a stop: canceled"])
    assert.deepStrictEqual(world.down("b"), ["b stop: done", "start a"])
  })

  it("that begins while somebody asks for one is the one that was asked for", () => {
    const world = running({ a: "Restart=always" }, "a")
    world.to("a", "failed", "exit-code", true)
    assert.deepStrictEqual(world.ask("restart", "a"), [])
    assert.deepStrictEqual(world.to("a", "activating", "exit-code", true), ["start a"])
    assert.deepStrictEqual(world.to("a", "active"), ["a start: done"])
  })

  it("is given up together with what it requires, direct or not", () => {
    const world = make({
      a: "RestartMode=direct\nRequires=b.service\nAfter=b.service",
      b: "Requisite=c.service",
      c: ""
    })
    world.ask("start", "c", "a")
    world.up("c", "b")
    world.to("a", "activating")
    world.down("c")
    world.down("b")
    world.to("a", "activating", "exit-code", true)
    assert.deepStrictEqual(world.due("a"), [
      "b start: dependency (c inactive)",
      "a start: dependency (b failed)",
      "stop a"
    ])
  })

  it("does not leave the unit waiting where it cannot be", () => {
    const world = running({ a: "Requires=r.service\nAfter=r.service", r: "" }, "r", "a")
    world.down("r", "failed")
    world.pauses("a")
    world.due("a")
    assert.deepStrictEqual(world.to("r", "failed", "start-limit-hit"), [
      "r start: failed",
      "a start: dependency (r failed)",
      "stop a"
    ])
    assert.deepStrictEqual(world.to("a", "failed"), ["a stop: done"])
  })
})

describe("a reload", () => {
  const reloads = "ExecReload=/bin/true"

  it("is done when the unit is active again", () => {
    const world = running({ a: reloads }, "a")
    assert.deepStrictEqual(world.ask("reload", "a"), ["reload a"])
    assert.deepStrictEqual(world.to("a", "reloading"), [])
    assert.deepStrictEqual(world.to("a", "active"), ["a reload: done"])
  })

  it("can fail without the unit failing", () => {
    const world = running({ a: reloads }, "a")
    world.ask("reload", "a")
    world.to("a", "reloading")
    assert.deepStrictEqual(world.to("a", "active", "exit-code"), ["a reload: failed"])
  })

  it("passes to those that are up", () => {
    const world = running(
      { a: "PropagatesReloadTo=b.service", b: reloads, c: `ReloadPropagatedFrom=a.service\n${reloads}` },
      "a",
      "b"
    )
    assert.deepStrictEqual(world.ask("reload", "a"), ["a reload: done", "reload b"])
  })

  it("that is asked for during another is done after it", () => {
    const world = running({ a: reloads }, "a")
    world.ask("reload", "a")
    world.to("a", "reloading")
    assert.deepStrictEqual(world.ask("reload", "a"), [])
    assert.deepStrictEqual(world.to("a", "active"), ["reload a"])
    world.to("a", "reloading")
    assert.deepStrictEqual(world.to("a", "active"), ["a reload: done"])
  })

  it("is part of a start under way", () => {
    const world = make({ a: reloads })
    world.ask("start", "a")
    assert.deepStrictEqual(world.ask("reload", "a"), [])
    assert.deepStrictEqual(world.up("a"), ["a start: done"])
  })

  it("gives way to a restart and to a stop", () => {
    for (const [kind, line] of [["restart", "stop a to restart"], ["stop", "stop a"]] as const) {
      const world = running({ a: reloads }, "a")
      world.ask("reload", "a")
      assert.include(world.ask(kind, "a"), line)
    }
  })

  it("of what is down, stops or cannot be reloaded comes to nothing", () => {
    assert.deepStrictEqual(make({ a: reloads }).ask("reload", "a"), ["a reload: failed (a inactive)"])
    assert.deepStrictEqual(running({ a: "" }, "a").ask("reload", "a"), ["a reload: refused (a unable)"])
    const world = running({ a: reloads }, "a")
    world.ask("stop", "a")
    assert.deepStrictEqual(world.ask("reload", "a"), ["a reload: failed (a inactive)"])
  })

  it("has failed when the unit fails", () => {
    const world = running({ a: reloads }, "a")
    world.ask("reload", "a")
    world.to("a", "reloading")
    assert.deepStrictEqual(world.down("a", "failed"), ["a reload: failed"])
  })
})
