import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

/** Ten megabytes: more than the buffers of pipes and sockets between a service and its reader hold on any machine. */
const lines = 1000
const words = Array.from({ length: lines }, () => "fill 10000 say ''").join(" ")

describe.each(engines)("endurance, $name", (engine) => {
  it("starts and stops a chain of 100 units in order", async () => {
    const numbers = Array.from({ length: 100 }, (_, n) => n)
    const units = numbers.map((n) => [
      `u${n}.service`,
      service(`name ${n} event up wait`, n === 0 ? {} : { unit: `Requires=u${n - 1}.service\nAfter=u${n - 1}.service` })
    ])
    const container = boot(Object.fromEntries(units), { engine })
    // "Up" is when the program runs, which is ahead of its first word.
    await container.waitFor(() => container.events().length === 100 || undefined, "all of them")
    assert.strictEqual(await container.stop(), 0, container.show())
    const stops = container.events().slice(100)
    assert.deepStrictEqual(stops, [...numbers].reverse().flatMap((n) => [`${n} signal 15`, `${n} down`]))
  })

  it("23. leaks no descriptor over many runs of a service", async () => {
    const container = boot({
      "a.service": service("name a event run say hello err hello exit 1", {
        unit: "StartLimitIntervalSec=0",
        service: "Restart=always\nRestartSec=0"
      }),
      "b.service": service("name b event up wait")
    }, { engine })
    await container.waitForEvent("a run", 5)
    const early = container.descriptors()
    await container.waitForEvent("a run", 60)
    // One run under way or none.
    assert.isAtMost(container.descriptors(), early + 8, container.show())
  })

  it("goes on and stops while nobody reads its stdout, and loses nothing of what is read later", async () => {
    const container = boot({
      "chatter.service": service(`name chatter event begin ${words} event end wait`),
      "b.service": service("name b event up exit 1", { service: "Restart=always\nRestartSec=10ms" }),
      "c.service": service("name c until /mnt/go event up wait")
    }, { engine, stalled: true })
    await container.waitForEvent("chatter begin")
    await container.waitForEvent("b up", 5)
    container.touch("go")
    await container.waitForEvent("c up")
    assert.notInclude(container.events(), "chatter end")
    container.readOn()
    await container.waitForEvent("chatter end")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.strictEqual(container.output.unit("chatter").filter((line) => line.length === 10000).length, lines)
  })

  it("ends even if nobody reads its stdout any more", async () => {
    const container = boot({
      "chatter.service": service(`name chatter event begin ${words} event end wait`, {
        service: "TimeoutStopSec=200ms"
      }),
      "b.service": service("name b event up wait")
    }, { engine, stalled: true })
    await container.waitForEvent("chatter begin")
    await container.waitForEvent("b up")
    container.signal(15)
    await container.waitForEvent("b down")
    await container.waitFor(() => container.processes().length === 0 || undefined, "the end of PID 1")
    container.readOn()
    assert.strictEqual(await container.exit, 1, container.show())
  })
})
