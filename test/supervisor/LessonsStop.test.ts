/** What an earlier program has learned the hard way, by number: failures and the end. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"
import type { Program } from "./Script.ts"

const fails: Program = { exitsAfter: 10, code: 1 }

const spawnsOf = ({ fresh }: Runs.Run, name: string): number =>
  fresh("spawn").filter((call) => call.startsWith(`spawn ${name} `)).length

describe("lessons of stops", () => {
  it.scoped("3. the shutdown deadline starts first: it counts from the signal, whatever is slow after it", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "a.service": "TimeoutStopSec=1min",
          "b.service": "After=a.service\nExecStop=/bin/slow\nTimeoutStopSec=1min",
          "c.service": "After=b.service\nTimeoutStopSec=1min"
        },
        programs: { "/bin/a": { ignores: [15] }, "/bin/c": { endsAfter: 300 }, "/bin/slow": { exitsAfter: 150 } },
        stopTimeoutMillis: 500
      })
      yield* run.after(10_000)
      run.fresh()
      yield* run.signal(Runs.TERM)
      yield* run.after(499)
      assert.deepStrictEqual(run.fresh("signal"), ["signal 102 15", "signal 101 15", "signal 100 15"])
      yield* run.after(1)
      assert.deepStrictEqual(run.fresh("signal"), ["signal 100 9"])
      assert.strictEqual(yield* run.exitCode, 1)
    }))

  it.scoped("3. no I/O inside spawn registration: what a spawn waits for can be taken back", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "EnvironmentFile=/net/env", "b.service": "" },
        files: { "/net/env": { hangs: true } },
        stopTimeoutMillis: 500
      })
      yield* run.signal(Runs.TERM)
      assert.deepStrictEqual(run.kernel.alive(), [])
      yield* run.after(1500)
      assert.strictEqual(yield* run.exitCode, 1)
    }))

  it.scoped("13. a refused handler does not chain for ever", () =>
    Effect.gen(function*() {
      const programs = { "/bin/a": fails, "/bin/b": fails, "/bin/c": fails, "/bin/d": fails }
      const circle = yield* Runs.begin({
        units: {
          "a.service": "OnFailure=b.service",
          "b.service": "OnFailure=c.service",
          "c.service": "OnFailure=b.service c.service"
        },
        programs
      })
      yield* circle.after(3_600_000)
      assert.isAtMost(circle.fresh("spawn").length, 11)
      const refused = yield* Runs.begin({
        units: {
          "a.service": "OnFailure=b.service",
          "b.service": "OnFailure=c.service\nRequires=gone.service",
          "c.service": "OnFailure=b.service",
          "d.service": "OnFailure=e.target",
          "e.target": "OnFailure=e.target\nAssertPathExists=/none"
        },
        programs
      })
      yield* refused.after(3_600_000)
      assert.deepStrictEqual(refused.fresh("spawn"), ["spawn a /bin/a", "spawn d /bin/d"])
    }))

  it.scoped("14. OnFailure= fires once, when failed for good: not while restarting", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "a.service": "OnFailure=call.service\nRestart=on-failure\nRestartSec=1\nStartLimitBurst=3",
          "call.service": "Type=oneshot"
        },
        programs: { "/bin/a": fails, "/bin/call": { exitsAfter: 10 } }
      })
      for (let second = 0; second < 3; second++) {
        assert.strictEqual(spawnsOf(run, "call"), 0)
        yield* run.after(1000)
      }
      yield* run.after(60_000)
      assert.strictEqual(spawnsOf(run, "call"), 1)
    }))

  it.scoped("14. nor in the shutdown, however a unit ends there", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "a.service": "OnFailure=call.service\nTimeoutStopSec=100ms",
          "b.service": "OnFailure=call.service\nExecStop=/bin/fails",
          "c.service": "OnFailure=call.service\nAfter=a.service b.service",
          "call.service": ""
        },
        programs: { "/bin/a": { ignores: [15] }, "/bin/c": { endsAfter: 50, codeWhenAsked: 3 }, "/bin/fails": fails }
      })
      yield* run.signal(Runs.TERM)
      yield* run.after(1000)
      assert.strictEqual(yield* run.exitCode, 1)
      assert.strictEqual(spawnsOf(run, "call"), 0)
    }))

  for (const [index, at] of [0, 3, 10, 20, 25, 40, 55, 70, 100].entries()) {
    it.scoped(`15. nothing starts once the shutdown began, and all that started is stopped (${at} ms)`, () =>
      Effect.gen(function*() {
        const run = yield* Runs.begin({
          units: {
            "a.service": "Type=oneshot\nExecStart=/bin/one\nExecStart=/bin/two",
            "b.service": "After=a.service\nExecStartPre=/bin/one\nExecStartPost=/bin/two",
            "c.service": "Restart=always\nRestartSec=5ms\nStartLimitBurst=0",
            "d.service": "After=c.service\nOnFailure=e.service",
            "e.service": "",
            "f.timer": "OnActiveSec=30ms\nAccuracySec=1us",
            "f.service": ""
          },
          programs: {
            "/bin/one": { exitsAfter: 20 },
            "/bin/two": { startsAfter: 5, exitsAfter: 15 },
            "/bin/c": { startsAfter: 2, exitsAfter: 10 },
            "/bin/d": { exitsAfter: 35, code: 1 }
          }
        })
        yield* run.after(at)
        run.fresh()
        // From the middle of things: the news of this moment are not all taken yet.
        run.kernel.signals.offer(index % 2 === 0 ? Runs.TERM : Runs.INT)
        yield* run.after(60_000)
        assert.deepStrictEqual(run.fresh("spawn"), [])
        assert.deepStrictEqual(run.kernel.alive(), [])
        assert.strictEqual(yield* run.exitCode, 0)
      }))
  }

  it.scoped("16. the stop order is exact even when the last-started unit is the slowest", () =>
    Effect.gen(function*() {
      const names = ["a", "b", "c", "d"]
      const run = yield* Runs.begin({
        units: Object.fromEntries(
          names.map((name, at) => [`${name}.service`, at === 0 ? "" : `After=${names[at - 1]}.service`])
        ),
        programs: { "/bin/d": { endsAfter: 3000 }, "/bin/c": { endsAfter: 10 }, "/bin/b": { endsAfter: 1000 } }
      })
      run.fresh()
      yield* run.signal(Runs.TERM)
      yield* run.after(60_000)
      assert.deepStrictEqual(run.fresh("signal", "end"), [
        "signal 103 15",
        "end 103",
        "signal 102 15",
        "end 102",
        "signal 101 15",
        "end 101",
        "signal 100 15",
        "end 100"
      ])
      assert.strictEqual(yield* run.exitCode, 0)
    }))
})
