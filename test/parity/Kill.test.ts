import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const alone = (container: Container) =>
  container.waitFor(() => container.processes().length === 1 || undefined, "the end of all but PID 1")

const cases = engines.flatMap((engine) =>
  (["none", "rw"] as const).map((cgroup) => ({
    engine,
    cgroup,
    title: `${engine.name}, ${cgroup === "rw" ? "with cgroups" : "without cgroups"}`
  }))
)

describe.each(cases)("nothing of a unit outlives it, $title", ({ cgroup, engine }) => {
  it("ends what a service leaves behind that ends by itself", async () => {
    const container = boot({ "a.service": service("name a fork - event up exit 0") }, { engine, cgroup })
    await container.waitForEvent("a up")
    await alone(container)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("kills what a service leaves behind that takes no notice", async () => {
    const container = boot({
      "a.service": service("name a fork i event up exit 0", { service: "TimeoutStopSec=100ms" })
    }, { engine, cgroup })
    await container.waitForEvent("a up")
    await alone(container)
  })

  it("ends what a oneshot leaves behind", async () => {
    const container = boot({ "a.service": oneshot(["name a fork - event up"]) }, { engine, cgroup })
    await container.waitForEvent("a up")
    await alone(container)
  })

  it("stops a service together with its helpers, in order", async () => {
    const container = boot({ "a.service": service("name a fork - fork - event up slow 50 wait") }, {
      engine,
      cgroup
    })
    await container.waitForEvent("a up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.include(container.events(), "a down")
  })

  it("kills the helper that takes no notice at TimeoutStopSec=, and ends with 1", async () => {
    const container = boot({
      "a.service": service("name a event up wait"),
      "b.service": service("name b fork i event up wait", { unit: "After=a.service", service: "TimeoutStopSec=200ms" })
    }, { engine, cgroup })
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 1, container.show())
    assert.deepStrictEqual(container.events().slice(-4), ["b signal 15", "b down", "a signal 15", "a down"])
  })
})

describe.each(engines)("with cgroups, $name", (engine) => {
  it("ends even what left the process group, when the service ends by itself", async () => {
    const container = boot({ "a.service": service("name a fork s event up exit 0") }, { engine, cgroup: "rw" })
    await container.waitForEvent("a up")
    await alone(container)
  })

  it("2. kills at the stop what left the process group and takes no notice", async () => {
    const container = boot({
      "a.service": service("name a event up wait"),
      "b.service": service("name b fork is event up wait", { unit: "After=a.service", service: "TimeoutStopSec=200ms" })
    }, { engine, cgroup: "rw" })
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 1, container.show())
    assert.deepStrictEqual(container.events().slice(-2), ["a signal 15", "a down"])
  })

  it("does not spin while it waits for a cgroup to become empty", async () => {
    const container = boot({
      "a.service": service("name a fork i event up exit 0", { service: "TimeoutStopSec=1h" })
    }, { engine, cgroup: "rw" })
    await container.waitForLine(/a\.service: exited/)
    const before = container.processorTicks()
    await new Promise((resolve) => setTimeout(resolve, 500))
    // 50 if it did.
    assert.isBelow(container.processorTicks() - before, 25)
  })
})
