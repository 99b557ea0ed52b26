/** Proxy sockets and their services under a whole supervisor. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"

const proxy = "ListenStream=80\nActivationMode=proxy\nProxyTarget=127.0.0.1:8080"
const target = "127.0.0.1:8080"

const traffic = (run: Runs.Run, where: string) =>
  Effect.zipRight(Effect.sync(() => run.kernel.sockets.knock(where)), run.after(0))

const relayCalls = (run: Runs.Run) => run.fresh("relay", "forward", "hold", "spawn", "signal", "end")

describe("a proxy and its service", () => {
  it.scoped("come together on the first connection: the service gets no descriptor, the relay its address", () =>
    Effect.gen(function*() {
      const lines = `${proxy}\nMaxConnections=7\nProxyProtocol=v2\nProxyConnectTimeoutSec=3`
      const run = yield* Runs.begin({ units: { "web.service": "", "web.socket": lines } })
      assert.deepStrictEqual(run.fresh("listen", "relay", "forward", "spawn"), [
        "listen stream *:80 as 51",
        "relay 51 to 127.0.0.1:8080"
      ])
      assert.deepStrictEqual(run.kernel.relays.requests, [{
        listeners: [51],
        address: "127.0.0.1",
        port: 8080,
        connectTimeoutMillis: 3000,
        idleMillis: Infinity,
        maxConnections: 7,
        proxyProtocol: 2
      }])
      yield* traffic(run, "*:80")
      assert.deepStrictEqual(relayCalls(run), ["forward 127.0.0.1:8080", "spawn web /bin/web"])
      const [request] = run.kernel.requests
      assert.deepStrictEqual(request?.descriptors ?? [], [])
      assert.notInclude(request?.environment.join("\n"), "LISTEN_")
    }))

  it.scoped("wait as long as the start of the service may take, where the socket does not say", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "web.service": "TimeoutStartSec=7", "web.socket": proxy } })
      assert.deepStrictEqual(run.kernel.relays.requests.map(({ connectTimeoutMillis }) => connectTimeoutMillis), [7000])
    }))

  it.scoped("18. are armed again after a clean exit and after a failure, repeatedly", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "StartLimitIntervalSec=0", "web.socket": proxy },
        programs: { "/bin/web": [{ exitsAfter: 10 }, { exitsAfter: 10, code: 1 }, { exitsAfter: 10, diesOf: 9 }, {}] }
      })
      for (let round = 0; round < 4; round++) {
        run.fresh()
        yield* traffic(run, "*:80")
        assert.deepStrictEqual(relayCalls(run), [`forward ${target}`, "spawn web /bin/web"])
        run.kernel.sockets.serve()
        yield* run.after(3000)
        assert.deepStrictEqual(run.fresh("hold"), round < 3 ? [`hold ${target}`] : [])
        assert.deepStrictEqual(run.kernel.sockets.watched(), round < 3 ? ["*:80"] : [])
      }
    }))

  it.scoped("start the service again for those who have come as it went down", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "", "web.socket": proxy },
        programs: { "/bin/web": [{ exitsAfter: 10 }, {}] }
      })
      yield* traffic(run, "*:80")
      run.kernel.sockets.serve()
      run.kernel.relays.setWaiting(target, 2)
      run.fresh()
      yield* run.after(10)
      assert.deepStrictEqual(relayCalls(run), ["end 100", `hold ${target}`, `forward ${target}`, "spawn web /bin/web"])
    }))

  it.scoped("go on accepting while the service restarts by itself", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "Restart=on-failure\nRestartSec=5", "web.socket": proxy },
        programs: { "/bin/web": [{ exitsAfter: 10, code: 1 }, {}] }
      })
      yield* traffic(run, "*:80")
      yield* run.after(6000)
      assert.deepStrictEqual(run.fresh("forward", "hold", "spawn"), [
        `forward ${target}`,
        "spawn web /bin/web",
        "spawn web /bin/web"
      ])
    }))

  it.scoped("forward at once if the service was started by somebody else", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "app.service": "Wants=web.service", "web.service": "", "web.socket": proxy }
      })
      yield* run.after(0)
      assert.include(run.fresh("forward"), `forward ${target}`)
      assert.deepStrictEqual(run.kernel.sockets.watched(), [])
    }))

  it.scoped("stop the service once nobody has come for its time, and start it for the next one", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "web.service": "", "web.socket": `${proxy}\nProxyIdleSec=30` } })
      yield* traffic(run, "*:80")
      run.kernel.sockets.serve()
      run.fresh()
      run.kernel.relays.setIdle(target, 30_000)
      run.kernel.relays.say(target, { _tag: "Idle" })
      yield* run.after(100)
      assert.deepStrictEqual(relayCalls(run), ["signal 100 15", "end 100", `hold ${target}`])
      assert.deepStrictEqual(run.kernel.sockets.watched(), ["*:80"])
      yield* traffic(run, "*:80")
      assert.deepStrictEqual(relayCalls(run), [`forward ${target}`, "spawn web /bin/web"])
    }))

  it.scoped("let the service be while another proxy of it has clients, or a unit that is up requires it", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "web.service": "",
          "web.socket": `${proxy}\nProxyIdleSec=30`,
          "more.socket": "ListenStream=81\nActivationMode=proxy\nProxyTarget=@b\nProxyIdleSec=60\nService=web.service",
          "app.service": "Requires=web.service"
        }
      })
      yield* run.after(0)
      run.fresh()
      run.kernel.relays.setIdle(target, 30_000)
      run.kernel.relays.say(target, { _tag: "Idle" })
      yield* run.after(0)
      assert.deepStrictEqual(relayCalls(run), [`forward ${target}`])
      run.kernel.relays.setIdle("@b", 60_000)
      run.kernel.relays.say("@b", { _tag: "Idle" })
      yield* run.after(0)
      assert.deepStrictEqual(relayCalls(run), ["forward @b"])
    }))

  it.scoped("17. are open, and forward, until the service has stopped; then nobody is accepted any more", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "TimeoutStopSec=20", "web.socket": proxy },
        programs: { "/bin/web": [{ endsAfter: 3000 }] }
      })
      yield* traffic(run, "*:80")
      run.fresh()
      yield* run.signal(Runs.TERM)
      yield* run.after(2000)
      assert.deepStrictEqual(run.fresh("hold", "close"), [])
      yield* run.after(2000)
      assert.deepStrictEqual(run.fresh("hold", "close", "end"), [
        "end 100",
        "close web.service",
        `hold ${target}`,
        `close relay ${target}`,
        "close 51"
      ])
    }))

  it.scoped("fail together where the service has failed for good", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "StartLimitBurst=1", "web.socket": proxy },
        programs: { "/bin/web": [{ exitsAfter: 10, code: 1 }] }
      })
      yield* traffic(run, "*:80")
      yield* run.after(20)
      assert.deepStrictEqual(run.kernel.sockets.listening(), [])
      assert.include(run.fresh("close"), `close relay ${target}`)
    }))

  it.scoped("say what goes wrong with their clients", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { "web.service": "", "web.socket": `${proxy}\nMaxConnections=7` } })
      run.kernel.log.splice(0)
      run.kernel.relays.say(target, { _tag: "Unreachable", errno: 111 })
      run.kernel.relays.say(target, { _tag: "AcceptFailed", errno: 24 })
      run.kernel.relays.say(target, { _tag: "Full" })
      yield* run.after(0)
      assert.deepStrictEqual(run.kernel.log, [
        "WARN web.socket: a client was sent away: 127.0.0.1:8080 is not reachable: nobody listens there (ECONNREFUSED)",
        "WARN web.socket: clients have to wait: no free descriptors (EMFILE)",
        "WARN web.socket: clients have to wait: there are 7 at once"
      ])
    }))

  it.scoped("forward streams, and nothing else", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "", "web.socket": `ListenSequentialPacket=/run/web\n${proxy}` }
      })
      assert.match(run.kernel.log.join("\n"), /a proxy forwards streams only, not ListenSequentialPacket=/)
      assert.deepStrictEqual(run.kernel.sockets.listening(), [])
    }))

  it.scoped("know names of /etc/hosts, and fail with others", () =>
    Effect.gen(function*() {
      const named = (host: string) => proxy.replace("127.0.0.1", host)
      const run = yield* Runs.begin({
        units: {
          "web.service": "",
          "web.socket": named("Backend"),
          "lost.socket": `${named("elsewhere").replace("=80", "=81")}\nService=web.service`,
          "local.socket": `${named("localhost").replace("=80", "=82")}\nService=web.service`
        },
        files: { "/etc/hosts": "127.0.0.1 localhost\n# 10.0.0.1 backend\n10.0.0.2\tother backend. # ours\n" }
      })
      assert.deepStrictEqual(run.kernel.relays.requests.map(({ address }) => address), ["127.0.0.1", "10.0.0.2"])
      assert.match(run.kernel.log.join("\n"), /lost\.socket: failed \(resources\): ProxyTarget=: elsewhere is not in/)
      assert.deepStrictEqual(run.kernel.sockets.listening(), ["*:82", "*:80"])
    }))
})
