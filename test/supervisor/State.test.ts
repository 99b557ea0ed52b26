import { assert, describe, it } from "@effect/vitest"
import { ExitStatus } from "../../src/kernel/Processes.ts"
import type { Machine, Phase } from "../../src/supervisor/State.ts"
import { initial, isDone, step } from "../../src/supervisor/State.ts"
import type { Command } from "../../src/supervisor/StateCommand.ts"
import { Event } from "../../src/supervisor/StateEvent.ts"
import type { Service } from "../../src/unit/Unit.ts"
import { service } from "./Units.ts"

const now = 1000
const simple = service()
const restarting = service("Restart=always\nRestartSec=2")
const oneshot = service("Type=oneshot\nTimeoutStartSec=7")
const remaining = service("Type=oneshot\nRemainAfterExit=yes\nTimeoutStartSec=7")
const steps = service("Type=oneshot\nTimeoutStartSec=7\nExecStart=/bin/a\nExecStart=-/bin/b\nExecStart=/bin/c")
const limited = service("StartLimitBurst=1\nStartLimitIntervalSec=10")

/** A machine as it is in the middle of its life, by phase. */
const machineIn = (phase: Phase, more: Partial<Machine> = {}): Machine => ({
  ...initial,
  phase,
  timer: 4,
  starts: [900],
  pid: phase === "start" || phase === "running" || phase.startsWith("stop") ? 100 : 0,
  result: phase === "failed" ? "exit-code" : "success",
  ...more
})

const exited = (code: number) => Event.Exited({ status: ExitStatus.Exited({ code }) })
const killed = (signal: number) => Event.Exited({ status: ExitStatus.Signaled({ signal, coreDumped: false }) })
const timedOut = Event.TimedOut({ timer: 4 })

/** Each event there is, as it might come at any time. */
const events: Readonly<Record<Event["_tag"], Event>> = {
  StartRequested: Event.StartRequested(),
  Spawned: Event.Spawned({ pid: 101 }),
  SpawnRefused: Event.SpawnRefused({ message: "no", result: "resources" }),
  Started: Event.Started(),
  ExecFailed: Event.ExecFailed({ message: "no" }),
  Exited: exited(0),
  Emptied: Event.Emptied({ sweep: 0, already: false }),
  TimedOut: timedOut,
  ShutdownBegan: Event.ShutdownBegan(),
  StopRequested: Event.StopRequested(),
  KillRequested: Event.KillRequested()
}
const phases: ReadonlyArray<Phase> = [
  "dead",
  "start",
  "running",
  "exited",
  "stop-sigterm",
  "stop-sigkill",
  "auto-restart",
  "failed"
]

const shown = (command: Command): ReadonlyArray<string> => {
  switch (command._tag) {
    case "Spawn":
      return [`spawn ${command.command}`]
    case "SweepGroup":
      return [`sweep ${command.signal}`]
    case "ArmTimer":
      return [command.millis === Infinity ? "disarm" : `arm ${command.millis}`]
    case "Settle":
      return [command.up ? "up" : "not up"]
    case "ReportStopped":
      return [command.forced ? "stopped by force" : "stopped"]
    case "WatchGroup":
      return ["watch"]
    case "Say":
      return []
  }
}

/** `running 100: disarm, up`: the phase, the pid if there is one, the result if it is none to be proud of. */
const render = (machine: Machine, commands: ReadonlyArray<Command>): string => {
  const words = [machine.phase, machine.pid === 0 ? "" : String(machine.pid), machine.stopping ? "stopping" : ""]
    .concat(machine.result === "success" ? "" : `(${machine.result})`)
    .filter((word) => word !== "").join(" ")
  // A timer that is armed anew and one that is armed in the end: only the last counts.
  return `${words}: ${commands.flatMap(shown).join(", ")}`
}

type Row = readonly [unit: Service, machine: Machine, event: Event, wanted: string]

const atRest = (phase: "dead" | "failed"): ReadonlyArray<Row> => [
  [simple, machineIn(phase), events.StartRequested, "start: arm 90000, spawn 0"],
  [remaining, machineIn(phase), events.StartRequested, "start: arm 7000, spawn 0"],
  [limited, machineIn(phase), events.StartRequested, "failed (start-limit-hit): disarm, not up"]
]

