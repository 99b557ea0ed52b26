/**
 * Resource control with real controllers, in a machine of its own: what the kernel says it was told, and what it does to
 * those who want more.
 */
import { assert, describe, it } from "vitest"
import type { Finished } from "../support/Machine.ts"
import { run } from "../support/Machine.ts"
import { oneshot, service } from "../support/Units.ts"

const groups = "/sys/fs/cgroup/container-init"

/** Verbs that print these files of the unit's cgroup. */
const printed = (unit: string, ...files: ReadonlyArray<string>): string =>
  files.map((file) => `print ${groups}/${unit}.service/${file}`).join(" ")

const post = (name: string): string =>
  `ExecStopPost=/mnt/service name ${name} event "\${SERVICE_RESULT} \${EXIT_CODE} \${EXIT_STATUS}"`

/** Ends the container once these have been started. */
const endAfter = (units: string, more = ""): string =>
  oneshot([`say end${more}`], { unit: `After=${units}\nSuccessAction=exit` })

const warnings = ({ lines }: Finished): ReadonlyArray<string> =>
  lines.filter((line) => line.startsWith("container-init: warning: "))

describe("with controllers that are delegated to the container", () => {
  it("writes into a unit's cgroup what its files say, enables what that takes, and moves PID 1 out of the way", async () => {
    const finished = await run({
      "limited.service": oneshot(
        [printed(
          "limited",
          "memory.min",
          "memory.low",
          "memory.high",
          "memory.max",
          "memory.oom.group",
          "pids.max",
          "cpu.max",
          "cpu.weight",
          "io.max"
        )],
        {
          service:
            "MemoryMin=1M\nMemoryLow=2M\nMemoryHigh=40M\nMemoryMax=48M\nTasksMax=20\nCPUQuota=25%\nCPUWeight=50\n" +
            "OOMPolicy=kill\nIOReadBandwidthMax=/dev/ubda 1M\nIOWriteIOPSMax=/dev/ubda 30"
        }
      ),
      "idle.service": oneshot([printed("idle", "cpu.idle", "cpu.max", "memory.max")], {
        service: "CPUWeight=idle\nCPUQuota=1%\nCPUQuotaPeriodSec=20ms",
        unit: "After=limited.service"
      }),
      "odd.service": oneshot(["say runs"], {
        service: "IOWeight=50\nIOReadIOPSMax=/dev/nothing 5\nIOReadIOPSMax=/proc 6",
        unit: "After=idle.service"
      }),
      "plain.service": oneshot([`show cgroup print /proc/1/cgroup ${printed("plain", "memory.max")}`], {
        unit: "After=odd.service"
      }),
      "end.service": endAfter("plain.service")
    }, { box: "container" })
    assert.deepStrictEqual(finished.unit("limited"), [
      "memory.min 1048576",
      "memory.low 2097152",
      "memory.high 41943040",
      "memory.max 50331648",
      "memory.oom.group 1",
      "pids.max 20",
      "cpu.max 25000 100000",
      "cpu.weight 50",
      "io.max 98:0 rbps=1000000 wbps=max riops=max wiops=30"
    ], finished.show())
    // A hundredth of 20 ms would be too little for the kernel.
    assert.deepStrictEqual(finished.unit("idle"), ["cpu.idle 1", "cpu.max 1000 100000", "memory.max max"])
    assert.deepStrictEqual(finished.unit("plain"), [
      "cgroup /container-init/plain.service",
      "cgroup 0::/container-init/init.scope",
      "memory.max max"
    ])
    assert.deepStrictEqual(finished.unit("odd"), ["runs"])
    assert.deepStrictEqual(warnings(finished), [
      "container-init: warning: odd.service: not applied here: IOReadIOPSMax= (/dev/nothing: no such file or directory " +
      "(ENOENT)); IOWeight= (there is no io.weight here)"
    ], finished.show())
    assert.strictEqual(finished.exitCode, 0, finished.show())
    // PID 1's own cgroup goes with the container.
    assert.deepStrictEqual(finished.left, ["container-init", "container-init/init.scope"])
  })

  it("names in a unit's result that the kernel has killed it for want of memory, and lets it have no more tasks", async () => {
    const finished = await run({
      "hog.service": service("name hog event up eat 64 event full wait", { service: `MemoryMax=16M\n${post("hog")}` }),
      // The main process eats nothing: of the other one's end only memory.events tells.
      "stop.service": service("name stop event up wait", {
        service: `MemoryMax=16M\n${post("stop")}\nExecStartPost=/mnt/service eat 64`
      }),
      // The kernel ends all of it by itself.
      "whole.service": service("name whole event up wait", {
        service: `MemoryMax=16M\nOOMPolicy=kill\n${post("whole")}\nExecStartPost=/mnt/service eat 64`
      }),
      "crowd.service": service("name crowd fork - fork - fork - fork - event many wait", {
        service: `TasksMax=3\n${post("crowd")}`
      }),
      "end.service": endAfter("hog.service stop.service crowd.service whole.service", " sleep 1000")
    }, { box: "container" })
    const events = finished.events.filter((event) => !/forked \d+$/.test(event))
    assert.includeMembers([...events], ["hog up", "hog oom-kill killed KILL"], finished.show())
    assert.notInclude(events, "hog full")
    assert.include(finished.lines, "container-init: warning: hog.service: failed (oom-kill)", finished.show())
    assert.include(finished.lines, "container-init: warning: stop.service: failed (oom-kill)", finished.show())
    assert.include(finished.lines, "container-init: warning: whole.service: failed (oom-kill)", finished.show())
    assert.notInclude(events, "whole signal 15")
    assert.lengthOf(finished.events.filter((event) => event.startsWith("crowd forked")), 2)
    assert.include(events, "crowd exit-code exited 97", finished.show())
  })

  it("hands a cgroup over to the service's user, who makes cgroups below it, and removes them all", async () => {
    const below = `${groups}/own.service`
    const finished = await run({
      "own.service": oneshot([`show cgroup ${printed("own", "cgroup.controllers")} folder ${below}/mine`], {
        service: "Delegate=yes\nDelegateSubgroup=main\nUser=1500\nRemainAfterExit=yes\n" +
          "ExecStartPre=/mnt/service show cgroup\nExecStartPost=/mnt/service show cgroup"
      }),
      "other.service": oneshot([`folder ${groups}/other.service/mine`], { service: "User=1500" }),
      "end.service": endAfter("own.service other.service")
    }, { box: "container" })
    assert.deepStrictEqual(finished.unit("own"), [
      "cgroup /container-init/own.service/main",
      "cgroup /container-init/own.service/main",
      "cgroup.controllers cpu io memory pids",
      "cgroup /container-init/own.service/.control"
    ], finished.show())
    assert.deepStrictEqual(finished.unit("other"), ["folder error 13"])
    assert.deepStrictEqual(finished.left, ["container-init", "container-init/init.scope"], finished.show())
  })
})

