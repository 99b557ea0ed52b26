/** Every cell of the table of a path unit's states. */
import { assert, describe, it } from "@effect/vitest"
import type { Command, Event, Machine, Phase } from "../../../src/supervisor/path/PathState.ts"
import { initial, step } from "../../../src/supervisor/path/PathState.ts"
import { down, shutdownBegan, startRequested, stopRequested, tooOften, up } from "../Triggers.ts"
import * as Units from "../Units.ts"

const path = Units.path("DirectoryNotEmpty=/spool\nMakeDirectory=yes")

const machines: Readonly<Record<Phase | "starting" | "busy" | "closing", Machine>> = {
  dead: initial,
  starting: { ...initial, starting: true, look: 7 },
  /** What it starts runs already. */
  busy: { ...initial, target: "active" },
  waiting: { ...initial, phase: "waiting", look: 7, settled: 5 },
  running: { ...initial, phase: "running", look: 7, settled: 6, target: "active" },
  failed: { ...initial, phase: "failed", result: "resources" },
  closing: { ...initial, phase: "waiting", look: 8, settled: 7, closing: true }
}

const shown = (command: Command): string => {
  switch (command._tag) {
    case "Look":
      return `look${command.first ? " first" : ""}${command.ended ? " ended" : ""}`
    case "ReportChanged":
      return `${command.from} -> ${command.to}`
    case "Say":
      return command.level
    default:
      return command._tag
  }
}

const nothing: Event = { _tag: "Looked", look: 7 }
const found: Event = { _tag: "Looked", look: 7, found: "/spool" }
const fault: Event = { _tag: "Looked", look: 7, fault: "no" }
const old: Event = { _tag: "Looked", look: 6, found: "/spool" }
const near: Event = { _tag: "FileChanged", look: 7, path: "/spool", itself: false }
const nearOld: Event = { ...near, look: 6 }
const itself: Event = { ...near, itself: true }
const itselfOld: Event = { ...itself, look: 6 }
const itselfSettled: Event = { ...itself, look: 5 }
const killRequested: Event = { _tag: "KillRequested" }

describe("a path unit's table", () => {
  for (
    const [name, from, event, to, ...commands] of [
      ["start", "dead", startRequested, "dead", "MakeDirectories", "look first"],
      ["look", "dead", nothing, "dead"],
      ["change", "dead", itself, "dead"],
      ["up", "dead", up, "dead"],
      ["stop", "dead", stopRequested, "dead"],
      ["shutdown", "dead", shutdownBegan, "dead", "Unwatch"],
      ["start", "busy", startRequested, "running", "MakeDirectories", "Unwatch", "inactive -> active"],
      ["start", "starting", startRequested, "dead"],
      ["nothing found", "starting", nothing, "waiting", "inactive -> active"],
      ["found", "starting", found, "running", "Unwatch", "inactive -> active", "Trigger"],
      ["fault", "starting", fault, "failed", "warning", "Unwatch", "inactive -> failed"],
      ["stale look", "starting", old, "dead"],
      ["stop", "starting", stopRequested, "dead", "Unwatch", "inactive -> inactive"],
      ["shutdown", "starting", shutdownBegan, "dead", "Unwatch", "inactive -> inactive"],
      ["start", "waiting", startRequested, "waiting"],
      ["nothing found", "waiting", nothing, "waiting"],
      ["found", "waiting", found, "running", "Unwatch", "Trigger"],
      ["fault", "waiting", fault, "failed", "warning", "Unwatch", "active -> failed"],
      ["change nearby", "waiting", near, "waiting", "look"],
      ["stale change nearby", "waiting", nearOld, "waiting"],
      ["change", "waiting", itself, "running", "Unwatch", "Trigger"],
      ["change of an earlier look", "waiting", itselfOld, "running", "Unwatch", "Trigger"],
      ["change that was acted on", "waiting", itselfSettled, "waiting"],
      ["up", "waiting", up, "running", "Unwatch"],
      ["down", "waiting", down, "waiting"],
      ["start limit", "waiting", tooOften, "failed", "warning", "Unwatch", "active -> failed"],
      ["shutdown", "waiting", shutdownBegan, "waiting", "Unwatch"],
      ["stop", "waiting", stopRequested, "dead", "Unwatch", "active -> inactive"],
      ["kill", "waiting", killRequested, "dead", "Unwatch", "active -> inactive"],
      ["start", "running", startRequested, "running"],
      ["change", "running", itself, "running"],
      ["up", "running", up, "running"],
      ["down", "running", down, "running", "look ended"],
      ["nothing found", "running", nothing, "waiting"],
      ["found", "running", found, "running", "Unwatch", "Trigger"],
      ["start limit", "running", tooOften, "failed", "warning", "Unwatch", "active -> failed"],
      ["stop", "running", stopRequested, "dead", "Unwatch", "active -> inactive"],
      ["start", "failed", startRequested, "failed", "MakeDirectories", "look first"],
      ["down", "failed", down, "failed"],
      ["change", "failed", itself, "failed"],
      ["stop", "failed", stopRequested, "failed"],
      ["start", "closing", startRequested, "waiting"],
      ["look", "closing", found, "waiting"],
      ["change", "closing", { ...itself, look: 8 }, "waiting"],
      ["up", "closing", up, "waiting"],
      ["stop", "closing", stopRequested, "dead", "Unwatch", "active -> inactive"]
    ] as ReadonlyArray<readonly [string, keyof typeof machines, Event, Phase, ...ReadonlyArray<string>]>
  ) {
    it(`${from}, ${name}: ${to} ${commands.join(", ")}`, () => {
      const [machine, all] = step(path, machines[from], event, 0)
      assert.strictEqual(machine.phase, to)
      assert.deepStrictEqual(all.map(shown), commands)
    })
  }

  it("makes earlier looks stale as it goes", () => {
    const [looking] = step(path, machines.waiting, near, 0)
    assert.strictEqual(looking.look, 8)
    const [running] = step(path, machines.waiting, itself, 0)
    assert.deepStrictEqual([running.look, running.settled], [8, 7])
  })

  it("is done once it was told to stop after the shutdown has begun, not before", () => {
    assert.isFalse(step(path, machines.waiting, stopRequested, 0)[0].done)
    assert.isTrue(step(path, machines.closing, stopRequested, 0)[0].done)
  })
})
