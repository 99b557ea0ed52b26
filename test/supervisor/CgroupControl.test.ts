/** What the adapter does to enable controllers, write what units ask for, and hand cgroups over. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Control } from "../../src/kernel/Cgroups.ts"
import type { Events } from "../../src/runtime/Events.ts"
import * as Cgroups from "../../src/runtime/ports/Cgroups.ts"
import * as ResourceControl from "../../src/supervisor/exec/ResourceControl.ts"
import type { TreeOptions } from "./kernel/CgroupTree.ts"
import { CgroupTree } from "./kernel/CgroupTree.ts"
import { service } from "./Units.ts"

const events: Events = { on: () => {}, off: () => {}, onOther: () => {}, listen: () => {} }
const all = "cpuset cpu io memory pids"
const web = "/container-init/web.service"
const leaf = "/container-init/init.scope"

const make = (options: Partial<TreeOptions> = {}) => {
  const tree = new CgroupTree({ controllers: all, processes: [1, 7], pid: 1, ...options })
  return { tree, cgroups: Cgroups.make(tree.binding, events) }
}

const controls = (lines: string): ReadonlyArray<Control> => ResourceControl.plan(service(lines).Service)

/** Opens the group of web.service and writes what these lines ask for. */
const control = (lines: string, options: Partial<TreeOptions> = {}) =>
  Effect.gen(function*() {
    const { cgroups, tree } = make(options)
    const group = yield* cgroups.open("web.service")
    const unapplied = yield* group.control(controls(lines))
    return { tree, cgroups, group, unapplied: unapplied.map(({ directive, reason }) => `${directive}: ${reason}`) }
  })

describe("controllers", () => {
  it.effect("are left alone, and everybody where they are, while no unit asks for one", () =>
    Effect.gen(function*() {
      const { tree } = yield* control("")
      assert.deepStrictEqual(tree.processes(""), [1, 7])
      assert.deepStrictEqual(tree.paths, ["/container-init", web])
      assert.deepStrictEqual(tree.enabled(""), [])
    }))

  it.effect("are enabled, those that a unit asks for, after all processes of the cgroup have moved out of it", () =>
    Effect.gen(function*() {
      const { tree, unapplied } = yield* control("MemoryMax=64M\nTasksMax=20")
      assert.deepStrictEqual(unapplied, [])
      assert.deepStrictEqual(tree.processes(""), [])
      assert.deepStrictEqual(tree.processes(leaf), [1, 7])
      assert.deepStrictEqual(tree.enabled(""), ["memory", "pids"])
      assert.deepStrictEqual(tree.enabled("/container-init"), ["memory", "pids"])
      assert.strictEqual(tree.file(`${web}/memory.max`), "67108864")
      assert.strictEqual(tree.file(`${web}/pids.max`), "20")
    }))

  it.effect("are enabled although a process is forked while the others move", () =>
    Effect.gen(function*() {
      const { tree, unapplied } = yield* control("TasksMax=20", { forks: 8 })
      assert.deepStrictEqual(unapplied, [])
      assert.deepStrictEqual(tree.processes(leaf), [1, 7, 8])
    }))

  it.effect("need no move in the machine's root", () =>
    Effect.gen(function*() {
      const { tree, unapplied } = yield* control("TasksMax=20", { own: "" })
      assert.deepStrictEqual(unapplied, [])
      assert.deepStrictEqual(tree.processes(""), [1, 7])
      assert.deepStrictEqual(tree.paths, ["/container-init", web])
    }))

  it.effect("are told by name if they are not delegated, and the others are enabled all the same", () =>
    Effect.gen(function*() {
      const { tree, unapplied } = yield* control("MemoryMax=64M\nCPUWeight=50\nTasksMax=20", { controllers: "pids" })
      const reason = "the cpu and memory controllers are not delegated to this container"
      assert.deepStrictEqual(unapplied, [`CPUWeight: ${reason}`, `MemoryMax: ${reason}`])
      assert.strictEqual(tree.file(`${web}/pids.max`), "20")
    }))

  it.effect("move nobody if none is delegated", () =>
    Effect.gen(function*() {
      const { tree, unapplied } = yield* control("MemoryMax=64M", { controllers: "" })
      assert.deepStrictEqual(unapplied, ["MemoryMax: the memory controller is not delegated to this container"])
      assert.deepStrictEqual(tree.processes(""), [1, 7])
    }))

  it.effect("are not enabled by another than PID 1 where there are processes of others", () =>
    Effect.gen(function*() {
      const { tree, unapplied } = yield* control("MemoryMax=64M", { pid: 7 })
      assert.deepStrictEqual(unapplied, [
        "MemoryMax: controllers cannot be enabled, for processes of others share our cgroup, and only PID 1 moves those"
      ])
      assert.deepStrictEqual(tree.processes(""), [1, 7])
    }))

  it.effect("are not enabled where processes from outside are in the cgroup, or where one cannot be moved", () =>
    Effect.gen(function*() {
      const foreign = yield* control("MemoryMax=64M", { processes: [1, 0] })
      assert.deepStrictEqual(foreign.unapplied, [
        "MemoryMax: processes from outside the container are in its cgroup"
      ])
      assert.deepStrictEqual(foreign.tree.processes(""), [1, 0])
      const stuck = yield* control("MemoryMax=64M", { stuck: [7] })
      assert.deepStrictEqual(stuck.unapplied, [
        "MemoryMax: cannot move process 7 to init.scope: operation not permitted (EPERM)"
      ])
    }))

  it.effect("are enabled for a program that is alone in its cgroup, which is as it was in the end", () =>
    Effect.gen(function*() {
      const { cgroups, group, tree, unapplied } = yield* control("MemoryMax=64M", { processes: [7], pid: 7 })
      assert.deepStrictEqual(unapplied, [])
      assert.deepStrictEqual(tree.processes(leaf), [7])
      // Somebody else in this process finds the same place.
      const again = yield* Cgroups.make(tree.binding, events).open("other.service")
      assert.strictEqual(again.path, `${tree.own}/container-init/other.service`)
      yield* group.close
      yield* cgroups.restored
      assert.deepStrictEqual(tree.processes(leaf), [7])
      yield* again.close
      yield* cgroups.restored
      assert.deepStrictEqual(tree.processes(""), [7])
      assert.deepStrictEqual(tree.paths, [])
      assert.deepStrictEqual(tree.enabled(""), [])
      // And the next supervisor finds its way.
      const next = yield* cgroups.open("web.service")
      assert.deepStrictEqual(yield* next.control(controls("MemoryMax=32M")), [])
      assert.strictEqual(tree.file(`${web}/memory.max`), "33554432")
    }))

  it.effect("let the units have what the container's memory is protected with", () =>
    Effect.gen(function*() {
      const { tree } = yield* control("MemoryLow=64M")
      assert.strictEqual(tree.file("/container-init/memory.low"), "max")
      assert.strictEqual(tree.file(`${web}/memory.low`), "67108864")
    }))
})

