import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Actors from "./Actors.ts"
import { hasEnded } from "./KernelTest.ts"

const web = "/bin/web"

describe("a service that starts", () => {
  it.scoped("is up once the program itself runs, not before", () =>
    Effect.gen(function*() {
      const { after, kernel, reports } = yield* Actors.start("", { programs: { [web]: { startsAfter: 50 } } })
      yield* after(49)
      assert.deepStrictEqual(reports, [])
      yield* after(1)
      assert.deepStrictEqual(reports, ["up"])
      assert.deepStrictEqual(kernel.calls, ["open web.service", "spawn web /bin/web"])
      assert.deepStrictEqual(kernel.log, ["INFO web.service: started, pid 100"])
    }))

  it.scoped("is not up if the program cannot be executed, and says why", () =>
    Effect.gen(function*() {
      const { kernel, reports } = yield* Actors.start("", { programs: { [web]: { execErrno: 2 } } })
      assert.deepStrictEqual(reports, ["not up"])
      assert.include(kernel.log, "WARN web.service: cannot execute /bin/web: no such file or directory (ENOENT)")
      assert.include(kernel.log, "WARN web.service: failed (exit-code)")
    }))

  it.scoped("is not up if nothing could be forked", () =>
    Effect.gen(function*() {
      const { kernel, reports } = yield* Actors.start("", { programs: { [web]: { forkErrno: 11 } } })
      assert.deepStrictEqual(reports, ["not up"])
      assert.include(kernel.log, "WARN web.service: failed (resources)")
    }))

  it.scoped("is not up if its user is not there, and nothing is spawned", () =>
    Effect.gen(function*() {
      const { kernel, reports } = yield* Actors.start("User=carol")
      assert.deepStrictEqual(reports, ["not up"])
      assert.notInclude(kernel.calls.join("\n"), "spawn")
      assert.include(kernel.log, "WARN web.service: User=carol: there is no such user")
    }))

  it.scoped("is ended if it takes longer than TimeoutStartSec=", () =>
    Effect.gen(function*() {
      const { after, kernel, reports } = yield* Actors.start("TimeoutStartSec=3\nTimeoutStopSec=2", {
        programs: { [web]: { startsAfter: 10_000, ignores: [15] } }
      })
      yield* after(3000)
      assert.deepStrictEqual(reports, ["not up"])
      yield* after(2000)
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 15", "signal 100 9", "end 100"])
      assert.include(kernel.log, "WARN web.service: failed (timeout)")
    }))

  it.scoped("as a oneshot is up once its commands are done, one after the other", () =>
    Effect.gen(function*() {
      const { after, kernel, reports } = yield* Actors.start(
        "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/a\nExecStart=-/bin/b\nExecStart=/bin/c",
        {
          programs: {
            "/bin/a": { exitsAfter: 10 },
            "/bin/b": { exitsAfter: 10, code: 1 },
            "/bin/c": { exitsAfter: 10 }
          }
        }
      )
      yield* after(29)
      assert.deepStrictEqual(reports, [])
      yield* after(1)
      assert.deepStrictEqual(reports, ["up"])
      assert.deepStrictEqual(kernel.calls.slice(1), [
        "spawn web /bin/a",
        "end 100",
        "spawn web /bin/b",
        "end 101",
        "spawn web /bin/c",
        "end 102"
      ])
    }))
})

describe("a service that ends", () => {
  it.scoped("takes what it left behind with it", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Actors.start("", { programs: { [web]: { exitsAfter: 10, leaves: {} } } })
      yield* after(10)
      assert.deepStrictEqual(kernel.calls.slice(2), ["end 100", "signal 100 15", "end 101"])
      assert.deepStrictEqual(kernel.alive(), [])
    }))

  it.scoped("starts again after RestartSec=, and not before nothing of it is left", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Actors.start("Restart=on-failure\nRestartSec=2\nTimeoutStopSec=1", {
        programs: { [web]: [{ exitsAfter: 10, code: 1, leaves: { ignores: [15] } }, {}] }
      })
      yield* after(1010)
      assert.deepStrictEqual(kernel.calls.slice(2), ["end 100", "signal 100 15", "signal 100 9", "end 101"])
      yield* after(1999)
      assert.notInclude(kernel.calls.slice(2).join("\n"), "spawn")
      yield* after(1)
      assert.strictEqual(kernel.calls.at(-1), "spawn web /bin/web")
      assert.include(kernel.log, "INFO web.service: started, pid 102")
    }))

  it.scoped("does not start again after an end that its Restart= does not mean", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Actors.start("Restart=on-failure", { programs: { [web]: { exitsAfter: 10 } } })
      yield* after(60_000)
      assert.deepStrictEqual(kernel.calls, ["open web.service", "spawn web /bin/web", "end 100"])
    }))

  it.scoped("runs five times, restarted four times, and is then at its start limit", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Actors.start("Restart=always\nRestartSec=100ms", {
        programs: { [web]: { exitsAfter: 10, code: 1 } }
      })
      for (let run = 0; run < 8; run++) yield* after(110)
      yield* after(60_000)
      assert.strictEqual(kernel.calls.filter((call) => call.startsWith("spawn")).length, 5)
      assert.strictEqual(kernel.log.filter((line) => line.includes("starts again")).length, 5)
      assert.strictEqual(kernel.log.at(-1), "WARN web.service: start limit hit: 5 starts within 10s")
    }))

  it.scoped("starts for ever if its starts are far enough apart", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Actors.start("Restart=always\nRestartSec=3", {
        programs: { [web]: { exitsAfter: 10, code: 1 } }
      })
      for (let run = 0; run < 10; run++) yield* after(3010)
      assert.strictEqual(kernel.calls.filter((call) => call.startsWith("spawn")).length, 11)
    }))
})

