/** Sockets and their services under a whole supervisor. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Kernel } from "./KernelTest.ts"
import * as Runs from "./Runs.ts"

const listen = "ListenStream=80"

/** What the newest process of a program was handed: descriptors, and what the environment says of them. */
const handed = ({ requests }: Kernel, file: string) => {
  const request = requests.filter((one) => one.file === file).at(-1)
  const listens = request?.environment.filter((entry) => entry.startsWith("LISTEN_"))
  return [...(request?.descriptors ?? []), ...(listens ?? [])]
}

const traffic = Effect.fnUntraced(function*(run: Runs.Run, where: string) {
  run.kernel.sockets.knock(where)
  yield* run.after(0)
  run.kernel.sockets.serve()
})

describe("a socket and its service", () => {
  it.scoped("are one after the other: traffic starts the service, with the listener", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "web.service": "", "web.socket": listen } })
      assert.deepStrictEqual(run.fresh("listen", "spawn"), ["listen stream *:80 as 51"])
      yield* traffic(run, "*:80")
      assert.deepStrictEqual(run.fresh("spawn"), ["spawn web /bin/web"])
      assert.deepStrictEqual(handed(run.kernel, "/bin/web"), [
        51,
        "LISTEN_FDS=1",
        "LISTEN_FDNAMES=web.socket",
        "LISTEN_PID=0000000000"
      ])
    }))

  it.scoped("18. are armed again after a clean exit and after a failure, repeatedly", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "StartLimitIntervalSec=0", "web.socket": listen },
        programs: { "/bin/web": [{ exitsAfter: 10 }, { exitsAfter: 10, code: 1 }, { exitsAfter: 10, diesOf: 9 }, {}] }
      })
      for (let round = 0; round < 4; round++) {
        run.fresh()
        yield* traffic(run, "*:80")
        assert.deepStrictEqual(run.fresh("spawn"), ["spawn web /bin/web"])
        yield* run.after(3000)
        assert.deepStrictEqual(run.kernel.sockets.watched(), round < 3 ? ["*:80"] : [])
      }
    }))

  it.scoped("leave a restart of its own to the service", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "Restart=on-failure\nRestartSec=5", "web.socket": listen },
        programs: { "/bin/web": [{ exitsAfter: 10, code: 1 }, {}] }
      })
      yield* traffic(run, "*:80")
      yield* run.after(10)
      assert.deepStrictEqual(run.kernel.sockets.watched(), [])
      run.kernel.sockets.knock("*:80")
      yield* run.after(4000)
      assert.strictEqual(run.kernel.requests.length, 1)
      yield* run.after(1000)
      assert.strictEqual(run.kernel.requests.length, 2)
      assert.strictEqual(handed(run.kernel, "/bin/web")[0], 51)
    }))

  it.scoped("hand over at a start by a dependency, too, all sockets at once", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "app.service": "Wants=web.service",
          "web.service": "Sockets=z.socket",
          "a.socket": "ListenStream=1\nService=web.service\nFileDescriptorName=one",
          "b.socket": "ListenStream=2\nListenStream=3\nService=web.service",
          "z.socket": "ListenStream=4\nService=other.service",
          "other.service": ""
        }
      })
      assert.deepStrictEqual(run.fresh("listen", "spawn"), [
        "listen stream *:1 as 51",
        "listen stream *:2 as 52",
        "listen stream *:3 as 53",
        "listen stream *:4 as 54",
        "spawn app /bin/app",
        "spawn web /bin/web"
      ])
      assert.deepStrictEqual(handed(run.kernel, "/bin/web"), [
        54,
        51,
        52,
        53,
        "LISTEN_FDS=4",
        "LISTEN_FDNAMES=z.socket:one:b.socket:b.socket",
        "LISTEN_PID=0000000000"
      ])
      assert.deepStrictEqual(handed(run.kernel, "/bin/app"), [])
      assert.deepStrictEqual(run.kernel.sockets.watched(), [])
    }))

  it.scoped("put the listeners ahead of what the service has left with us", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "web.service": "Type=notify\nFileDescriptorStoreMax=2\nRestart=always\nRestartSec=1",
          "web.socket": listen
        },
        programs: { "/bin/web": { notifies: [[0, "READY=1"]] } }
      })
      yield* traffic(run, "*:80")
      const [pid = 0] = run.kernel.alive()
      run.kernel.notify(pid, "FDSTORE=1\nFDNAME=kept", { descriptors: [90] })
      yield* run.after(0)
      run.kernel.die(pid)
      yield* run.after(1000)
      assert.deepStrictEqual(handed(run.kernel, "/bin/web"), [
        51,
        90,
        "LISTEN_FDS=2",
        "LISTEN_FDNAMES=web.socket:kept",
        "LISTEN_PID=0000000000"
      ])
    }))

  it.scoped("are bound before any other service starts, which waits for a socket that waits itself", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "app.service": "",
          "prepare.service": "Type=oneshot\nBefore=web.socket",
          "web.service": "",
          "web.socket": listen
        },
        programs: { "/bin/prepare": { exitsAfter: 100 } }
      })
      assert.deepStrictEqual(run.fresh("listen", "spawn"), ["spawn prepare /bin/prepare"])
      yield* run.after(100)
      assert.deepStrictEqual(run.fresh("listen", "spawn"), ["listen stream *:80 as 51", "spawn app /bin/app"])
    }))

  it.scoped("5. fall together where the service requires the socket, and take the container down where it says so", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "app.service": "Requires=web.service",
          "web.service": "Requires=web.socket",
          "web.socket": `${listen}\nExitContainerOnFailure=true`
        },
        unbindable: ["*:80"]
      })
      yield* run.after(0)
      assert.deepStrictEqual(run.fresh("spawn").filter((call) => call.includes("web")), [])
      assert.include(run.kernel.log, "WARN web.service: not started: it requires web.socket, which did not start")
      yield* run.after(8000)
      assert.strictEqual(yield* run.exitCode, 1)
    }))

  it.scoped("17. stop one after the other: the socket stays open until the service has stopped", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "", "web.socket": listen },
        programs: { "/bin/web": { endsAfter: 1000 } }
      })
      yield* traffic(run, "*:80")
      run.fresh()
      yield* run.signal(Runs.TERM)
      yield* run.after(999)
      assert.deepStrictEqual(run.kernel.sockets.listening(), ["*:80"])
      yield* run.after(1)
      assert.deepStrictEqual(run.fresh("signal", "end", "close").filter((call) => !call.includes(".service")), [
        "signal 100 15",
        "end 100",
        "close 51"
      ])
      assert.strictEqual(yield* run.exitCode, 0)
    }))

  it.scoped("24. fail together when the service was started too often", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "StartLimitBurst=3", "web.socket": listen },
        programs: { "/bin/web": { exitsAfter: 10, code: 1 } }
      })
      run.kernel.sockets.knock("*:80")
      yield* run.after(1000)
      assert.strictEqual(run.kernel.requests.length, 3)
      assert.deepStrictEqual(run.kernel.sockets.listening(), [])
      assert.include(
        run.kernel.log,
        "WARN web.socket: failed (service-start-limit-hit): web.service was started too often"
      )
    }))

  it.scoped("19. do not go on for ever where the service is skipped", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "ConditionPathExists=/nowhere", "web.socket": listen }
      })
      run.kernel.sockets.knock("*:80")
      yield* run.after(100)
      assert.deepStrictEqual(run.kernel.requests, [])
      assert.deepStrictEqual(run.kernel.sockets.listening(), [])
      // Each try is an admitted start.
      assert.match(run.kernel.log.at(-1) ?? "", /web\.socket: failed \(service-start-limit-hit\)/)
    }))

  it.scoped("19. are slowed down where a skipped service may be tried for ever, and the socket can still be ended", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "ConditionPathExists=/nowhere\nStartLimitIntervalSec=0", "web.socket": listen }
      })
      const tries = () => run.kernel.log.filter((line) => line.includes("starting web.service")).length
      run.kernel.sockets.knock("*:80")
      yield* run.after(1000)
      assert.strictEqual(tries(), 15)
      yield* run.after(1000)
      assert.strictEqual(tries(), 30)
      yield* run.ask("stop", "web.socket")
      assert.deepStrictEqual(run.kernel.sockets.listening(), [])
      yield* run.after(10_000)
      assert.strictEqual(tries(), 30)
    }))

  it.scoped("17. stay open until the last of their services has stopped", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "web.service": "",
          "web.socket": listen,
          "app.service": "Requires=web.socket\nAfter=web.socket"
        },
        programs: { "/bin/app": { endsAfter: 500 }, "/bin/web": { endsAfter: 1000 } }
      })
      yield* traffic(run, "*:80")
      yield* run.signal(Runs.TERM)
      yield* run.after(999)
      assert.deepStrictEqual(run.kernel.sockets.listening(), ["*:80"])
      yield* run.after(1)
      assert.deepStrictEqual(run.kernel.sockets.listening(), [])
    }))

  it.scoped("need each other: a socket without a service listens for nobody", () =>
    Effect.gen(function*() {
      const { kernel } = yield* Runs.begin({ units: { "web.socket": listen, "app.service": "" } })
      assert.include(
        kernel.log,
        "WARN web.socket: failed (resources): web.service is not loaded: there is nothing to start"
      )
      assert.deepStrictEqual(kernel.sockets.listening(), [])
    }))

  it.scoped("do not come together once the service runs without the socket", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "app.service": "Wants=web.service", "web.service": "", "web.socket": listen },
        unbindable: ["*:80"]
      })
      assert.deepStrictEqual(handed(run.kernel, "/bin/web"), [])
      yield* run.ask("start", "web.socket")
      assert.match(run.kernel.log.at(-1) ?? "", /web\.socket: failed \(resources\)/)
    }))
})