describe("what is written", () => {
  it.effect("is a share of what the container may have, or else the machine", () =>
    Effect.gen(function*() {
      const files = {
        "/proc/meminfo": "MemTotal:        1000 kB\nMemFree: 10 kB\n",
        "/proc/sys/kernel/pid_max": "32768\n",
        "/proc/sys/kernel/threads-max": "40000\n"
      }
      const lines = "MemoryMax=50%\nTasksMax=10%"
      const machine = yield* control(lines, { files })
      assert.strictEqual(machine.tree.file(`${web}/memory.max`), "512000")
      assert.strictEqual(machine.tree.file(`${web}/pids.max`), "3276")
      const bounds = { "/sys/fs/cgroup/box/memory.max": "100000\n", "/sys/fs/cgroup/box/pids.max": "300\n" }
      const container = yield* control(lines, { files: { ...files, ...bounds } })
      assert.strictEqual(container.tree.file(`${web}/memory.max`), "50000")
      assert.strictEqual(container.tree.file(`${web}/pids.max`), "30")
      const unknown = yield* control(lines)
      assert.strictEqual(unknown.tree.file(`${web}/memory.max`), "max")
    }))

  it.effect("is for the whole device that a file is on, by its numbers", () =>
    Effect.gen(function*() {
      const { tree, unapplied } = yield* control(
        "IOReadIOPSMax=/dev/sda 5\nIOReadIOPSMax=/data 6\nIOReadIOPSMax=/run 7\nIOReadIOPSMax=/none 8",
        {
          devices: { "/dev/sda": "8:0", "/data": "8:17", "/run": "0:5" },
          files: { "/sys/dev/block/8:17/partition": "1\n", "/sys/dev/block/8:17/../dev": "8:16\n" }
        }
      )
      assert.deepStrictEqual(tree.written, ["io.max 8:0 riops=5", "io.max 8:16 riops=6"])
      assert.deepStrictEqual(unapplied, [
        "IOReadIOPSMax: /run is on no block device",
        "IOReadIOPSMax: /none: no such file or directory (ENOENT)"
      ])
    }))

  it.effect("is told if the file is not there", () =>
    Effect.gen(function*() {
      const { unapplied } = yield* control("MemorySwapMax=0\nMemoryMax=1M")
      assert.deepStrictEqual(unapplied, ["MemorySwapMax: there is no memory.swap.max here"])
    }))

  it.effect("is taken back by a run whose unit does not ask for it any more", () =>
    Effect.gen(function*() {
      const devices = { "/dev/sda": "8:0", "/dev/sdb": "8:16" }
      const first = "CPUWeight=idle\nMemoryMax=64M\nIOReadIOPSMax=/dev/sda 5\nIOReadIOPSMax=/dev/sdb 6"
      const { group, tree } = yield* control(first, { devices })
      tree.written.length = 0
      const unapplied = yield* group.control(controls("CPUWeight=200\nMemoryHigh=8M\nIOReadIOPSMax=/dev/sdb 7"))
      assert.deepStrictEqual(unapplied, [])
      assert.deepStrictEqual(tree.written, [
        "cpu.idle 0",
        "memory.max max",
        "io.max 8:0 riops=max",
        "cpu.weight 200",
        "memory.high 8388608",
        "io.max 8:16 riops=7"
      ])
      tree.written.length = 0
      yield* group.control([])
      assert.deepStrictEqual(tree.written, ["cpu.weight 100", "memory.high max", "io.max 8:16 riops=max"])
      assert.deepStrictEqual(yield* group.control([]), [])
      assert.strictEqual(tree.written.length, 3)
    }))

  it.effect("is nothing for a unit without a cgroup, which says so", () =>
    Effect.gen(function*() {
      const { group } = yield* control("", { files: { "/proc/self/cgroup": "1:name=systemd:/\n" } })
      const reason = "the unit has no cgroup of its own here"
      assert.deepStrictEqual(yield* group.control(controls("TasksMax=1")), [{ directive: "TasksMax", reason }])
      const delegation = { controllers: "all", owner: undefined, subgroup: "main" } as const
      assert.deepStrictEqual(yield* group.delegate(delegation), {
        path: "",
        unapplied: [{ directive: "Delegate", reason }]
      })
    }))
})

