/** What the cases of state/ do not show: the history of a unit, what it is blamed on, what is said, and how others see it. */
import { assert, describe, it } from "@effect/vitest"
import { ExitStatus } from "../../src/kernel/Processes.ts"
import type { Machine, Phase } from "../../src/supervisor/State.ts"
import { activeState, initial, step, table } from "../../src/supervisor/State.ts"
import { Event } from "../../src/supervisor/StateEvent.ts"
import type { Service } from "../../src/unit/Unit.ts"
import * as C from "./state/Cases.ts"
import { service } from "./Units.ts"

const { control, main } = C
const phases = Object.keys(table) as ReadonlyArray<Phase>
const simple = service()
const restarting = service("Restart=always\nRestartSec=2")

const after = (unit: Service, machine: Machine, ...events: ReadonlyArray<Event>): Machine =>
  events.reduce((before, event) => step(unit, before, event, C.now)[0], machine)

describe("step", () => {
  it("counts an admitted start, and no refused one", () => {
    const limited = service("StartLimitBurst=2\nStartLimitIntervalSec=10")
    const once = after(limited, C.machineIn("dead", { starts: [900] }), C.start)
    assert.deepStrictEqual(once.starts, [900, C.now])
    const refused = after(limited, C.machineIn("failed", { starts: [900, 950] }), C.start)
    assert.deepStrictEqual(refused.starts, [900, 950])
  })

  it("remembers how the last main process ended until the next start", () => {
    const ended = after(simple, C.machineIn("running", { main }), C.exits(main, 3))
    assert.deepStrictEqual(ended.status, ExitStatus.Exited({ code: 3 }))
    const again = after(simple, { ...ended, phase: "failed" }, C.start)
    assert.isUndefined(again.status)
    assert.isUndefined(again.culprit)
  })

  it("blames the first process that ends badly", () => {
    const ended = after(simple, C.machineIn("start-post", { main, control }), C.exits(control, 4), C.exits(main, 3))
    assert.deepStrictEqual(ended.culprit, ExitStatus.Exited({ code: 4 }))
    assert.deepStrictEqual(ended.status, ExitStatus.Exited({ code: 3 }))
  })

  it("blames nobody for a reload that fails, a failure that is ignored, or an end that has a successor", () => {
    const reloads = service("ExecReload=/bin/a")
    assert.isUndefined(after(reloads, C.machineIn("reload", { main, control }), C.exits(control, 1)).culprit)
    const ignores = service("ExecStart=-/bin/a")
    assert.isUndefined(after(ignores, C.machineIn("running", { main }), C.exits(main, 1)).culprit)
    const forking = service("Type=forking\nPIDFile=/run/a.pid")
    const moved = after(forking, C.machineIn("running", { main }), C.exits(main, 1), C.mainFound)
    assert.isUndefined(moved.culprit)
    assert.strictEqual(moved.main, 300)
  })

  it("knows a timer by its number in every phase", () => {
    for (const phase of phases) {
      for (const timer of [0, 3, 5]) {
        const machine = C.machineIn(phase, {})
        assert.deepStrictEqual(step(restarting, machine, { _tag: "TimedOut", timer }, C.now), [machine, []])
      }
    }
  })

  it("knows a sweep by its number in every phase", () => {
    for (const phase of phases) {
      const machine = C.machineIn(phase, {})
      assert.deepStrictEqual(step(restarting, machine, { _tag: "Emptied", sweep: 1, already: false }, C.now), [
        machine,
        []
      ])
    }
  })

  it("begins nothing once the shutdown has begun, whatever is under way", () => {
    for (const phase of phases) {
      const closing = after(restarting, C.machineIn(phase, { startWanted: true }), C.shutdown)
      assert.isTrue(closing.closing)
      assert.isFalse(closing.startWanted)
      assert.deepStrictEqual(step(restarting, closing, C.start, C.now), [closing, []])
    }
  })

  it("goes through a whole life", () => {
    const unit = service("ExecStartPre=/bin/a\nExecStop=/bin/b\nExecStopPost=/bin/c")
    const spawned = (role: "main" | "control", pid: number): Event => ({ _tag: "Spawned", role, pid })
    const events: ReadonlyArray<readonly [Event, Phase]> = [
      [C.start, "start-pre"],
      [spawned("control", 101), "start-pre"],
      [C.exits(101, 0), "start"],
      [spawned("main", 102), "start"],
      [{ _tag: "Started", pid: 102 }, "running"],
      [C.stop, "stop"],
      [spawned("control", 103), "stop"],
      [C.exits(103, 0), "stop-sigterm"],
      [C.dies(102, 15), "stop-post"],
      [spawned("control", 104), "stop-post"],
      [C.exits(104, 0), "final-sigterm"]
    ]
    let machine = initial
    for (const [event, phase] of events) {
      machine = after(unit, machine, event)
      assert.strictEqual(machine.phase, phase)
    }
    const end = after(unit, machine, { _tag: "Emptied", sweep: machine.sweep, already: true })
    assert.deepStrictEqual([end.phase, end.result, end.forced], ["dead", "success", false])
  })
})