const rows: ReadonlyArray<Row> = [
  ...atRest("dead"),
  [simple, machineIn("dead"), events.StopRequested, "dead stopping: disarm, stopped"],
  [simple, machineIn("dead"), events.KillRequested, "dead stopping: disarm, stopped"],
  ...atRest("failed"),
  [simple, machineIn("failed"), events.StopRequested, "failed stopping (exit-code): disarm, stopped"],
  [simple, machineIn("failed"), events.KillRequested, "failed stopping (exit-code): disarm, stopped"],

  [simple, machineIn("start", { pid: 0 }), events.Spawned, "start 101: "],
  [simple, machineIn("start", { pid: 0 }), events.SpawnRefused, "stop-sigterm (resources): not up, arm 5000, sweep 15"],
  [simple, machineIn("start"), events.Started, "running 100: disarm, up"],
  [oneshot, machineIn("start"), events.Started, "start 100: "],
  [simple, machineIn("start"), events.ExecFailed, "start 100: "],
  [simple, machineIn("start"), exited(203), "stop-sigterm (exit-code): not up, arm 5000, sweep 15"],
  [simple, machineIn("start"), killed(9), "stop-sigterm (signal): not up, arm 5000, sweep 15"],
  [oneshot, machineIn("start"), exited(0), "stop-sigterm: up, arm 5000, sweep 15"],
  [oneshot, machineIn("start"), exited(1), "stop-sigterm (exit-code): not up, arm 5000, sweep 15"],
  [oneshot, machineIn("start"), killed(15), "stop-sigterm (signal): not up, arm 5000, sweep 15"],
  [remaining, machineIn("start"), exited(0), "exited: disarm, watch, up"],
  [steps, machineIn("start"), exited(0), "start: arm 7000, spawn 1"],
  [steps, machineIn("start", { command: 1 }), exited(1), "start: arm 7000, spawn 2"],
  [steps, machineIn("start", { command: 1 }), killed(9), "start: arm 7000, spawn 2"],
  [steps, machineIn("start", { command: 2 }), exited(1), "stop-sigterm (exit-code): not up, arm 5000, sweep 15"],
  [steps, machineIn("start", { command: 2 }), exited(0), "stop-sigterm: up, arm 5000, sweep 15"],
  [simple, machineIn("start"), timedOut, "stop-sigterm 100 (timeout): not up, arm 5000, sweep 15"],
  [simple, machineIn("start"), events.StopRequested, "stop-sigterm 100 stopping: arm 5000, sweep 15, not up"],
  [simple, machineIn("start"), events.KillRequested, "stop-sigkill 100 stopping (timeout): sweep 9, arm 5000, not up"],

  [simple, machineIn("running"), exited(0), "stop-sigterm: arm 5000, sweep 15"],
  [simple, machineIn("running"), exited(3), "stop-sigterm (exit-code): arm 5000, sweep 15"],
  [simple, machineIn("running"), killed(15), "stop-sigterm: arm 5000, sweep 15"],
  [simple, machineIn("running"), killed(9), "stop-sigterm (signal): arm 5000, sweep 15"],
  [simple, machineIn("running"), events.StopRequested, "stop-sigterm 100 stopping: arm 5000, sweep 15"],
  [simple, machineIn("running"), events.KillRequested, "stop-sigkill 100 stopping (timeout): sweep 9, arm 5000"],

  [remaining, machineIn("exited"), events.StopRequested, "stop-sigterm stopping: arm 5000, sweep 15"],
  [remaining, machineIn("exited"), events.KillRequested, "stop-sigkill stopping (timeout): sweep 9, arm 5000"],

  [simple, machineIn("stop-sigterm"), exited(1), "stop-sigterm (exit-code): "],
  [simple, machineIn("stop-sigterm", { result: "timeout" }), exited(1), "stop-sigterm (timeout): "],
  [simple, machineIn("stop-sigterm", { pid: 0 }), events.Emptied, "dead: disarm"],
  [simple, machineIn("stop-sigterm", { pid: 0, result: "signal" }), events.Emptied, "failed (signal): disarm"],
  [restarting, machineIn("stop-sigterm", { pid: 0 }), events.Emptied, "auto-restart: arm 2000"],
  [
    restarting,
    machineIn("stop-sigterm", { pid: 0, stopping: true }),
    events.Emptied,
    "dead stopping: disarm, stopped"
  ],
  [
    simple,
    machineIn("stop-sigterm", { pid: 0, stopping: true, result: "exit-code" }),
    events.Emptied,
    "failed stopping (exit-code): disarm, stopped"
  ],
  [simple, machineIn("stop-sigterm"), timedOut, "stop-sigkill 100 (timeout): sweep 9, arm 5000"],
  [simple, machineIn("stop-sigterm"), events.StopRequested, "stop-sigterm 100 stopping: "],
  [simple, machineIn("stop-sigterm"), events.KillRequested, "stop-sigkill 100 stopping (timeout): sweep 9, arm 5000"],

  [simple, machineIn("stop-sigkill", { result: "timeout" }), killed(9), "stop-sigkill (timeout): "],
  [
    simple,
    machineIn("stop-sigkill", { pid: 0, stopping: true }),
    Event.Emptied({ sweep: 0, already: false }),
    "dead stopping: disarm, stopped by force"
  ],
  [
    simple,
    machineIn("stop-sigkill", { pid: 0, stopping: true }),
    Event.Emptied({ sweep: 0, already: true }),
    "dead stopping: disarm, stopped"
  ],
  [
    restarting,
    machineIn("stop-sigkill", { pid: 0, result: "timeout" }),
    events.Emptied,
    "auto-restart (timeout): arm 2000"
  ],
  [
    simple,
    machineIn("stop-sigkill", { stopping: true, result: "timeout" }),
    timedOut,
    "failed 100 stopping (timeout): disarm, stopped by force"
  ],
  [simple, machineIn("stop-sigkill"), events.StopRequested, "stop-sigkill 100 stopping: "],
  [simple, machineIn("stop-sigkill"), events.KillRequested, "stop-sigkill 100 stopping: "],

  [restarting, machineIn("auto-restart"), timedOut, "start: arm 90000, spawn 0"],
  [restarting, machineIn("auto-restart"), events.StartRequested, "start: arm 90000, spawn 0"],
  [limited, machineIn("auto-restart"), timedOut, "failed (start-limit-hit): disarm, not up"],
  [restarting, machineIn("auto-restart"), events.StopRequested, "dead stopping: disarm, stopped"],
  [restarting, machineIn("auto-restart"), events.KillRequested, "dead stopping: disarm, stopped"]
]

