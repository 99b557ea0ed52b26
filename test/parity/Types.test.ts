import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"
import { variants } from "../support/Variants.ts"

const after = (name: string) => ({ unit: `Requires=${name}\nAfter=${name}` })

describe.each(engines)("types that fork nothing, $name", (engine) => {
  it("oneshot runs its commands one after the other, and who is after it waits for the last", async () => {
    const container = boot({
      "a.service": oneshot(["name a event first sleep 50", "name a event second sleep 50", "name a event third"]),
      "b.service": service("name b event up wait", after("a.service"))
    }, { engine })
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().slice(0, 4), ["a first", "a second", "a third", "b up"])
  })

  it("oneshot ends at the first command that fails, unless it is said to be ignored", async () => {
    const container = boot({
      "a.service": "[Service]\nType=oneshot\nExecStart=/mnt/service name a event first exit 1\n" +
        "ExecStart=/mnt/service name a event second\n",
      "b.service": "[Service]\nType=oneshot\nExecStart=-/mnt/service name b event first exit 1\n" +
        "ExecStart=/mnt/service name b event second\n",
      "c.service": service("name c event up wait", { unit: "After=a.service b.service" }),
      "d.service": service("name d event up wait", after("a.service")),
      "e.service": service("name e event up wait", after("b.service"))
    }, { engine })
    await container.waitForEvent("c up")
    await container.waitForEvent("e up")
    await container.waitForLine(/d\.service: not started/)
    assert.notInclude(container.events(), "a second")
    assert.include(container.events(), "b second")
  })

  it("oneshot is up with RemainAfterExit=, and its ExecStop= runs in its turn", async () => {
    const container = boot({
      "a.service": oneshot(["name a event ran"], {
        service: "RemainAfterExit=yes\nExecStop=/mnt/service name a event stopped"
      }),
      "b.service": service("name b event up wait", after("a.service"))
    }, { engine })
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events(), ["a ran", "b up", "b signal 15", "b down", "a stopped"])
  })

  it("exec and simple are up once the program runs", async () => {
    const container = boot({
      "a.service": service("name a until /mnt/b.pid event up wait", { service: "Type=exec" }),
      "b.service": service("name b pidfile /mnt/b.pid until /mnt/c.pid event up wait", {
        ...after("a.service"),
        service: "Type=simple"
      }),
      "c.service": service("name c pidfile /mnt/c.pid event up wait", after("b.service"))
    }, { engine })
    // Each waits for the one after it.
    for (const name of ["a", "b", "c"]) await container.waitForEvent(`${name} up`)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("idle waits for the starts of all others, and nobody waits for it", async () => {
    const container = boot({
      "first.service": service("name first event up wait", { service: "Type=idle" }),
      "then.service": service("name then event up wait", { unit: "After=first.service" }),
      "slow.service": oneshot(["name slow until /mnt/go event done"])
    }, { engine })
    await container.waitForEvent("then up")
    container.touch("go")
    await container.waitForEvent("first up")
    assert.deepStrictEqual(container.events(), ["then up", "slow done", "first up"], container.show())
    assert.strictEqual(await container.stop(), 0, container.show())
  })
})

describe.each(variants)("Type=forking, $title", ({ options }) => {
  const forking = (verbs: string, lines = "") => service(verbs, { service: `Type=forking\n${lines}` })

  it("finds the daemon by its PID file, however late that is written", async () => {
    const container = boot({
      "a.service": forking(
        "name a daemon event forked until /mnt/go event up pidfile /mnt/a.pid wait",
        "PIDFile=/mnt/a.pid"
      ),
      "b.service": service("name b event up wait", after("a.service"))
    }, options)
    await container.waitForEvent("a forked")
    container.touch("go")
    await container.waitForEvent("b up")
    const line = await container.waitForLine(/a\.service: started/)
    assert.include(line, `pid ${readFileSync(`${container.directory}/a.pid`, "latin1").trim()}`)
    assert.strictEqual(await container.stop(), 0, container.show())
    const stops = ["b signal 15", "b down", "a signal 15", "a down"]
    assert.deepStrictEqual(container.events(), ["a forked", "a up", "b up", ...stops])
  })

  it("takes the one process that was left to us for the daemon", async () => {
    const container = boot({
      "a.service": forking("name a daemon pidfile /mnt/a.pid event up wait"),
      "b.service": service("name b event up wait", after("a.service"))
    }, options)
    await container.waitForEvent("a up")
    await container.waitForEvent("b up")
    const line = await container.waitForLine(/a\.service: started/)
    assert.include(line, `pid ${readFileSync(`${container.directory}/a.pid`, "latin1").trim()}`)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().slice(2), ["b signal 15", "b down", "a signal 15", "a down"])
  })

  it.each([["PIDFile=/mnt/a.pid"], [""]])("notices the daemon's death, and starts it again: %s", async (file) => {
    const container = boot({
      "a.service": forking(
        "name a daemon event up pidfile /mnt/a.pid until /mnt/go once /mnt/been 3 wait",
        `${file}
Restart=on-failure
RestartSec=10ms`
      )
    }, options)
    await container.waitForLine(/a\.service: started/)
    container.touch("go")
    await container.waitForLine(/a\.service: exited with code 3/)
    await container.waitForEvent("a up", 2)
    await container.waitForLine(/a\.service: started/, 2)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("is signalled, though it makes a session of its own when it has long been found, or never does", async () => {
    const container = boot({
      "a.service": forking("name a detach 100 event up wait"),
      "c.service": "[Service]\nType=forking\nExecStart=/bin/sh -c '/mnt/service name c event up slow 200 wait &'\n"
    }, options)
    await container.waitForEvent("a up")
    await container.waitForEvent("c up")
    await container.waitForLine(/a\.service: started/)
    await container.waitForLine(/c\.service: started/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.includeMembers([...container.events()], ["a signal 15", "a down", "c signal 15", "c down"], container.show())
  })

  it("has failed when its first process fails, or its daemon ends without a PID file", async () => {
    const container = boot({
      "a.service": forking("exit 4"),
      "b.service": forking("daemon exit 0", "PIDFile=/mnt/b.pid\nTimeoutStartSec=500ms"),
      "c.service": service("name c event up wait", { unit: "After=a.service b.service" })
    }, options)
    await container.waitForEvent("c up")
    await container.waitForLine(/a\.service: failed \(exit-code\)/)
    // Without cgroups nobody sees that the daemon has gone.
    await container.waitForLine(
      options.cgroup === "rw" ? /b\.service: failed \(protocol\)/ : /b\.service: failed \(timeout\)/
    )
  })

  it("has failed when it takes longer than TimeoutStartSec=, and leaves nothing behind", async () => {
    const container = boot({
      "a.service": forking("name a fork - event hangs wait", "TimeoutStartSec=300ms"),
      "b.service": forking("name b daemon event up wait", "TimeoutStartSec=300ms\nPIDFile=/mnt/b.pid")
    }, options)
    await container.waitForLine(/a\.service: failed \(timeout\)/)
    await container.waitForLine(/b\.service: failed \(timeout\)/)
    // Without cgroups a daemon in a session of its own is only found when everything ends.
    const left = options.cgroup === "rw" ? 1 : 2
    await container.waitFor(() => container.processes().length <= left || undefined, "the end of all but PID 1")
    await container.stop()
  })
})