describe("what is said", () => {
  const said = (unit: Service, machine: Machine, event: Event): ReadonlyArray<string> =>
    step(unit, machine, event, C.now)[1].flatMap((command) =>
      command._tag === "Say" ? [`${command.level} ${command.text}`] : []
    )

  it("is that it runs", () => {
    assert.deepStrictEqual(said(simple, C.machineIn("start", { main }), C.programRuns), ["info started, pid 100"])
    const remains = service("Type=oneshot\nRemainAfterExit=yes")
    assert.deepStrictEqual(said(remains, C.machineIn("start", { main }), C.exits(main, 0)), ["info done"])
  })

  it("is how it has ended", () => {
    assert.deepStrictEqual(said(simple, C.machineIn("running", { main }), C.exits(main, 3)), [
      "warning exited with code 3"
    ])
    assert.deepStrictEqual(said(simple, C.machineIn("running", { main }), C.dies(main, 9, { oom: true })), [
      "warning was killed by SIGKILL for want of memory"
    ])
    const ignores = service("ExecStart=-/bin/a")
    assert.deepStrictEqual(said(ignores, C.machineIn("running", { main }), C.exits(main, 3)), [
      "info exited with code 3, which is ignored"
    ])
    const pre = service("ExecStartPre=/bin/a")
    assert.deepStrictEqual(said(pre, C.machineIn("start-pre", { control }), C.exits(control, 3)), [
      "warning ExecStartPre= exited with code 3"
    ])
  })

  it("is what takes too long", () => {
    assert.deepStrictEqual(said(simple, C.machineIn("start", { main }), C.timedOut), [
      "warning did not start within 1min 30s"
    ])
    assert.deepStrictEqual(said(simple, C.machineIn("stop-sigterm", { main }), C.timedOut), [
      "warning did not stop within 5s and is killed"
    ])
    assert.deepStrictEqual(said(service("SendSIGKILL=no"), C.machineIn("final-sigterm", {}), C.timedOut), [
      "warning has processes left, and SendSIGKILL=no keeps them from being killed",
      "warning failed (timeout)"
    ])
  })

  it("is what comes next", () => {
    assert.deepStrictEqual(said(restarting, C.machineIn("final-sigterm", {}), C.emptied), ["info starts again in 2s"])
    const limited = service("StartLimitBurst=1\nStartLimitIntervalSec=10")
    assert.deepStrictEqual(said(limited, C.machineIn("dead", {}), C.start), [
      "warning start limit hit: 1 starts within 10s"
    ])
    assert.deepStrictEqual(said(simple, C.machineIn("final-sigterm", { stopAsked: true }), C.emptied), ["info stopped"])
  })

  it("is the reason why nothing starts", () => {
    const machine = C.machineIn("condition", { testing: true })
    assert.deepStrictEqual(said(simple, machine, C.conditionUnmet), ["info no such path"])
    assert.deepStrictEqual(said(simple, machine, C.assertUnmet), ["warning no such path"])
    const condition = service("ExecCondition=/bin/a")
    assert.deepStrictEqual(said(condition, C.machineIn("condition", { control }), C.exits(control, 1)), [
      "info not started: ExecCondition= exited with code 1"
    ])
  })

  it("is the reason why nothing reloads", () => {
    assert.deepStrictEqual(said(simple, C.machineIn("running", { main }), Event.ReloadRequested()), [
      "warning cannot reload: it has no ExecReload= and is not of Type=notify-reload"
    ])
  })
})

describe("activeState", () => {
  it("is systemd's of every phase", () => {
    const states = phases.map((phase) => `${phase} ${activeState(C.machineIn(phase, {}), false)}`)
    assert.deepStrictEqual(states, [
      "dead inactive",
      "failed failed",
      "condition activating",
      "start-pre activating",
      "start activating",
      "start-post activating",
      "running active",
      "exited active",
      "reload reloading",
      "reload-signal reloading",
      "reload-notify reloading",
      "stop deactivating",
      "stop-watchdog deactivating",
      "stop-sigterm deactivating",
      "stop-sigkill deactivating",
      "stop-post deactivating",
      "final-watchdog deactivating",
      "final-sigterm deactivating",
      "final-sigkill deactivating",
      "auto-restart activating"
    ])
  })

  it("is active for an idle service as soon as it is on its way up: nobody waits for it", () => {
    const idle = phases.filter((phase) => activeState(C.machineIn(phase, {}), true) === "active")
    assert.deepStrictEqual(idle, ["condition", "start-pre", "start", "start-post", "running", "exited"])
  })

  it("is what it was while conditions are looked at", () => {
    for (const before of ["inactive", "failed", "activating"] as const) {
      assert.strictEqual(activeState(C.machineIn("condition", { testing: true, before }), false), before)
    }
  })
})
