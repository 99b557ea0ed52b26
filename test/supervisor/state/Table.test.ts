/** Every row of the state table, phase and event, by cases that say what it comes to. */
import { assert, describe, it } from "@effect/vitest"
import type { Machine, Phase } from "../../../src/supervisor/State.ts"
import { step, table } from "../../../src/supervisor/State.ts"
import type { Command } from "../../../src/supervisor/StateCommand.ts"
import type { Event } from "../../../src/supervisor/StateEvent.ts"
import type { Service } from "../../../src/unit/Unit.ts"
import { service } from "../Units.ts"
import { admission } from "./Admission.ts"
import { autoRestart } from "./AutoRestart.ts"
import type { Case, Cases } from "./Cases.ts"
import * as C from "./Cases.ts"
import { ending } from "./Ending.ts"
import { exited } from "./Exited.ts"
import { forking } from "./Forking.ts"
import { oneshot } from "./Oneshot.ts"
import { outOfMemory } from "./OutOfMemory.ts"
import { preparing } from "./Preparing.ts"
import { reloading } from "./Reloading.ts"
import { running } from "./Running.ts"
import { signalling } from "./Signalling.ts"
import { starting } from "./Starting.ts"
import { startPost } from "./StartPost.ts"
import { stopping } from "./Stopping.ts"
import { stopPost } from "./StopPost.ts"

const all: Readonly<Record<string, Cases>> = {
  admission,
  preparing,
  starting,
  oneshot,
  outOfMemory,
  startPost,
  forking,
  running,
  exited,
  reloading,
  stopping,
  signalling,
  stopPost,
  ending,
  autoRestart
}
const phases = Object.keys(table) as ReadonlyArray<Phase>

const casesOf = (cases: Cases): ReadonlyArray<readonly [phase: Phase, ...Case]> =>
  phases.flatMap((phase) => (cases[phase] ?? []).map((one) => [phase, ...one] as const))

const everyCase = Object.values(all).flatMap(casesOf)

const parsed = new Map<string, Service>()
/** Parsed once: many cases have the same lines. */
const unitOf = (lines: string): Service => {
  const known = parsed.get(lines) ?? service(lines)
  parsed.set(lines, known)
  return known
}

/** What the words leave out: commands and machine say the same of timers and sweeps. */
const agree = (before: Machine, after: Machine, commands: ReadonlyArray<Command>): void => {
  const armed = commands.filter((command) => command._tag === "ArmTimer").at(-1)
  assert.strictEqual(after.timer, armed?.timer ?? before.timer)
  assert.strictEqual(after.deadline, armed === undefined ? before.deadline : C.now + armed.millis)
  const sweep = commands.filter((command) => command._tag === "Sweep").at(-1)
  const stale = commands.filter(({ _tag }) => _tag === "Spawn").length
  assert.strictEqual(after.sweep, sweep?.sweep ?? before.sweep + stale)
  if (sweep !== undefined && sweep.signals.length > 0) {
    assert.deepStrictEqual([sweep.main, sweep.control], [after.main, after.control])
  }
}

for (const [group, cases] of Object.entries(all)) {
  describe(`the state table, ${group}`, () => {
    for (const [phase, name, lines, known, event, wanted] of casesOf(cases)) {
      it(`${phase}: ${name}`, () => {
        const before = C.machineIn(phase, known)
        const [after, commands] = step(unitOf(lines), before, event, C.now)
        assert.strictEqual(C.render(before, after, commands), wanted)
        agree(before, after, commands)
      })
    }
  })
}

describe("the state table", () => {
  const covered = new Set(everyCase.map(([phase, , , , { _tag }]) => `${phase} ${_tag}`))

  for (const phase of phases) {
    it(`has no row for ${phase} without a case`, () => {
      const rows = Object.keys(table[phase]).map((event) => `${phase} ${event}`)
      assert.deepStrictEqual(rows.filter((row) => !covered.has(row)), [])
    })

    it(`is moved by nothing else: ${phase}`, () => {
      // Each event there is, as some case has it.
      const events = new Map<string, Event>(everyCase.map(([, , , , event]) => [event._tag, event]))
      const units = everyCase.filter(([of]) => of === phase).map(([, , lines]) => lines)
      for (const [tag, event] of events) {
        if (tag in table[phase] || tag === "ShutdownBegan") continue
        for (const lines of new Set(units)) {
          const before = C.machineIn(phase, { main: C.main, control: C.control, empty: false })
          const [after, commands] = step(unitOf(lines), before, event, C.now)
          assert.strictEqual(
            C.render({ ...before, main: 0, control: 0 }, { ...after, main: 0, control: 0 }, commands),
            tag === "Emptied" ? `${phase} +empty: ` : `${phase}: `
          )
        }
      }
    })
  }

  it("has every case under a name of its own", () => {
    const names = everyCase.map(([phase, name]) => `${phase}: ${name}`)
    assert.deepStrictEqual(names.filter((name, at) => names.indexOf(name) !== at), [])
  })
})