describe("step", () => {
  rows.forEach(([unit, machine, event, wanted], index) => {
    const what = event._tag === "Exited" ? `Exited ${JSON.stringify(event.status)}` : event._tag
    it(`row ${index}: ${render(machine, []).replace(/: $/, "")}, ${what} -> ${wanted}`, () => {
      const [next, commands] = step(unit, machine, event, now)
      assert.strictEqual(render(next, commands), wanted)
    })
  })

  const listed = new Set(rows.map(([, { phase }, { _tag }]) => `${phase} ${_tag}`))
  for (const phase of phases) {
    for (const event of Object.values(events)) {
      if (event._tag === "ShutdownBegan" || listed.has(`${phase} ${event._tag}`)) continue
      it(`is moved by nothing but what the table lists: ${phase}, ${event._tag}`, () => {
        const machine = machineIn(phase)
        for (const unit of [simple, restarting, remaining, steps]) {
          assert.deepStrictEqual(step(unit, machine, event, now), [machine, []])
        }
      })
    }
  }

  for (const phase of phases) {
    it(`starts nothing any more once the shutdown has begun: ${phase}`, () => {
      const [closing, commands] = step(restarting, machineIn(phase), events.ShutdownBegan, now)
      assert.isTrue(closing.closing)
      assert.strictEqual(closing.phase, phase === "auto-restart" ? "dead" : phase)
      assert.deepStrictEqual(commands.flatMap(shown), phase === "auto-restart" ? ["disarm"] : [])
      for (const event of [events.StartRequested, Event.TimedOut({ timer: closing.timer })]) {
        const [after, further] = step(restarting, closing, event, now)
        assert.notInclude(further.flatMap(shown), "spawn 0", after.phase)
      }
    })
  }

  it("does not restart a unit that ends by itself during the shutdown", () => {
    const [closing] = step(restarting, machineIn("running"), events.ShutdownBegan, now)
    const [sweeping] = step(restarting, closing, exited(1), now)
    const [rest, commands] = step(restarting, sweeping, Event.Emptied({ sweep: sweeping.sweep, already: true }), now)
    assert.strictEqual(render(rest, commands), "failed (exit-code): disarm")
  })

  it("knows a sweep by its number: that of an earlier one says nothing about this one", () => {
    const [killing] = step(simple, machineIn("stop-sigterm"), timedOut, now)
    const stale = Event.Emptied({ sweep: killing.sweep - 1, already: false })
    assert.deepStrictEqual(step(simple, killing, stale, now), [killing, []])
  })

  it("knows a timer by its number: what an earlier one says is stale", () => {
    for (const phase of phases) {
      for (const timer of [0, 3, 5]) {
        const machine = machineIn(phase)
        assert.deepStrictEqual(step(restarting, machine, Event.TimedOut({ timer }), now), [machine, []])
      }
    }
  })

  it("numbers a timer anew whenever one is armed or disarmed", () => {
    for (const [unit, machine, event] of rows) {
      const [next, commands] = step(unit, machine, event, now)
      const armed = commands.filter((command) => command._tag === "ArmTimer")
      assert.isAtMost(armed.length, 1)
      assert.strictEqual(next.timer, armed[0]?.timer ?? machine.timer)
      if (armed.length > 0) assert.isAbove(next.timer, machine.timer)
    }
  })

  it("starts nothing any more once it is stopping", () => {
    for (const phase of phases) {
      const machine = machineIn(phase, { stopping: true })
      assert.deepStrictEqual(step(restarting, machine, events.StartRequested, now), [machine, []])
    }
  })

  it("runs a oneshot without a command by doing nothing", () => {
    const nothing: Service = { ...remaining, Service: { ...remaining.Service, ExecStart: [] } }
    const [next, commands] = step(nothing, initial, events.StartRequested, now)
    assert.strictEqual(render(next, commands), "exited: disarm, watch, up")
  })

  it("counts an admitted start and forgets what the last run ended with", () => {
    const [next] = step(simple, machineIn("failed", { forced: true }), events.StartRequested, now)
    assert.deepStrictEqual(next.starts, [900, now])
    assert.strictEqual(next.result, "success")
    assert.isFalse(next.forced)
  })

  it("is not forced by a SIGKILL that found nobody, and stays forced by one that did", () => {
    const machine = machineIn("stop-sigkill", { pid: 0, stopping: true })
    const forced = (before: boolean, already: boolean) =>
      step(simple, { ...machine, forced: before }, Event.Emptied({ sweep: 0, already }), now)[0].forced
    assert.deepStrictEqual([forced(false, true), forced(false, false), forced(true, true)], [false, true, true])
  })

  it("arms no timer for a oneshot that may take as long as it likes", () => {
    const [next, commands] = step(service("Type=oneshot"), initial, events.StartRequested, now)
    assert.strictEqual(render(next, commands), "start: disarm, spawn 0")
  })

  it("says in words what it does", () => {
    const said = (unit: Service, machine: Machine, event: Event) =>
      step(unit, machine, event, now)[1].flatMap((command) =>
        command._tag === "Say" ? [`${command.level} ${command.text}`] : []
      )
    assert.deepStrictEqual(said(simple, machineIn("start"), events.Started), ["info started, pid 100"])
    assert.deepStrictEqual(said(simple, machineIn("start"), timedOut), ["warning did not start within 1min 30s"])
    assert.deepStrictEqual(said(simple, machineIn("running"), exited(3)), ["warning exited with code 3"])
    assert.deepStrictEqual(said(simple, machineIn("stop-sigterm"), timedOut), [
      "warning did not stop within 5s and is killed"
    ])
    assert.deepStrictEqual(said(restarting, machineIn("stop-sigterm", { pid: 0 }), events.Emptied), [
      "info starts again in 2s"
    ])
    assert.deepStrictEqual(said(limited, machineIn("dead"), events.StartRequested), [
      "warning start limit hit: 1 starts within 10s"
    ])
  })
})

describe("isDone", () => {
  it("is so once a machine that was told to stop is at rest", () => {
    for (const phase of phases) {
      assert.isFalse(isDone(machineIn(phase)))
      assert.strictEqual(isDone(machineIn(phase, { stopping: true })), phase === "dead" || phase === "failed")
    }
  })
})
