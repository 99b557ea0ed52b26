/** `Type=forking`: the first process ends, and the service is another, by its PID file or by guess. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Change } from "../../src/kernel/FileWatches.ts"
import * as Actors from "./Actors.ts"
import type { Program, Script } from "./Script.ts"

const web = "/bin/web"
const pidFile = "/run/web.pid"
const forking = "Type=forking"
const byFile = `${forking}\nPIDFile=${pidFile}`

const start = (lines: string, program: Program, script: Script = {}) =>
  Actors.start(lines, { files: { "/run": { kind: "directory" } }, ...script, programs: { [web]: program } })

/** Forks this daemon after 10 ms. */
const forks = (daemon: Program | ReadonlyArray<Program>): Program => ({ exitsAfter: 10, leaves: daemon })

const write = ({ after, kernel }: Actors.Actor, text: string) =>
  Effect.zipRight(
    Effect.sync(() => {
      kernel.files[pidFile] = text
      kernel.change("/run", Change.Create | Change.CloseWrite)
    }),
    after(0)
  )

describe("a forking service with a PID file", () => {
  it.scoped("is up when its first process has ended, as the process that the file names", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, news } = yield* start(
        byFile,
        forks({ ownSession: true, writes: { [pidFile]: "%pid\n" } })
      )
      yield* after(9)
      assert.deepStrictEqual(news(), ["activating"])
      yield* after(1)
      assert.deepStrictEqual(news(), ["active"])
      assert.deepStrictEqual(fresh("adopt"), ["adopt 101"])
      assert.include(kernel.log, "INFO web.service: started, pid 101")
    }))

  it.scoped("leaves no file behind when it is down, be it for good or to start again", () =>
    Effect.gen(function*() {
      const lines = `${byFile}\nRestart=on-failure\nRestartSec=1`
      const { after, kernel, tell } = yield* start(
        lines,
        forks({ writes: { [pidFile]: "%pid" }, exitsAfter: 100, code: 1 })
      )
      yield* after(10)
      assert.property(kernel.files, pidFile)
      yield* after(100)
      assert.notProperty(kernel.files, pidFile)
      yield* after(1010)
      assert.property(kernel.files, pidFile)
      yield* tell(Actors.stop)
      yield* after(0)
      assert.notProperty(kernel.files, pidFile)
    }))

  it.scoped("waits for a file that comes late", () =>
    Effect.gen(function*() {
      const actor = yield* start(byFile, forks({}))
      yield* actor.after(500)
      assert.deepStrictEqual(actor.news(), ["activating"])
      assert.deepStrictEqual(actor.kernel.watched(), ["/run"])
      yield* write(actor, "")
      assert.deepStrictEqual(actor.news(), [], "it is not written yet")
      yield* write(actor, "101\n")
      assert.deepStrictEqual(actor.news(), ["active"])
      assert.deepStrictEqual(actor.kernel.watched(), [])
    }))

  it.scoped("takes no process for its own that is another's", () =>
    Effect.gen(function*() {
      const actor = yield* start(`${byFile}\nTimeoutStartSec=1`, forks({}))
      actor.kernel.adopt(77)
      yield* actor.after(10)
      yield* write(actor, "77\n")
      assert.deepStrictEqual(actor.news(), ["activating"])
      yield* actor.after(990)
      assert.deepStrictEqual(actor.news(), ["deactivating", "failed"])
      assert.include(actor.kernel.log, "WARN web.service: failed (timeout)")
      assert.deepStrictEqual(actor.kernel.alive(), [77])
      assert.deepStrictEqual(actor.kernel.watched(), [])
    }))

  it.scoped("has failed when nobody is left who could write it", () =>
    Effect.gen(function*() {
      const { after, news } = yield* start(byFile, forks({ exitsAfter: 100 }))
      yield* after(100)
      assert.deepStrictEqual(news(), ["activating", "failed"])
    }))

  it.scoped("is not watched for any more once the start has failed, though there was news of it in the same moment", () =>
    Effect.gen(function*() {
      const { after, kernel, news } = yield* start(byFile, forks({}))
      yield* after(10)
      kernel.die(101)
      kernel.change("/run", Change.CloseWrite)
      yield* after(0)
      assert.deepStrictEqual(news(), ["activating", "failed"])
      assert.deepStrictEqual(kernel.watched(), [])
    }))

  it.scoped("lets ExecStartPost= write it", () =>
    Effect.gen(function*() {
      const { after, news } = yield* Actors.start(`${byFile}\nExecStartPost=/bin/post`, {
        programs: { [web]: forks({}), "/bin/post": { exitsAfter: 5, writes: { [pidFile]: "101" } } }
      })
      yield* after(15)
      assert.deepStrictEqual(news(), ["activating", "active"])
    }))

  it.scoped("goes on as another process that the file names when its own has ended", () =>
    Effect.gen(function*() {
      const actor = yield* start(byFile, forks([{ exitsAfter: 1000, writes: { [pidFile]: "%pid" } }, {}]))
      yield* actor.after(10)
      actor.kernel.files[pidFile] = "102"
      yield* actor.after(990)
      assert.deepStrictEqual(actor.news(), ["activating", "active"])
      assert.include(actor.kernel.log, "INFO web.service: goes on as pid 102")
    }))

  it.scoped("whose directory cannot be watched has failed without it", () =>
    Effect.gen(function*() {
      const { after, kernel, news } = yield* start(byFile, forks({}), { unwatchable: 28 })
      yield* after(10)
      assert.deepStrictEqual(news(), ["activating", "deactivating", "failed"])
      assert.include(kernel.log.join("\n"), `PIDFile=${pidFile}`)
    }))
})

