/** Sockets that run commands of their own: the actor on a scripted kernel. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { hasEnded } from "../KernelTest.ts"
import type { Script } from "../Script.ts"
import * as Triggers from "../Triggers.ts"
import { shutdownBegan, startRequested, stopRequested, tooOften, up } from "../Triggers.ts"

const all = [
  "ListenStream=80",
  "ExecStartPre=/bin/pre",
  "ExecStartPre=/bin/pre2",
  "ExecStartPost=/bin/post",
  "ExecStopPre=/bin/stop",
  "ExecStopPost=/bin/gone"
]
const quick = { exitsAfter: 10 }
const programs = { "/bin/pre": quick, "/bin/pre2": quick, "/bin/post": quick, "/bin/stop": quick, "/bin/gone": quick }

const begin = Effect.fnUntraced(function*(lines: ReadonlyArray<string> = all, script: Script = {}) {
  const trigger = yield* Triggers.socket(lines.join("\n"), { ...script, programs: { ...programs, ...script.programs } })
  let seen = 0
  /** What it has done since the last look, without the bookkeeping. */
  const fresh = () => {
    const calls = trigger.kernel.calls.slice(seen)
    seen = trigger.kernel.calls.length
    return calls.filter((call) => /^(?:listen|close \d|spawn|signal|end)/.test(call))
  }
  return { ...trigger, fresh }
})

