/** Listeners that PID 1 was started with, under a whole supervisor. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "../Runs.ts"

const passed = (names: string, count = names.split(":").length) => ({
  LISTEN_PID: "1",
  LISTEN_FDS: String(count),
  LISTEN_FDNAMES: names
})
const warnings = ({ kernel }: Runs.Run) => kernel.log.filter((line) => line.includes("LISTEN_FDS"))

describe("listeners that PID 1 was started with", () => {
  it.scoped("are taken over by address, whatever they are called, and the rest is closed once all is up", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "", "web.socket": "ListenStream=80\nListenStream=81\nListenDatagram=82" },
        environment: passed("web.socket:other::x"),
        inherited: { 3: "stream *:81", 4: "stream *:82", 5: "stream *:80", 6: "datagram *:99" }
      })
      assert.deepStrictEqual(run.fresh("listen", "adopt", "close"), [
        "adopt 5 as 51",
        "adopt 3 as 52",
        "listen datagram *:82 as 53",
        "close 4",
        "close 6"
      ])
      assert.deepStrictEqual(warnings(run), [
        "INFO web.socket: took over 80 from LISTEN_FDS: descriptor 5 at *:80",
        "INFO web.socket: took over 81 from LISTEN_FDS: descriptor 3 at *:81",
        "WARN no socket unit takes descriptor 4 (other) at *:82 of LISTEN_FDS: it is closed",
        "WARN no socket unit takes descriptor 6 (x) at *:99 of LISTEN_FDS: it is closed"
      ])
    }))

  it.scoped("are taken over by name, in order, where the kind is the same", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "a.service": "",
          "b.service": "",
          "c.service": "",
          "a.socket": "ListenStream=/run/a\nListenDatagram=/run/b\nListenStream=/run/c",
          "b.socket": "ListenStream=80\nFileDescriptorName=front",
          "c.socket": "ListenStream=90"
        },
        environment: passed("a:front:a.socket:a:c"),
        inherited: {
          3: "stream /host/1",
          4: "stream *:1",
          5: "stream /host/2",
          6: "datagram /host/3",
          7: "datagram *:90"
        }
      })
      assert.deepStrictEqual(run.fresh("listen", "adopt", "close"), [
        "adopt 3 as 51",
        "adopt 6 as 52",
        "adopt 5 as 53",
        "adopt 4 as 54",
        "listen stream *:90 as 55",
        "close 7"
      ])
    }))

  it.scoped("are there again for a socket that starts again, and nobody takes them meanwhile", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "web.service": "", "web.socket": "ListenStream=/run/web\nRemoveOnStop=yes" },
        environment: passed("unknown"),
        inherited: { 3: "stream /run/web" }
      })
      yield* run.ask("stop", "web.socket")
      yield* run.ask("start", "web.socket")
      assert.deepStrictEqual(run.fresh("listen", "adopt", "close", "remove"), [
        "adopt 3 as 51",
        "close 51",
        "adopt 3 as 52"
      ])
    }))

  it.scoped("are nothing of ours where they are meant for another process, or are no listeners", () =>
    Effect.gen(function*() {
      const units = { "web.service": "", "web.socket": "ListenStream=80" }
      const inherited = { 3: "stream *:80" }
      const other = yield* Runs.begin({ units, inherited, environment: { ...passed("web"), LISTEN_PID: "7" } })
      assert.deepStrictEqual(other.fresh("listen", "adopt", "close"), ["listen stream *:80 as 51"])
      assert.deepStrictEqual(warnings(other), ["WARN LISTEN_FDS is not for us: LISTEN_PID is 7, and we are 1"])
      const odd = yield* Runs.begin({ units, inherited, environment: { ...passed("web"), LISTEN_FDS: "many" } })
      assert.deepStrictEqual(warnings(odd), [
        "WARN LISTEN_FDS=many is not a number from 1 to 64: nothing is taken over"
      ])
      const file = yield* Runs.begin({ units, environment: passed("web") })
      assert.deepStrictEqual(file.fresh("listen", "adopt", "close"), ["listen stream *:80 as 51"])
      assert.deepStrictEqual(warnings(file), [
        "WARN descriptor 3 of LISTEN_FDS is not a listener: it is not passed on"
      ])
    }))
})
