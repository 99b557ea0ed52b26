/** Sockets with `Accept=yes` under a whole supervisor: an instance a connection. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"

const accept = "ListenStream=80\nAccept=yes"
const where = "*:80"

const begin = (service: string, lines = "", more: Partial<Runs.Setup> = {}) =>
  Runs.begin({ ...more, units: { "echo@.service": service, "echo.socket": `${accept}\n${lines}`, ...more.units } })

const connect = Effect.fnUntraced(function*(run: Runs.Run, count = 1) {
  const clients = Array.from({ length: count }, () => run.kernel.sockets.connect(where))
  yield* run.after(0)
  return clients
})

const warnings = ({ kernel }: Runs.Run) => kernel.log.filter((line) => line.startsWith("WARN"))

describe("a socket that accepts", () => {
  it.scoped("starts an instance for each connection, which gets it alone, and closes its own copy at once", () =>
    Effect.gen(function*() {
      const run = yield* begin("ExecStart=/bin/echo %i")
      assert.deepStrictEqual(run.fresh("listen", "spawn"), ["listen stream *:80 as 51"])
      const [first, second] = yield* connect(run, 2)
      const [one, two] = run.kernel.requests
      assert.deepStrictEqual([one?.unit, two?.unit], [
        "echo@0-10.0.0.1:80-10.0.0.2:40001.service",
        "echo@1-10.0.0.1:80-10.0.0.2:40002.service"
      ])
      assert.deepStrictEqual(one?.argv, ["/bin/echo", "0-10.0.0.1:80-10.0.0.2:40001"])
      assert.deepStrictEqual([one?.descriptors, two?.descriptors], [[52], [53]])
      assert.deepStrictEqual(one?.environment.filter((entry) => /^(?:LISTEN|REMOTE)_/.test(entry)).sort(), [
        "LISTEN_FDNAMES=connection",
        "LISTEN_FDS=1",
        "LISTEN_PID=0000000000",
        "REMOTE_ADDR=10.0.0.2",
        "REMOTE_PORT=40001"
      ])
      assert.deepStrictEqual([first?.closed, second?.closed], [true, true])
      assert.deepStrictEqual(run.kernel.sockets.watched(), [where])
    }))

  it.scoped("gives the connection as the standard streams, and then as nothing else", () =>
    Effect.gen(function*() {
      const run = yield* begin("StandardInput=socket", "", { programs: { "/bin/echo@": { exitsAfter: 10 } } })
      const [client] = yield* connect(run)
      const [request] = run.kernel.requests
      assert.deepStrictEqual(request?.stdio, [{ descriptor: 52 }, "stdin", "stdout"])
      assert.deepStrictEqual(request?.descriptors, [])
      assert.deepStrictEqual(request?.environment.filter((entry) => entry.startsWith("LISTEN_")), [])
      assert.isTrue(client?.closed)
    }))

  it.scoped("keeps the connection for all commands that have it as their standard input, until the run is over", () =>
    Effect.gen(function*() {
      const run = yield* begin("StandardInput=socket\nExecStart=/bin/echo\nExecStopPost=/bin/bye", "", {
        programs: { "/bin/echo": { exitsAfter: 100 }, "/bin/bye": { exitsAfter: 100 } }
      })
      const [client] = yield* connect(run)
      yield* run.after(100)
      assert.deepStrictEqual(run.kernel.requests.map(({ stdio }) => stdio[0]), [{ descriptor: 52 }, { descriptor: 52 }])
      assert.isFalse(client?.closed)
      yield* run.after(100)
      assert.isTrue(client?.closed)
    }))

  it.scoped("hands over to every command of a oneshot, and to no control command", () =>
    Effect.gen(function*() {
      const run = yield* begin("Type=oneshot\nExecStartPre=/bin/pre\nExecStart=/bin/one\nExecStart=/bin/two", "", {
        programs: { "/bin/pre": { exitsAfter: 10 }, "/bin/one": { exitsAfter: 10 }, "/bin/two": { exitsAfter: 10 } }
      })
      const [client] = yield* connect(run)
      yield* run.after(10)
      assert.isFalse(client?.closed)
      yield* run.after(10)
      assert.isTrue(client?.closed)
      assert.deepStrictEqual(run.kernel.requests.map(({ descriptors }) => descriptors), [[], [52], [52]])
    }))

  it.scoped("closes the connection of an instance that cannot start, or that a condition keeps from it", () =>
    Effect.gen(function*() {
      for (
        const service of [
          "ConditionPathExists=/nowhere",
          "AssertPathExists=/nowhere",
          "Requires=absent.service",
          "User=nobody-there",
          "ExecStartPre=/bin/fails"
        ]
      ) {
        const run = yield* begin(service, "", { programs: { "/bin/fails": { exitsAfter: 0, code: 1 } } })
        const [client] = yield* connect(run)
        assert.isTrue(client?.closed, service)
        assert.deepStrictEqual(run.kernel.sockets.watched(), [where], service)
        assert.deepStrictEqual(run.kernel.sockets.accepted(), [])
      }
    }))

  it.scoped("goes on after failures of its instances, however many there are, and restarts none", () =>
    Effect.gen(function*() {
      const run = yield* begin("StartLimitBurst=1\nRestart=always\nRestartSec=1", "", {
        programs: { "/bin/echo@": { exitsAfter: 10, code: 1 } }
      })
      for (let round = 0; round < 10; round++) {
        yield* connect(run)
        yield* run.after(5000)
      }
      assert.strictEqual(run.kernel.requests.length, 10)
      assert.deepStrictEqual(run.kernel.sockets.watched(), [where])
    }))

  it.scoped("turns away whoever comes beyond MaxConnections=, and says so once, until there is room again", () =>
    Effect.gen(function*() {
      const run = yield* begin("", "MaxConnections=2", { programs: { "/bin/echo@": { exitsAfter: 1000 } } })
      const clients = yield* connect(run, 5)
      assert.strictEqual(run.kernel.requests.length, 2)
      assert.deepStrictEqual(clients.map(({ closed }) => closed), [true, true, true, true, true])
      assert.deepStrictEqual(warnings(run), [
        "WARN echo.socket: a connection is closed again: there are 2 connections already, as many as MaxConnections= allows"
      ])
      yield* run.after(1000)
      yield* connect(run, 3)
      assert.strictEqual(run.kernel.requests.length, 4)
      assert.strictEqual(warnings(run).length, 2)
    }))

  it.scoped("has room for 64 connections if it does not say otherwise", () =>
    Effect.gen(function*() {
      const run = yield* begin("")
      yield* connect(run, 70)
      assert.strictEqual(run.kernel.requests.length, 64)
    }))

  it.scoped("counts by address for MaxConnectionsPerSource=, and local peers by user", () =>
    Effect.gen(function*() {
      const run = yield* begin("", "MaxConnectionsPerSource=1", { programs: { "/bin/echo@": { exitsAfter: 1000 } } })
      const { sockets } = run.kernel
      const local = { family: "unix", pid: 7, name: "" } as const
      sockets.connect(where, { peer: "10.0.0.2" })
      sockets.connect(where, { peer: "10.0.0.2" })
      sockets.connect(where, { peer: "10.0.0.3" })
      sockets.connect(where, { ...local, uid: 1000 })
      sockets.connect(where, { ...local, uid: 1000 })
      sockets.connect(where, { ...local, uid: 1001 })
      yield* run.after(0)
      assert.strictEqual(run.kernel.requests.length, 4)
      assert.deepStrictEqual(warnings(run).map((line) => /from .* already/.exec(line)?.[0]), [
        "from 10.0.0.2 already",
        "from uid 1000 already"
      ])
      yield* run.after(1000)
      yield* connect(run)
      assert.strictEqual(run.kernel.requests.length, 5)
    }))

  it.scoped("takes as many at a time as its wake-ups do not count, at each of its addresses", () =>
    Effect.gen(function*() {
      for (const lines of ["ListenStream=81", "ListenStream=81\nPollLimitBurst=0"]) {
        const run = yield* begin("", lines)
        const { sockets } = run.kernel
        for (let index = 0; index < 20; index++) sockets.connect(index % 2 === 0 ? where : "*:81")
        yield* run.after(0)
        assert.strictEqual(run.kernel.requests.length, 20)
        assert.sameMembers([...sockets.watched()], [where, "*:81"])
      }
    }))

  it.scoped("fails when it is triggered too often, 200 times in two seconds if it does not say otherwise", () =>
    Effect.gen(function*() {
      const run = yield* begin("", "MaxConnections=1000\nPollLimitBurst=0", {
        programs: { "/bin/echo@": { exitsAfter: 0 } }
      })
      const clients = yield* connect(run, 230)
      assert.strictEqual(run.kernel.requests.length, 200)
      assert.include(warnings(run).at(-1) ?? "", "failed (trigger-limit-hit): 200 times triggered within 2s")
      // What was accepted is closed, and the rest is turned away by the kernel.
      assert.deepStrictEqual(run.kernel.sockets.accepted(), [])
      assert.isTrue(clients.every(({ closed, descriptor }) => closed || descriptor === 0))
    }))

  it.scoped("pauses after 150 connections in two seconds, says so once, and serves all who have come", () =>
    Effect.gen(function*() {
      const lines = "MaxConnections=1000\nListenStream=81"
      const run = yield* begin("", lines, { programs: { "/bin/echo@": { exitsAfter: 0 } } })
      yield* connect(run, 230)
      assert.strictEqual(run.kernel.requests.length, 150)
      // Whoever comes to another address does not wait.
      for (let index = 0; index < 10; index++) run.kernel.sockets.connect("*:81")
      yield* run.after(1000)
      assert.strictEqual(run.kernel.requests.length, 160)
      yield* run.after(1000)
      assert.strictEqual(run.kernel.requests.length, 240)
      assert.deepStrictEqual(warnings(run), ["WARN echo.socket: too much traffic at 80: nobody looks there for 2s"])
    }))

  it.scoped("pauses while there are no descriptors, says so once, and goes on", () =>
    Effect.gen(function*() {
      const run = yield* begin("")
      run.kernel.sockets.exhaust(24)
      yield* connect(run)
      yield* run.after(5000)
      assert.deepStrictEqual(warnings(run).length, 1)
      assert.match(warnings(run)[0] ?? "", /nobody more is accepted for now: .*\(EMFILE\)/)
      run.kernel.sockets.exhaust(undefined)
      yield* run.after(1000)
      assert.strictEqual(run.kernel.requests.length, 1)
    }))

  it.scoped("has no fiber left of instances that are over", () =>
    Effect.gen(function*() {
      const run = yield* begin("", "TriggerLimitBurst=0\nPollLimitBurst=0", {
        programs: { "/bin/echo@": { exitsAfter: 10 } }
      })
      yield* connect(run)
      yield* run.after(10)
      const before = (yield* run.fiber.children).length
      for (let round = 0; round < 10; round++) {
        yield* connect(run, 20)
        assert.isAtLeast((yield* run.fiber.children).length, 20)
        yield* run.after(10)
      }
      assert.strictEqual((yield* run.fiber.children).length, before)
      assert.strictEqual(run.kernel.requests.length, 201)
    }))

  it.scoped("17. stays open until its instances have stopped, which count for the end", () =>
    Effect.gen(function*() {
      const run = yield* begin("", "", { programs: { "/bin/echo@": { endsAfter: 500 } } })
      yield* connect(run, 2)
      run.fresh()
      yield* run.signal(Runs.TERM)
      yield* connect(run)
      yield* run.after(499)
      assert.deepStrictEqual(run.kernel.sockets.listening(), [where])
      assert.strictEqual(run.kernel.requests.length, 2)
      yield* run.after(1)
      assert.deepStrictEqual(run.kernel.sockets.listening(), [])
      assert.strictEqual(yield* run.exitCode, 0)
    }))

  it.scoped("leaves its instances alone when it is stopped, and numbers go on when it is started again", () =>
    Effect.gen(function*() {
      const run = yield* begin("")
      yield* connect(run)
      yield* run.ask("stop", "echo.socket")
      assert.strictEqual(run.kernel.alive().length, 1)
      yield* run.ask("start", "echo.socket")
      yield* connect(run)
      assert.match(run.kernel.requests.at(-1)?.unit ?? "", /^echo@1-/)
    }))

  it.scoped("does not start without a template, and says so", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "echo.socket": accept, "app.service": "" } })
      assert.include(
        run.kernel.log,
        "WARN echo.socket: failed (resources): echo@.service is not loaded: there is nothing to start"
      )
      assert.deepStrictEqual(run.kernel.sockets.listening(), [])
    }))

  it.scoped("goes by the template as it is since it was read again, and fails once that is gone", () =>
    Effect.gen(function*() {
      let units: Record<string, string> = {}
      const run = yield* begin("ExecStart=/bin/old", "", { again: () => units })
      yield* connect(run)
      units = { "echo.socket": accept, "echo@.service": "ExecStart=/bin/new" }
      yield* run.signal(Runs.HUP)
      yield* connect(run)
      assert.deepStrictEqual(run.kernel.requests.map(({ file }) => file), ["/bin/old", "/bin/new"])
      assert.strictEqual(run.kernel.alive().length, 2)
      units = { "echo.socket": accept }
      yield* run.signal(Runs.HUP)
      const [client] = yield* connect(run)
      assert.isTrue(client?.closed)
      assert.match(warnings(run).at(-1) ?? "", /echo\.socket: failed \(resources\): there is no template any more/)
      run.fresh()
      yield* run.signal(Runs.TERM)
      yield* run.after(0)
      assert.strictEqual(yield* run.exitCode, 0)
    }))

  it.scoped("has instances that bring along others of their kind, which go with the last who needs them", () =>
    Effect.gen(function*() {
      const run = yield* begin("Wants=helper@%i.service shared@all.service\nOnFailure=report@%p.service", "", {
        units: {
          "helper@.service": "ExecStart=/bin/helper %i\nStopWhenUnneeded=yes\nPartOf=nobody.service",
          "shared@.service": "ExecStart=/bin/shared",
          "report@.service": "ExecStart=/bin/report %i"
        },
        programs: { "/bin/echo@": { exitsAfter: 1000, code: 1 }, "/bin/report": { exitsAfter: 10 } }
      })
      yield* connect(run)
      yield* run.after(500)
      yield* connect(run)
      const files = () => run.kernel.requests.map(({ argv }) => argv.join(" ")).sort()
      assert.deepStrictEqual(files(), [
        "/bin/echo@",
        "/bin/echo@",
        "/bin/helper 0-10.0.0.1:80-10.0.0.2:40001",
        "/bin/helper 1-10.0.0.1:80-10.0.0.2:40002",
        "/bin/shared"
      ])
      yield* run.after(500)
      assert.deepStrictEqual(files().at(-2), "/bin/report echo")
      yield* run.after(1000)
      // Of the helpers nobody is left; what is wanted by somebody stays, as a unit that anybody wants.
      assert.deepStrictEqual(run.kernel.alive().length, 1)
      yield* run.signal(Runs.TERM)
      yield* run.after(0)
      assert.strictEqual(yield* run.exitCode, 0)
    }))
})
