import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const after = (name: string, service = "") => ({ unit: `After=${name}`, service })
const stopping = /^container-init: .*stopping/

describe.each(engines)("the shutdown, $name", (engine) => {
  it("stops in reverse order, exactly, even when the unit started last is the slowest", async () => {
    const container = boot({
      "a.service": service("name a event up wait"),
      "b.service": service("name b event up slow 30 wait", after("a.service")),
      "c.service": service("name c event up slow 300 wait", after("b.service"))
    }, { engine })
    await container.waitForEvent("c up")
    assert.strictEqual(await container.stop(), 0, container.show())
    const stops = ["c signal 15", "c down", "b signal 15", "b down", "a signal 15", "a down"]
    assert.deepStrictEqual(container.events(), ["a up", "b up", "c up", ...stops])
  })

  it("stops units without an order at the same time", async () => {
    const container = boot({
      "a.service": service("name a event up slow 300 wait"),
      "b.service": service("name b event up slow 300 wait")
    }, { engine })
    await container.waitForEvent("a up")
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    const stops = container.events().slice(2)
    assert.sameMembers(stops.slice(0, 2), ["a signal 15", "b signal 15"], container.show())
    assert.sameMembers(stops.slice(2), ["a down", "b down"])
  })

  it("keeps the order across a oneshot that remains", async () => {
    const container = boot({
      "a.service": service("name a event up wait"),
      "b.service": oneshot(["name b event ran"], after("a.service", "RemainAfterExit=yes")),
      "c.service": service("name c event up slow 100 wait", after("b.service"))
    }, { engine })
    await container.waitForEvent("c up")
    assert.strictEqual(await container.stop(), 0, container.show())
    const stops = ["c signal 15", "c down", "a signal 15", "a down"]
    assert.deepStrictEqual(container.events().slice(3), stops)
  })

  it("kills a unit that ignores SIGTERM after TimeoutStopSec=, goes on with the next, and ends with 1", async () => {
    const container = boot({
      "a.service": service("name a event up wait"),
      "b.service": service("name b event up ignore", after("a.service", "TimeoutStopSec=200ms"))
    }, { engine })
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 1, container.show())
    assert.deepStrictEqual(container.events(), ["a up", "b up", "a signal 15", "a down"])
    assert.isTrue(container.output.stderr.some((line) => /b\.service: .*200ms/.test(line)), container.show())
  })

  it("is bounded by --stop-timeout as a whole, and then ends with 1", async () => {
    const container = boot({
      "a.service": service("name a event up ignore", { service: "TimeoutStopSec=1h" }),
      "b.service": service("name b event up ignore", after("a.service", "TimeoutStopSec=1h"))
    }, { engine, args: ["--stop-timeout", "300ms"] })
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 1, container.show())
  })

  it("kills at once at a second SIGTERM, and ends with 1", async () => {
    const container = boot({
      "a.service": service("name a event up ignore", { service: "TimeoutStopSec=1h" }),
      "b.service": service("name b event up ignore", after("a.service", "TimeoutStopSec=1h"))
    }, { engine, args: ["--stop-timeout=1h"] })
    await container.waitForEvent("b up")
    container.signal(15)
    await container.waitForLine(stopping)
    assert.strictEqual(await container.stop(), 1, container.show())
  })

  it("ends with 0 where a unit had failed by itself, long before", async () => {
    const container = boot({
      "a.service": service("exit 3"),
      "b.service": service("name b event up wait", after("a.service"))
    }, { engine })
    await container.waitForEvent("b up")
    await container.waitForLine(/a\.service: .*code 3/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("sends the signal of KillSignal=", async () => {
    const container = boot({
      "a.service": service("name a event up wait", { service: "KillSignal=SIGUSR1" }),
      "b.service": service("name b event up wait", after("a.service", "KillSignal=2"))
    }, { engine })
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().slice(2), ["b signal 2", "b down", "a signal 10", "a down"])
  })

  it("stops a start that is still under way", async () => {
    const container = boot({
      "hung.service": oneshot(["name hung event begin wait"], { service: "TimeoutStartSec=infinity" }),
      "web.service": service("name web event up wait")
    }, { engine })
    await container.waitForEvent("hung begin")
    await container.waitForEvent("web up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.includeMembers([...container.events()], ["hung down", "web down"])
  })

  it("ends with 0 where nothing was ever started", async () => {
    const container = boot({}, { engine })
    await container.waitForLine(/^container-init: .*no units/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })
})
