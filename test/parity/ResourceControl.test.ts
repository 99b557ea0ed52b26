/**
 * Resource control and delegation on any machine: this one need not hand controllers out. What real ones do is in
 * test/binary/ResourceControl.test.ts.
 */
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

describe.each(engines)("with a cgroup v2 of its own that no controllers are delegated to, $name", (engine) => {
  const units = {
    "a.service": service("name a event up until /mnt/go exit 1", {
      service: "Restart=always\nRestartSec=10ms\nMemoryMax=64M\nTasksMax=20\nOOMPolicy=kill"
    })
  }

  it("starts units without the limits that they ask for, says so once, and stays where it is", async () => {
    const container = boot(units, { engine, cgroup: "rw" })
    await container.waitForEvent("a up")
    container.touch("go")
    await container.waitForEvent("a up", 2)
    assert.deepStrictEqual(container.cgroup?.members(""), [container.pid])
    await container.stop()
    assert.deepStrictEqual(container.output.stderr.filter((line) => line.includes("warning: a.service: not")), [
      "container-init: warning: a.service: not applied here: MemoryMax=, TasksMax= (the memory and pids controllers are " +
      "not delegated to this container)"
    ], container.show())
    assert.deepStrictEqual(container.cgroup?.children("container-init"), [])
  })

  it("hands cgroups over all the same, with a new one for each run", async () => {
    const below = "/sys/fs/cgroup/container-init/a.service"
    const container = boot({
      "a.service": service(`name a show cgroup folder ${below}/mine event up until /mnt/go exit 1`, {
        service: "Restart=always\nRestartSec=10ms\nUser=1500\nDelegate=yes\nDelegateSubgroup=main\n" +
          "ExecStartPost=/mnt/service show cgroup"
      })
    }, { engine, cgroup: "rw" })
    const control = /^\[a\] cgroup \/container-init\/a\.service\/\.control$/
    await container.waitForEvent("a up")
    await container.waitForLine(control)
    assert.deepStrictEqual(container.cgroup?.children("container-init/a.service"), [".control", "main", "mine"])
    assert.lengthOf(container.cgroup?.members("container-init/a.service/main") ?? [], 1)
    container.touch("go")
    await container.waitForEvent("a up", 2)
    await container.waitForLine(control, 2)
    await container.stop()
    const lines = container.output.unit("a")
    assert.notInclude(lines.join("\n"), "error", container.show())
    assert.include(lines, "cgroup /container-init/a.service/main")
    assert.deepStrictEqual(container.cgroup?.children("container-init"), [], container.show())
  })
})
