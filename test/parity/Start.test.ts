import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const after = (...names: ReadonlyArray<string>) => ({ unit: `After=${names.join(" ")}` })

describe.each(engines)("starting, $name", (engine) => {
  it("starts units in the order of After=, whatever their names", async () => {
    const container = boot({
      "c.service": oneshot(["name c event begin sleep 30 event end"]),
      "a.service": oneshot(["name a event begin sleep 30 event end"], after("c.service")),
      "b.service": oneshot(["name b event begin event end"], after("a.service", "c.service"))
    }, { engine })
    await container.waitForEvent("b end")
    assert.deepStrictEqual(container.events(), ["c begin", "c end", "a begin", "a end", "b begin", "b end"])
  })

  it("starts units in the order of Before=", async () => {
    const container = boot({
      "a.service": oneshot(["name a event begin"]),
      "z.service": oneshot(["name z event begin sleep 30 event end"], { unit: "Before=a.service" })
    }, { engine })
    await container.waitForEvent("a begin")
    assert.deepStrictEqual(container.events(), ["z begin", "z end", "a begin"])
  })

  it("starts units without an order at the same time", async () => {
    // Each waits for the other.
    const container = boot({
      "a.service": oneshot(["name a event begin until /mnt/b once /mnt/a 0"]),
      "b.service": oneshot(["name b event begin once /mnt/b 0"]),
      "c.service": service("name c until /mnt/d event up wait"),
      "d.service": service("name d event begin once /mnt/d 0")
    }, { engine })
    await container.waitForEvent("c up")
    await container.waitForEvent("a begin")
    await container.waitForEvent("b begin")
  })

  it("takes Requires= for no order: both start at the same time", async () => {
    const container = boot({
      "a.service": oneshot(["name a until /mnt/go event end"]),
      "b.service": service("name b event up wait", { unit: "Requires=a.service" })
    }, { engine })
    await container.waitForEvent("b up")
    assert.deepStrictEqual(container.events(), ["b up"])
    container.touch("go")
    await container.waitForEvent("a end")
  })

  it("does not start a unit whose requirement has failed, and says which; others go on", async () => {
    const container = boot({
      "database.service": oneshot(["name database event begin exit 3"]),
      "web.service": service("name web event up wait", { unit: "Requires=database.service\nAfter=database.service" }),
      "proxy.service": service("name proxy event up wait", { unit: "Requires=web.service\nAfter=web.service" }),
      "log.service": service("name log event up wait", after("proxy.service", "web.service"))
    }, { engine })
    await container.waitForLine(/^container-init: .*web\.service: .*database\.service/)
    await container.waitForLine(/^container-init: .*proxy\.service: .*web\.service/)
    await container.waitForEvent("log up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notInclude(container.events(), "web up")
    assert.notInclude(container.events(), "proxy up")
  })

  it("does not start a unit whose requirement is not there, and says which", async () => {
    const container = boot({
      "web.service": service("name web event up wait", { unit: "Requires=gone.service\nAfter=gone.service" }),
      "log.service": service("name log event up wait", after("web.service"))
    }, { engine })
    await container.waitForLine(/^container-init: .*web\.service: not started.*gone\.service/)
    await container.waitForEvent("log up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notInclude(container.events(), "web up")
  })

  it("does not start a unit whose requirement is not there, even without After=", async () => {
    const container = boot({
      "web.service": service("name web event up wait", { unit: "Requires=gone.service" }),
      "log.service": service("name log event up wait", after("web.service"))
    }, { engine })
    await container.waitForLine(/^container-init: .*web\.service: not started.*gone\.service/)
    await container.waitForEvent("log up")
    assert.deepStrictEqual(container.events(), ["log up"])
  })

  it("starts a unit whose Wants= has failed or is not there", async () => {
    const container = boot({
      "a.service": oneshot(["name a exit 1"]),
      "b.service": service("name b event up wait", {
        unit: "Wants=a.service gone.service\nAfter=a.service gone.service"
      })
    }, { engine })
    await container.waitForEvent("b up")
  })

  it("runs the commands of a oneshot one after the other, and stops at the first that fails", async () => {
    const container = boot({
      "good.service": oneshot(["name good event 1 sleep 20 event 1-end", "name good event 2", "name good event 3"]),
      "bad.service": oneshot(
        ["name bad event 1", "name bad event 2 exit 1", "name bad event 3"],
        after("good.service")
      ),
      "end.service": oneshot(["name end event up"], after("bad.service"))
    }, { engine })
    await container.waitForEvent("end up")
    assert.deepStrictEqual(container.events(), ["good 1", "good 1-end", "good 2", "good 3", "bad 1", "bad 2", "end up"])
  })

  it("goes on behind a command of a oneshot whose failure is to be ignored", async () => {
    const container = boot({
      "a.service": "[Service]\nType=oneshot\nExecStart=-/mnt/service exit 1\nExecStart=/mnt/service name a event 2\n",
      "b.service": service("name b event up wait", { unit: "Requires=a.service\nAfter=a.service" })
    }, { engine })
    await container.waitForEvent("b up")
    assert.deepStrictEqual(container.events(), ["a 2", "b up"])
  })

  it("takes a oneshot with RemainAfterExit= for up once it has ended, and counts its end at the stop", async () => {
    const container = boot({
      "mount.service": oneshot(["name mount event done"], { service: "RemainAfterExit=yes" }),
      "web.service": service("name web event up wait", { unit: "Requires=mount.service\nAfter=mount.service" })
    }, { engine })
    await container.waitForEvent("web up")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("starts only what default.target pulls in, where there is one", async () => {
    const container = boot({
      "default.target": "[Unit]\nRequires=web.service\n",
      "web.service": service("name web event up wait", { unit: "Wants=log.service" }),
      "log.service": service("name log event up wait"),
      "other.service": service("name other event up wait")
    }, { engine })
    await container.waitForEvent("web up")
    await container.waitForEvent("log up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notInclude(container.events(), "other up")
  })

  it("fails a start that takes longer than TimeoutStartSec=, and kills what hangs", async () => {
    const container = boot({
      "hung.service": oneshot(["name hung event begin wait"], { service: "TimeoutStartSec=200ms" }),
      "web.service": service("name web event up wait", { unit: "Requires=hung.service\nAfter=hung.service" }),
      "log.service": service("name log event up wait", after("web.service", "hung.service"))
    }, { engine })
    await container.waitForLine(/^container-init: .*hung\.service: .*start.*200ms/)
    await container.waitForEvent("log up")
    await container.waitForEvent("hung down")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notInclude(container.events(), "web up")
  })

  it("starts nothing that waits for a predecessor once the shutdown has begun", async () => {
    const container = boot({
      "slow.service": oneshot(["name slow event begin slow 100 wait"]),
      "web.service": service("name web event up wait", after("slow.service")),
      "log.service": service("name log event up wait")
    }, { engine })
    await container.waitForEvent("slow begin")
    await container.waitForEvent("log up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notInclude(container.events(), "web up")
    assert.include(container.events(), "slow down")
  })
})
