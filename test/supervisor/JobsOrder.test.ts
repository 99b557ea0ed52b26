import { assert, describe, it } from "@effect/vitest"
import { unitName } from "../unit/Support.ts"
import * as World from "./JobsWorld.ts"

const { make, running } = World

describe("the order of jobs", () => {
  it("starts whoever waits for nobody, at once and in the order of the names", () => {
    const world = make({ b: "", a: "Requires=b.service", c: "After=a.service" })
    assert.deepStrictEqual(world.boot(), ["start a", "start b"])
  })

  it("lets a start wait for the starts of all it is ordered after, however these end", () => {
    const world = make({ a: "", b: "Before=c.service", c: "After=a.service" })
    world.boot()
    assert.deepStrictEqual(world.up("a"), ["a start: done"])
    assert.deepStrictEqual(world.to("b", "failed"), ["b start: failed", "start c"])
  })

  it("does not wait for units without a job", () => {
    const world = make({ a: "", b: "After=a.service" })
    assert.deepStrictEqual(world.ask("start", "b"), ["start b"])
  })

  it("lets a stop wait for the stops of all that is ordered after it", () => {
    const world = running({ a: "", b: "After=a.service", c: "" }, "a", "b", "c")
    assert.deepStrictEqual(world.ask("stop", "a", "b", "c"), ["stop b", "stop c"])
    assert.deepStrictEqual(world.down("b"), ["b stop: done", "stop a"])
  })

  for (const [first, second] of [["a", "b"], ["b", "a"]] as const) {
    it(`stops ${first} before it starts ${second}, whatever their order`, () => {
      const world = running({ a: "", b: "After=a.service" }, first)
      assert.deepStrictEqual(world.ask("start", second).concat(world.down(second)), [
        `start ${second}`,
        `${second} start: done`
      ])
      assert.deepStrictEqual(world.ask("stop", first), [`stop ${first}`])
      assert.deepStrictEqual(world.ask("start", second), [])
      assert.deepStrictEqual(world.down(first), [`${first} stop: done`, `start ${second}`])
    })
  }

  it("restarts two units in order: the later stops first and starts last", () => {
    const world = running({ a: "", b: "After=a.service" }, "a", "b")
    assert.deepStrictEqual(world.ask("restart", "a", "b"), ["stop b to restart"])
    assert.deepStrictEqual(world.down("b"), ["stop a to restart"])
    assert.deepStrictEqual(world.down("a"), ["start a"])
    assert.deepStrictEqual(world.up("a"), ["a start: done", "start b"])
  })

  it("boots a thousand units around one in a moment", () => {
    const files: Record<string, string> = { hub: "" }
    for (let index = 0; index < 500; index++) {
      files[`a${index}`] = "Before=hub.service"
      files[`z${index}`] = "After=hub.service\nRequires=hub.service"
    }
    const world = make(files)
    assert.strictEqual(world.boot().length, 500)
    for (let index = 0; index < 499; index++) world.up(`a${index}`)
    assert.deepStrictEqual(world.up("a499"), ["a499 start: done", "start hub"])
    assert.strictEqual(world.up("hub").length, 501)
    assert.strictEqual(world.shutdown().filter((line) => line.startsWith("stop ")).length, 500)
  })

  it("passes a failure down a chain of thousands", () => {
    const files: Record<string, string> = { u0: "" }
    for (let index = 1; index < 5000; index++) {
      files[`u${index}`] = `After=u${index - 1}.service\nRequires=u${index - 1}.service`
    }
    const world = make(files)
    world.boot()
    assert.strictEqual(world.to("u0", "failed").length, 5000)
    assert.isTrue(world.jobs.isIdle())
  })
})

describe("a shutdown", () => {
  it("stops everything in reverse, and nothing that is down", () => {
    const world = running(
      { a: "", b: "After=a.service", c: "After=b.service", d: "After=a.service", e: "" },
      "a",
      "b",
      "d"
    )
    assert.deepStrictEqual(world.shutdown(), ["stop b", "stop d"])
    assert.deepStrictEqual(world.down("d"), ["d stop: done"])
    assert.deepStrictEqual(world.down("b", "failed"), ["b stop: done", "stop a"])
    assert.isFalse(world.jobs.isIdle())
    assert.deepStrictEqual(world.jobs.remaining(), [unitName("a.service")])
    assert.deepStrictEqual(world.down("a"), ["a stop: done"])
    assert.isTrue(world.jobs.isIdle())
  })

  it("calls off what waits, and what has begun to start", () => {
    const world = make({ a: "", b: "After=a.service" })
    world.boot()
    assert.deepStrictEqual(world.shutdown(), [
      "a start: canceled (a shutdown)",
      "b start: canceled (b shutdown)",
      "stop a"
    ])
  })

  it("refuses whatever is asked for from then on, and restarts nothing", () => {
    const world = running({ a: "Restart=always", b: "" }, "a")
    world.pauses("a")
    world.shutdown()
    assert.deepStrictEqual(world.ask("start", "b"), ["b start: refused (b shutdown)"])
    assert.deepStrictEqual(world.due("a"), [])
    assert.deepStrictEqual(world.to("a", "failed"), ["a stop: done"])
  })

  it("tells a unit once that stops already", () => {
    const world = running({ a: "" }, "a")
    world.ask("stop", "a")
    assert.deepStrictEqual(world.shutdown(), [])
    assert.deepStrictEqual(world.down("a"), ["a stop: done"])
  })
})

describe("a condition", () => {
  it("that is not met counts as done for those that wait", () => {
    const world = make({ a: "", b: "After=a.service\nRequires=a.service" })
    world.boot()
    assert.deepStrictEqual(world.skipped("a"), ["a start: skipped", "start b"])
  })

  it("that is asserted fails those that require the unit", () => {
    const world = make({ a: "", b: "After=a.service\nRequires=a.service" })
    world.boot()
    assert.deepStrictEqual(world.skipped("a", true), ["a start: assert", "b start: dependency (a failed)"])
  })

  it("that is not met at a restart of the unit's own ends it there", () => {
    const world = running({ a: "" }, "a")
    world.pauses("a")
    world.due("a")
    assert.deepStrictEqual(world.skipped("a"), ["a start: skipped"])
    assert.isTrue(world.jobs.isIdle())
    assert.deepStrictEqual(world.shutdown(), [])
  })
})
