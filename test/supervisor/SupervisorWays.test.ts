/** What the supervisor says to people and to who supervises it, and Type=idle, which listens to all others. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"

describe("a shutdown that takes its time", () => {
  it.scoped("says who is late and how much is left, after each quarter of the time", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "db.service": "TimeoutStopSec=1min",
          "fast.service": "",
          "web.service": "After=db.service\nTimeoutStopSec=1min"
        },
        programs: { "/bin/db": { ignores: [15] }, "/bin/web": { endsAfter: 3000 } }
      })
      yield* run.signal(Runs.TERM)
      yield* run.after(60_000)
      const lines = run.kernel.log.filter((line) => line.includes("left"))
      assert.deepStrictEqual(lines, [
        "WARN 6s left to stop: db.service, web.service",
        "WARN 4s left to stop: db.service",
        "WARN 2s left to stop: db.service",
        "WARN the stop timeout is over: killing what is left: db.service"
      ])
      assert.strictEqual(yield* run.exitCode, 1)
    }))

  it.scoped("says nothing of the kind when it is done in time", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "a.service": "" }, programs: { "/bin/a": { endsAfter: 1900 } } })
      yield* run.signal(Runs.TERM)
      yield* run.after(60_000)
      assert.notInclude(run.kernel.log.join("\n"), "left to stop")
    }))

  it.scoped("names ten units and counts the others", () =>
    Effect.gen(function*() {
      const names = Array.from({ length: 12 }, (_, at) => `u${String(at).padStart(2, "0")}`)
      const run = yield* Runs.begin({
        units: Object.fromEntries(names.map((name) => [`${name}.service`, "ExecStart=/bin/slow"])),
        programs: { "/bin/slow": { endsAfter: 2500 } }
      })
      yield* run.signal(Runs.TERM)
      yield* run.after(2000)
      const line = run.kernel.log.find((one) => one.includes("left to stop")) ?? ""
      assert.include(line, "u09.service and 2 more")
      assert.notInclude(line, "u10.service")
    }))
})

describe("an outer supervisor", () => {
  const environment = { NOTIFY_SOCKET: "@outer" }
  const units = {
    "db.service": "Type=notify",
    "web.service": "After=db.service\nType=oneshot",
    "bad.service": ""
  }
  const programs = {
    "/bin/db": { notifies: [[1000, "READY=1"]] },
    "/bin/web": { exitsAfter: 500 },
    "/bin/bad": { execErrno: 2 }
  } as const

  it.scoped("is told once when the boot is complete, and once when the end begins", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units, programs, environment })
      yield* run.after(1499)
      assert.deepStrictEqual(run.kernel.sent, [])
      yield* run.after(1)
      assert.deepStrictEqual(run.kernel.sent, ["@outer READY=1\nSTATUS=all units have started"])
      yield* run.ask("start", "web")
      yield* run.after(60_000)
      yield* run.signal(Runs.TERM)
      assert.deepStrictEqual(run.kernel.sent.slice(1), ["@outer STOPPING=1"])
      assert.notInclude(run.kernel.requests.flatMap((one) => one.environment).join("\n"), "@outer")
    }))

  it.scoped("is not told of a boot that never was complete", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units, programs, environment })
      yield* run.after(500)
      yield* run.signal(Runs.TERM)
      yield* run.after(60_000)
      assert.deepStrictEqual(run.kernel.sent, ["@outer STOPPING=1"])
    }))

  it.scoped("that does not listen is no reason to stop", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "a.service": "" }, environment: { NOTIFY_SOCKET: "@nobody" } })
      assert.match(run.kernel.log.join("\n"), /WARN NOTIFY_SOCKET: /)
      assert.deepStrictEqual(run.kernel.alive(), [100])
    }))

  it.scoped("that is not there is told nothing", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "a.service": "" } })
      yield* run.signal(Runs.TERM)
      assert.deepStrictEqual(run.kernel.sent, [])
    }))
})

describe("a service of Type=idle", () => {
  const begin = (slow: number, idle = "Type=idle") =>
    Runs.begin({
      units: {
        "idle.service": idle,
        "slow.service": "Type=oneshot",
        "after.service": "After=slow.service",
        "next.service": "After=idle.service"
      },
      programs: { "/bin/slow": { exitsAfter: slow }, "/bin/after": { startsAfter: 100 } }
    })

  it.scoped("runs once all others have started, and nobody waits for it", () =>
    Effect.gen(function*() {
      const run = yield* begin(1000)
      assert.deepStrictEqual([...run.fresh("spawn")].sort(), ["spawn next /bin/next", "spawn slow /bin/slow"])
      yield* run.after(1000)
      assert.deepStrictEqual(run.fresh("spawn"), ["spawn after /bin/after"])
      yield* run.after(99)
      assert.deepStrictEqual(run.fresh("spawn"), [])
      yield* run.after(1)
      assert.deepStrictEqual(run.fresh("spawn"), ["spawn idle /bin/idle"])
    }))

  it.scoped("runs after five seconds all the same", () =>
    Effect.gen(function*() {
      const run = yield* begin(60_000)
      run.fresh()
      yield* run.after(4999)
      assert.deepStrictEqual(run.fresh("spawn"), [])
      yield* run.after(1)
      assert.deepStrictEqual(run.fresh("spawn"), ["spawn idle /bin/idle"])
    }))

  it.scoped("runs at once where nothing else is under way", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "idle.service": "Type=idle" } })
      assert.deepStrictEqual(run.fresh("spawn"), ["spawn idle /bin/idle"])
    }))
})
