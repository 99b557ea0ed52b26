/** Resource control of a service: when it is written, and what is said of what this container does not have. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Actors from "./Actors.ts"

const web = "/bin/web"
const missing = "the memory and pids controllers are not delegated to this container"

describe("a service with resource control", () => {
  it.scoped("has it written into its cgroup ahead of the first process of each run, and once a run", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Actors.start(
        "ExecStartPre=/bin/pre\nTasksMax=20\nMemoryMax=50%\nRestart=always",
        {
          programs: { "/bin/pre": { exitsAfter: 0 }, [web]: { exitsAfter: 50 } }
        }
      )
      const run = [
        "control web.service: memory.max 50% of memory, pids.max 20",
        "spawn web /bin/pre",
        "spawn web /bin/web"
      ]
      assert.deepStrictEqual(fresh("open", "control", "spawn"), ["open web.service", ...run])
      yield* after(150)
      assert.deepStrictEqual(fresh("open", "control", "spawn"), run)
    }))

  it.scoped("goes by what its files say anew from the next run on, with nothing if they say nothing", () =>
    Effect.gen(function*() {
      const { after, fresh, tell } = yield* Actors.start("TasksMax=20\nRestart=always", {
        programs: { [web]: { exitsAfter: 50 } }
      })
      assert.deepStrictEqual(fresh("control"), ["control web.service: pids.max 20"])
      yield* tell(Actors.redefined("TasksMax=30\nRestart=always"))
      assert.deepStrictEqual(fresh("control"), [])
      yield* after(150)
      assert.deepStrictEqual(fresh("control"), ["control web.service: pids.max 30"])
      yield* tell(Actors.redefined("Restart=always"))
      yield* after(150)
      assert.deepStrictEqual(fresh("control"), ["control web.service: nothing"])
      yield* after(150)
      assert.deepStrictEqual(fresh("control"), [])
    }))

  it.scoped("starts without what is not to be had here, which is said once a boot", () =>
    Effect.gen(function*() {
      const { after, kernel, reports } = yield* Actors.start("TasksMax=20\nMemoryMax=1G\nCPUWeight=5\nRestart=always", {
        programs: { [web]: { exitsAfter: 50 } },
        uncontrolled: { TasksMax: missing, MemoryMax: missing }
      })
      yield* after(400)
      assert.isAtLeast(reports.filter((report) => report === "active").length, 2)
      assert.deepStrictEqual(kernel.log.filter((line) => line.includes("not applied")), [
        `WARN web.service: not applied here: MemoryMax=, TasksMax= (${missing})`
      ])
    }))

  it.scoped("says nothing of OOMPolicy=kill where the kernel leaves that to us", () =>
    Effect.gen(function*() {
      const { kernel } = yield* Actors.start("OOMPolicy=kill", { uncontrolled: { OOMPolicy: missing } })
      assert.include(kernel.calls, "control web.service: memory.oom.group 1")
      assert.deepStrictEqual(kernel.log, ["INFO web.service: started, pid 100"])
    }))

  it.scoped("asks nothing of its cgroup without any", () =>
    Effect.gen(function*() {
      const { kernel } = yield* Actors.start("MemoryAccounting=yes")
      assert.deepStrictEqual(kernel.calls, ["open web.service", "spawn web /bin/web"])
    }))
})

describe("a service with Delegate=", () => {
  const files = { "/etc/passwd": "alice:x:1500:1600::/home/alice:/bin/bash\n", "/etc/group": "" }

  it.scoped("has its cgroup handed to its user, and its processes in cgroups below", () =>
    Effect.gen(function*() {
      const lines =
        "Delegate=cpu pids\nDelegateSubgroup=main\nUser=alice\nExecStartPre=/bin/pre\nExecStartPost=/bin/post"
      const { kernel } = yield* Actors.start(lines, {
        files,
        programs: { "/bin/pre": { exitsAfter: 0 }, "/bin/post": { exitsAfter: 0 } }
      })
      const delegated = (place: string) => `delegate web.service: cpu+pids to 1500:1600 in /cgroup/web.service/${place}`
      assert.deepStrictEqual(kernel.calls.filter((call) => call.startsWith("delegate")), [
        delegated("main"),
        delegated("main"),
        delegated(".control")
      ])
      assert.deepStrictEqual(kernel.requests.map(({ cgroup }) => cgroup), [
        "/cgroup/web.service/main",
        "/cgroup/web.service/main",
        "/cgroup/web.service/.control"
      ])
    }))

  it.scoped("gets a new cgroup for each run", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Actors.start("Delegate=yes\nRestart=always", {
        programs: { [web]: { exitsAfter: 50 } }
      })
      yield* after(150)
      assert.deepStrictEqual(fresh("open", "delegate", "close"), [
        "open web.service",
        "delegate web.service: all in /cgroup/web.service",
        "close web.service",
        "open web.service",
        "delegate web.service: all in /cgroup/web.service"
      ])
    }))
})