describe("a service that is told to stop", () => {
  it.scoped("gets its kill signal and is stopped once nothing of it is left", () =>
    Effect.gen(function*() {
      const { after, fiber, kernel, reports, tell } = yield* Actors.start("KillSignal=SIGINT", {
        programs: { [web]: { endsAfter: 300, leaves: { endsAfter: 400 } } }
      })
      yield* tell(Actors.stop)
      yield* after(399)
      assert.deepStrictEqual(reports, ["up"])
      yield* after(1)
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 2", "end 100", "end 101", "close web.service"])
      assert.deepStrictEqual(reports, ["up", "stopped"])
      assert.isTrue(yield* hasEnded(fiber))
    }))

  it.scoped("is killed once TimeoutStopSec= is over, and that is told", () =>
    Effect.gen(function*() {
      const { after, kernel, reports, tell } = yield* Actors.start("TimeoutStopSec=300ms", {
        programs: { [web]: { ignores: [15] } }
      })
      yield* tell(Actors.stop)
      yield* after(299)
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 15"])
      yield* after(1)
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 15", "signal 100 9", "end 100", "close web.service"])
      assert.deepStrictEqual(reports, ["up", "stopped by force"])
    }))

  it.scoped("is killed if only a process it left behind does not go", () =>
    Effect.gen(function*() {
      const { after, kernel, reports, tell } = yield* Actors.start("TimeoutStopSec=1", {
        programs: { [web]: { leaves: { ignores: [15] } } }
      })
      yield* tell(Actors.stop)
      yield* after(1000)
      assert.deepStrictEqual(kernel.calls.slice(2, 6), ["signal 100 15", "end 100", "signal 100 9", "end 101"])
      assert.strictEqual(reports.at(-1), "stopped by force")
    }))

  for (const endsAfter of [299, 300, 301]) {
    it.scoped(`counts as killed if SIGKILL reached somebody, and only then (ends after ${endsAfter} of 300 ms)`, () =>
      Effect.gen(function*() {
        const { after, kernel, reports, tell } = yield* Actors.start("TimeoutStopSec=300ms", {
          programs: { [web]: { endsAfter } }
        })
        yield* tell(Actors.stop)
        yield* after(1000)
        const killed = kernel.calls.includes("signal 100 9")
        assert.strictEqual(reports.at(-1), killed ? "stopped by force" : "stopped")
      }))
  }

  it.scoped("does not count as killed if it ends in the moment in which its time is over", () =>
    Effect.gen(function*() {
      const script = { programs: { [web]: { ignores: [15] } } }
      const { after, kernel, reports, tell } = yield* Actors.start("TimeoutStopSec=1", script, ({ die }) => die(100))
      yield* tell(Actors.stop)
      yield* after(1000)
      assert.notInclude(kernel.calls, "signal 100 9")
      assert.strictEqual(reports.at(-1), "stopped")
    }))

  it.scoped("gets SIGCONT with its kill signal, for a stopped process cannot act on that", () =>
    Effect.gen(function*() {
      const { after, reports, tell } = yield* Actors.start("TimeoutStopSec=5", {
        programs: { [web]: { stopped: true } }
      })
      yield* tell(Actors.stop)
      yield* after(4999)
      assert.deepStrictEqual(reports, ["up", "stopped"])
    }))

  it.scoped("while it starts, is not up and never will be", () =>
    Effect.gen(function*() {
      const { after, kernel, reports, tell } = yield* Actors.start("", { programs: { [web]: { startsAfter: 1000 } } })
      yield* after(10)
      yield* tell(Actors.stop)
      yield* after(10_000)
      assert.deepStrictEqual([...reports].sort(), ["not up", "stopped"])
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 15", "end 100", "close web.service"])
    }))

  it.scoped("between two runs, starts no more", () =>
    Effect.gen(function*() {
      const { after, kernel, reports, tell } = yield* Actors.start("Restart=always\nRestartSec=5", {
        programs: { [web]: { exitsAfter: 10 } }
      })
      yield* after(1000)
      yield* tell(Actors.stop)
      yield* after(60_000)
      assert.strictEqual(kernel.calls.filter((call) => call.startsWith("spawn")).length, 1)
      assert.deepStrictEqual(reports, ["up", "stopped"])
    }))

  it.scoped("while it ends by itself, starts no more either", () =>
    Effect.gen(function*() {
      const { after, kernel, reports, tell } = yield* Actors.start("Restart=always\nRestartSec=0", {
        programs: { [web]: { exitsAfter: 10, leaves: { endsAfter: 100 } } }
      })
      yield* after(50)
      yield* tell(Actors.stop)
      yield* after(1000)
      assert.strictEqual(kernel.calls.filter((call) => call.startsWith("spawn")).length, 1)
      assert.deepStrictEqual(reports, ["up", "stopped"])
    }))

  it.scoped("at once, is killed at once", () =>
    Effect.gen(function*() {
      const { kernel, reports, tell } = yield* Actors.start("", { programs: { [web]: { ignores: [15] } } })
      yield* tell(Actors.stop)
      yield* tell(Actors.kill)
      assert.deepStrictEqual(kernel.calls.slice(2, 5), ["signal 100 15", "signal 100 9", "end 100"])
      assert.deepStrictEqual(reports, ["up", "stopped by force"])
    }))
})
