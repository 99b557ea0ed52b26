/** What a service says to its notification socket, and what comes of it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { NotifyMessage } from "../../src/kernel/Notify.ts"
import * as Actors from "./Actors.ts"
import type { Program } from "./Script.ts"

const web = "/bin/web"
const notify = "Type=notify"

const start = (lines: string, program: Program | ReadonlyArray<Program> = {}) =>
  Actors.start(lines, { programs: { [web]: program } })

/** A process says something, and the actor hears it. */
const say = (
  { after, kernel }: Actors.Actor,
  text: string,
  { pid = 100, ...more }: Partial<NotifyMessage> = {}
) => Effect.zipRight(Effect.sync(() => kernel.notify(pid, text, more)), after(0))

describe("a service of Type=notify", () => {
  it.scoped("is up once it has said so", () =>
    Effect.gen(function*() {
      const actor = yield* start(notify, { notifies: [[40, "READY=1"]] })
      assert.strictEqual(Actors.environmentOf(actor.kernel, web)["NOTIFY_SOCKET"], "@notify-1")
      yield* actor.after(39)
      assert.deepStrictEqual(actor.news(), ["activating"])
      yield* actor.after(1)
      assert.deepStrictEqual(actor.news(), ["active"])
    }))

  it.scoped("has failed if it ends without having said so, even with 0", () =>
    Effect.gen(function*() {
      const actor = yield* start(notify, { exitsAfter: 10 })
      yield* actor.after(10)
      assert.deepStrictEqual(actor.news(), ["activating", "deactivating", "failed"])
      assert.include(actor.kernel.log, "WARN web.service: ended before it said that it is ready (READY=1)")
      assert.include(actor.kernel.log, "WARN web.service: failed (protocol)")
    }))

  it.scoped("has failed if it does not say so in time, unless it asks for more", () =>
    Effect.gen(function*() {
      const actor = yield* start(`${notify}\nTimeoutStartSec=1`, {
        notifies: [[900, "EXTEND_TIMEOUT_USEC=5000000"]]
      })
      yield* actor.after(5899)
      assert.deepStrictEqual(actor.news(), ["activating"])
      yield* actor.after(1)
      assert.deepStrictEqual(actor.news(), ["deactivating", "failed"])
    }))

  it.scoped("reloads and stops by its own word", () =>
    Effect.gen(function*() {
      const actor = yield* start(`${notify}\nTimeoutStopSec=1`, { notifies: [[0, "READY=1"]] })
      assert.deepStrictEqual(actor.news(), ["activating", "active"])
      yield* say(actor, "RELOADING=1\nMONOTONIC_USEC=1")
      assert.deepStrictEqual(actor.news(), ["reloading"])
      yield* say(actor, "READY=1")
      assert.deepStrictEqual(actor.news(), ["active"])
      yield* say(actor, "STOPPING=1")
      assert.deepStrictEqual(actor.news(), ["deactivating"])
      assert.deepStrictEqual(actor.fresh("signal"), [], "it is about to go by itself")
      yield* actor.after(1000)
      assert.strictEqual(actor.news().at(-1), "failed by force")
    }))

  it.scoped("as notify-reload is signalled, and reloads until it is ready again", () =>
    Effect.gen(function*() {
      const actor = yield* start("Type=notify-reload", { notifies: [[0, "READY=1"]], ignores: [1] })
      yield* actor.tell(Actors.reload)
      assert.deepStrictEqual(actor.fresh("kill"), ["kill 100 1"])
      yield* say(actor, "READY=1")
      assert.deepStrictEqual(actor.news(), ["activating", "active", "reloading"], "an old word")
      yield* say(actor, "RELOADING=1")
      yield* say(actor, "READY=1")
      assert.deepStrictEqual(actor.news(), ["active"])
    }))

  it.scoped("has its status in the log, once", () =>
    Effect.gen(function*() {
      const actor = yield* start(notify, { notifies: [[0, "READY=1\nSTATUS=42 clients"]] })
      yield* say(actor, "STATUS=42 clients")
      assert.deepStrictEqual(actor.kernel.log.filter((line) => line.includes("42")), [
        "INFO web.service: says: 42 clients"
      ])
    }))
})

