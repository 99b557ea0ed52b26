/** How a service ends by itself, and what follows. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Actors from "./Actors.ts"

const web = "/bin/web"
const [spawn, signal, end] = ["spawn", "signal", "end"]

describe("a service that ends", () => {
  it.scoped("takes what it left behind with it", () =>
    Effect.gen(function*() {
      const { after, kernel, reports } = yield* Actors.start("", {
        programs: { [web]: { exitsAfter: 10, leaves: {} } }
      })
      yield* after(10)
      assert.deepStrictEqual(kernel.calls.slice(2), ["end 100", "signal 100 15", "end 101", "close web.service"])
      assert.deepStrictEqual(reports, ["activating", "active", "deactivating", "inactive"])
      assert.deepStrictEqual(kernel.alive(), [])
    }))

  it.scoped("starts again after RestartSec=, and not before nothing of it is left", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, news } = yield* Actors.start(
        "Restart=on-failure\nRestartSec=2\nTimeoutStopSec=1",
        { programs: { [web]: [{ exitsAfter: 10, code: 1, leaves: { ignores: [15] } }, {}] } }
      )
      yield* after(1010)
      assert.deepStrictEqual(fresh(signal, end), ["end 100", "signal 100 15", "signal 100 9", "end 101"])
      assert.deepStrictEqual(news(), [
        "activating",
        "active",
        "deactivating",
        "failed by force, restarts",
        "activating, restarts"
      ])
      yield* after(1999)
      assert.deepStrictEqual(fresh(spawn), [])
      yield* after(1)
      assert.deepStrictEqual(fresh(spawn), ["spawn web /bin/web"])
      assert.deepStrictEqual(news(), ["restart due", "active"])
      assert.include(kernel.log, "INFO web.service: started, pid 102")
    }))

  it.scoped("does not start again after an end that its Restart= does not mean", () =>
    Effect.gen(function*() {
      const { after, kernel, reports } = yield* Actors.start("Restart=on-failure", {
        programs: { [web]: { exitsAfter: 10 } }
      })
      yield* after(60_000)
      assert.deepStrictEqual(kernel.calls, ["open web.service", "spawn web /bin/web", "end 100", "close web.service"])
      assert.strictEqual(reports.at(-1), "inactive")
    }))

  it.scoped("starts for ever if its starts are far enough apart", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Actors.start("Restart=always\nRestartSec=3", {
        programs: { [web]: { exitsAfter: 10, code: 1 } }
      })
      for (let run = 0; run < 10; run++) yield* after(3010)
      assert.strictEqual(fresh(spawn).length, 11)
    }))

  it.scoped("starts no more once the shutdown has begun, and the pause before a restart ends at once", () =>
    Effect.gen(function*() {
      const { after, fresh, news, tell } = yield* Actors.start("Restart=always\nRestartSec=5", {
        programs: { [web]: { exitsAfter: 10 } }
      })
      yield* after(10)
      assert.strictEqual(news().at(-1), "activating, restarts")
      fresh()
      yield* tell(Actors.shutdown)
      assert.deepStrictEqual(news(), ["inactive"])
      assert.deepStrictEqual(fresh(), ["close web.service"])
      yield* tell(Actors.begin)
      yield* after(60_000)
      assert.deepStrictEqual(fresh(), [])
      assert.deepStrictEqual(news(), [])
    }))

  it.scoped("is killed by RuntimeMaxSec= and has failed then", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, news } = yield* Actors.start("RuntimeMaxSec=30")
      yield* after(29_999)
      assert.deepStrictEqual(news(), ["activating", "active"])
      yield* after(1)
      assert.deepStrictEqual(news(), ["deactivating", "failed"])
      assert.deepStrictEqual(fresh(signal), ["signal 100 15"])
      assert.include(kernel.log, "WARN web.service: failed (timeout)")
    }))

  it.scoped("has up to RuntimeRandomizedExtraSec= more than that", () =>
    Effect.gen(function*() {
      const { after, news } = yield* Effect.withRandom(
        Actors.start("RuntimeMaxSec=30\nRuntimeRandomizedExtraSec=10"),
        Random.fixed([0.25])
      )
      yield* after(32_499)
      assert.deepStrictEqual(news(), ["activating", "active"])
      yield* after(1)
      assert.deepStrictEqual(news(), ["deactivating", "failed"])
    }))
})

describe("a service that is started while", () => {
  it.scoped("it stops, starts once it has", () =>
    Effect.gen(function*() {
      const { after, fresh, news, tell } = yield* Actors.start("", { programs: { [web]: { endsAfter: 100 } } })
      yield* tell(Actors.stop)
      yield* tell(Actors.begin)
      fresh()
      yield* after(99)
      assert.deepStrictEqual(fresh(), [])
      yield* after(1)
      assert.deepStrictEqual(fresh(), ["end 100", "close web.service", "open web.service", "spawn web /bin/web"])
      assert.deepStrictEqual(news(), ["activating", "active", "deactivating", "inactive", "activating", "active"])
    }))

  it.scoped("it pauses before a restart, does not wait for the end of the pause", () =>
    Effect.gen(function*() {
      const { after, fresh, tell } = yield* Actors.start("Restart=always\nRestartSec=60", {
        programs: { [web]: [{ exitsAfter: 10 }, {}] }
      })
      yield* after(10)
      fresh()
      yield* tell(Actors.begin)
      assert.deepStrictEqual(fresh(spawn), ["spawn web /bin/web"])
      yield* after(120_000)
      assert.deepStrictEqual(fresh(spawn), [], "the old pause means nothing any more")
    }))

  it.scoped("it is at rest, starts again: after a stop as after a failure", () =>
    Effect.gen(function*() {
      const { after, fresh, news, tell } = yield* Actors.start("", {
        programs: { [web]: [{}, { diesOf: 11, exitsAfter: 5 }] }
      })
      yield* tell(Actors.stop)
      yield* tell(Actors.begin)
      yield* after(5)
      assert.strictEqual(news().at(-1), "failed")
      yield* tell(Actors.begin)
      yield* after(5)
      assert.strictEqual(fresh(spawn).length, 3)
      assert.deepStrictEqual(news(), ["activating", "active", "deactivating", "failed"])
    }))
})

describe("a service that is defined anew", () => {
  const other = (lines: string) => Actors.redefined(lines)

  it.scoped("while it runs goes by its old definition until it starts again", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, tell } = yield* Actors.start("KillSignal=SIGINT\nExecStopPost=/bin/old", {
        programs: { "/bin/old": { exitsAfter: 0 }, "/bin/new": { exitsAfter: 0 } }
      })
      yield* tell(other("KillSignal=SIGQUIT\nExecStopPost=/bin/new\nEnvironment=A=new"))
      yield* tell(Actors.stop)
      assert.deepStrictEqual(fresh(spawn, signal), ["spawn web /bin/web", "signal 100 2", "spawn web /bin/old"])
      yield* tell(Actors.begin)
      yield* after(0)
      assert.strictEqual(Actors.environmentOf(kernel, web)["A"], "new")
      yield* tell(Actors.stop)
      assert.deepStrictEqual(fresh(spawn, signal), ["spawn web /bin/web", "signal 102 3", "spawn web /bin/new"])
    }))

  it.scoped("during the pause before its restart goes by the new one after it", () =>
    Effect.gen(function*() {
      const { after, fresh, tell } = yield* Actors.start("Restart=always\nRestartSec=5", {
        programs: { [web]: { exitsAfter: 10 } }
      })
      yield* after(10)
      yield* tell(other("ExecStart=/bin/new"))
      fresh()
      yield* after(5000)
      assert.deepStrictEqual(fresh(spawn), ["spawn web /bin/new"])
    }))

  it.scoped("restarts by the old definition's wish into the new one", () =>
    Effect.gen(function*() {
      const { after, fresh, tell } = yield* Actors.start("Restart=always\nRestartSec=1", {
        programs: { [web]: { exitsAfter: 10 } }
      })
      yield* tell(other("ExecStart=/bin/new"))
      fresh()
      yield* after(1010)
      assert.deepStrictEqual(fresh(spawn), ["spawn web /bin/new"])
    }))
})
