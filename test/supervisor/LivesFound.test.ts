/** Faults that random lives have found (Lives1.test.ts and its like), each as small as it became. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"

describe("a unit whose conditions are looked at again", () => {
  it.scoped("holds up those after it, though it was failed before", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Runs.begin({
        units: {
          "a.service": "ConditionPathExists=/there\nExecStartPre=/bin/pre\nOnFailure=b.service",
          "b.service": "After=a.service\nRequires=a.service"
        },
        files: { "/there": "" },
        programs: { "/bin/pre": { exitsAfter: 10, code: 1 } }
      })
      yield* after(10)
      assert.deepStrictEqual(fresh("spawn"), ["spawn a /bin/pre", "spawn a /bin/pre"])
    }))

  it.scoped("holds up those after it, though it is about to restart", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Runs.begin({
        units: {
          "a.service": "ConditionPathExists=/there\nRestart=always\nRestartSec=10ms\nType=notify",
          "b.service": "After=a.service",
          "c.timer": "OnActiveSec=25ms\nAccuracySec=1us\nUnit=b.service"
        },
        files: { "/there": "" },
        programs: { "/bin/a": [{ exitsAfter: 10 }, {}] }
      })
      yield* after(30)
      assert.deepStrictEqual(fresh("spawn"), ["spawn a /bin/a", "spawn a /bin/a"])
    }))
})

describe("a unit that is starting when everything begins to stop", () => {
  const units = {
    "a.service": "ExecStartPre=/bin/pre\nExecStopPost=/bin/after",
    "b.service": "After=a.service\nExecStop=/bin/stop",
    "c.timer": "OnActiveSec=30ms\nAccuracySec=1us\nUnit=a.service"
  }
  const programs = {
    "/bin/pre": { exitsAfter: 20 },
    "/bin/stop": { exitsAfter: 100 },
    "/bin/after": { exitsAfter: 5 }
  }

  it.scoped("goes no further, and stops in its turn", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, kernel, signal } = yield* Runs.begin({ units, programs })
      yield* after(40)
      assert.deepStrictEqual(fresh("spawn"), ["spawn b /bin/b", "spawn a /bin/pre"])
      yield* signal(Runs.TERM)
      yield* after(99)
      assert.deepStrictEqual(fresh("spawn", "signal"), ["spawn b /bin/stop"])
      yield* after(6)
      assert.deepStrictEqual(fresh("spawn", "signal"), ["signal 100 15", "spawn a /bin/after"])
      assert.strictEqual(yield* exitCode, 0)
      assert.deepStrictEqual(kernel.alive(), [])
    }))
})

describe("without cgroups", () => {
  it.scoped("a service with ExitType=cgroup that ends ahead of its main process is gone at once", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Runs.begin({
        units: { "a.service": "ExitType=cgroup\nExecStartPre=/bin/pre\nTimeoutStartSec=1s" },
        programs: { "/bin/pre": {} },
        cgroups: false
      })
      yield* after(1000)
      assert.deepStrictEqual(kernel.log.slice(-2), [
        "WARN a.service: ExecStartPre= was killed by SIGTERM",
        "WARN a.service: failed (timeout)"
      ])
    }))
})