describe("a notification", () => {
  it.scoped("of a process that NotifyAccess= does not name is refused, and its descriptors are closed", () =>
    Effect.gen(function*() {
      const actor = yield* start(`${notify}\nFileDescriptorStoreMax=5`, { leaves: {} })
      yield* say(actor, "READY=1\nFDSTORE=1", { pid: 101, descriptors: [7] })
      assert.deepStrictEqual(actor.news(), ["activating"])
      assert.include(
        actor.kernel.log,
        "INFO web.service: a notification of process 101 is not believed: NotifyAccess=main"
      )
      assert.deepStrictEqual([...actor.kernel.descriptors], [])
    }))

  it.scoped("is not logged if there are too many of them, and that is said once", () =>
    Effect.gen(function*() {
      const actor = yield* start(`${notify}\nNotifyAccess=main`, { leaves: {} })
      const before = actor.kernel.log.length
      for (let count = 0; count < 100; count++) {
        yield* say(actor, `STATUS=${count}`)
        yield* say(actor, `STATUS=${count}`, { pid: 101 })
        yield* say(actor, "MAINPID=none")
      }
      const lines = actor.kernel.log.slice(before)
      assert.strictEqual(lines.length, 21)
      assert.strictEqual(lines.at(-1), "INFO web.service: sends so many notifications that some are not logged")
      yield* actor.after(10_000)
      yield* say(actor, "STATUS=slow again")
      assert.strictEqual(actor.kernel.log.at(-1), "INFO web.service: says: slow again")
    }))

  it.scoped("of any process of the unit is believed with NotifyAccess=all", () =>
    Effect.gen(function*() {
      const actor = yield* start(`${notify}\nNotifyAccess=all`, { leaves: {} })
      yield* say(actor, "READY=1", { pid: 101 })
      assert.deepStrictEqual(actor.news(), ["activating", "active"])
    }))

  it.scoped("is not asked for where nobody is believed", () =>
    Effect.gen(function*() {
      const { kernel } = yield* start("")
      assert.isUndefined(Actors.environmentOf(kernel, web)["NOTIFY_SOCKET"])
    }))

  it.scoped("of the main process may name another, whose end is then the service's", () =>
    Effect.gen(function*() {
      const actor = yield* start(notify, {
        exitsAfter: 50,
        leaves: { ownSession: true, exitsAfter: 200, code: 3 }
      })
      yield* say(actor, "MAINPID=101\nREADY=1")
      assert.deepStrictEqual(actor.fresh("adopt"), ["adopt 101"])
      assert.deepStrictEqual(actor.news(), ["activating", "active"])
      yield* actor.after(199)
      assert.deepStrictEqual(actor.news(), [])
      yield* actor.after(1)
      assert.deepStrictEqual(actor.news(), ["deactivating", "failed"])
    }))

  it.scoped("may name another and be ready at once: ExecStartPost= still comes first", () =>
    Effect.gen(function*() {
      const actor = yield* Actors.start(`${notify}\nExecStartPost=/bin/post`, {
        programs: { [web]: { leaves: { ownSession: true } }, "/bin/post": { exitsAfter: 50 } }
      })
      yield* say(actor, "MAINPID=101\nREADY=1")
      yield* actor.after(49)
      assert.deepStrictEqual(actor.news(), ["activating"])
      yield* actor.after(1)
      assert.deepStrictEqual(actor.news(), ["active"])
      assert.include(actor.kernel.log, "INFO web.service: started, pid 101")
    }))

  it.scoped("may take that back: the first process is the service again", () =>
    Effect.gen(function*() {
      const actor = yield* start(notify, { leaves: { exitsAfter: 200, code: 3 } })
      yield* say(actor, "MAINPID=101\nREADY=1")
      yield* say(actor, "MAINPID=100", { pid: 101 })
      yield* actor.after(1000)
      assert.deepStrictEqual(actor.kernel.alive(), [100])
      assert.deepStrictEqual(actor.news(), ["activating", "active"])
      actor.kernel.die(100)
      yield* actor.after(0)
      assert.deepStrictEqual(actor.news(), ["deactivating", "inactive"])
    }))

  it.scoped("names no process that its sender could not signal, where no cgroup says whose it is", () =>
    Effect.gen(function*() {
      const owned = (uid: number) => `Name:\tx\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nGid:\t0\t0\t0\t0\n`
      const script = {
        cgroups: false,
        files: { "/proc/77/status": owned(0), "/proc/78/status": owned(1500) },
        programs: { [web]: { notifies: [[0, "READY=1"]] as const } }
      }
      const actor = yield* Actors.start(notify, script)
      actor.kernel.adopt(77)
      actor.kernel.adopt(78)
      yield* say(actor, "MAINPID=77", { uid: 1500 })
      assert.deepStrictEqual(actor.fresh("adopt"), [])
      assert.include(
        actor.kernel.log,
        "WARN web.service: MAINPID=77 is not believed: no process of uid 1500 may signal that one"
      )
      yield* say(actor, "MAINPID=78", { uid: 1500 })
      assert.deepStrictEqual(actor.fresh("adopt"), ["adopt 78"])
      const privileged = yield* Actors.start(notify, script)
      privileged.kernel.adopt(77)
      yield* say(privileged, "MAINPID=77")
      assert.deepStrictEqual(privileged.fresh("adopt"), ["adopt 77"], "root may name anybody")
    }))

  it.scoped("cannot make a stranger the main process", () =>
    Effect.gen(function*() {
      const actor = yield* start(`${notify}\nKillMode=process`, { notifies: [[0, "READY=1"]] })
      actor.kernel.adopt(77)
      yield* say(actor, "MAINPID=77")
      assert.include(actor.kernel.log, "WARN web.service: MAINPID=77 is no process of this unit")
      yield* actor.tell(Actors.stop)
      assert.deepStrictEqual(actor.fresh("adopt", "kill"), ["kill 100 15"])
      assert.deepStrictEqual(actor.kernel.alive(), [77])
    }))

  it.scoped("with a barrier has its descriptor closed, once all before it is done", () =>
    Effect.gen(function*() {
      const actor = yield* start(notify)
      yield* say(actor, "READY=1")
      yield* say(actor, "BARRIER=1", { descriptors: [9] })
      assert.deepStrictEqual(actor.news(), ["activating", "active"])
      assert.deepStrictEqual(actor.fresh("close"), ["close descriptor 9"])
    }))
})

