import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"

describe("a boot", () => {
  it.scoped("starts units that are not ordered at once", () =>
    Effect.gen(function*() {
      const { fresh, kernel } = yield* Runs.begin({
        units: { "a.service": "", "b.service": "Requires=a.service", "c.service": "Wants=a.service" },
        programs: { "/bin/a": { startsAfter: 1000 } }
      })
      assert.deepStrictEqual([...fresh("spawn")].sort(), ["spawn a /bin/a", "spawn b /bin/b", "spawn c /bin/c"])
      assert.deepStrictEqual(kernel.overlaps, [])
    }))

  it.scoped("starts a unit after another once that is up", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Runs.begin({
        units: { "a.service": "", "b.service": "After=a.service", "c.service": "After=b.service" },
        programs: { "/bin/a": { startsAfter: 500 }, "/bin/b": { startsAfter: 500 } }
      })
      assert.deepStrictEqual(fresh("spawn"), ["spawn a /bin/a"])
      yield* after(499)
      assert.deepStrictEqual(fresh("spawn"), [])
      yield* after(1)
      assert.deepStrictEqual(fresh("spawn"), ["spawn b /bin/b"])
      yield* after(500)
      assert.deepStrictEqual(fresh("spawn"), ["spawn c /bin/c"])
    }))

  it.scoped("waits for a oneshot to be done", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Runs.begin({
        units: { "init.service": "Type=oneshot\nBefore=web.service", "web.service": "" },
        programs: { "/bin/init": { exitsAfter: 3000 } }
      })
      yield* after(2999)
      assert.deepStrictEqual(fresh("spawn"), ["spawn init /bin/init"])
      yield* after(1)
      assert.deepStrictEqual(fresh("spawn"), ["spawn web /bin/web"])
    }))

  it.scoped("goes on after a unit that failed, where nothing is required", () =>
    Effect.gen(function*() {
      const { fresh } = yield* Runs.begin({
        units: { "a.service": "", "b.service": "After=a.service\nWants=a.service" },
        programs: { "/bin/a": { execErrno: 2 } }
      })
      assert.deepStrictEqual(fresh("spawn"), ["spawn a /bin/a", "spawn b /bin/b"])
    }))

  it.scoped("does not start what requires what failed, nor what requires that", () =>
    Effect.gen(function*() {
      const { fresh, kernel } = yield* Runs.begin({
        units: {
          "a.service": "",
          "b.service": "After=a.service\nRequires=a.service",
          "c.service": "After=b.service\nRequires=b.service",
          "d.service": "After=c.service",
          "e.service": "Requires=gone.service"
        },
        programs: { "/bin/a": { execErrno: 2 } }
      })
      assert.deepStrictEqual(fresh("spawn"), ["spawn a /bin/a", "spawn d /bin/d"])
      const refusals = kernel.log.filter((line) => line.includes("not started"))
      assert.deepStrictEqual([...refusals].sort(), [
        "WARN b.service: not started: it requires a.service, which did not start",
        "WARN c.service: not started: it requires b.service, which did not start",
        "WARN e.service: not started: it requires gone.service, which is not there"
      ])
    }))

  it.scoped("does not wait for restarts of a unit that has failed once", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Runs.begin({
        units: { "a.service": "Restart=always\nRestartSec=60", "b.service": "After=a.service" },
        programs: { "/bin/a": { execErrno: 2 } }
      })
      yield* after(0)
      assert.deepStrictEqual(fresh("spawn"), ["spawn a /bin/a", "spawn b /bin/b"])
    }))

  it.scoped("starts only what default.target pulls in, where there is one", () =>
    Effect.gen(function*() {
      const { fresh, kernel } = yield* Runs.begin({
        units: { "default.target": "Wants=a.service", "a.service": "", "b.service": "" }
      })
      assert.deepStrictEqual(fresh("spawn"), ["spawn a /bin/a"])
      assert.include(kernel.log, "INFO default.target: reached")
    }))

  it.scoped("lets one that hangs before its program runs hold up nobody but those who wait for it", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Runs.begin({
        units: { "a.service": "", "b.service": "After=a.service", "c.service": "", "d.service": "After=c.service" },
        programs: { "/bin/a": { startsAfter: 3_600_000 } }
      })
      yield* after(10_000)
      assert.deepStrictEqual([...fresh("spawn")].sort(), ["spawn a /bin/a", "spawn c /bin/c", "spawn d /bin/d"])
      yield* after(80_000)
      assert.deepStrictEqual(fresh("spawn"), ["spawn b /bin/b"], "TimeoutStartSec= ends the wait")
    }))

  it.scoped("goes on when everything it started is over, until it is told to stop", () =>
    Effect.gen(function*() {
      const { after, exitCode, signal } = yield* Runs.begin({
        units: { "a.service": "Type=oneshot" },
        programs: { "/bin/a": { exitsAfter: 10 } }
      })
      yield* after(60_000)
      assert.strictEqual(yield* exitCode, undefined)
      yield* signal(Runs.TERM)
      assert.strictEqual(yield* exitCode, 0)
    }))

  it.scoped("of nothing at all can be stopped, too", () =>
    Effect.gen(function*() {
      const { exitCode, signal } = yield* Runs.begin({ units: {} })
      assert.strictEqual(yield* exitCode, undefined)
      yield* signal(Runs.TERM)
      assert.strictEqual(yield* exitCode, 0)
    }))
})
