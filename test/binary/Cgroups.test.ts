import { assert, describe, it } from "vitest"
import type { BootOptions } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { executable } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const withCgroup = (cgroup: "rw" | "ro" | "none"): BootOptions => ({ engine: executable, cgroup })

describe("with a cgroup v2 of its own", () => {
  it("has a cgroup for each unit below container-init/, and stays above itself", async () => {
    const container = boot({
      "a.service": service("name a fork - event up wait"),
      "b.service": service("name b fork is event up wait", { service: "TimeoutStopSec=100ms" })
    }, withCgroup("rw"))
    await container.waitForEvent("a up")
    await container.waitForEvent("b up")
    const { cgroup } = container
    assert.deepStrictEqual(cgroup?.children("container-init"), ["a.service", "b.service"])
    const services = container.processes().filter(({ command }) => command === "service").map(({ pid }) => pid)
    const members = ["a.service", "b.service"].map((name) => cgroup?.members(`container-init/${name}`) ?? [])
    assert.deepStrictEqual(members.map((pids) => pids.length), [2, 2])
    assert.sameMembers(members.flat(), services)
    assert.deepStrictEqual(cgroup?.members(""), [container.pid])
  })

  it("21. holds a process in there from its first instruction on", async () => {
    const container = boot({ "a.service": oneshot(["show cgroup", "show cgroup say done"]) }, withCgroup("rw"))
    await container.waitForLine(/^\[a\] done$/)
    const line = "cgroup /container-init/a.service"
    assert.deepStrictEqual(container.output.unit("a"), [line, line, "done"])
  })

  it("kills at the stop what left its process group, ahead of the stop of the next unit", async () => {
    const container = boot({
      "a.service": service("name a event up slow 300 wait"),
      "b.service": service("name b fork is event up wait", { unit: "After=a.service", service: "TimeoutStopSec=100ms" })
    }, withCgroup("rw"))
    await container.waitForEvent("b up")
    container.signal(15)
    await container.waitForEvent("a signal 15")
    const [first, ...rest] = container.processes().filter(({ command }) => command === "service")
    assert.deepStrictEqual(rest, [], container.show())
    assert.deepStrictEqual(
      container.cgroup?.members("container-init/a.service"),
      first === undefined ? [] : [first.pid]
    )
    assert.strictEqual(await container.exit, 1, container.show())
  })

  it("has removed the cgroups of its units when it ends", async () => {
    const container = boot({
      "a.service": service("name a fork s event up wait"),
      "b.service": service("name b event up wait", { unit: "After=a.service" })
    }, withCgroup("rw"))
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.cgroup?.children("container-init"), [])
  })

  it("runs a service again, and its last commands, where all of the run before had to be killed", async () => {
    const container = boot({
      "a.service": service("name a fork i fork is event up once /mnt/been 1 fork - wait", {
        service: "Restart=always\nRestartSec=10ms\nTimeoutStopSec=100ms\nExecStopPost=/mnt/service name a event post"
      })
    }, withCgroup("rw"))
    await container.waitForEvent("a up", 2)
    await container.waitForEvent("a post")
    await container.waitForLine(/a\.service: started/, 2)
    await container.stop()
    assert.strictEqual(container.events().filter((event) => event === "a post").length, 2, container.show())
    assert.deepStrictEqual(container.cgroup?.children("container-init"), [])
  })

  it("takes over the directories that an earlier run has left", async () => {
    const container = boot({
      "a.service": service("name a event up until /mnt/go exit 1", { service: "Restart=always\nRestartSec=10ms" })
    }, withCgroup("rw"))
    await container.waitForEvent("a up")
    container.touch("go")
    await container.waitForEvent("a up", 2)
    assert.strictEqual(await container.stop(), 0, container.show())
  })
})

describe.each(
  [
    ["a read-only cgroup v2", withCgroup("ro")],
    ["no cgroup v2", withCgroup("none")],
    ["a cgroup v2 that belongs to another user", { ...withCgroup("rw"), user: 1500 }]
  ] as const
)("with %s", (_, options) => {
  it("2. holds units together by their process groups, says so once, and stops them all the same", async () => {
    const container = boot({
      "a.service": service("name a fork - event up wait"),
      "b.service": service("name b fork - event up wait", { unit: "After=a.service" }),
      "c.service": service("name c fork - event up exit 0", { unit: "After=b.service" })
    }, options)
    await container.waitForEvent("c up")
    await container.waitFor(() => container.processes().length === 5 || undefined, "the end of c")
    assert.strictEqual(container.output.stderr.filter((line) => /process group/.test(line)).length, 1, container.show())
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().slice(-4), ["b signal 15", "b down", "a signal 15", "a down"])
  })
})
