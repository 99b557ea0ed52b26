import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs"
import { assert, describe, it, onTestFinished } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { executable } from "../support/Engine.ts"
import { until } from "../support/Patience.ts"
import { service } from "../support/Units.ts"

const limit = String(48 * 1024 * 1024)

const write = (path: string, text: string) => {
  if (existsSync(path)) writeFileSync(path, text)
}

/** Bounds the memory of all that lives in the container, with the controller of either version. */
const bound = (container: Container): void => {
  const own = container.cgroup?.path ?? ""
  if (existsSync(`${own}/memory.max`)) {
    writeFileSync(`${own}/memory.max`, limit)
    return write(`${own}/memory.swap.max`, "0")
  }
  const mount = readFileSync("/proc/self/mountinfo", "latin1").split("\n").map((line) => line.split(" "))
    .find((fields) => fields.includes("cgroup") && fields.at(-1)?.split(",").includes("memory"))?.[4]
  if (mount === undefined) {
    throw new Error("no memory controller, of cgroup v2 or v1, is there to be used: an OOM kill cannot be shown here")
  }
  const group = `${mount}/container-init-test-${process.pid}`
  mkdirSync(group)
  const remove = () => {
    try {
      rmdirSync(group)
      return true
    } catch {
      return undefined
    }
  }
  onTestFinished(async () => {
    await container.destroy()
    await until(remove, () => `${group} cannot be removed`)
  })
  writeFileSync(`${group}/memory.limit_in_bytes`, limit)
  write(`${group}/memory.memsw.limit_in_bytes`, limit)
  for (const { pid } of container.processes()) writeFileSync(`${group}/cgroup.procs`, String(pid))
}

describe("a process that the kernel kills for want of memory", () => {
  it("fails its unit, and its signal is the exit code of the container that it takes down", async () => {
    const container = boot({
      "web.service": service("name web event up wait"),
      "a.service": service("name a event up until /mnt/go eat 400 event full wait", {
        unit: "ExitContainerOnFailure=true\nAfter=web.service",
        service: "ExecStopPost=/mnt/service name a event \"${SERVICE_RESULT} ${EXIT_CODE} ${EXIT_STATUS}\""
      })
    }, { engine: executable, cgroup: "rw" })
    await container.waitForEvent("a up")
    await container.waitForEvent("web up")
    bound(container)
    // Only a cgroup with the memory controller of version 2 tells that somebody was killed for that.
    const isTold = existsSync(`${container.cgroup?.path}/memory.events`)
    container.touch("go")
    assert.strictEqual(await container.exit, 137, container.show())
    const ended = container.events().filter((event) => event.startsWith("a ")).at(-1)
    assert.strictEqual(ended, isTold ? "a oom-kill killed KILL" : "a signal killed KILL", container.show())
    assert.deepStrictEqual(container.events().slice(-2), ["web signal 15", "web down"])
  })
})
