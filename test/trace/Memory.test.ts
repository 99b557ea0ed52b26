import { assert, describe, it } from "@effect/vitest"
import { Memory } from "../../src/trace/Memory.ts"
import type { Fields } from "../../src/trace/Writer.ts"
import * as OutputTest from "./OutputTest.ts"

const take = (output: OutputTest.OutputTest): Fields | undefined => {
  let found: Fields | undefined
  const memory = new Memory(output)
  memory.snapshot("all", (fields) => {
    found = fields()
  })
  return found
}

describe("a snapshot of memory", () => {
  it("has all its fields whatever there is to be read, and processes by name", () => {
    const output = OutputTest.make()
    output.processes = ["300 nginx", "20 sh", "100 nginx", "0 a zombie"]
    assert.deepStrictEqual(take(output), {
      cgroup_current_bytes: null,
      cgroup_peak_bytes: null,
      cgroup_swap_bytes: null,
      nproc: 4,
      rss_sum_bytes: 420 * 1024,
      by_comm: [{ comm: "a zombie", rss_kib: 0 }, { comm: "nginx", rss_kib: 400 }, { comm: "sh", rss_kib: 20 }]
    })
  })

  it("is of the container's own cgroup, never of the root's", () => {
    const output = OutputTest.make()
    Object.assign(output.files, {
      "/sys/fs/cgroup/memory.current": "1\n",
      "/sys/fs/cgroup/box/memory.current": "2000\n",
      "/sys/fs/cgroup/box/memory.peak": "3000\n",
      "/sys/fs/cgroup/box/memory.swap.current": "0\n"
    })
    const { cgroup_current_bytes, cgroup_peak_bytes, cgroup_swap_bytes } = take(output) ?? {}
    assert.deepStrictEqual([cgroup_current_bytes, cgroup_peak_bytes, cgroup_swap_bytes], [2000, 3000, 0])
  })

  it("is of version 1 where that has the memory controller", () => {
    const output = { ...OutputTest.make(), cgroup: () => ({ missing: "no cgroup v2" }) }
    Object.assign(output.files, {
      "/proc/self/cgroup": "5:cpu,cpuacct:/x\n3:memory:/docker/abc\n0::/y\n",
      "/sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes": "4096\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
      "/sys/fs/cgroup/memory/memory.max_usage_in_bytes": "8192\n"
    })
    const { cgroup_current_bytes, cgroup_peak_bytes, cgroup_swap_bytes } = take(output) ?? {}
    // The peak is seen where the mount shows the container's own: the path is the host's.
    assert.deepStrictEqual([cgroup_current_bytes, cgroup_peak_bytes, cgroup_swap_bytes], [4096, 8192, null])
  })

  it("looks at a great many processes a few at a time", () => {
    const output = OutputTest.make()
    output.processes = Array.from({ length: 1000 }, (_, at) => `4 p${at % 3}`)
    let found: Fields | undefined
    const memory = new Memory(output)
    memory.snapshot("all", (fields) => {
      found = fields()
    })
    let turns = 0
    for (; found === undefined && turns < 1000; turns++) output.fire()
    assert.isAtLeast(turns, 10)
    assert.strictEqual(found?.["nproc"], 1000)
    assert.strictEqual(found?.["rss_sum_bytes"], 4000 * 1024)
  })
})
