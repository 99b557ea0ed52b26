/** Whole lives of random sets of units on the scripted kernel, boot to exit. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as TestClock from "effect/TestClock"
import * as Supervisor from "../../src/supervisor/Supervisor.ts"
import * as Graphs from "./Graphs.ts"
import * as KernelTest from "./KernelTest.ts"
import type { Program } from "./Script.ts"

const program: FastCheck.Arbitrary<Program> = FastCheck.oneof(
  FastCheck.constant({}),
  FastCheck.record({ startsAfter: FastCheck.nat(500), endsAfter: FastCheck.nat(500) }),
  FastCheck.constant({ execErrno: 13 }),
  FastCheck.constant({ exitsAfter: 100, code: 1 }),
  FastCheck.constant({ ignores: [15] }),
  FastCheck.constant({ leaves: { endsAfter: 200 } })
)

const samples = FastCheck.sample(
  FastCheck.tuple(
    Graphs.arbitrary,
    FastCheck.array(program, { minLength: Graphs.unitNames.length, maxLength: Graphs.unitNames.length }),
    FastCheck.nat(2000)
  ),
  { numRuns: 12, seed: 20261123 }
)

const stem = (name: string) => name.replace(".service", "")

describe("a random set of units", () => {
  for (const [index, [random, programs, stopAt]] of samples.entries()) {
    it.scoped(`starts in order, stops in reverse, and leaves nobody (sample ${index}, stopped at ${stopAt} ms)`, () =>
      Effect.gen(function*() {
        const byPath = programs.map((one, unit) => [`/bin/u${unit}`, one] as const)
        const kernel = yield* KernelTest.make({ programs: Object.fromEntries(byPath) })
        const { graph, units } = random
        const run = Effect.scoped(Supervisor.run({ graph, units, stopTimeoutMillis: 60_000, signals: kernel.signals }))
        const fiber = yield* Effect.fork(Effect.provide(run, kernel.layer))
        yield* TestClock.adjust(stopAt)
        const started = kernel.calls.length
        kernel.signals.offer(15)
        yield* TestClock.adjust(60_000)
        assert.isTrue(yield* KernelTest.hasEnded(fiber))
        assert.deepStrictEqual(kernel.alive(), [])
        assert.deepStrictEqual(kernel.overlaps, [])
        assert.notInclude(kernel.calls.slice(started).join("\n"), "spawn")

        const spawned = (name: string) => kernel.calls.findIndex((call) => call.startsWith(`spawn ${stem(name)} `))
        const closed = (name: string) => kernel.calls.findIndex((call) => call.startsWith(`close ${name}`))
        const stopped = (name: string) => kernel.log.indexOf(`INFO ${name}: stopped`)
        for (const name of Graphs.unitNames) {
          assert.strictEqual(kernel.calls.filter((call) => call === `open ${name}`).length, spawned(name) < 0 ? 0 : 1)
          if (spawned(name) >= 0) assert.isAbove(closed(name), spawned(name))
        }
        for (const [from, to] of random.after) {
          if (spawned(from) >= 0 && spawned(to) >= 0) assert.isAbove(spawned(from), spawned(to))
          if (stopped(from) >= 0 && stopped(to) >= 0) assert.isBelow(stopped(from), stopped(to))
        }
        for (const [from, to] of random.requires) {
          const ordered = random.after.some((edge) => edge[0] === from && edge[1] === to)
          const failed = kernel.log.some((line) => line === `WARN ${to}: failed (exit-code)`)
          const denied = kernel.log.some((line) => line.includes(`${to}: cannot execute`))
          if (ordered && failed && denied) assert.strictEqual(spawned(from), -1)
        }
      }))
  }
})
