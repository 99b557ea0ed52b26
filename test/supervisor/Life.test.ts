import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import * as Direct from "../../src/supervisor/Direct.ts"
import * as Inbox from "../../src/supervisor/Inbox.ts"
import * as Life from "../../src/supervisor/Life.ts"

/** Notes what it hears; `wait` makes it sleep, `die` is a defect, `end` its end. */
const make = Effect.gen(function*() {
  const inbox = Inbox.make<string>()
  const story: Array<string> = []
  const live = function*(_: void, fiber: Direct.Fiber): Direct.Direct<void> {
    while (true) {
      for (const message of (yield Direct.nextMessages) as ReadonlyArray<string>) {
        story.push(message)
        if (message === "end") return
        if (message === "die") throw new Error("defect")
        if (message === "wait") yield* Direct.now(Effect.sleep(100), fiber)
        if (message === "wait") story.push("waited")
      }
    }
  }
  const life = Life.scoped({
    inbox,
    make: () => undefined,
    live,
    release: () => Effect.sync(() => void story.push("released")),
    died: () => story.push("died")
  })
  const fiber = yield* Effect.fork(life)
  yield* TestClock.adjust(0)
  const tell = (...messages: ReadonlyArray<string>) =>
    Effect.zipRight(Effect.sync(() => messages.forEach(inbox.offer)), TestClock.adjust(0))
  return { fiber, story, tell }
})

describe("the life of an actor", () => {
  it.effect("takes messages in order, and waits for what has to be waited for", () =>
    Effect.gen(function*() {
      const { story, tell } = yield* make
      yield* tell("a", "wait", "b")
      assert.deepStrictEqual(story, ["a", "wait"])
      yield* tell("c")
      yield* TestClock.adjust(100)
      assert.deepStrictEqual(story, ["a", "wait", "waited", "b", "c"])
      yield* tell("d")
      assert.deepStrictEqual(story.slice(5), ["d"])
    }))

  it.effect("leaves nothing on the fiber's stack, however often it waits", () =>
    Effect.gen(function*() {
      const { fiber, tell } = yield* make
      const { _stack: stack } = fiber as unknown as { readonly _stack: ReadonlyArray<unknown> }
      assert.isArray(stack)
      const depths = new Set<number>()
      for (let round = 0; round < 50; round++) {
        yield* tell("wait")
        yield* TestClock.adjust(100)
        depths.add(stack.length)
      }
      assert.strictEqual(depths.size, 1)
    }))

  it.effect("ends by itself, and leaves nothing behind", () =>
    Effect.gen(function*() {
      const { fiber, story, tell } = yield* make
      yield* tell("wait", "end")
      yield* TestClock.adjust(100)
      assert.isTrue(Exit.isSuccess(yield* Fiber.await(fiber)))
      yield* tell("late")
      assert.deepStrictEqual(story, ["wait", "waited", "end", "released"])
    }))

  it.effect("ends of a defect, which is told once all is left in order", () =>
    Effect.gen(function*() {
      const { fiber, story, tell } = yield* make
      yield* tell("a", "die", "b")
      assert.isTrue(Exit.isFailure(yield* Fiber.await(fiber)))
      assert.deepStrictEqual(story, ["a", "die", "released", "died"])
    }))

  it.effect("ends when it is interrupted, be it at rest, at a wait, or with messages to come", () =>
    Effect.gen(function*() {
      for (const messages of [[], ["a"], ["wait", "b"]]) {
        const { fiber, story, tell } = yield* make
        yield* tell(...messages)
        yield* Fiber.interrupt(fiber)
        yield* tell("late")
        yield* TestClock.adjust(100)
        assert.deepStrictEqual(story, [...messages.slice(0, 1), "released", "died"])
      }
    }))

  it.effect("does nothing of what was told in the moment of its end", () =>
    Effect.gen(function*() {
      const { fiber, story, tell } = yield* make
      yield* Effect.zipRight(Fiber.interruptFork(fiber), tell("late"))
      yield* Fiber.await(fiber)
      assert.deepStrictEqual(story.filter((word) => word !== "late"), ["released", "died"])
    }))

  it.effect("begins uninterrupted where it is forked as one", () =>
    Effect.gen(function*() {
      const inbox = Inbox.make<string>()
      const story: Array<string> = []
      const life = Life.scoped({
        inbox,
        make: () => undefined,
        *live(): Direct.Direct<void> {
          for (const message of (yield Direct.nextMessages) as ReadonlyArray<string>) story.push(message)
        },
        release: () => Effect.sync(() => void story.push("released")),
        died: () => story.push("died")
      })
      inbox.offer("a")
      const parent = yield* Effect.fork(Effect.zipRight(Life.fork(life), Effect.never))
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(story, ["a", "released"])
      yield* Fiber.interrupt(parent)
    }))
})