describe("in the root of the hierarchy", () => {
  it("leaves PID 1 where it is, and leaves no cgroup behind", async () => {
    const finished = await run({
      "limited.service": oneshot([`${printed("limited", "memory.max", "pids.max")} print /proc/1/cgroup`], {
        service: "MemoryMax=48M\nTasksMax=20"
      }),
      "end.service": endAfter("limited.service")
    }, { box: "none" })
    assert.deepStrictEqual(
      finished.unit("limited"),
      ["memory.max 50331648", "pids.max 20", "cgroup 0::/"],
      finished.show()
    )
    assert.deepStrictEqual(warnings(finished), [])
    assert.deepStrictEqual(finished.left, ["container-init"])
  })
})

describe("as another process than PID 1", () => {
  const units = {
    "limited.service": oneshot(
      [printed("limited", "memory.max").replace(groups, "/sys/fs/cgroup/box/container-init")],
      {
        service: "MemoryMax=48M"
      }
    ),
    "end.service": endAfter("limited.service", " show cgroup")
  }

  it("moves itself where it is alone in its cgroup, and leaves nothing behind", async () => {
    const finished = await run(units, { box: "alone" })
    assert.deepStrictEqual(finished.unit("limited"), ["memory.max 50331648"], finished.show())
    assert.deepStrictEqual(finished.unit("end"), ["end", "cgroup /box/container-init/end.service"])
    assert.deepStrictEqual(warnings(finished), [])
    assert.deepStrictEqual(finished.left, [], finished.show())
  })

  it("moves nobody else, and says that this is why no controller is enabled", async () => {
    const finished = await run(units, { box: "crowded" })
    assert.deepStrictEqual(finished.unit("limited"), ["memory.max error 2"], finished.show())
    assert.deepStrictEqual(warnings(finished), [
      "container-init: warning: limited.service: not applied here: MemoryMax= (controllers cannot be enabled, for " +
      "processes of others share our cgroup, and only PID 1 moves those)"
    ], finished.show())
    assert.strictEqual(finished.exitCode, 0)
    assert.deepStrictEqual(finished.left, ["container-init"])
  })
})