describe("a watchdog", () => {
  const watched = `${notify}\nWatchdogSec=2`

  it.scoped("is content as long as it hears from the service", () =>
    Effect.gen(function*() {
      const pings = [1500, 3000, 4500].map((millis) => [millis, "WATCHDOG=1"] as const)
      const actor = yield* start(watched, { notifies: [[0, "READY=1"], ...pings] })
      assert.strictEqual(Actors.environmentOf(actor.kernel, web)["WATCHDOG_USEC"], "2000000")
      yield* actor.after(6499)
      assert.deepStrictEqual(actor.news(), ["activating", "active"])
      yield* actor.after(1)
      assert.deepStrictEqual(actor.fresh("signal"), ["signal 100 6"])
      assert.deepStrictEqual(actor.news(), ["deactivating", "failed"])
      assert.include(actor.kernel.log, "WARN web.service: failed (watchdog)")
    }))

  it.scoped("gives the service TimeoutAbortSec= to write what it was at, and kills it then", () =>
    Effect.gen(function*() {
      const actor = yield* start(`${watched}\nTimeoutAbortSec=7`, { notifies: [[0, "READY=1"]], ignores: [6] })
      yield* actor.after(8999)
      assert.deepStrictEqual(actor.fresh("signal"), ["signal 100 6"])
      yield* actor.after(1)
      assert.deepStrictEqual(actor.fresh("signal"), ["signal 100 9"])
    }))

  it.scoped("bites at once when the service asks for it", () =>
    Effect.gen(function*() {
      const actor = yield* start(watched, { notifies: [[0, "READY=1"]] })
      yield* say(actor, "WATCHDOG=trigger")
      assert.deepStrictEqual(actor.fresh("signal"), ["signal 100 6"])
    }))

  it.scoped("takes the time that the service itself says", () =>
    Effect.gen(function*() {
      const actor = yield* start(watched, { notifies: [[0, "READY=1"], [0, "WATCHDOG_USEC=500000"]] })
      yield* actor.after(499)
      assert.deepStrictEqual(actor.fresh("signal"), [])
      yield* actor.after(1)
      assert.deepStrictEqual(actor.fresh("signal"), ["signal 100 6"])
    }))
})

describe("the descriptor store", () => {
  const storing = "FileDescriptorStoreMax=2\nRestart=on-failure\nRestartSec=1"

  it.scoped("hands the next run what the last one has left, by name and in order", () =>
    Effect.gen(function*() {
      const actor = yield* start(storing, [{ exitsAfter: 100, code: 1 }, {}])
      yield* say(actor, "FDSTORE=1\nFDNAME=a", { descriptors: [7] })
      yield* say(actor, "FDSTORE=1\nFDNAME=b", { descriptors: [8] })
      yield* actor.after(1100)
      const [first, second] = actor.kernel.requests
      assert.deepStrictEqual(first?.descriptors, [])
      assert.deepStrictEqual(second?.descriptors, [7, 8])
      const told = Actors.environmentOf(actor.kernel, web)
      assert.strictEqual(told["LISTEN_FDS"], "2")
      assert.strictEqual(told["LISTEN_FDNAMES"], "a:b")
      assert.deepStrictEqual([...actor.kernel.descriptors], [7, 8])
    }))

  it.scoped("is emptied when the service stops for good", () =>
    Effect.gen(function*() {
      const actor = yield* start(storing)
      yield* say(actor, "FDSTORE=1", { descriptors: [7] })
      yield* actor.tell(Actors.stop)
      assert.deepStrictEqual([...actor.kernel.descriptors], [])
    }))

  it.scoped("lets go of what has hung up, and of what the service takes back", () =>
    Effect.gen(function*() {
      const actor = yield* start(storing)
      yield* say(actor, "FDSTORE=1\nFDNAME=a", { descriptors: [7] })
      yield* say(actor, "FDSTORE=1\nFDNAME=b", { descriptors: [8] })
      actor.kernel.hangUp(7)
      yield* actor.after(0)
      assert.deepStrictEqual([...actor.kernel.descriptors], [8])
      yield* say(actor, "FDSTOREREMOVE=1\nFDNAME=b")
      assert.deepStrictEqual([...actor.kernel.descriptors], [])
    }))

  it.scoped("is full at FileDescriptorStoreMax=: what is more is closed, and said", () =>
    Effect.gen(function*() {
      const actor = yield* start(storing)
      yield* say(actor, "FDSTORE=1", { descriptors: [7, 8, 9] })
      assert.deepStrictEqual([...actor.kernel.descriptors], [7, 8])
      assert.include(actor.kernel.log, "WARN web.service: at most 2 descriptors are kept for it")
    }))
})