describe("a forking service without a PID file", () => {
  it.scoped("is the one process that was left to us", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, news } = yield* start(
        `${forking}\nRestart=on-failure\nRestartSec=1`,
        forks({ ownSession: true, exitsAfter: 500, code: 4 })
      )
      yield* after(10)
      assert.deepStrictEqual(news(), ["activating", "active"])
      assert.deepStrictEqual(fresh("adopt"), ["adopt 101"])
      yield* after(490)
      assert.deepStrictEqual(news().slice(0, 2), ["deactivating", "failed, restarts"])
      yield* after(1010)
      assert.strictEqual(news().at(-1), "active")
      assert.deepStrictEqual(kernel.alive(), [103])
    }))

  it.scoped("with several left is up without a main process, until the last of them has ended", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, news } = yield* start(
        forking,
        forks([{ exitsAfter: 200 }, { exitsAfter: 300, code: 9 }])
      )
      yield* after(10)
      assert.deepStrictEqual(news(), ["activating", "active"])
      assert.deepStrictEqual(fresh("adopt"), [])
      assert.include(kernel.log.join("\n"), "which of 101, 102 is the main process is not to be told")
      yield* after(289)
      assert.deepStrictEqual(news(), [])
      yield* after(1)
      assert.deepStrictEqual(news(), ["inactive"])
    }))

  it.scoped("makes no guess with GuessMainPID=no", () =>
    Effect.gen(function*() {
      const { after, fresh, news } = yield* start(`${forking}\nGuessMainPID=no`, forks({}))
      yield* after(10)
      assert.deepStrictEqual(news(), ["activating", "active"])
      assert.deepStrictEqual(fresh("adopt"), [])
    }))

  it.scoped("has failed if its first process fails, and what that left is swept up", () =>
    Effect.gen(function*() {
      const { after, kernel, news } = yield* start(forking, { exitsAfter: 10, code: 1, leaves: {} })
      yield* after(10)
      assert.deepStrictEqual(news(), ["activating", "deactivating", "failed"])
      assert.deepStrictEqual(kernel.alive(), [])
    }))

  it.scoped("stops as a whole, the daemon's own session included", () =>
    Effect.gen(function*() {
      for (const cgroups of [true, false]) {
        const { after, kernel, tell } = yield* start(forking, forks({ ownSession: true }), { cgroups })
        yield* after(10)
        yield* tell(Actors.stop)
        assert.deepStrictEqual(kernel.alive(), [], String(cgroups))
      }
    }))
})
