/** What units mean for each other's starts, through a whole supervisor. The rules alone are in Jobs*.test.ts. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"

const done = { exitsAfter: 10 }

/** Programs by the names of their services. */
const started = ({ fresh }: Runs.Run): ReadonlyArray<string> =>
  fresh("spawn").map((call) => call.slice(call.lastIndexOf("/") + 1)).sort()

describe("a start that a person asks for", () => {
  for (const directive of ["Requires", "BindsTo", "Wants", "Upholds"]) {
    it.scoped(`brings along what the unit names in ${directive}=`, () =>
      Effect.gen(function*() {
        const run = yield* Runs.begin({
          units: { "default.target": "", "a.service": `${directive}=b.service`, "b.service": "" }
        })
        assert.deepStrictEqual(started(run), [])
        yield* run.ask("start", "a")
        assert.deepStrictEqual(started(run), ["a", "b"])
      }))
  }

  it.scoped("only looks whether what Requisite= names is active", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "default.target": "", "a.service": "Requisite=b.service", "b.service": "" }
      })
      yield* run.ask("start", "a")
      assert.deepStrictEqual(started(run), [])
      assert.include(
        run.kernel.log,
        "WARN a.service: not started: it needs b.service to be active already, and it is not"
      )
      yield* run.ask("start", "b")
      yield* run.ask("start", "a")
      assert.deepStrictEqual(started(run), ["a", "b"])
    }))

  it.scoped("is answered with a line where there is no such unit", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: {} })
      yield* run.ask("start", "gone")
      assert.include(run.kernel.log, "WARN gone.service: not started: there is no such unit")
    }))

  it.scoped("starts again what has failed, what has stopped and what is done", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "failed.service": "", "done.service": "Type=oneshot", "stopped.service": "" },
        programs: { "/bin/failed": [{ exitsAfter: 10, code: 1 }, {}], "/bin/done": done }
      })
      yield* run.ask("stop", "stopped")
      yield* run.after(10)
      started(run)
      for (const unit of ["failed", "done", "stopped"]) yield* run.ask("start", unit)
      assert.deepStrictEqual(started(run), ["done", "failed", "stopped"])
    }))

  it.scoped("stops what conflicts, before it starts where the two are in order", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "default.target": "Wants=a.service",
          "a.service": "",
          "b.service": "Conflicts=a.service\nBefore=a.service"
        },
        programs: { "/bin/a": { endsAfter: 100 } }
      })
      run.fresh()
      yield* run.ask("start", "b")
      assert.deepStrictEqual(run.fresh("signal", "spawn"), ["signal 100 15"])
      yield* run.after(100)
      assert.deepStrictEqual(run.fresh("end", "spawn"), ["end 100", "spawn b /bin/b"])
      yield* run.ask("start", "a")
      assert.deepStrictEqual(run.fresh("signal", "spawn"), ["signal 101 15", "spawn a /bin/a"])
    }))
})

describe("a boot with relations", () => {
  it.scoped("waits with what is bound to a unit until that is up, and does not start it where that is not", () =>
    Effect.gen(function*() {
      const units = { "a.service": "", "b.service": "BindsTo=a.service\nAfter=a.service" }
      const good = yield* Runs.begin({ units, programs: { "/bin/a": { startsAfter: 100 } } })
      assert.deepStrictEqual(started(good), ["a"])
      yield* good.after(100)
      assert.deepStrictEqual(started(good), ["b"])
      const bad = yield* Runs.begin({ units, programs: { "/bin/a": { execErrno: 2 } } })
      assert.deepStrictEqual(started(bad), ["a"])
    }))

  it.scoped("takes a unit whose condition is not met for none that has failed", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "ConditionPathExists=/none", "b.service": "Requires=a.service\nAfter=a.service" }
      })
      assert.deepStrictEqual(started(run), ["b"])
    }))

  it.scoped("takes a unit whose assertion does not hold for one that has failed", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "AssertPathExists=/none", "b.service": "Requires=a.service\nAfter=a.service" }
      })
      assert.deepStrictEqual(started(run), [])
      assert.include(run.kernel.log, "WARN b.service: not started: it requires a.service, which did not start")
    }))

  it.scoped("reaches a target once all that it wants has started, or failed to", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "default.target": "Wants=app.target",
          "app.target": "Wants=a.service b.service\nAfter=a.service b.service",
          "a.service": "Type=oneshot\nRemainAfterExit=yes",
          "b.service": "",
          "c.service": "",
          "late.service": ""
        },
        programs: { "/bin/a": { exitsAfter: 100 }, "/bin/b": { execErrno: 2 } }
      })
      const reached = () => run.kernel.log.filter((line) => line.endsWith("reached"))
      assert.deepStrictEqual(started(run), ["a", "b"])
      yield* run.after(99)
      assert.deepStrictEqual(reached(), [])
      yield* run.after(1)
      assert.deepStrictEqual(reached(), ["INFO app.target: reached", "INFO default.target: reached"])
      assert.include(run.kernel.log, "INFO c.service: not started: default.target does not pull it in")
    }))

  it.scoped("keeps a service that waits for default.target until that is reached", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "default.target": "Wants=app.target\nRequires=a.service",
          "app.target": "Wants=b.service",
          "a.service": "Type=oneshot",
          "b.service": "After=a.service"
        },
        programs: { "/bin/a": done }
      })
      assert.deepStrictEqual(started(run), ["a"])
      yield* run.after(10)
      assert.deepStrictEqual(started(run), ["b"])
    }))
})

describe("Upholds=", () => {
  it.scoped("starts a unit again that has ended well, failed or was stopped", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "Upholds=b.service", "b.service": "" },
        programs: { "/bin/b": [{ exitsAfter: 100 }, { exitsAfter: 100, code: 1 }, {}] }
      })
      yield* run.after(200)
      assert.deepStrictEqual(started(run), ["a", "b", "b", "b"])
      yield* run.ask("stop", "b")
      assert.deepStrictEqual(started(run), ["b"])
      assert.include(run.kernel.log, "INFO b.service: is started: it is upheld by a.service")
    }))

  it.scoped("goes on until the start limit and no further", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "Upholds=b.service", "b.service": "" },
        programs: { "/bin/b": { exitsAfter: 10, code: 1 } }
      })
      yield* run.after(3600_000)
      assert.deepStrictEqual(started(run), ["a", "b", "b", "b", "b", "b"])
    }))

  it.scoped("holds nothing up once its unit is down, nor in the shutdown", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "a.service": "Upholds=b.service", "b.service": "" } })
      yield* run.ask("stop", "a")
      started(run)
      yield* run.ask("stop", "b")
      assert.deepStrictEqual(started(run), [])
      yield* run.ask("start", "a")
      assert.deepStrictEqual(started(run), ["a", "b"])
      yield* run.signal(Runs.TERM)
      assert.deepStrictEqual(started(run), [])
      assert.strictEqual(yield* run.exitCode, 0)
    }))
})
