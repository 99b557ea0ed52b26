/** SIGHUP: the unit files are read again. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Rereading from "../../src/supervisor/Rereading.ts"
import { unitName } from "../unit/Support.ts"
import * as Runs from "./Runs.ts"
import { set } from "./Units.ts"

type Files = Readonly<Record<string, string>>

const started = ({ fresh }: Runs.Run): ReadonlyArray<string> =>
  fresh("spawn").map((call) => call.slice(call.lastIndexOf("/") + 1)).sort()

/** A supervisor whose unit files have become others, which it was told. */
const reread = (units: Files, next: Files | undefined, more: Partial<Runs.Setup> = {}) =>
  Effect.gen(function*() {
    const run = yield* Runs.begin({ units, again: () => next, ...more })
    run.fresh()
    yield* run.signal(Runs.HUP)
    return run
  })

describe("two readings of unit files", () => {
  it("differ in what they say, and not in where they say it", () => {
    const before = set({ "a.service": "User=a", "b.service": "", "c.service": "TimeoutStopSec=infinity" }).units
    const after = set({ "a.service": "\nUser=a", "c.service": "TimeoutStopSec=1", "d.target": "" }).units
    const difference = Rereading.compare(before, after)
    assert.deepStrictEqual(difference, {
      added: [unitName("d.target")],
      changed: [unitName("c.service")],
      removed: [unitName("b.service")]
    })
    assert.deepStrictEqual(Rereading.explain(difference).map(([name]) => name), ["c.service", "d.target", "b.service"])
    assert.deepStrictEqual(Rereading.compare(before, before), { added: [], changed: [], removed: [] })
  })

  it("come together in the newer, and in what of the older is still up", () => {
    const before = set({ "a.service": "", "b.service": "", "c.service": "" }).units
    const after = set({ "a.service": "User=a" }).units
    const both = Rereading.together(before, after, (unit) => unit === "b.service" ? "active" : "failed")
    assert.deepStrictEqual([...both.keys()], ["a.service", "b.service"])
    assert.strictEqual([...both.values()][0], [...after.values()][0])
  })
})