describe("a socket with commands", () => {
  it.scoped("runs them one after the other around its binding and its closing", () =>
    Effect.gen(function*() {
      const { after, fresh, handed, kernel, news, tell } = yield* begin()
      assert.deepStrictEqual(news(), ["inactive -> activating"])
      assert.deepStrictEqual(handed(), [])
      yield* after("10ms")
      yield* after("10ms")
      assert.lengthOf(handed(), 1)
      kernel.sockets.knock("*:80")
      assert.deepStrictEqual(news(), [])
      assert.deepStrictEqual(fresh(), [
        "spawn job /bin/pre",
        "end 100",
        "spawn job /bin/pre2",
        "end 101",
        "listen stream *:80 as 51",
        "spawn job /bin/post"
      ])
      yield* after("10ms")
      assert.deepStrictEqual(news(), ["activating -> active", "start job.service"])
      yield* tell(up, stopRequested)
      assert.deepStrictEqual(news(), ["active -> deactivating"])
      yield* after("10ms")
      yield* after("10ms")
      assert.deepStrictEqual(news(), ["deactivating -> inactive"])
      assert.deepStrictEqual(fresh(), [
        "end 102",
        "spawn job /bin/stop",
        "end 103",
        "close 51",
        "spawn job /bin/gone",
        "end 104"
      ])
    }))

  it.scoped("does not bind where one of the first has failed, and runs none of the others", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, news, tell } = yield* begin(all, {
        programs: { "/bin/pre": { exitsAfter: 10, code: 3 } }
      })
      yield* after("10ms")
      assert.deepStrictEqual(news(), [
        "inactive -> activating",
        "activating -> deactivating",
        "deactivating -> failed (exit-code)"
      ])
      assert.deepStrictEqual(fresh(), ["spawn job /bin/pre", "end 100"])
      assert.include(kernel.log, "WARN job.socket: failed (exit-code): ExecStartPre= exited with code 3")
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["failed -> activating"])
    }))

  it.scoped("closes again where a later one has failed, or takes too long", () =>
    Effect.gen(function*() {
      const lines = [...all, "TimeoutSec=2s"]
      const { after, fresh, kernel, news } = yield* begin(lines, { programs: { "/bin/post": { ignores: [15] } } })
      yield* after("20ms")
      news()
      fresh()
      yield* after("2s")
      yield* after("10ms")
      yield* after("10ms")
      assert.include(kernel.log, "WARN job.socket: failed (timeout): ExecStartPost= did not end within 2s")
      assert.deepStrictEqual(news(), ["activating -> deactivating (timeout)"])
      // What is left of it is told to go, and killed.
      assert.deepStrictEqual(fresh().filter((call) => !call.startsWith("signal")), [
        "spawn job /bin/stop",
        "end 103",
        "close 51",
        "spawn job /bin/gone",
        "end 104"
      ])
      yield* after("2s")
      assert.deepStrictEqual(news(), ["deactivating -> failed (timeout)"])
      assert.deepStrictEqual(kernel.alive(), [])
    }))

  it.scoped("goes on past a failure that is to be ignored", () =>
    Effect.gen(function*() {
      const lines = ["ListenStream=80", "ExecStartPre=-/bin/pre"]
      const { after, kernel, news } = yield* begin(lines, { programs: { "/bin/pre": { exitsAfter: 10, code: 3 } } })
      yield* after("10ms")
      assert.deepStrictEqual(news(), ["inactive -> activating", "activating -> active"])
      assert.include(kernel.log, "INFO job.socket: ExecStartPre= exited with code 3, which is ignored")
    }))

  it.scoped("runs those of the stop also where it fails, be it at the binding or later", () =>
    Effect.gen(function*() {
      const lines = ["ListenStream=80", "ExecStopPre=/bin/stop", "ExecStopPost=/bin/gone"]
      const unbindable = ["*:80"]
      const { after, fresh, news, tell } = yield* begin(lines, { unbindable })
      yield* after("10ms")
      yield* after("10ms")
      assert.deepStrictEqual(fresh(), ["spawn job /bin/stop", "end 100", "spawn job /bin/gone", "end 101"])
      assert.deepStrictEqual(news(), ["inactive -> deactivating (resources)", "deactivating -> failed (resources)"])
      unbindable.pop()
      yield* tell(startRequested)
      yield* tell(up, tooOften)
      // Whoever wants it again meanwhile waits for its end.
      yield* tell(startRequested)
      yield* after("10ms")
      yield* after("10ms")
      assert.deepStrictEqual(news(), [
        "failed -> active",
        "active -> deactivating (service-start-limit-hit)",
        "deactivating -> failed (service-start-limit-hit)",
        "failed -> active"
      ])
    }))

  it.scoped("fails with a command of its stop, and goes on with the stop", () =>
    Effect.gen(function*() {
      const { after, fresh, news, tell } = yield* begin(all, { programs: { "/bin/stop": { exitsAfter: 10, code: 1 } } })
      yield* after("30ms")
      yield* tell(stopRequested)
      yield* after("20ms")
      assert.strictEqual(news().at(-1), "deactivating -> failed (exit-code)")
      assert.deepStrictEqual(fresh().slice(-3), ["close 51", "spawn job /bin/gone", "end 104"])
    }))

  it.scoped("is told to stop while its first command runs: that goes, and nothing is bound", () =>
    Effect.gen(function*() {
      const { after, fresh, news, tell } = yield* begin(all, { programs: { "/bin/pre": { endsAfter: 5 } } })
      yield* tell(stopRequested)
      yield* after("20ms")
      assert.deepStrictEqual(fresh().filter((call) => !call.startsWith("listen")), [
        "spawn job /bin/pre",
        "signal 100 15",
        "end 100",
        "spawn job /bin/gone",
        "end 101"
      ])
      assert.deepStrictEqual(news(), [
        "inactive -> activating",
        "activating -> deactivating",
        "deactivating -> inactive"
      ])
    }))

  it.scoped("is gone once it has stopped in the shutdown, and is killed when there is no more time", () =>
    Effect.gen(function*() {
      const gentle = yield* begin()
      yield* gentle.after("30ms")
      yield* gentle.tell(shutdownBegan, stopRequested)
      assert.isFalse(yield* hasEnded(gentle.fiber))
      yield* gentle.after("20ms")
      assert.isTrue(yield* hasEnded(gentle.fiber))
      const stubborn = yield* begin(all, { programs: { "/bin/stop": { ignores: [15] } } })
      yield* stubborn.after("30ms")
      yield* stubborn.tell(shutdownBegan, stopRequested, { _tag: "KillRequested" })
      yield* stubborn.after("10ms")
      assert.isTrue(yield* hasEnded(stubborn.fiber))
      assert.deepStrictEqual(stubborn.kernel.alive(), [])
      assert.deepStrictEqual(stubborn.kernel.sockets.listening(), [])
      assert.notInclude(stubborn.fresh().join(), "/bin/gone")
    }))

  it.scoped("looks at its conditions ahead of the first command, once", () =>
    Effect.gen(function*() {
      const lines = ["ListenStream=80", "ExecStartPre=/bin/pre", "ConditionPathExists=!/made"]
      const { after, fresh, kernel, news, tell } = yield* begin(lines, {
        programs: { "/bin/pre": { exitsAfter: 10, writes: { "/made": "" } } }
      })
      yield* after("10ms")
      assert.deepStrictEqual(news(), ["inactive -> activating", "activating -> active"])
      yield* tell(stopRequested)
      fresh()
      news()
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["skipped"])
      assert.deepStrictEqual(fresh(), [])
      assert.isDefined(kernel.files["/made"])
    }))

  it.scoped("passes its listeners to its commands where it is to, and starts them as it says", () =>
    Effect.gen(function*() {
      const lines = [...all, "PassFileDescriptorsToExec=yes", "Environment=A=b"]
      const { after, kernel, tell } = yield* begin(lines)
      yield* after("30ms")
      yield* tell(stopRequested)
      yield* after("20ms")
      assert.deepStrictEqual(kernel.requests.map(({ descriptors, file }) => [file, ...descriptors]), [
        ["/bin/pre"],
        ["/bin/pre2"],
        ["/bin/post", 51],
        ["/bin/stop", 51],
        ["/bin/gone"]
      ])
      for (const { environment } of kernel.requests) assert.include(environment, "A=b")
      assert.include(kernel.requests[2]?.environment ?? [], "LISTEN_FDNAMES=job.socket")
    }))
})
