/** What the container exits with when somebody stops it, and which signals do. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"
import type { Program } from "./Script.ts"

describe("a container that is told to stop", () => {
  const ignoring: Program = { ignores: [15] }

  for (const [name, signal] of Object.entries({ SIGTERM: 15, SIGINT: 2, SIGQUIT: 3, "SIGRTMIN+3": 37 })) {
    it.scoped(`by ${name} ends with 0`, () =>
      Effect.gen(function*() {
        const run = yield* Runs.begin({ units: { "a.service": "" } })
        yield* run.signal(signal)
        assert.strictEqual(yield* run.exitCode, 0)
        assert.include(run.kernel.log.join("\n"), "stopping all units, at most 8s")
      }))
  }

  for (const [name, signal] of Object.entries({ SIGHUP: 1, SIGUSR1: 10, SIGUSR2: 12, SIGWINCH: 28 })) {
    it.scoped(`is not, by ${name}`, () =>
      Effect.gen(function*() {
        const run = yield* Runs.begin({ units: { "a.service": "" } })
        yield* run.signal(signal)
        yield* run.after(60_000)
        assert.strictEqual(yield* run.exitCode, undefined)
        assert.deepStrictEqual(run.kernel.alive(), [100])
      }))
  }

  it.scoped("ends with 1 where a unit had to be killed, which TimeoutStopSec= has asked for", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "TimeoutStopSec=1" },
        programs: { "/bin/a": ignoring }
      })
      yield* run.signal(Runs.TERM)
      yield* run.after(1000)
      assert.strictEqual(yield* run.exitCode, 1)
    }))

  it.scoped("ends with 0 where its own KillSignal=SIGKILL has ended a unit", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "a.service": "KillSignal=SIGKILL" } })
      yield* run.signal(Runs.TERM)
      assert.strictEqual(yield* run.exitCode, 0)
    }))

  it.scoped("ends with 1 at the deadline, and at a second signal", () =>
    Effect.gen(function*() {
      for (const second of [false, true]) {
        const run = yield* Runs.begin({
          units: { "a.service": "TimeoutStopSec=1h" },
          programs: { "/bin/a": ignoring },
          stopTimeoutMillis: 500
        })
        yield* run.signal(Runs.TERM)
        if (second) yield* run.signal(Runs.INT)
        else yield* run.after(500)
        assert.strictEqual(yield* run.exitCode, 1, String(second))
      }
    }))

  it.scoped("ends with 0 where a kill was long ago, in a restart", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "Restart=always\nRestartSec=1\nRuntimeMaxSec=5\nTimeoutStopSec=1" },
        programs: { "/bin/a": [ignoring, {}] }
      })
      yield* run.after(8000)
      assert.include(run.kernel.calls, "signal 100 9")
      yield* run.signal(Runs.TERM)
      assert.strictEqual(yield* run.exitCode, 0)
    }))

  it.scoped("ends with the code of a failure that came before, and none that comes after", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "", "b.service": "ExitContainerOnFailure=yes\nAfter=a.service" },
        programs: { "/bin/b": { codeWhenAsked: 42 } }
      })
      yield* run.signal(Runs.TERM)
      assert.strictEqual(yield* run.exitCode, 0)
    }))
})