describe("unit files that are read again", () => {
  it.scoped("touch nothing that runs, and count from the next start on", () =>
    Effect.gen(function*() {
      const run = yield* reread(
        { "a.service": "KillSignal=SIGINT", "b.service": "" },
        { "a.service": "KillSignal=SIGQUIT\nExecStart=/bin/other", "b.service": "" }
      )
      assert.deepStrictEqual(run.fresh(), [])
      assert.includeMembers(run.kernel.log, [
        "INFO SIGHUP: unit files were read again, 1 changed",
        "INFO a.service: its files have changed: what runs goes on, the next start goes by them"
      ])
      yield* run.ask("restart", "a")
      assert.deepStrictEqual(run.fresh("signal", "spawn"), ["signal 100 2", "spawn a /bin/other"])
      yield* run.ask("stop", "a")
      assert.deepStrictEqual(run.fresh("signal"), ["signal 102 3"])
    }))

  it.scoped("make new units known, without a start", () =>
    Effect.gen(function*() {
      const run = yield* reread({ "a.service": "" }, { "a.service": "Requires=b.service", "b.service": "" })
      assert.deepStrictEqual(started(run), [])
      yield* run.ask("restart", "a")
      assert.deepStrictEqual(started(run), ["a", "b"])
    }))

  it.scoped("let go of units that are gone once they are down, and stop them in order until then", () =>
    Effect.gen(function*() {
      const run = yield* reread(
        { "a.service": "", "b.service": "After=a.service", "c.service": "After=b.service", "d.service": "" },
        { "a.service": "", "c.service": "After=b.service" },
        { programs: { "/bin/d": { exitsAfter: 0 }, "/bin/b": { endsAfter: 50 }, "/bin/c": { endsAfter: 50 } } }
      )
      yield* run.ask("start", "d")
      assert.include(run.kernel.log, "WARN d.service: not started: there is no such unit")
      run.fresh()
      yield* run.signal(Runs.TERM)
      yield* run.after(1000)
      const ends = run.fresh("end").map((call) => Number(call.slice(4)))
      const names = ends.map((pid) => run.kernel.requests[pid - 100]?.unit)
      assert.deepStrictEqual(names, ["c.service", "b.service", "a.service"])
      assert.strictEqual(yield* run.exitCode, 0)
    }))

  it.scoped("count for the order of what stops", () =>
    Effect.gen(function*() {
      const run = yield* reread(
        { "a.service": "", "b.service": "" },
        { "a.service": "After=b.service", "b.service": "" },
        { programs: { "/bin/a": { endsAfter: 50 } } }
      )
      yield* run.signal(Runs.TERM)
      assert.deepStrictEqual(run.fresh("signal"), ["signal 100 15"])
      yield* run.after(50)
      assert.strictEqual(yield* run.exitCode, 0)
    }))

  it.scoped("count once what is under way is over", () =>
    Effect.gen(function*() {
      const run = yield* reread(
        { "a.service": "Type=oneshot", "b.service": "After=a.service" },
        { "a.service": "Type=oneshot", "b.service": "After=a.service\nExecStart=/bin/other", "c.service": "" },
        { programs: { "/bin/a": { exitsAfter: 1000 } } }
      )
      yield* run.ask("start", "c")
      assert.deepStrictEqual(started(run), [])
      yield* run.after(1000)
      assert.deepStrictEqual(started(run), ["b"], "as it was when the boot began")
      yield* run.ask("start", "c")
      assert.deepStrictEqual(started(run), ["c"])
    }))

  it.scoped("are the newest of several readings", () =>
    Effect.gen(function*() {
      let reading = 0
      const run = yield* Runs.begin({
        units: { "a.service": "" },
        again: () => ({ "a.service": `ExecStart=/bin/a${++reading}` })
      })
      yield* run.signal(Runs.HUP)
      yield* run.signal(Runs.HUP)
      run.fresh()
      yield* run.ask("restart", "a")
      assert.deepStrictEqual(started(run), ["a2"])
    }))

  it.scoped("change nothing if they are refused, or are what they were", () =>
    Effect.gen(function*() {
      const units = { "a.service": "" }
      const refused = yield* reread(units, undefined)
      assert.include(refused.kernel.log, "ERROR SIGHUP: the units stay as they are")
      yield* refused.ask("restart", "a")
      assert.deepStrictEqual(started(refused), ["a"])
      const same = yield* reread(units, units)
      assert.strictEqual(same.kernel.log.at(-1), "INFO SIGHUP: unit files were read again, nothing changed")
      const none = yield* Runs.begin({ units })
      yield* none.signal(Runs.HUP)
      assert.strictEqual(none.kernel.log.at(-1), "INFO SIGHUP: there are no unit files to read again")
    }))

  it.scoped("are read after the files of output were opened again, which is said if any had been moved away", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "a.service": "" }, movedFiles: 2 })
      yield* run.signal(Runs.HUP)
      assert.deepStrictEqual(run.kernel.log.slice(-2), [
        "INFO SIGHUP: 2 output files were reopened",
        "INFO SIGHUP: there are no unit files to read again"
      ])
    }))

  it.scoped("are not read during the shutdown", () =>
    Effect.gen(function*() {
      let readings = 0
      const run = yield* Runs.begin({
        units: { "a.service": "" },
        programs: { "/bin/a": { endsAfter: 100 } },
        again: () => {
          readings++
          return {}
        }
      })
      yield* run.signal(Runs.TERM)
      yield* run.signal(Runs.HUP)
      yield* run.after(100)
      assert.strictEqual(readings, 0)
      assert.strictEqual(yield* run.exitCode, 0)
    }))

  it.scoped("count for timers, paths and targets from their next start on, too", () =>
    Effect.gen(function*() {
      const job = { "job.service": "Type=oneshot" }
      const exact = "AccuracySec=1us"
      const run = yield* reread(
        { ...job, "job.timer": `OnActiveSec=1h\n${exact}`, "app.target": "ConditionPathExists=!/none" },
        { ...job, "job.timer": `OnActiveSec=1min\n${exact}`, "app.target": "ConditionPathExists=/none" },
        { programs: { "/bin/job": { exitsAfter: 1 } } }
      )
      yield* run.after(60_000)
      assert.deepStrictEqual(started(run), [])
      yield* run.ask("restart", "job.timer")
      yield* run.ask("restart", "app.target")
      assert.include(run.kernel.log, "INFO app.target: not started: ConditionPathExists=/none is not met")
      yield* run.after(60_000)
      assert.deepStrictEqual(started(run), ["job"])
      yield* run.after(3_600_000)
      assert.deepStrictEqual(started(run), [], "the old timer means nothing any more")
      yield* run.signal(Runs.TERM)
      assert.strictEqual(yield* run.exitCode, 0)
    }))
})
