import { assert, describe, it } from "@effect/vitest"
import type { Control } from "../../../src/kernel/Cgroups.ts"
import * as ResourceControl from "../../../src/supervisor/exec/ResourceControl.ts"
import { service } from "../Units.ts"

/** `MemoryMax memory memory.max 1024`, with the value as it is known without the container. */
const show = ({ controller, directive, file, value }: Control): string => {
  const text = value._tag === "Text"
    ? value.text
    : value._tag === "Share"
    ? `${value.percent}% of ${value.of}`
    : `(${value.path}) ${value.text}`
  return `${directive} ${controller} ${file} ${text}`
}

const planned = (lines: string): ReadonlyArray<string> => ResourceControl.plan(service(lines).Service).map(show)

const cases: ReadonlyArray<readonly [lines: string, wanted: string]> = [
  ["MemoryMin=4K", "MemoryMin memory memory.min 4096"],
  ["MemoryLow=0", "MemoryLow memory memory.low 0"],
  ["MemoryHigh=1G", "MemoryHigh memory memory.high 1073741824"],
  ["MemoryMax=infinity", "MemoryMax memory memory.max max"],
  ["MemoryMax=12.5%", "MemoryMax memory memory.max 12.5% of memory"],
  ["MemoryMax=8P", "MemoryMax memory memory.max max"],
  ["MemorySwapMax=0", "MemorySwapMax memory memory.swap.max 0"],
  ["MemoryZSwapMax=1M", "MemoryZSwapMax memory memory.zswap.max 1048576"],
  ["MemoryLimit=64M", "MemoryMax memory memory.max 67108864"],
  ["OOMPolicy=kill", "OOMPolicy memory memory.oom.group 1"],

  ["CPUWeight=1", "CPUWeight cpu cpu.weight 1"],
  ["CPUWeight=idle", "CPUWeight cpu cpu.idle 1"],
  ["CPUShares=1024", "CPUShares cpu cpu.weight 100"],
  ["CPUShares=2", "CPUShares cpu cpu.weight 1"],
  ["CPUShares=262144", "CPUShares cpu cpu.weight 10000"],
  ["CPUShares=512\nCPUWeight=7", "CPUWeight cpu cpu.weight 7"],
  ["AllowedCPUs=0-3,8 9", "AllowedCPUs cpuset cpuset.cpus 0-3,8,9"],
  ["AllowedMemoryNodes=0", "AllowedMemoryNodes cpuset cpuset.mems 0"],

  // Microseconds: the quota, and the period, which grows where the quota would be below a millisecond.
  ["CPUQuota=20%", "CPUQuota cpu cpu.max 20000 100000"],
  ["CPUQuota=250%", "CPUQuota cpu cpu.max 250000 100000"],
  ["CPUQuota=50%\nCPUQuotaPeriodSec=10ms", "CPUQuota cpu cpu.max 5000 10000"],
  ["CPUQuota=50%\nCPUQuotaPeriodSec=10us", "CPUQuota cpu cpu.max 1000 2000"],
  ["CPUQuota=50%\nCPUQuotaPeriodSec=1min", "CPUQuota cpu cpu.max 500000 1000000"],
  ["CPUQuota=50%\nCPUQuotaPeriodSec=2ms\nCPUQuotaPeriodSec=", "CPUQuota cpu cpu.max 50000 100000"],
  ["CPUQuota=0.5%", "CPUQuota cpu cpu.max 1000 200000"],
  ["CPUQuota=0.01%", "CPUQuota cpu cpu.max 1000 1000000"],

  ["TasksMax=20", "TasksMax pids pids.max 20"],
  ["TasksMax=10%", "TasksMax pids pids.max 10% of tasks"],
  ["TasksMax=infinity", "TasksMax pids pids.max max"],
  ["TasksMax=4194304", "TasksMax pids pids.max 4194304"],
  ["TasksMax=4194305", "TasksMax pids pids.max max"],

  ["IOWeight=200", "IOWeight io io.weight default 200"],
  ["IODeviceWeight=/dev/sda 300", "IODeviceWeight io io.weight (/dev/sda) 300"],
  ["IOReadBandwidthMax=/dev/sda 5M", "IOReadBandwidthMax io io.max (/dev/sda) rbps=5000000"],
  ["IOWriteBandwidthMax=/var infinity", "IOWriteBandwidthMax io io.max (/var) wbps=max"],
  ["IOReadIOPSMax=/dev/sda 1K", "IOReadIOPSMax io io.max (/dev/sda) riops=1000"],
  ["IOWriteIOPSMax=/dev/sda 7", "IOWriteIOPSMax io io.max (/dev/sda) wiops=7"],
  ["IODeviceLatencyTargetSec=/dev/sda 25ms", "IODeviceLatencyTargetSec io io.latency (/dev/sda) target=25000"],
  ["BlockIOWeight=500", "BlockIOWeight io io.weight default 100"],
  ["BlockIOWeight=10", "BlockIOWeight io io.weight default 2"],
  ["BlockIODeviceWeight=/dev/sda 1000", "BlockIODeviceWeight io io.weight (/dev/sda) 200"],
  ["BlockIOReadBandwidth=/dev/sda 1M", "BlockIOReadBandwidth io io.max (/dev/sda) rbps=1000000"],
  ["BlockIOWriteBandwidth=/dev/sda 1M", "BlockIOWriteBandwidth io io.max (/dev/sda) wbps=1000000"],
  ["BlockIOWeight=1000\nIOWeight=9", "IOWeight io io.weight default 9"]
]

