import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import * as Inbox from "../../src/supervisor/Inbox.ts"

describe("Inbox", () => {
  it.effect("gives all that is there at once, in order", () =>
    Effect.gen(function*() {
      const inbox = Inbox.make<number>()
      for (let message = 0; message < 5; message++) inbox.offer(message)
      assert.deepStrictEqual(yield* inbox.takeAll, [0, 1, 2, 3, 4])
      inbox.offer(5)
      assert.deepStrictEqual(yield* inbox.takeAll, [5])
    }))

  it.effect("lets a taker wait for the first message", () =>
    Effect.gen(function*() {
      const inbox = Inbox.make<string>()
      const taker = yield* Effect.fork(inbox.takeAll)
      yield* TestClock.adjust(0)
      inbox.offer("a")
      inbox.offer("b")
      assert.deepStrictEqual(yield* Fiber.join(taker), ["a", "b"])
    }))

  it.effect("loses nothing to a taker that is interrupted", () =>
    Effect.gen(function*() {
      const inbox = Inbox.make<string>()
      const taker = yield* Effect.fork(inbox.takeAll)
      yield* TestClock.adjust(0)
      yield* Fiber.interrupt(taker)
      inbox.offer("a")
      assert.deepStrictEqual(yield* inbox.takeAll, ["a"])
    }))

  it.effect("loses nothing of what is offered between two takes, however fast", () =>
    Effect.gen(function*() {
      const inbox = Inbox.make<number>()
      const got: Array<number> = []
      const taker = yield* Effect.fork(Effect.gen(function*() {
        while (got.length < 3000) got.push(...(yield* inbox.takeAll))
      }))
      for (let message = 0; message < 3000; message++) {
        inbox.offer(message)
        if (message % 7 === 0) yield* Effect.yieldNow()
      }
      yield* Fiber.join(taker)
      assert.deepStrictEqual(got, Array.from({ length: 3000 }, (_, index) => index))
    }))
})
