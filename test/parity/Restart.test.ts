import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

/** Ends with `ending` the first time, and stays up the second. */
const twice = (ending: string, restart: string) =>
  service(`name a event run until /mnt/go ${ending} wait`, { service: `Restart=${restart}\nRestartSec=10ms` })

describe.each(engines)("restarts, $name", (engine) => {
  const again = [
    ["on-failure", "once /mnt/been 3"],
    ["always", "once /mnt/been 0"],
    ["always", "once /mnt/been 3"],
    ["on-success", "once /mnt/been 0"],
    ["on-abnormal", "sleep 0"]
  ] as const

  it.each(again.filter(([mode]) => mode !== "on-abnormal"))(
    "starts a service with Restart=%s again after: %s",
    async (mode, ending) => {
      const container = boot({ "a.service": twice(ending, mode) }, { engine, files: { go: "" } })
      await container.waitForEvent("a run", 2)
      assert.strictEqual(await container.stop(), 0, container.show())
    }
  )

  const never = [
    ["no", "exit 3"],
    ["on-failure", "exit 0"],
    ["on-success", "exit 3"],
    ["on-abnormal", "exit 3"],
    ["on-abort", "exit 3"],
    ["on-failure", "die 15"]
  ] as const

  it.each(never)("leaves a service with Restart=%s alone after: %s", async (mode, ending) => {
    const container = boot({
      "a.service": service(`name a event run ${ending}`, { service: `Restart=${mode}\nRestartSec=0` }),
      "b.service": service("name b event up wait")
    }, { engine })
    await container.waitForEvent("b up")
    await container.waitForLine(/^container-init: .*a\.service: (exited|was killed|failed)/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.strictEqual(container.events().filter((event) => event === "a run").length, 1, container.show())
  })

  it.each(["on-failure", "on-abnormal", "on-abort", "always"])(
    "starts a service with Restart=%s again that died of a signal",
    async (mode) => {
      const unit = service("name a event run die 9", { service: `Restart=${mode}\nRestartSec=10ms` })
      const container = boot({ "a.service": unit }, { engine })
      await container.waitForEvent("a run", 2)
    }
  )

  it("gives up after StartLimitBurst= starts: five runs, four restarts, then failed", async () => {
    const container = boot({
      "a.service": service("name a event run exit 1", { service: "Restart=always\nRestartSec=0" }),
      "b.service": service("name b event up wait")
    }, { engine })
    await container.waitForLine(/^container-init: .*a\.service: .*start limit/i)
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.strictEqual(container.events().filter((event) => event === "a run").length, 5, container.show())
    const restarts = container.output.stderr.filter((line) => /a\.service: .*again/.test(line))
    assert.isAtLeast(restarts.length, 4, container.show())
  })

  it.each(["[Unit]", "[Service]"])("takes a start limit from %s", async (section) => {
    const limit = "StartLimitBurst=2\nStartLimitIntervalSec=1min"
    const unit = service("name a event run exit 1", {
      unit: section === "[Unit]" ? limit : "",
      service: `Restart=on-failure\nRestartSec=0\n${section === "[Service]" ? limit : ""}`
    })
    const container = boot({ "a.service": unit }, { engine })
    await container.waitForLine(/^container-init: .*a\.service: .*start limit/i)
    await container.stop()
    assert.deepStrictEqual(container.events(), ["a run", "a run"])
  })

  it("has no start limit with StartLimitIntervalSec=0", async () => {
    const unit = service("name a event run exit 1", {
      unit: "StartLimitIntervalSec=0",
      service: "Restart=always\nRestartSec=0"
    })
    const container = boot({ "a.service": unit }, { engine })
    await container.waitForEvent("a run", 12)
  })

  it("starts a oneshot again that fails, until it does not", async () => {
    const unit = "[Service]\nType=oneshot\nRestart=on-failure\nRestartSec=10ms\n" +
      "ExecStart=/mnt/service name a event run once /mnt/been 1\n"
    const container = boot({ "a.service": unit }, { engine })
    await container.waitForLine(/a\.service: done/)
    assert.deepStrictEqual(container.events(), ["a run", "a run"])
  })

  it("is told to stop while it waits to start again, and does not", async () => {
    const container = boot({
      "a.service": service("name a event run exit 1", { service: "Restart=always\nRestartSec=1h" })
    }, { engine })
    await container.waitForLine(/a\.service: .*again/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events(), ["a run"])
  })

  it("does not start a service again that was told to stop, whatever Restart= says", async () => {
    const container = boot({
      "a.service": service("name a event run wait", { service: "Restart=always\nRestartSec=0" })
    }, { engine })
    await container.waitForEvent("a run")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events(), ["a run", "a signal 15", "a down"])
  })

  it("leaves nothing of one run to the next", async () => {
    const container = boot({
      "a.service": service("name a event run fork - once /mnt/been 1 event second wait", {
        service: "Restart=always\nRestartSec=10ms"
      })
    }, { engine })
    await container.waitForEvent("a second")
    const live = container.processes().filter(({ command }) => command === "service")
    assert.strictEqual(live.length, 2, container.show())
  })

  it("takes a program that cannot be executed for a failure: it is tried again, up to the limit", async () => {
    const container = boot({
      "a.service": "[Service]\nExecStart=/mnt/gone\nRestart=on-failure\nRestartSec=0\n"
    }, { engine })
    await container.waitForLine(/^container-init: .*a\.service: .*start limit/i)
    assert.strictEqual(
      container.output.stderr.filter((line) => /cannot execute/.test(line)).length,
      5,
      container.show()
    )
  })

  it("ends amid services that fail and start again without a pause", async () => {
    const numbers = Array.from({ length: 10 }, (_, n) => n)
    const unit = (n: number) =>
      service(`name a${n} event run exit 1`, {
        unit: "StartLimitIntervalSec=0",
        service: "Restart=always\nRestartSec=0"
      })
    const container = boot(Object.fromEntries(numbers.map((n) => [`a${n}.service`, unit(n)])), { engine })
    for (const n of numbers) await container.waitForEvent(`a${n} run`, 3)
    assert.strictEqual(await container.stop(), 0, container.show().slice(-2000))
  })
})