describe("what is written for a directive", () => {
  for (const [lines, wanted] of cases) {
    it(`is, of ${lines.replaceAll("\n", ", ")}: ${wanted.replace(/^\w+ /, "")}`, () => {
      assert.deepStrictEqual(planned(lines), [wanted])
    })
  }

  it("is nothing for a service without any, without one that only counts, and without a period for no quota", () => {
    for (const lines of ["", "MemoryAccounting=yes\nCPUAccounting=yes", "Slice=a.slice", "CPUQuotaPeriodSec=10ms"]) {
      assert.strictEqual(ResourceControl.plan(service(lines).Service), ResourceControl.none)
    }
  })

  it("is one line for each device of a list", () => {
    assert.deepStrictEqual(planned("IOReadIOPSMax=/dev/a 1\nIOReadIOPSMax=/dev/b 2"), [
      "IOReadIOPSMax io io.max (/dev/a) riops=1",
      "IOReadIOPSMax io io.max (/dev/b) riops=2"
    ])
  })
})

describe("Delegate=", () => {
  const owner = { uid: 1500, gid: 1500 }
  const delegation = (lines: string, place: ResourceControl.Place = "main") =>
    ResourceControl.delegation(service(lines).Service, place, owner)

  it("hands over nothing unless it is written, or if it says no", () => {
    assert.isUndefined(delegation(""))
    assert.isUndefined(delegation("Delegate=no\nDelegateSubgroup=main"))
  })

  it("names the controllers of cgroup v2 that those of v1 have become, each once", () => {
    assert.deepStrictEqual(delegation("Delegate=yes"), { controllers: "all", owner, subgroup: "" })
    assert.deepStrictEqual(delegation("Delegate=")?.controllers, [])
    assert.deepStrictEqual(delegation("Delegate=cpuacct cpu blkio pids devices")?.controllers, ["cpu", "io", "pids"])
  })

  it("places the main process where DelegateSubgroup= says, and who comes after it beside it", () => {
    const lines = "Delegate=yes\nDelegateSubgroup=main"
    assert.strictEqual(delegation(lines)?.subgroup, "main")
    assert.strictEqual(delegation(lines, "control")?.subgroup, ".control")
    assert.strictEqual(delegation("Delegate=yes", "control")?.subgroup, ".control")
  })
})
