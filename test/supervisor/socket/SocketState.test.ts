/** Every cell of the table of a socket's states. */
import { assert, describe, it } from "@effect/vitest"
import type { Command, Event, Machine, Phase } from "../../../src/supervisor/socket/SocketState.ts"
import { initial, step } from "../../../src/supervisor/socket/SocketState.ts"
import { unitName } from "../../unit/Support.ts"
import { down, shutdownBegan, startRequested, stopRequested, tooOften, up } from "../Triggers.ts"
import * as Units from "../Units.ts"

const socket = Units.socket("ListenStream=80", "job.socket")
const job = unitName("job.service")
const other = unitName("other.service")

const machines: Readonly<Record<Phase | "starting" | "busy" | "shared" | "closing" | "leaving", Machine>> = {
  dead: initial,
  starting: { ...initial, starting: true, opening: 7 },
  /** Its service runs already. */
  busy: { ...initial, served: [job] },
  listening: { ...initial, phase: "listening", watch: 7 },
  running: { ...initial, phase: "running", watch: 7, served: [job] },
  /** By Sockets= of another service. */
  shared: { ...initial, phase: "running", watch: 7, served: [other, job] },
  failed: { ...initial, phase: "failed", result: "resources" },
  closing: { ...initial, phase: "listening", watch: 8, closing: true },
  leaving: { ...initial, phase: "running", watch: 8, served: [job], closing: true }
}

const shown = (command: Command): string => {
  switch (command._tag) {
    case "ReportChanged":
      return `${command.from} -> ${command.to}`
    case "ReportSkipped":
      return command.failed ? "assertion failed" : "skipped"
    case "Say":
      return command.level
    default:
      return command._tag
  }
}

const opened: Event = { _tag: "Opened", opening: 7 }
const openedBefore: Event = { _tag: "Opened", opening: 6 }
const fault: Event = { _tag: "Opened", opening: 7, fault: "no" }
const unmet: Event = { _tag: "Unmet", opening: 7, failed: false, text: "no" }
const asserted: Event = { ...unmet, failed: true }
const knocked: Event = { _tag: "Knocked", watch: 7, where: "80" }
const knockedBefore: Event = { ...knocked, watch: 6 }
const unwatchable: Event = { _tag: "Unwatchable", watch: 7, fault: "no" }
const restarts: Event = { _tag: "TargetChanged", unit: job, to: "failed", willRestart: true }
const activating: Event = { _tag: "TargetChanged", unit: job, to: "activating" }
const killRequested: Event = { _tag: "KillRequested" }

describe("a socket's table", () => {
  for (
    const [name, from, event, to, ...commands] of [
      ["start", "dead", startRequested, "dead", "Open"],
      ["opened", "dead", opened, "dead"],
      ["knock", "dead", knocked, "dead"],
      ["up", "dead", up, "dead"],
      ["stop", "dead", stopRequested, "dead"],
      ["shutdown", "dead", shutdownBegan, "dead"],
      ["start", "busy", startRequested, "failed", "warning", "Close", "inactive -> failed"],
      ["start", "starting", startRequested, "dead"],
      ["opened", "starting", opened, "listening", "Watch", "inactive -> active"],
      ["stale opened", "starting", openedBefore, "dead"],
      ["fault", "starting", fault, "failed", "warning", "Close", "inactive -> failed"],
      ["unmet", "starting", unmet, "dead", "info", "skipped"],
      ["asserted", "starting", asserted, "dead", "warning", "assertion failed"],
      ["stop", "starting", stopRequested, "dead", "Close", "inactive -> inactive"],
      ["shutdown", "starting", shutdownBegan, "dead", "Close", "inactive -> inactive"],
      ["start", "listening", startRequested, "listening"],
      ["knock", "listening", knocked, "running", "Unwatch", "Trigger"],
      ["stale knock", "listening", knockedBefore, "listening"],
      ["paused", "listening", { _tag: "Paused", watch: 7, where: "80", millis: 5 }, "listening", "warning"],
      ["stale pause", "listening", { _tag: "Paused", watch: 6, where: "80", millis: 5 }, "listening"],
      ["unwatchable", "listening", unwatchable, "failed", "warning", "Unwatch", "Close", "active -> failed"],
      ["up", "listening", up, "running", "Unwatch"],
      ["restarts", "listening", restarts, "running", "Unwatch"],
      ["activating", "listening", activating, "running", "Unwatch"],
      ["down", "listening", down, "listening"],
      ["too often", "listening", tooOften, "failed", "warning", "Unwatch", "Close", "active -> failed"],
      ["stop", "listening", stopRequested, "dead", "Unwatch", "Close", "active -> inactive"],
      ["kill", "listening", killRequested, "dead", "Unwatch", "Close", "active -> inactive"],
      ["shutdown", "listening", shutdownBegan, "listening", "Unwatch"],
      ["knock", "running", knocked, "running"],
      ["up", "running", up, "running"],
      ["restarts", "running", restarts, "running"],
      ["down", "running", down, "listening", "Watch"],
      ["24. too often", "running", tooOften, "failed", "warning", "Close", "active -> failed"],
      ["stop", "running", stopRequested, "dead", "Close", "active -> inactive"],
      ["shutdown", "running", shutdownBegan, "running"],
      ["down", "shared", down, "running"],
      ["start", "failed", startRequested, "failed", "Open"],
      ["up", "failed", up, "failed"],
      ["too often", "failed", tooOften, "failed"],
      ["stop", "failed", stopRequested, "failed"],
      ["start", "closing", startRequested, "listening"],
      ["knock", "closing", { ...knocked, watch: 8 }, "running", "Unwatch", "Trigger"],
      ["down", "leaving", down, "running"],
      ["too often", "leaving", tooOften, "running"],
      ["stop", "leaving", stopRequested, "dead", "Close", "active -> inactive"]
    ] as const
  ) {
    it(`${from}: ${name}`, () => {
      const [next, said] = step(socket, machines[from], event, 0)
      assert.deepStrictEqual([next.phase, ...said.map(shown)], [to, ...commands])
      const isLast = machines[from].closing && (event._tag === "StopRequested" || event._tag === "KillRequested")
      assert.strictEqual(next.done, isLast)
    })
  }

  it("watches anew with a number of its own, so that what an earlier watch says is stale", () => {
    const [listening] = step(socket, machines.running, down, 0)
    assert.strictEqual(listening.phase, "listening")
    assert.isAbove(listening.watch, machines.running.watch)
    assert.deepStrictEqual(step(socket, listening, knocked, 0), [listening, []])
  })
})
