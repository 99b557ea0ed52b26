import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Runs from "./Runs.ts"

const chain = { "db.service": "", "web.service": "After=db.service", "proxy.service": "After=web.service" }

describe("a shutdown", () => {
  it.scoped("stops units in reverse, however slow the last-started is", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, signal } = yield* Runs.begin({
        units: chain,
        programs: { "/bin/proxy": { endsAfter: 3000 }, "/bin/web": { endsAfter: 10 } }
      })
      fresh()
      yield* signal(Runs.TERM)
      assert.deepStrictEqual(fresh("signal", "end"), ["signal 102 15"])
      yield* after(2999)
      assert.deepStrictEqual(fresh("signal", "end"), [])
      yield* after(1)
      assert.deepStrictEqual(fresh("signal", "end"), ["end 102", "signal 101 15"])
      yield* after(10)
      assert.deepStrictEqual(fresh("signal", "end"), ["end 101", "signal 100 15", "end 100"])
      assert.strictEqual(yield* exitCode, 0)
    }))

  it.scoped("stops units that are not ordered at the same time", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, signal } = yield* Runs.begin({
        units: { "a.service": "", "b.service": "", "c.service": "Requires=a.service" },
        programs: { "/bin/a": { endsAfter: 100 }, "/bin/b": { endsAfter: 100 }, "/bin/c": { endsAfter: 100 } }
      })
      fresh()
      yield* signal(Runs.TERM)
      assert.deepStrictEqual([...fresh("signal")].sort(), ["signal 100 15", "signal 101 15", "signal 102 15"])
      yield* after(99)
      assert.strictEqual(yield* exitCode, undefined)
      yield* after(1)
      assert.strictEqual(yield* exitCode, 0)
    }))

  it.scoped("removes each unit's cgroup, and not before nothing of the unit is left", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, signal } = yield* Runs.begin({
        units: chain,
        programs: { "/bin/web": { endsAfter: 100, leaves: { endsAfter: 200 } } }
      })
      yield* signal(Runs.TERM)
      yield* after(1000)
      assert.deepStrictEqual([...fresh("close")].sort(), [
        "close db.service",
        "close proxy.service",
        "close web.service"
      ])
      assert.deepStrictEqual(kernel.alive(), [])
    }))

  it.scoped("kills who ignores its TimeoutStopSec=, and exits with 1", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, signal } = yield* Runs.begin({
        units: { "a.service": "TimeoutStopSec=300ms", "b.service": "" },
        programs: { "/bin/a": { ignores: [15] } }
      })
      fresh()
      yield* signal(Runs.TERM)
      yield* after(299)
      assert.strictEqual(yield* exitCode, undefined)
      yield* after(1)
      assert.strictEqual(fresh("signal").at(-1), "signal 100 9")
      assert.strictEqual(yield* exitCode, 1)
    }))

  it.scoped("kills all that is left when the stop timeout is over, and exits with 1", () =>
    Effect.gen(function*() {
      const { after, exitCode, kernel, signal } = yield* Runs.begin({
        units: { "a.service": "TimeoutStopSec=10", "b.service": "TimeoutStopSec=10\nAfter=a.service" },
        programs: { "/bin/a": { ignores: [15] }, "/bin/b": { ignores: [15] } },
        stopTimeoutMillis: 500
      })
      yield* signal(Runs.TERM)
      yield* after(499)
      assert.deepStrictEqual(kernel.alive(), [100, 101])
      yield* after(1)
      assert.deepStrictEqual(kernel.alive(), [])
      assert.strictEqual(yield* exitCode, 1)
    }))

  it.scoped("ends even if not everything can be killed", () =>
    Effect.gen(function*() {
      const { after, exitCode, signal } = yield* Runs.begin({
        units: { "a.service": "TimeoutStopSec=1" },
        programs: { "/bin/a": { ignores: [15, 9] } }
      })
      yield* signal(Runs.TERM)
      yield* after(20_000)
      assert.strictEqual(yield* exitCode, 1)
    }))

  it.scoped("kills at once when it is asked for a second time", () =>
    Effect.gen(function*() {
      const { exitCode, fresh, kernel, signal } = yield* Runs.begin({
        units: { "a.service": "", "b.service": "After=a.service" },
        programs: { "/bin/b": { ignores: [15] } }
      })
      yield* signal(Runs.TERM)
      fresh()
      yield* signal(Runs.INT)
      assert.deepStrictEqual([...fresh("signal")].sort(), ["signal 100 9", "signal 101 9"])
      assert.deepStrictEqual(kernel.alive(), [])
      assert.strictEqual(yield* exitCode, 1)
    }))

  it.scoped("exits with 0 if those who failed before it had failed by themselves", () =>
    Effect.gen(function*() {
      const { after, exitCode, signal } = yield* Runs.begin({
        units: { "a.service": "", "b.service": "" },
        programs: { "/bin/a": { exitsAfter: 5, code: 1 }, "/bin/b": { codeWhenAsked: 143 } }
      })
      yield* after(10)
      yield* signal(Runs.TERM)
      assert.strictEqual(yield* exitCode, 0)
    }))
})

