import { assert, describe, it } from "vitest"
import { run } from "../support/Machine.ts"
import { oneshot, service } from "../support/Units.ts"

const cgroup = (unit: string) => `/sys/fs/cgroup/container-init/${unit}`

const printed = (unit: string, files: ReadonlyArray<string>) =>
  files.map((file) => `print ${cgroup(unit)}/${file}`).join(" ")

describe("x", () => {
  it("y", async () => {
    const finished = await run({
      "limited.service": oneshot([printed("limited.service", ["memory.max", "memory.high", "memory.low", "pids.max", "cpu.max", "cpu.weight"])], {
        service: "MemoryMax=48M\nMemoryHigh=50%\nMemoryLow=1M\nTasksMax=20\nCPUQuota=25%\nCPUWeight=50"
      }),
      "hog.service": service("name hog event up eat 64 event full wait", {
        service: "MemoryMax=16M\nExecStopPost=/mnt/service name hog event \"${SERVICE_RESULT} ${EXIT_CODE} ${EXIT_STATUS}\""
      }),
      "plain.service": oneshot(["show cgroup print /proc/1/cgroup"], { unit: "After=limited.service" }),
      "end.service": oneshot(["say end"], { unit: "After=limited.service plain.service hog.service\nSuccessAction=exit", service: "ExecStartPre=/mnt/service sleep 1000" })
    }, { box: true })
    console.log(finished, finished.show())
  })
})
