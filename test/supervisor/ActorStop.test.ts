/** How a service is stopped: its kill signal, the time it gets, and who is reached by it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Actors from "./Actors.ts"
import { hasEnded } from "./KernelTest.ts"

const web = "/bin/web"
const up = ["activating", "active"]

describe("a service that is told to stop", () => {
  it.scoped("gets its kill signal and is stopped once nothing of it is left", () =>
    Effect.gen(function*() {
      const { after, fiber, kernel, reports, tell } = yield* Actors.start("KillSignal=SIGINT", {
        programs: { [web]: { endsAfter: 300, leaves: { endsAfter: 400 } } }
      })
      yield* tell(Actors.stop)
      yield* after(399)
      assert.deepStrictEqual(reports, [...up, "deactivating"])
      yield* after(1)
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 2", "end 100", "end 101", "close web.service"])
      assert.deepStrictEqual(reports, [...up, "deactivating", "inactive"])
      assert.isFalse(yield* hasEnded(fiber), "it may be started again")
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
      assert.deepStrictEqual(reports, [...up, "deactivating", "failed by force"])
    }))

  it.scoped("is killed if only a process it left behind does not go", () =>
    Effect.gen(function*() {
      const { after, kernel, reports, tell } = yield* Actors.start("TimeoutStopSec=1", {
        programs: { [web]: { leaves: { ignores: [15] } } }
      })
      yield* tell(Actors.stop)
      yield* after(2000)
      assert.deepStrictEqual(kernel.alive(), [])
      assert.include(kernel.calls, "signal 100 9")
      assert.include(reports.at(-1), "by force")
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
        assert.strictEqual(reports.at(-1), killed ? "failed by force" : "inactive")
      }))
  }

  it.scoped("does not count as killed if it ends in the moment in which its time is over", () =>
    Effect.gen(function*() {
      const script = { programs: { [web]: { ignores: [15] } } }
      const { after, kernel, reports, tell } = yield* Actors.start("TimeoutStopSec=1", script, ({ die }) => die(100))
      yield* tell(Actors.stop)
      yield* after(1000)
      assert.notInclude(kernel.calls, "signal 100 9")
      assert.notInclude(reports.at(-1), "by force")
    }))

  it.scoped("gets SIGCONT with its kill signal, for a stopped process cannot act on that", () =>
    Effect.gen(function*() {
      const { after, reports, tell } = yield* Actors.start("TimeoutStopSec=5", {
        programs: { [web]: { stopped: true } }
      })
      yield* tell(Actors.stop)
      yield* after(4999)
      assert.deepStrictEqual(reports, [...up, "deactivating", "inactive"])
    }))

  it.scoped("while it starts, is not up and never will be", () =>
    Effect.gen(function*() {
      const { after, kernel, reports, tell } = yield* Actors.start("", { programs: { [web]: { startsAfter: 1000 } } })
      yield* after(10)
      yield* tell(Actors.stop)
      yield* after(10_000)
      assert.deepStrictEqual(reports, ["activating", "deactivating", "inactive"])
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 15", "end 100", "close web.service"])
    }))

  it.scoped("between two runs, starts no more", () =>
    Effect.gen(function*() {
      const { after, fresh, news, tell } = yield* Actors.start("Restart=always\nRestartSec=5", {
        programs: { [web]: { exitsAfter: 10 } }
      })
      yield* after(1000)
      news()
      yield* tell(Actors.stop)
      assert.deepStrictEqual(news(), ["inactive"])
      yield* after(60_000)
      assert.strictEqual(fresh("spawn").length, 1)
    }))

  it.scoped("while it ends by itself, starts no more either", () =>
    Effect.gen(function*() {
      const { after, fresh, reports, tell } = yield* Actors.start("Restart=always\nRestartSec=0", {
        programs: { [web]: { exitsAfter: 10, leaves: { endsAfter: 100 } } }
      })
      yield* after(50)
      yield* tell(Actors.stop)
      yield* after(1000)
      assert.strictEqual(fresh("spawn").length, 1)
      assert.deepStrictEqual(reports, [...up, "deactivating", "inactive"])
    }))

  it.scoped("at once, is killed at once", () =>
    Effect.gen(function*() {
      const { kernel, reports, tell } = yield* Actors.start("ExecStopPost=/bin/after", {
        programs: { [web]: { ignores: [15] } }
      })
      yield* tell(Actors.stop)
      yield* tell(Actors.kill)
      assert.deepStrictEqual(kernel.calls.slice(2), ["signal 100 15", "signal 100 9", "end 100", "close web.service"])
      assert.deepStrictEqual(reports, [...up, "deactivating", "failed by force"])
    }))

  it.scoped("gets SIGHUP too with SendSIGHUP=, and another last signal with FinalKillSignal=", () =>
    Effect.gen(function*() {
      const { after, fresh, tell } = yield* Actors.start("SendSIGHUP=yes\nFinalKillSignal=SIGQUIT\nTimeoutStopSec=1", {
        programs: { [web]: { ignores: [15, 1] } }
      })
      yield* tell(Actors.stop)
      yield* after(1000)
      assert.deepStrictEqual(fresh("signal"), ["signal 100 15 1", "signal 100 3"])
    }))

  it.scoped("in order to restart gets RestartKillSignal=", () =>
    Effect.gen(function*() {
      const { fresh, tell } = yield* Actors.start("RestartKillSignal=SIGUSR1")
      yield* tell(Actors.restart)
      assert.deepStrictEqual(fresh("signal"), ["signal 100 10"])
    }))

  it.scoped("with SendSIGKILL=no is not killed: what is left is left, and said", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, reports, tell } = yield* Actors.start("SendSIGKILL=no\nTimeoutStopSec=1", {
        programs: { [web]: { ignores: [15] } }
      })
      yield* tell(Actors.stop)
      yield* after(60_000)
      assert.deepStrictEqual(fresh("signal").filter((call) => call.endsWith(" 9")), [])
      assert.strictEqual(reports.at(-1), "failed")
      assert.deepStrictEqual(kernel.alive(), [100])
      assert.include(kernel.log.join("\n"), "SendSIGKILL=no keeps them from being killed")
    }))
})

describe("KillMode=", () => {
  const helpers = { programs: { [web]: { endsAfter: 100, leaves: { endsAfter: 300 } } } }

  it.scoped("control-group signals all of the unit's processes", () =>
    Effect.gen(function*() {
      const { after, fresh, tell } = yield* Actors.start("KillMode=control-group", helpers)
      yield* tell(Actors.stop)
      yield* after(99)
      assert.deepStrictEqual(fresh("signal", "kill"), ["signal 100 15"])
      yield* after(1000)
      assert.notInclude(fresh("signal").join("\n"), " 9")
    }))

  it.scoped("mixed asks the main process alone, and kills the others once it is gone", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, tell } = yield* Actors.start("KillMode=mixed", helpers)
      yield* tell(Actors.stop)
      yield* after(99)
      assert.deepStrictEqual(fresh("signal", "kill"), ["kill 100 15", "kill 100 18"])
      yield* after(1)
      assert.deepStrictEqual(fresh("signal", "kill", "end"), ["end 100", "signal 100 9", "end 101"])
      assert.deepStrictEqual(kernel.alive(), [])
    }))

  it.scoped("process signals the main process alone, and leaves the others", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, reports, tell } = yield* Actors.start("KillMode=process", helpers)
      yield* tell(Actors.stop)
      yield* after(60_000)
      assert.deepStrictEqual(fresh("signal", "kill", "end", "close"), ["kill 100 15", "kill 100 18", "end 100"])
      assert.deepStrictEqual(kernel.alive(), [101])
      assert.strictEqual(reports.at(-1), "inactive")
      assert.include(
        kernel.log,
        "INFO web.service: leaves processes behind that nobody looks after any more, as KillMode=process has it"
      )
    }))

  it.scoped("process gives the group back if there were no others", () =>
    Effect.gen(function*() {
      const { fresh, kernel, tell } = yield* Actors.start("KillMode=process")
      yield* tell(Actors.stop)
      assert.deepStrictEqual(fresh("end", "close"), ["end 100", "close web.service"])
      assert.notInclude(kernel.log.join("\n"), "behind")
    }))

  it.scoped("none signals nobody", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, reports, tell } = yield* Actors.start("KillMode=none", helpers)
      yield* tell(Actors.stop)
      yield* after(60_000)
      assert.deepStrictEqual(fresh("signal", "kill"), [])
      assert.deepStrictEqual(kernel.alive(), [100, 101])
      assert.strictEqual(reports.at(-1), "inactive")
    }))

  it.scoped("whatever it says, nobody outlives the time for stopping", () =>
    Effect.gen(function*() {
      for (const mode of ["none", "process", "mixed", "control-group"]) {
        const { kernel, tell } = yield* Actors.start(`KillMode=${mode}`, helpers)
        yield* tell(Actors.kill)
        assert.deepStrictEqual(kernel.alive(), [], mode)
      }
    }))
})

describe("a process that is killed for want of memory", () => {
  const hungry = { programs: { [web]: { leaves: {} } } }

  it.scoped("fails its service with a result of its own", () =>
    Effect.gen(function*() {
      const { after, kernel, reports } = yield* Actors.start("", hungry)
      kernel.oomKill(100)
      yield* after(0)
      assert.strictEqual(reports.at(-1), "failed")
      assert.include(kernel.log, "WARN web.service: failed (oom-kill)")
      assert.include(kernel.log.join("\n"), "for want of memory")
    }))

  it.scoped("is one like others with OOMPolicy=continue", () =>
    Effect.gen(function*() {
      const { after, kernel, reports } = yield* Actors.start("OOMPolicy=continue", hungry)
      kernel.oomKill(100)
      yield* after(0)
      assert.strictEqual(reports.at(-1), "failed")
      assert.include(kernel.log, "WARN web.service: failed (signal)")
    }))

  const told = { ...hungry, files: { "/cgroup/web.service/memory.events": "" } }

  it.scoped("stops its service even if nobody looks at that process", () =>
    Effect.gen(function*() {
      const { after, kernel, reports } = yield* Actors.start("", told)
      assert.deepStrictEqual(kernel.watched(), ["/cgroup/web.service/memory.events"])
      kernel.oomKill(101)
      yield* after(0)
      assert.deepStrictEqual(kernel.calls.slice(2), ["end 101", "signal 100 15", "end 100", "close web.service"])
      assert.strictEqual(reports.at(-1), "failed")
      assert.include(kernel.log, "WARN web.service: failed (oom-kill)")
      assert.deepStrictEqual(kernel.watched(), [])
    }))

  it.scoped("has the others of its service killed with OOMPolicy=kill", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Actors.start("OOMPolicy=kill", told)
      kernel.oomKill(101)
      yield* after(0)
      assert.deepStrictEqual(kernel.calls.slice(3), ["end 101", "signal 100 9", "end 100", "close web.service"])
    }))

  it.scoped("is not looked for with OOMPolicy=continue, nor is anything else that memory.events tells", () =>
    Effect.gen(function*() {
      const patient = yield* Actors.start("OOMPolicy=continue", told)
      assert.deepStrictEqual(patient.kernel.watched(), [])
      const { after, kernel, reports } = yield* Actors.start("", told)
      kernel.change("/cgroup/web.service/memory.events", 2)
      yield* after(0)
      assert.deepStrictEqual(reports, up)
    }))

  it.scoped("and one that somebody else kills are told apart", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Actors.start("", { programs: { [web]: { exitsAfter: 10, diesOf: 9 } } })
      yield* after(10)
      assert.include(kernel.log, "WARN web.service: failed (signal)")
    }))
})
