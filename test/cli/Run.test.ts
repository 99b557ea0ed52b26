import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import type { Options } from "../../src/cli/Options.ts"
import { defaults } from "../../src/cli/Options.ts"
import { program } from "../../src/cli/Program.ts"
import type { Tree } from "../supervisor/FilesTest.ts"
import * as KernelTest from "../supervisor/KernelTest.ts"

const start = (files: Tree, options: Partial<Options> = {}, signals: ReadonlyArray<number> = []) =>
  Effect.gen(function*() {
    const kernel = yield* KernelTest.make({ files })
    for (const signal of signals) kernel.signals.offer(signal)
    const end = (exitCode: number) => Effect.sync(() => void kernel.calls.push(`exit ${exitCode}`))
    const surroundings = {
      end,
      booted: Effect.sync(() => void kernel.calls.push("booted")),
      version: "1.2.3",
      documents: Effect.die("a run prints no document"),
      image: () => Effect.die("a run looks into no image"),
      trace: () => Effect.die("nobody has asked for a trace"),
      stateFile: () => Effect.die("nobody has asked for a state file")
    }
    const run = program({ ...defaults, units: "/core", dropIn: "/drop-in", ...options }, surroundings)
    const fiber = yield* Effect.fork(Effect.provide(run, kernel.layer))
    yield* TestClock.adjust(0)
    return { kernel, fiber }
  })

const good = "[Service]\nExecStart=/bin/a\n"

describe("run", () => {
  it.scoped("takes the signals before it reads a unit, supervises, and exits with 0", () =>
    Effect.gen(function*() {
      const { fiber, kernel } = yield* start({ "/core/a.service": good })
      assert.match(kernel.calls[0] ?? "", /^take (.* )?15 /)
      assert.include(kernel.calls, "spawn a /bin/a")
      kernel.signals.offer(15)
      yield* TestClock.adjust(0)
      assert.strictEqual(yield* Fiber.join(fiber), 0)
      assert.strictEqual(kernel.printed.stdout, "")
      // What belongs to no unit goes last, after all units.
      assert.deepStrictEqual(kernel.calls.slice(-4), ["end 100", "close a.service", "terminate the rest", "exit 0"])
    }))

  it.scoped("does once what is to be done when all has started", () =>
    Effect.gen(function*() {
      const { kernel } = yield* start({
        "/core/a.service": good,
        "/core/b.service": `[Unit]\nAfter=a.service\n${good}`
      })
      kernel.signals.offer(1)
      yield* TestClock.adjust(60_000)
      const at = kernel.calls.indexOf("booted")
      assert.isAbove(at, kernel.calls.indexOf("spawn b /bin/a"))
      assert.strictEqual(kernel.calls.lastIndexOf("booted"), at)
    }))

  it.scoped("stops at once if it was told to stop while it read", () =>
    Effect.gen(function*() {
      const { fiber, kernel } = yield* start({ "/core/a.service": good }, {}, [15])
      yield* TestClock.adjust(10_000)
      assert.isTrue(yield* KernelTest.hasEnded(fiber))
      assert.deepStrictEqual(kernel.alive(), [])
      assert.strictEqual(yield* Fiber.join(fiber), 0)
    }))

  it.scoped("warns and goes on, and says what overrides what", () =>
    Effect.gen(function*() {
      const { kernel } = yield* start({ "/core/a.service": good, "/drop-in/a.service": `${good}ExecStrat=x\n` })
      assert.match(kernel.log[0] ?? "", /^WARN \/drop-in\/a\.service:3: \[Service\] ExecStrat: /)
      assert.strictEqual(
        kernel.log[1],
        "INFO drop-in override: a.service replaces /core/a.service with /drop-in/a.service"
      )
      assert.include(kernel.calls, "spawn a /bin/a")
    }))

  for (
    const [what, files, options] of [
      ["an error", { "/core/a.service": "[Service]\nRestart=sometimes\n", "/core/b.service": good }, {}],
      ["a warning under --strict-units", { "/core/a.service": `${good}ExecStrat=x\n` }, { strictUnits: true }]
    ] as const
  ) {
    it.scoped(`starts nothing and exits with 64 for ${what}`, () =>
      Effect.gen(function*() {
        const { fiber, kernel } = yield* start(files, options)
        assert.strictEqual(yield* Fiber.join(fiber), 64)
        assert.notInclude(kernel.calls.join("\n"), "spawn")
      }))
  }

  it.scoped("says so if there is nothing to start, and waits for the end", () =>
    Effect.gen(function*() {
      const { fiber, kernel } = yield* start({})
      assert.deepStrictEqual(kernel.log, ["WARN no units in /core and /drop-in: nothing to start"])
      assert.isFalse(yield* KernelTest.hasEnded(fiber))
    }))
})

describe("--version", () => {
  it.scoped("is printed on stdout, and nothing is started", () =>
    Effect.gen(function*() {
      const { fiber, kernel } = yield* start({ "/core/a.service": good }, { action: "version" })
      assert.strictEqual(yield* Fiber.join(fiber), 0)
      assert.strictEqual(kernel.printed.stdout, "container-init 1.2.3\n")
      assert.deepStrictEqual(kernel.calls, [])
    }))

  const foreign: ReadonlyArray<readonly [flag: string, options: Partial<Options>]> = [
    ["--format", { format: "github" }],
    ["--root", { root: "/r" }]
  ]
  it.scoped.each(foreign)(
    "refuses %s, which is for validate, before it takes a signal",
    ([flag, options]) =>
      Effect.gen(function*() {
        const { fiber, kernel } = yield* start({ "/core/a.service": good }, options)
        assert.strictEqual(yield* Fiber.join(fiber), 2, flag)
        assert.deepStrictEqual(kernel.calls, [])
      })
  )
})