describe("a cgroup that is handed over", () => {
  const owner = { uid: 1500, gid: 1600 }
  const given = (path: string) =>
    ["", "/cgroup.procs", "/cgroup.threads", "/cgroup.subtree_control", "/memory.oom.group"]
      .map((file) => `${path}${file} 1500:1600`)

  it.effect("has all controllers that there are, and belongs to the unit's user", () =>
    Effect.gen(function*() {
      const { cgroups, tree } = make({ controllers: "cpu pids hugetlb" })
      const group = yield* cgroups.open("web.service")
      const delegated = yield* group.delegate({ controllers: "all", owner, subgroup: "" })
      assert.deepStrictEqual(delegated, { path: group.path, unapplied: [] })
      assert.deepStrictEqual(tree.enabled("/container-init"), ["cpu", "pids"])
      assert.deepStrictEqual(tree.owners, given(web))
    }))

  it.effect("stays root's without another user, and says which of the controllers that it names is not there", () =>
    Effect.gen(function*() {
      const { cgroups, tree } = make({ controllers: "cpu pids" })
      const group = yield* cgroups.open("web.service")
      const { unapplied } = yield* group.delegate({ controllers: ["memory"], owner: undefined, subgroup: "" })
      assert.deepStrictEqual(unapplied, [
        { directive: "Delegate", reason: "the memory controller is not delegated to this container" }
      ])
      assert.deepStrictEqual(tree.owners, [])
    }))

  it.effect("takes processes in a cgroup below, which is the user's as well", () =>
    Effect.gen(function*() {
      const { cgroups, tree } = make()
      const group = yield* cgroups.open("web.service")
      const delegation = { controllers: [], owner, subgroup: "main" }
      assert.strictEqual((yield* group.delegate(delegation)).path, `${group.path}/main`)
      assert.deepStrictEqual(tree.owners, [...given(web), ...given(`${web}/main`)])
      // And again, where it is there already.
      assert.deepStrictEqual((yield* group.delegate(delegation)).unapplied, [])
      assert.deepStrictEqual(tree.processes(""), [1, 7])
    }))
})
