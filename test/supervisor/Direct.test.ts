import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import * as Direct from "../../src/supervisor/Direct.ts"
import * as Log from "../../src/supervisor/Log.ts"

class Name extends Context.Tag("test/Name")<Name, string>() {}

const fiberOf = Effect.withFiberRuntime<Direct.Fiber>((fiber) => Effect.succeed(fiber as Direct.Fiber))

/** How much of it is done at once; the rest is run by the fiber, and both come to the same as all of it in a fiber. */
const both = <A, E>(make: () => Effect.Effect<A, E, Name>) =>
  Effect.gen(function*() {
    const settled = Direct.settle(make(), yield* fiberOf)
    const isDone = Exit.isExit(settled)
    assert.deepStrictEqual(yield* Effect.exit(settled), yield* Effect.exit(make()))
    return isDone
  }).pipe(Effect.provideService(Name, "web"))

describe("an effect that does not wait", () => {
  const cases: Readonly<Record<string, () => Effect.Effect<unknown, unknown, Name>>> = {
    "a value": () => Effect.succeed(1),
    "a failure": () => Effect.fail("no"),
    "a call": () => Effect.sync(() => 2),
    "a call that throws": () =>
      Effect.sync((): number => {
        throw new Error("defect")
      }),
    "one that is made late": () => Effect.suspend(() => Effect.succeed(3)),
    "one after the other": () => Effect.flatMap(Effect.sync(() => 4), (four) => Effect.succeed(four + 1)),
    "a failure ahead of another": () => Effect.zipRight(Effect.fail("first"), Effect.succeed(6)),
    "a failure that is caught": () => Effect.catchAll(Effect.fail("caught"), (text) => Effect.succeed(text)),
    "a defect that is caught": () => Effect.catchAllCause(Effect.die("caught"), (cause) => Effect.succeed(cause)),
    "both ways": () => Effect.match(Effect.fail("no"), { onSuccess: () => 7, onFailure: (text) => text }),
    "a service": () => Effect.map(Name, (name) => `${name}.service`),
    "a generator": () =>
      Effect.gen(function*() {
        const name = yield* Name
        const length = yield* Effect.sync(() => name.length)
        return length === 3 ? yield* Effect.fail(name) : name
      })
  }

  for (const [name, make] of Object.entries(cases)) {
    it.effect(`is done without a fiber, as ${name}`, () =>
      Effect.gen(function*() {
        assert.isTrue(yield* both(make))
      }))
  }

  it.effect("is done once", () =>
    Effect.gen(function*() {
      let count = 0
      const effect = Effect.flatMap(Effect.sync(() => ++count), () => Effect.sync(() => ++count))
      assert.deepStrictEqual(Direct.settle(effect, yield* fiberOf), Exit.succeed(2))
      assert.strictEqual(count, 2)
    }))

  it.effect("leaves a service to the fiber where none is known", () =>
    Effect.gen(function*() {
      const settled = Direct.settle(Effect.map(Name, (name) => name.length))
      assert.isFalse(Exit.isExit(settled))
      assert.strictEqual(yield* Effect.provideService(settled, Name, "web"), 3)
    }))

  it.effect("writes a line of the log", () =>
    Effect.gen(function*() {
      assert.isTrue(Exit.isExit(Direct.settle(Log.debug("nobody reads this"), yield* fiberOf)))
    }))
})

describe("an effect that waits", () => {
  it.effect("is done up to there, and the fiber goes on", () =>
    Effect.gen(function*() {
      const done: Array<string> = []
      const note = (text: string) => Effect.sync(() => void done.push(text))
      const effect = Effect.gen(function*() {
        yield* note("before")
        yield* Effect.sleep(100)
        yield* note("after")
        return done.length
      })
      const rest = Direct.settle(Effect.map(effect, (length) => length * 10), yield* fiberOf)
      assert.deepStrictEqual(done, ["before"])
      const fiber = yield* Effect.fork(rest)
      yield* TestClock.adjust(100)
      assert.strictEqual(yield* Fiber.join(fiber), 20)
      assert.deepStrictEqual(done, ["before", "after"])
    }))

  it.effect("fails as it would have, whoever catches that", () =>
    Effect.gen(function*() {
      const late = Effect.zipRight(Effect.yieldNow(), Effect.fail("late"))
      const fiber = yield* fiberOf
      assert.deepStrictEqual(yield* Effect.flip(Direct.settle(late, fiber)), "late")
      const caught = Effect.catchAll(late, (text) => Effect.succeed(`${text}, caught`))
      assert.strictEqual(yield* Direct.settle(caught, fiber), "late, caught")
      const matched = Effect.match(late, { onSuccess: () => "", onFailure: (text) => `${text}, matched` })
      assert.strictEqual(yield* Direct.settle(matched, fiber), "late, matched")
    }))
})

describe("plain code", () => {
  it.effect("gets values back, whether they were waited for or not", () =>
    Effect.gen(function*() {
      const gate = yield* Deferred.make<string>()
      const code = function*(fiber: Direct.Fiber): Direct.Direct<string> {
        const now = yield* Direct.now(Effect.succeed("a"), fiber)
        const later = yield* Direct.now(Deferred.await(gate), fiber)
        return now + later
      }
      const fiber = yield* Effect.fork(Direct.toEffect(code))
      yield* TestClock.adjust(0)
      yield* Deferred.succeed(gate, "b")
      assert.strictEqual(yield* Fiber.join(fiber), "ab")
    }))

  it.effect("takes errors for values, and dies of defects", () =>
    Effect.gen(function*() {
      const error = new RangeError("no")
      const now = Direct.toEffect((fiber) => attempting(Effect.fail(error), fiber))
      assert.strictEqual(yield* now, error)
      const later = Direct.toEffect((fiber) =>
        attempting(Effect.zipRight(Effect.yieldNow(), Effect.fail(error)), fiber)
      )
      assert.strictEqual(yield* later, error)
      const dies = yield* Effect.exit(Direct.toEffect((fiber) => attempting(Effect.die("defect"), fiber)))
      assert.isTrue(Exit.isFailure(dies) && Cause.isDie(dies.cause))
    }))

  it.effect("notes what it has made, though it is interrupted meanwhile", () =>
    Effect.gen(function*() {
      const gate = yield* Deferred.make<number>()
      const made: Array<number> = []
      const code = function*(fiber: Direct.Fiber): Direct.Direct<void> {
        yield* Direct.noted(Deferred.await(gate), (value) => made.push(value), fiber)
        made.push(0)
      }
      const fiber = yield* Effect.fork(Direct.toEffect(code))
      yield* TestClock.adjust(0)
      yield* Fiber.interruptFork(fiber)
      yield* TestClock.adjust(0)
      yield* Deferred.succeed(gate, 7)
      yield* Fiber.await(fiber)
      assert.deepStrictEqual(made, [7])
    }))
})

function* attempting(effect: Effect.Effect<never, RangeError>, fiber: Direct.Fiber): Direct.Direct<RangeError> {
  return yield* Direct.attempt(effect, fiber)
}
