/** The commands around a service: their order, what they are told, and what their ends mean. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Actors from "./Actors.ts"
import type { Program } from "./Script.ts"

const web = "/bin/web"
const done: Program = { exitsAfter: 0 }
const bad: Program = { exitsAfter: 0, code: 3 }

const names = ["condition", "pre", "post", "reload", "stop", "after"] as const
type Name = (typeof names)[number]

const lines = `ExecCondition=/bin/condition
ExecStartPre=/bin/pre
ExecStart=${web}
ExecStartPost=/bin/post
ExecReload=/bin/reload
ExecStop=/bin/stop
ExecStopPost=/bin/after`

/** A service with a command of every kind; those not named do well at once. */
const start = (programs: { readonly [N in Name | "web"]?: Program } = {}, more = "") =>
  Actors.start(`${lines}\n${more}`, {
    programs: {
      ...Object.fromEntries(names.map((name) => [`/bin/${name}`, programs[name] ?? done])),
      [web]: programs.web ?? {}
    }
  })

const spawned = ({ fresh }: Actors.Actor): ReadonlyArray<string> =>
  fresh("spawn").map((call) => call.slice(call.lastIndexOf("/") + 1))

describe("the commands of a service", () => {
  it.scoped("run in their order, each after the end of the one before", () =>
    Effect.gen(function*() {
      const actor = yield* start()
      assert.deepStrictEqual(spawned(actor), ["condition", "pre", "web", "post"])
      assert.deepStrictEqual(actor.news(), ["activating", "active"])
      yield* actor.tell(Actors.reload)
      assert.deepStrictEqual(spawned(actor), ["reload"])
      assert.deepStrictEqual(actor.news(), ["reloading", "active"])
      yield* actor.tell(Actors.stop)
      assert.deepStrictEqual(spawned(actor), ["stop", "after"])
      assert.deepStrictEqual(actor.news(), ["deactivating", "inactive"])
      assert.deepStrictEqual(actor.kernel.overlaps, ["web", "web", "web"], "post, reload and stop ran beside it")
    }))

  it.scoped("have each the whole of TimeoutStartSec=", () =>
    Effect.gen(function*() {
      const slow = { exitsAfter: 900 }
      const actor = yield* start({ condition: slow, pre: slow, post: slow }, "TimeoutStartSec=1")
      yield* actor.after(1799)
      assert.deepStrictEqual(spawned(actor), ["condition", "pre"])
      yield* actor.after(901)
      assert.deepStrictEqual(actor.news(), ["activating", "active"])
    }))

  it.scoped("are told of the run that they are part of", () =>
    Effect.gen(function*() {
      const { kernel, tell } = yield* start({ web: { codeWhenAsked: 7 } })
      const told = (name: string) => Actors.environmentOf(kernel, `/bin/${name}`)
      assert.match(told("web")["INVOCATION_ID"] ?? "", /^[0-9a-f]{32}$/)
      for (const name of ["condition", "pre", "post"]) {
        assert.strictEqual(told(name)["INVOCATION_ID"], told("web")["INVOCATION_ID"], name)
      }
      assert.isUndefined(told("pre")["MAINPID"])
      assert.strictEqual(told("post")["MAINPID"], "102")
      yield* tell(Actors.reload)
      assert.strictEqual(told("reload")["MAINPID"], "102")
      yield* tell(Actors.stop)
      assert.strictEqual(told("stop")["SERVICE_RESULT"], "success")
      assert.isUndefined(told("stop")["EXIT_CODE"])
      assert.strictEqual(told("after")["SERVICE_RESULT"], "exit-code")
      assert.strictEqual(told("after")["EXIT_CODE"], "exited")
      assert.strictEqual(told("after")["EXIT_STATUS"], "7")
    }))

  it.scoped("are told of another run at the next start", () =>
    Effect.gen(function*() {
      const { kernel, tell } = yield* Actors.start("")
      const first = Actors.environmentOf(kernel, web)["INVOCATION_ID"]
      yield* tell(Actors.stop)
      yield* tell(Actors.begin)
      assert.notStrictEqual(Actors.environmentOf(kernel, web)["INVOCATION_ID"], first)
    }))

  it.scoped("that leave somebody behind have that one swept up with the service", () =>
    Effect.gen(function*() {
      const { kernel, tell } = yield* start({ pre: { ...done, leaves: {} }, after: { ...done, leaves: {} } })
      yield* tell(Actors.stop)
      assert.deepStrictEqual(kernel.alive(), [])
    }))
})

