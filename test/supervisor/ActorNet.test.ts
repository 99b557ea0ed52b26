/** What holds an actor's processes when nothing goes as it should. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Actors from "./Actors.ts"
import { hasEnded } from "./KernelTest.ts"

const web = "/bin/web"
const unkillable = { ignores: [15, 9] }

describe("an actor that is interrupted", () => {
  it.scoped("kills its processes and removes their cgroup", () =>
    Effect.gen(function*() {
      const { after, fiber, kernel } = yield* Actors.start("", {
        programs: { [web]: { ignores: [15], leaves: { ignores: [15] } } }
      })
      yield* Fiber.interruptFork(fiber)
      yield* after(0)
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 9", "end 100", "end 101", "close web.service"])
      assert.isTrue(yield* hasEnded(fiber))
    }))

  it.scoped("before its program runs, does so, too", () =>
    Effect.gen(function*() {
      const { after, fiber, kernel } = yield* Actors.start("", { programs: { [web]: { startsAfter: 1000 } } })
      yield* Fiber.interruptFork(fiber)
      yield* after(0)
      assert.deepStrictEqual(kernel.alive(), [])
      assert.isTrue(yield* hasEnded(fiber))
    }))

  it.scoped("does not wait for ever for what not even SIGKILL ends", () =>
    Effect.gen(function*() {
      const { after, fiber, kernel } = yield* Actors.start("", { programs: { [web]: unkillable } })
      yield* Fiber.interruptFork(fiber)
      yield* after(10_000)
      assert.include(kernel.calls, "signal 100 9")
      assert.isTrue(yield* hasEnded(fiber))
    }))

  it.scoped("fires no timer and spawns nothing any more", () =>
    Effect.gen(function*() {
      const { after, fiber, kernel } = yield* Actors.start("Restart=always\nRestartSec=1", {
        programs: { [web]: { exitsAfter: 10 } }
      })
      yield* after(500)
      yield* Fiber.interruptFork(fiber)
      yield* after(60_000)
      assert.strictEqual(kernel.calls.filter((call) => call.startsWith("spawn")).length, 1)
    }))
})

describe("a process that not even SIGKILL ends", () => {
  it.scoped("is given up after another round of TimeoutStopSec=, and the unit has failed", () =>
    Effect.gen(function*() {
      const { after, fiber, kernel, news, tell } = yield* Actors.start("TimeoutStopSec=2", {
        programs: { [web]: unkillable }
      })
      yield* tell(Actors.stop)
      // SIGTERM, SIGKILL, and both once more after ExecStopPost= would have run, as systemd does it.
      yield* after(7999)
      assert.deepStrictEqual(news(), ["activating", "active", "deactivating"])
      yield* after(1)
      assert.deepStrictEqual(news(), ["failed by force"])
      assert.include(kernel.log, "WARN web.service: has processes that even SIGKILL does not end; giving them up")
      yield* Fiber.interruptFork(fiber)
      yield* after(10_000)
      assert.isTrue(yield* hasEnded(fiber))
    }))

  it.scoped("that ends at last is not taken for its successor", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Actors.start(
        "Restart=always\nRestartSec=1\nTimeoutStopSec=1\nTimeoutStartSec=1",
        {
          // Hangs before exec, as on a dead network drive, and is gone a minute later.
          programs: { [web]: [{ startsAfter: 60_000, exitsAfter: 0, ...unkillable }, {}] }
        }
      )
      yield* after(10_000)
      const runsOn = kernel.alive().filter((pid) => pid !== 100)
      yield* after(60_000)
      // Either the successor waits for it, or it outlives it; what it must not do is die for it.
      for (const pid of runsOn) assert.include(kernel.alive(), pid)
      assert.isAtMost(kernel.calls.filter((call) => call.startsWith("spawn")).length, 2)
    }))
})

describe("a pid", () => {
  it.scoped("that is used again by somebody else is never signalled", () =>
    Effect.gen(function*() {
      // Without cgroups all that is known of a unit is a number.
      const script = { cgroups: false, pids: [100], programs: { [web]: { exitsAfter: 10 } } }
      const { after, kernel, reports, tell } = yield* Actors.start("Type=oneshot\nRemainAfterExit=yes", script)
      yield* after(10)
      assert.deepStrictEqual(reports, ["activating", "active"])
      kernel.adopt(100)
      yield* tell(Actors.stop)
      yield* after(60_000)
      assert.deepStrictEqual(kernel.calls.filter((call) => call.startsWith("signal")), [])
      assert.deepStrictEqual(kernel.alive(), [100])
    }))

  it.scoped("that is used again, after it was that of a group whose leader went first, is not signalled", () =>
    Effect.gen(function*() {
      const script = { cgroups: false, programs: { "/bin/pre": { exitsAfter: 10, leaves: { exitsAfter: 1000 } } } }
      const { after, fresh, kernel, tell } = yield* Actors.start("ExecStartPre=/bin/pre", script)
      yield* after(500)
      assert.deepStrictEqual(kernel.alive(), [101, 102])
      // The helper goes unnoticed: nobody waits for it.
      yield* after(1000)
      kernel.adopt(100)
      fresh()
      yield* tell(Actors.stop)
      assert.deepStrictEqual(fresh("signal"), ["signal 100+102 15"])
      assert.deepStrictEqual(kernel.alive(), [100])
    }))

  it.scoped("that is used again is not signalled when its first owner, long at rest, ends", () =>
    Effect.gen(function*() {
      const script = { cgroups: false, pids: [100], programs: { [web]: { exitsAfter: 10 } } }
      const { after, kernel, tell } = yield* Actors.start("", script)
      yield* after(10)
      kernel.adopt(100)
      yield* tell(Actors.stop)
      yield* after(60_000)
      assert.deepStrictEqual(kernel.calls.filter((call) => call.startsWith("signal")), [])
      assert.deepStrictEqual(kernel.alive(), [100])
    }))
})