describe("a shutdown that comes early", () => {
  it.scoped("never starts units whose turn has not come", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, signal } = yield* Runs.begin({
        units: { "init.service": "Type=oneshot", "web.service": "After=init.service", "other.service": "" },
        programs: { "/bin/init": { exitsAfter: 1000, ignores: [15] } }
      })
      fresh()
      yield* after(10)
      yield* signal(Runs.TERM)
      yield* after(60_000)
      assert.deepStrictEqual(fresh("spawn"), [])
      assert.strictEqual(yield* exitCode, 0)
    }))

  it.scoped("does not run the next command of a oneshot", () =>
    Effect.gen(function*() {
      const { after, fresh, signal } = yield* Runs.begin({
        units: { "init.service": "Type=oneshot\nExecStart=/bin/a\nExecStart=/bin/b" },
        programs: { "/bin/a": { exitsAfter: 1000, codeWhenAsked: 0 } }
      })
      yield* after(10)
      fresh()
      yield* signal(Runs.TERM)
      yield* after(60_000)
      assert.deepStrictEqual(fresh("spawn"), [])
    }))

  it.scoped("ends a program that hangs before exec", () =>
    Effect.gen(function*() {
      const { exitCode, signal } = yield* Runs.begin({
        units: { "a.service": "" },
        programs: { "/bin/a": { startsAfter: 3_600_000 } }
      })
      yield* signal(Runs.TERM)
      assert.strictEqual(yield* exitCode, 0)
    }))
})

describe("once the shutdown has begun", () => {
  it.scoped("a unit that ends while others still stop is not started again", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, signal } = yield* Runs.begin({
        units: { "db.service": "Restart=always\nRestartSec=0", "web.service": "After=db.service" },
        programs: { "/bin/db": { exitsAfter: 1000, code: 1 }, "/bin/web": { endsAfter: 3000 } }
      })
      fresh()
      yield* signal(Runs.TERM)
      yield* after(60_000)
      assert.deepStrictEqual(fresh("spawn"), [])
      assert.strictEqual(yield* exitCode, 0)
    }))

  it.scoped("a restart that was waiting does not come", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, signal } = yield* Runs.begin({
        units: { "db.service": "Restart=always\nRestartSec=2", "web.service": "After=db.service" },
        programs: { "/bin/db": { exitsAfter: 10, code: 1 }, "/bin/web": { endsAfter: 4000 } }
      })
      yield* after(1000)
      fresh()
      yield* signal(Runs.TERM)
      yield* after(60_000)
      assert.deepStrictEqual(fresh("spawn"), [])
      assert.strictEqual(yield* exitCode, 0)
    }))
})

describe("a supervisor", () => {
  it.scoped("never has two processes of one unit, however its units die", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel } = yield* Runs.begin({
        units: {
          "a.service": "Restart=always\nRestartSec=0\nStartLimitBurst=0\nTimeoutStopSec=1",
          "b.service": "Restart=always\nRestartSec=0\nStartLimitBurst=0\nTimeoutStartSec=1"
        },
        programs: {
          "/bin/a": { exitsAfter: 500, leaves: { ignores: [15] } },
          "/bin/b": { startsAfter: 2000, endsAfter: 100 }
        }
      })
      for (let second = 0; second < 10; second++) yield* after(1000)
      assert.deepStrictEqual(kernel.overlaps, [])
      assert.isAbove(fresh("spawn").length, 8)
    }))

  it.scoped("ends with the defect of an actor, and takes all processes with it", () =>
    Effect.gen(function*() {
      const { after, exitCode, fiber, kernel } = yield* Runs.begin({
        units: { "a.service": "", "b.service": "After=a.service", "c.service": "After=a.service" },
        programs: { "/bin/a": { ignores: [15] }, "/bin/c": { defect: "broken port" } }
      })
      yield* after(0)
      assert.strictEqual(yield* exitCode, -1)
      const exit = yield* Fiber.await(fiber)
      const why = exit._tag === "Failure" ? Cause.pretty(exit.cause) : ""
      assert.include(why, "the actor of c.service died")
      assert.include(why, "broken port")
      assert.deepStrictEqual(kernel.alive(), [])
    }))

  it.scoped("that is interrupted takes all processes with it", () =>
    Effect.gen(function*() {
      const { after, exitCode, fiber, fresh, kernel } = yield* Runs.begin({
        units: chain,
        programs: { "/bin/db": { ignores: [15] }, "/bin/web": { leaves: {} } }
      })
      yield* Fiber.interruptFork(fiber)
      yield* after(0)
      assert.deepStrictEqual(kernel.alive(), [])
      assert.strictEqual(yield* exitCode, -1)
      assert.strictEqual(fresh("close").length, 3)
    }))

  it.scoped("spawns nothing any more once it has ended", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, signal } = yield* Runs.begin({
        units: { "a.service": "Restart=always\nRestartSec=1" },
        programs: { "/bin/a": { exitsAfter: 10 } }
      })
      yield* after(500)
      yield* signal(Runs.TERM)
      assert.strictEqual(yield* exitCode, 0)
      fresh()
      yield* after(60_000)
      assert.deepStrictEqual(fresh("spawn", "signal"), [])
    }))
})