describe("a command that fails", () => {
  it.scoped("of ExecCondition= with 1 to 254 skips the service, which is no failure", () =>
    Effect.gen(function*() {
      const actor = yield* start({ condition: bad }, "Restart=always")
      yield* actor.after(60_000)
      assert.deepStrictEqual(spawned(actor), ["condition", "after"])
      assert.deepStrictEqual(actor.news(), ["activating", "skipped", "deactivating", "inactive"])
    }))

  it.scoped("of ExecCondition= with 255 fails the service", () =>
    Effect.gen(function*() {
      const actor = yield* start({ condition: { exitsAfter: 0, code: 255 } })
      assert.deepStrictEqual(spawned(actor), ["condition", "after"])
      assert.deepStrictEqual(actor.news(), ["activating", "deactivating", "failed"])
    }))

  it.scoped("of ExecStartPre= fails the start: the service never runs, and only ExecStopPost= does", () =>
    Effect.gen(function*() {
      const actor = yield* start({ pre: bad })
      assert.deepStrictEqual(spawned(actor), ["condition", "pre", "after"])
      assert.deepStrictEqual(actor.news(), ["activating", "deactivating", "failed"])
      assert.strictEqual(Actors.environmentOf(actor.kernel, "/bin/after")["SERVICE_RESULT"], "exit-code")
    }))

  it.scoped("of ExecStartPost= ends the service, without ExecStop=", () =>
    Effect.gen(function*() {
      const actor = yield* start({ post: bad })
      assert.deepStrictEqual(spawned(actor), ["condition", "pre", "web", "post", "after"])
      assert.deepStrictEqual(actor.news(), ["activating", "deactivating", "failed"])
      assert.deepStrictEqual(actor.kernel.alive(), [])
    }))

  it.scoped("of ExecReload= leaves the service as it is", () =>
    Effect.gen(function*() {
      const actor = yield* start({ reload: bad })
      yield* actor.tell(Actors.reload)
      assert.deepStrictEqual(actor.news(), ["activating", "active", "reloading", "active"])
    }))

  it.scoped("of ExecStop= does not keep the service from being stopped", () =>
    Effect.gen(function*() {
      const actor = yield* start({ stop: bad })
      yield* actor.tell(Actors.stop)
      assert.deepStrictEqual(actor.news().at(-1), "failed")
      assert.deepStrictEqual(actor.kernel.alive(), [])
    }))

  it.scoped("with - in front of it does not count", () =>
    Effect.gen(function*() {
      const actor = yield* Actors.start("ExecStartPre=-/bin/pre\nExecStopPost=-/bin/after", {
        programs: { "/bin/pre": bad, "/bin/after": bad }
      })
      yield* actor.tell(Actors.stop)
      assert.deepStrictEqual(actor.news(), ["activating", "active", "deactivating", "inactive"])
    }))
})

describe("a command that takes too long", () => {
  const endless: Program = { endsAfter: 50 }

  it.scoped("of ExecStartPre= fails the start", () =>
    Effect.gen(function*() {
      const actor = yield* start({ pre: endless }, "TimeoutStartSec=1")
      yield* actor.after(1050)
      assert.deepStrictEqual(spawned(actor), ["condition", "pre", "after"])
      assert.deepStrictEqual(actor.news(), ["activating", "deactivating", "failed"])
      assert.include(actor.kernel.log, "WARN web.service: failed (timeout)")
    }))

  it.scoped("of ExecReload= is killed, and the service goes on", () =>
    Effect.gen(function*() {
      const actor = yield* start({ reload: endless }, "TimeoutStartSec=1")
      yield* actor.tell(Actors.reload)
      yield* actor.after(1000)
      assert.deepStrictEqual(actor.fresh("kill"), ["kill 104 9"])
      assert.deepStrictEqual(actor.news(), ["activating", "active", "reloading", "active"])
    }))

  it.scoped("of ExecStop= gives way to the kill signal", () =>
    Effect.gen(function*() {
      const actor = yield* start({ stop: endless }, "TimeoutStopSec=1")
      yield* actor.tell(Actors.stop)
      yield* actor.after(999)
      assert.deepStrictEqual(actor.fresh("signal"), [])
      yield* actor.after(51)
      assert.deepStrictEqual(actor.news().at(-1), "failed")
      assert.deepStrictEqual(actor.kernel.alive(), [])
    }))

  it.scoped("of ExecStopPost= is ended, too", () =>
    Effect.gen(function*() {
      const actor = yield* start({ after: endless }, "TimeoutStopSec=1")
      yield* actor.tell(Actors.stop)
      yield* actor.after(1050)
      assert.deepStrictEqual(actor.news().at(-1), "failed")
      assert.deepStrictEqual(actor.kernel.alive(), [])
    }))
})
