/** Every cell of the table of a timer's states. */
import { assert, describe, it } from "@effect/vitest"
import type { Command, Event, Machine, Phase } from "../../../src/supervisor/timer/TimerState.ts"
import { initial, step } from "../../../src/supervisor/timer/TimerState.ts"
import { down, shutdownBegan, startRequested, stopRequested, up } from "../Triggers.ts"
import * as Units from "../Units.ts"

const now = { monotonic: 100_000, wall: 1_700_000_000_000 }
const circumstances = { now, share: 0, zone: () => undefined }

/** Elapses at 110 s, and 20 s after each run of its unit. */
const timer = Units.timer("OnBootSec=110\nOnUnitActiveSec=20")

const active = { active: { monotonic: 90_000, wall: now.wall - 10_000 } }
const machines: Readonly<Record<Phase | "starting" | "closing" | "late", Machine>> = {
  dead: initial(0),
  starting: { ...initial(0), starting: true },
  waiting: {
    ...initial(0),
    phase: "waiting",
    timer: 7,
    due: { monotonic: 100_000, wall: Infinity },
    past: { ...initial(0).past, ...active }
  },
  late: { ...initial(0), phase: "waiting", timer: 7, due: { monotonic: 100_001, wall: Infinity } },
  running: {
    ...initial(0),
    phase: "running",
    target: "active",
    past: { ...initial(0).past, ...active, triggered: { monotonic: 95_000, wall: 1 } }
  },
  elapsed: { ...initial(0), phase: "elapsed", past: { ...initial(0).past, ...active } },
  failed: { ...initial(0), phase: "failed", result: "start-limit-hit" },
  closing: { ...initial(0), phase: "waiting", timer: 7, closing: true, due: { monotonic: 100_000, wall: Infinity } }
}

const shown = (command: Command): string => {
  switch (command._tag) {
    case "ArmTimer":
      return command.millis === Infinity ? "disarm" : `arm ${command.millis}`
    case "ReportChanged":
      return `${command.from} -> ${command.to}`
    case "Say":
      return command.level
    default:
      return command._tag
  }
}

const prepared: Event = { _tag: "Prepared", stamp: undefined }
const timedOut: Event = { _tag: "TimedOut", timer: 7 }
const stale: Event = { _tag: "TimedOut", timer: 6 }
const clockSet: Event = { _tag: "ClockSet" }
const killRequested: Event = { _tag: "KillRequested" }

describe("a timer's table", () => {
  for (
    const [from, event, to, ...commands] of [
      ["dead", startRequested, "dead", "Prepare"],
      ["dead", prepared, "dead"],
      ["dead", timedOut, "dead"],
      ["dead", clockSet, "dead"],
      ["dead", up, "dead"],
      ["dead", shutdownBegan, "dead", "disarm"],
      ["dead", stopRequested, "dead"],
      ["starting", startRequested, "dead"],
      ["starting", prepared, "waiting", "inactive -> active", "arm 10000"],
      ["starting", stopRequested, "dead", "disarm", "inactive -> inactive"],
      ["waiting", startRequested, "waiting"],
      ["waiting", prepared, "waiting"],
      ["waiting", timedOut, "running", "disarm", "Stamp", "Trigger"],
      ["waiting", stale, "waiting"],
      ["waiting", clockSet, "waiting", "arm 10000"],
      ["waiting", up, "waiting", "arm 10000"],
      ["waiting", down, "waiting", "arm 10000"],
      ["waiting", shutdownBegan, "waiting", "disarm"],
      ["waiting", stopRequested, "dead", "disarm", "active -> inactive"],
      ["waiting", killRequested, "dead", "disarm", "active -> inactive"],
      ["late", timedOut, "waiting", "arm 1"],
      ["running", startRequested, "running"],
      ["running", timedOut, "running"],
      ["running", clockSet, "running"],
      ["running", up, "running"],
      ["running", down, "waiting", "arm 10000"],
      ["running", stopRequested, "dead", "disarm", "active -> inactive"],
      ["elapsed", startRequested, "elapsed"],
      ["elapsed", timedOut, "elapsed"],
      ["elapsed", clockSet, "elapsed"],
      ["elapsed", up, "waiting", "arm 10000"],
      ["elapsed", stopRequested, "dead", "disarm", "active -> inactive"],
      ["failed", startRequested, "failed", "Prepare"],
      ["failed", timedOut, "failed"],
      ["failed", clockSet, "failed"],
      ["failed", down, "failed"],
      ["failed", stopRequested, "failed"],
      ["closing", startRequested, "waiting"],
      ["closing", timedOut, "waiting"],
      ["closing", clockSet, "waiting"],
      ["closing", up, "waiting"],
      ["closing", down, "waiting"],
      ["closing", stopRequested, "dead", "disarm", "active -> inactive"]
    ] as ReadonlyArray<readonly [keyof typeof machines, Event, Phase, ...ReadonlyArray<string>]>
  ) {
    it(`${from}, ${event._tag}${event === up ? " up" : event === stale ? " stale" : ""}: ${to} ${commands.join(", ")}`, () => {
      const [machine, all] = step(timer, machines[from], event, circumstances)
      assert.strictEqual(machine.phase, to)
      assert.deepStrictEqual(all.map(shown), commands)
    })
  }

  it("tells that a start was called off by the shutdown", () => {
    const [closing] = step(timer, machines.starting, shutdownBegan, circumstances)
    const [machine, commands] = step(timer, closing, prepared, circumstances)
    assert.deepStrictEqual(commands.map(shown), ["disarm", "inactive -> inactive"])
    assert.isFalse(machine.starting)
  })

  it("is done once it was told to stop after the shutdown has begun, not before", () => {
    assert.isFalse(step(timer, machines.waiting, stopRequested, circumstances)[0].done)
    assert.isTrue(step(timer, machines.closing, stopRequested, circumstances)[0].done)
  })
})
