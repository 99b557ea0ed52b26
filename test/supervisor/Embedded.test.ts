/** The supervisor as a service of somebody else's program, on the scripted kernel. */
import { assert, describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { Supervisor } from "../../src/index.ts"
import * as KernelTest from "./KernelTest.ts"
import type { Script } from "./Script.ts"

const web: Supervisor.Options["units"] = {
  "web.service": { Unit: { Description: "The web" }, Service: { ExecStart: "/bin/web", Restart: "on-failure" } }
}

/** A supervisor and the kernel below it; `release` is what the end of the program around it does. */
const begin = Effect.fnUntraced(function*(options: Supervisor.Options, script: Script = {}) {
  const kernel = yield* KernelTest.make(script)
  const scope = yield* Effect.acquireRelease(Scope.make(), (open) => Scope.close(open, Exit.void))
  const build = Layer.buildWithScope(Supervisor.layer(options).pipe(Layer.provide(kernel.layer)), scope)
  const supervisor = yield* Effect.map(build, (context) => context.unsafeMap.get(Supervisor.Supervisor.key))
  return {
    kernel,
    supervisor: supervisor as typeof Supervisor.Supervisor.Service,
    release: Scope.close(scope, Exit.void)
  }
})

const after = (millis: number) => TestClock.adjust(millis)

describe("a supervisor in a program", () => {
  it.scoped("starts units that are plain data, and says how they are", () =>
    Effect.gen(function*() {
      const { kernel, supervisor } = yield* begin({ units: web })
      yield* supervisor.booted
      assert.deepStrictEqual(kernel.calls.filter((call) => call.startsWith("spawn")), ["spawn web /bin/web"])
      const status = (yield* supervisor.status).get("web.service")
      assert.deepInclude({ ...status }, { description: "The web", state: "active", result: "success", restarts: 0 })
    }))

  it.scoped("says its lines in words, whatever logger the program has", () =>
    Effect.gen(function*() {
      const heard: Array<string> = []
      const loggers = [Logger.logfmtLogger, Logger.jsonLogger].map((logger) =>
        Logger.map(logger, (line) => void heard.push(line))
      )
      const [logfmt, json] = loggers
      const kernel = yield* KernelTest.make({})
      const quiet = Layer.merge(Logger.add(logfmt ?? Logger.none), Logger.add(json ?? Logger.none))
      yield* Layer.build(Supervisor.layer({ units: web }).pipe(Layer.provide(kernel.layer), Layer.provide(quiet)))
      yield* TestClock.adjust(1)
      const text = heard.join("\n")
      assert.include(text, "message=\"web.service: started, pid 100\" unit=web.service")
      assert.include(text, "\"message\":\"web.service: started, pid 100\"")
      assert.include(text, "\"annotations\":{\"unit\":\"web.service\"}")
    }))

  it.scoped("takes no signal, and tells the program's own supervisor nothing", () =>
    Effect.gen(function*() {
      const environment = { NOTIFY_SOCKET: "@host", WATCHDOG_USEC: "1000", KEPT: "1" }
      const { kernel, release, supervisor } = yield* begin({ units: web }, { environment })
      yield* supervisor.booted
      yield* release
      assert.deepStrictEqual(kernel.calls.filter((call) => call.startsWith("take")), [])
      assert.deepStrictEqual(kernel.sent, [])
      const names = (kernel.requests[0]?.environment ?? []).map((entry) => entry.split("=")[0])
      assert.include(names, "KEPT")
      assert.notInclude(names, "WATCHDOG_USEC")
    }))

  it.scoped.each(
    [
      [undefined, "null prefixed-stderr prefixed-stderr"],
      ["stdio", "null prefixed prefixed"],
      ["null", "null null null"]
    ] as const
  )("sends lines of services to %s as %s", ([output, expected]) =>
    Effect.gen(function*() {
      const { kernel, supervisor } = yield* begin({ units: web, output })
      yield* supervisor.booted
      assert.strictEqual(kernel.requests[0]?.stdio.join(" "), expected)
    }))

  it.scoped("stops everything in order when its layer is released", () =>
    Effect.gen(function*() {
      const units = {
        ...web,
        "proxy.service": { Unit: { After: "web.service" }, Service: { ExecStart: "/bin/proxy" } }
      }
      const { kernel, release, supervisor } = yield* begin({ units })
      yield* supervisor.booted
      kernel.calls.length = 0
      yield* release
      const told = kernel.calls.filter((call) => /^(signal|end)/.test(call))
      assert.deepStrictEqual(told, ["signal 101 15", "end 101", "signal 100 15", "end 100"])
      assert.strictEqual(yield* supervisor.ended, 0)
    }))

  it.scoped("does what it is asked for, and waits until that is done", () =>
    Effect.gen(function*() {
      const programs = { "/bin/web": [{ endsAfter: 50 }, { endsAfter: 50 }, {}] }
      const { kernel, supervisor } = yield* begin({ units: web }, { programs })
      yield* supervisor.booted
      const stop = yield* Effect.fork(supervisor.stop("web.service"))
      yield* after(0)
      yield* after(49)
      assert.isFalse(yield* KernelTest.hasEnded(stop))
      yield* after(1)
      yield* Fiber.join(stop)
      assert.strictEqual((yield* supervisor.status).get("web.service")?.state, "inactive")
      yield* supervisor.start("web.service")
      yield* supervisor.start("web.service")
      const restart = yield* Effect.fork(supervisor.restart("web.service"))
      yield* after(0)
      yield* after(50)
      yield* Fiber.join(restart)
      assert.deepStrictEqual(kernel.calls.filter((call) => call.startsWith("spawn")), [
        "spawn web /bin/web",
        "spawn web /bin/web",
        "spawn web /bin/web"
      ])
    }))

  it.scoped("fails with the reason where what it is asked for does not come about", () =>
    Effect.gen(function*() {
      const units = {
        ...web,
        "once.service": { Service: { Type: "oneshot", ExecStart: "/bin/once" } },
        "needs.service": { Unit: { Requires: "once.service", After: "once.service" }, Service: { ExecStart: "/bin/n" } }
      }
      const { release, supervisor } = yield* begin({ units }, { programs: { "/bin/once": { exitsAfter: 1, code: 3 } } })
      yield* after(10)
      yield* supervisor.booted
      const reason = (what: Effect.Effect<void, Supervisor.JobFailed>) =>
        Effect.fork(what).pipe(
          Effect.tap(() => after(10)),
          Effect.flatMap(Fiber.join),
          Effect.flip,
          Effect.map(({ message }) => message)
        )
      assert.strictEqual(
        yield* reason(supervisor.start("nobody.service")),
        "nobody.service: not started: there is no such unit"
      )
      assert.strictEqual(
        yield* reason(supervisor.reload("web.service")),
        "web.service: not reloaded: it cannot be reloaded: it has no ExecReload="
      )
      assert.strictEqual(yield* reason(supervisor.start("once.service")), "once.service: not started: it failed")
      assert.strictEqual(
        yield* reason(supervisor.start("needs.service")),
        "needs.service: not started: it requires once.service, which did not start"
      )
      yield* release
      assert.strictEqual(
        yield* reason(supervisor.start("web.service")),
        "web.service: not started: everything is stopping"
      )
    }))

  it.scoped("tells each reader what happens, to the end", () =>
    Effect.gen(function*() {
      const programs = { "/bin/web": [{}, { exitsAfter: 10, code: 1 }, {}] }
      const { release, supervisor } = yield* begin({ units: web }, { programs })
      yield* supervisor.booted
      const shown = (event: Supervisor.SupervisorEvent): string => event._tag === "Changed" ? event.to : event._tag
      const read = supervisor.events.pipe(Stream.map(shown), Stream.runCollect)
      const readers = yield* Effect.fork(Effect.all([read, read], { concurrency: 2 }))
      yield* Effect.yieldNow()
      const restart = yield* Effect.fork(supervisor.restart("web.service"))
      yield* after(1000)
      yield* Fiber.join(restart)
      assert.strictEqual((yield* supervisor.status).get("web.service")?.restarts, 1)
      yield* release
      const [one, other] = (yield* Fiber.join(readers)).map(Chunk.toReadonlyArray)
      assert.deepStrictEqual(one, other)
      assert.strictEqual(one?.at(-1), "Ended")
      assert.includeMembers([...one ?? []], ["activating", "active", "deactivating", "inactive", "StopBegan"])
      assert.deepStrictEqual(Chunk.toReadonlyArray(yield* Stream.runCollect(supervisor.events)), [
        { _tag: "Ended", exitCode: 0 }
      ])
    }))

  it.scoped("ends by a unit's wish, with the code that a container would have", () =>
    Effect.gen(function*() {
      const units = {
        "job.service": {
          Unit: { SuccessAction: "exit", SuccessActionExitStatus: 7 },
          Service: { Type: "oneshot", ExecStart: "/bin/job" }
        }
      }
      const { supervisor } = yield* begin({ units }, { programs: { "/bin/job": { exitsAfter: 5 } } })
      yield* after(5)
      assert.strictEqual(yield* supervisor.ended, 7)
    }))

  it.scoped("refuses units that are wrong, and starts nothing of them", () =>
    Effect.gen(function*() {
      const kernel = yield* KernelTest.make()
      const units = { ...web, "bad.service": { Service: { ExecStart: "/bin/bad", Restart: "sometimes" } } }
      const refused = yield* Layer.build(Supervisor.layer({ units }).pipe(Layer.provide(kernel.layer))).pipe(
        Effect.flip
      )
      assert.strictEqual(refused._tag, "UnitsRefused")
      assert.match(refused.message, /error: bad\.service:3:.*sometimes/)
      assert.deepStrictEqual(kernel.calls, [])
    }))

  it.scoped("lays units that are data over those of directories, and reads these again", () =>
    Effect.gen(function*() {
      const files = {
        "/units/web.service": "[Service]\nExecStart=/bin/old",
        "/units/db.service": "[Service]\nExecStart=/bin/db"
      }
      const directories = { core: "/units", dropIn: "/drop-ins" }
      const { kernel, supervisor } = yield* begin({ units: web, directories }, { files })
      yield* supervisor.booted
      assert.deepStrictEqual(kernel.requests.map(({ file }) => file).sort(), ["/bin/db", "/bin/web"])
      kernel.files["/units/db.service"] = "[Service]\nExecStart=/bin/db2"
      kernel.files["/units/late.service"] = "[Service]\nExecStart=/bin/late"
      yield* supervisor.reread
      yield* Effect.yieldNow()
      yield* after(1)
      yield* supervisor.restart("db.service")
      yield* supervisor.start("late.service")
      assert.deepStrictEqual(kernel.requests.slice(2).map(({ file }) => file), ["/bin/db2", "/bin/late"])
      assert.strictEqual((yield* supervisor.status).get("late.service")?.state, "active")
    }))
})
