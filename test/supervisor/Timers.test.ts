import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FastCheck from "effect/FastCheck"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import * as Timers from "../../src/supervisor/Timers.ts"

describe("Timers", () => {
  it.scoped("fires each timer when it is due, the earlier first", () =>
    Effect.gen(function*() {
      const timers = yield* Timers.make
      const fired: Array<string> = []
      timers.set(300, () => fired.push("c"))
      timers.set(100, () => fired.push("a"))
      timers.set(200, () => fired.push("b"))
      yield* TestClock.adjust(99)
      assert.deepStrictEqual(fired, [])
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(fired, ["a"])
      yield* TestClock.adjust(200)
      assert.deepStrictEqual(fired, ["a", "b", "c"])
    }))

  it.scoped("takes an earlier timer that is set while it sleeps for a later one", () =>
    Effect.gen(function*() {
      const timers = yield* Timers.make
      const fired: Array<string> = []
      timers.set(1000, () => fired.push("late"))
      yield* TestClock.adjust(100)
      timers.set(50, () => fired.push("early"))
      yield* TestClock.adjust(50)
      assert.deepStrictEqual(fired, ["early"])
      yield* TestClock.adjust(850)
      assert.deepStrictEqual(fired, ["early", "late"])
    }))

  it.scoped("never fires what was cancelled, however often", () =>
    Effect.gen(function*() {
      const timers = yield* Timers.make
      const fired: Array<number> = []
      const set = Array.from({ length: 200 }, (_, index) => timers.set(index + 1, () => fired.push(index)))
      for (const [index, timer] of set.entries()) {
        if (index % 10 === 0) continue
        timer.cancel()
        timer.cancel()
      }
      yield* TestClock.adjust(1000)
      assert.deepStrictEqual(fired, Array.from({ length: 20 }, (_, index) => index * 10))
      set[0]?.cancel()
    }))

  it.scoped("takes a timer that fires for set again from within", () =>
    Effect.gen(function*() {
      const timers = yield* Timers.make
      let count = 0
      const again = () => {
        count++
        if (count < 5) timers.set(100, again)
      }
      timers.set(100, again)
      yield* TestClock.adjust(1000)
      assert.strictEqual(count, 5)
    }))

  it.scoped("fires at once where there is nothing to wait for", () =>
    Effect.gen(function*() {
      const timers = yield* Timers.make
      let fired = false
      timers.set(0, () => {
        fired = true
      })
      yield* TestClock.adjust(0)
      assert.isTrue(fired)
    }))

  it.scoped("waits longer than any timer of the engine", () =>
    Effect.gen(function*() {
      const timers = yield* Timers.make
      let fired = false
      timers.set(2 ** 31 + 5000, () => {
        fired = true
      })
      yield* TestClock.adjust(2 ** 31 + 4999)
      assert.isFalse(fired)
      yield* TestClock.adjust(1)
      assert.isTrue(fired)
    }))

  it.scoped("keeps count of the time that passes", () =>
    Effect.gen(function*() {
      const timers = yield* Timers.make
      const before = timers.now()
      yield* TestClock.adjust(1234)
      assert.strictEqual(timers.now() - before, 1234)
    }))

  it.effect("fires nothing any more once its scope is closed", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const timers = yield* Scope.extend(Timers.make, scope)
      let fired = false
      timers.set(10, () => {
        fired = true
      })
      yield* TestClock.adjust(1)
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust(100)
      assert.isFalse(fired)
    }))

  it.effect("agrees with a sorted list, whatever is set and cancelled", () =>
    Effect.gen(function*() {
      const samples = FastCheck.sample(
        FastCheck.array(FastCheck.tuple(FastCheck.nat(50), FastCheck.boolean()), { maxLength: 100 }),
        { numRuns: 3, seed: 7 }
      )
      for (const sample of samples) {
        yield* Effect.scoped(Effect.gen(function*() {
          const timers = yield* Timers.make
          const fired: Array<number> = []
          const wanted: Array<number> = []
          for (const [millis, cancelled] of sample) {
            const timer = timers.set(millis, () => fired.push(millis))
            if (cancelled) timer.cancel()
            else wanted.push(millis)
          }
          yield* TestClock.adjust(60)
          assert.deepStrictEqual(fired, wanted.sort((a, b) => a - b))
        }))
      }
    }))
})
