/** How a service starts; its other ways are in the files Actor*.test.ts. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Actors from "./Actors.ts"

const web = "/bin/web"

describe("a service that starts", () => {
  it.scoped("is up once the program itself runs, not before", () =>
    Effect.gen(function*() {
      const { after, kernel, news } = yield* Actors.start("", { programs: { [web]: { startsAfter: 50 } } })
      yield* after(49)
      assert.deepStrictEqual(news(), ["activating"])
      yield* after(1)
      assert.deepStrictEqual(news(), ["active"])
      assert.deepStrictEqual(kernel.calls, ["open web.service", "spawn web /bin/web"])
      assert.deepStrictEqual(kernel.log, ["INFO web.service: started, pid 100"])
    }))

  it.scoped("fails if the program cannot be executed, and says why", () =>
    Effect.gen(function*() {
      const { kernel, reports } = yield* Actors.start("", { programs: { [web]: { execErrno: 2 } } })
      assert.deepStrictEqual(reports, ["activating", "deactivating", "failed"])
      assert.include(kernel.log, "WARN web.service: cannot execute /bin/web: no such file or directory (ENOENT)")
      assert.include(kernel.log, "WARN web.service: failed (exit-code)")
    }))

  it.scoped("fails if nothing could be forked", () =>
    Effect.gen(function*() {
      const { kernel, reports } = yield* Actors.start("", { programs: { [web]: { forkErrno: 11 } } })
      assert.strictEqual(reports.at(-1), "failed")
      assert.include(kernel.log, "WARN web.service: failed (resources)")
    }))

  it.scoped("fails if its user is not there, and nothing is spawned", () =>
    Effect.gen(function*() {
      const { kernel, reports } = yield* Actors.start("User=carol")
      assert.strictEqual(reports.at(-1), "failed")
      assert.notInclude(kernel.calls.join("\n"), "spawn")
      assert.include(kernel.log, "WARN web.service: User=carol: there is no such user")
    }))

  it.scoped("is ended if it takes longer than TimeoutStartSec=", () =>
    Effect.gen(function*() {
      const { after, kernel, news } = yield* Actors.start("TimeoutStartSec=3\nTimeoutStopSec=2", {
        programs: { [web]: { startsAfter: 10_000, ignores: [15] } }
      })
      yield* after(3000)
      assert.deepStrictEqual(news(), ["activating", "deactivating"])
      yield* after(2000)
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 15", "signal 100 9", "end 100", "close web.service"])
      assert.deepStrictEqual(news(), ["failed by force"])
      assert.include(kernel.log, "WARN web.service: failed (timeout)")
    }))

  it.scoped("as a oneshot is up once its commands are done, one after the other", () =>
    Effect.gen(function*() {
      const { after, kernel, news } = yield* Actors.start(
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
      assert.deepStrictEqual(news(), ["activating"])
      yield* after(1)
      assert.deepStrictEqual(news(), ["active"])
      assert.deepStrictEqual(kernel.calls.slice(1), [
        "spawn web /bin/a",
        "end 100",
        "spawn web /bin/b",
        "end 101",
        "spawn web /bin/c",
        "end 102"
      ])
    }))

  it.scoped("as a oneshot without RemainAfterExit= is down again once it is done", () =>
    Effect.gen(function*() {
      const { after, fresh, reports } = yield* Actors.start("Type=oneshot", { programs: { [web]: { exitsAfter: 10 } } })
      yield* after(10)
      assert.deepStrictEqual(reports, ["activating", "deactivating", "inactive"])
      assert.deepStrictEqual(fresh(), ["open web.service", "spawn web /bin/web", "end 100", "close web.service"])
    }))

  it.scoped("is told of no start that comes while it is up", () =>
    Effect.gen(function*() {
      const { fresh, reports, tell } = yield* Actors.start("")
      yield* tell(Actors.begin)
      assert.deepStrictEqual(reports, ["activating", "active"])
      assert.deepStrictEqual(fresh("spawn"), ["spawn web /bin/web"])
    }))
})

describe("a service of Type=idle", () => {
  const idle = "Type=idle"

  it.scoped("counts as up, and runs nothing, until it hears that the others are through", () =>
    Effect.gen(function*() {
      const { after, fresh, news, tell } = yield* Actors.start(idle)
      assert.deepStrictEqual(news(), ["waits for idle", "active"])
      yield* after(4999)
      assert.deepStrictEqual(fresh("spawn"), [])
      yield* tell(Actors.idle)
      assert.deepStrictEqual(fresh("spawn"), ["spawn web /bin/web"])
      assert.deepStrictEqual(news(), [])
    }))

  it.scoped("waits for five seconds and no longer", () =>
    Effect.gen(function*() {
      const { after, fresh } = yield* Actors.start(idle)
      yield* after(5000)
      assert.deepStrictEqual(fresh("spawn"), ["spawn web /bin/web"])
    }))

  it.scoped("does not start once it was stopped while it waited", () =>
    Effect.gen(function*() {
      const { after, fresh, news, tell } = yield* Actors.start(idle)
      yield* tell(Actors.stop)
      assert.strictEqual(news().at(-1), "inactive")
      yield* tell(Actors.idle)
      yield* after(60_000)
      assert.deepStrictEqual(fresh("spawn"), [])
    }))
})

describe("a service with conditions", () => {
  const waits = "ConditionPathExists=/run/ready\nExecStopPost=/bin/after"

  it.scoped("is skipped while they are not met: nothing runs, not even ExecStopPost=", () =>
    Effect.gen(function*() {
      const { fresh, kernel, reports } = yield* Actors.start(waits)
      assert.deepStrictEqual(reports, ["skipped"])
      assert.deepStrictEqual(fresh(), [])
      assert.deepStrictEqual(kernel.log, ["INFO web.service: not started: ConditionPathExists=/run/ready is not met"])
    }))

  it.scoped("is asked again at each start", () =>
    Effect.gen(function*() {
      const { kernel, news, tell } = yield* Actors.start(waits)
      assert.deepStrictEqual(news(), ["skipped"])
      kernel.files["/run/ready"] = ""
      yield* tell(Actors.begin)
      assert.deepStrictEqual(news(), ["activating", "active"])
    }))

  it.scoped("fails with an assertion, and a failed assertion is no failed run", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, reports } = yield* Actors.start("Restart=always\nAssertPathExists=/run/ready")
      yield* after(60_000)
      assert.deepStrictEqual(reports, ["assertion failed"])
      assert.deepStrictEqual(fresh(), [])
      assert.deepStrictEqual(kernel.log, ["WARN web.service: cannot start: AssertPathExists=/run/ready is not met"])
    }))

  it.scoped("has its conditions looked at before its assertions", () =>
    Effect.gen(function*() {
      const { reports } = yield* Actors.start("AssertPathExists=/a\nConditionPathExists=/b")
      assert.deepStrictEqual(reports, ["skipped"])
    }))

  it.scoped("spends its start limit on them: they are no way around it", () =>
    Effect.gen(function*() {
      const { news, tell } = yield* Actors.start("StartLimitBurst=2\nConditionPathExists=/run/ready")
      yield* tell(Actors.begin)
      assert.deepStrictEqual(news(), ["skipped", "skipped"])
      yield* tell(Actors.begin)
      assert.deepStrictEqual(news(), ["failed"])
    }))
})
