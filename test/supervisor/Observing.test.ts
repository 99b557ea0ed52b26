/** What is told of a whole supervisor to those who look on. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Observing from "../../src/supervisor/Observing.ts"
import type { SupervisorEvent } from "../../src/supervisor/SupervisorEvent.ts"
import * as Runs from "./Runs.ts"

const watched = Effect.fnUntraced(function*(setup: Runs.Setup) {
  const events: Array<SupervisorEvent> = []
  const observe = Observing.make({ emit: (event) => void events.push(event), now: () => 0 })
  const run = yield* Runs.begin({ ...setup, observe })
  let seen = 0
  /** Since this was asked last; of what happens to units their names, too. */
  const fresh = () => {
    const news = events.slice(seen).map((event) => "unit" in event ? `${event._tag} ${event.unit}` : event._tag)
    seen = events.length
    return news
  }
  return { run, events, fresh }
})

const of = <T extends SupervisorEvent["_tag"]>(events: ReadonlyArray<SupervisorEvent>, tag: T) =>
  events.filter((event): event is Extract<SupervisorEvent, { _tag: T }> => event._tag === tag)

describe("whoever looks on", () => {
  it.scoped("hears of each step of a unit's life in its turn, from the plan to the end", () =>
    Effect.gen(function*() {
      const { events, fresh, run } = yield* watched({ units: { "a.service": "", "b.service": "After=a.service" } })
      assert.deepStrictEqual(fresh(), [
        "Planned",
        "Ordered a.service",
        "Entered a.service",
        "Spawned a.service",
        "Changed a.service",
        "Executed a.service",
        "Entered a.service",
        "Changed a.service",
        "Ordered b.service",
        "Entered b.service",
        "Spawned b.service",
        "Changed b.service",
        "Executed b.service",
        "Entered b.service",
        "Changed b.service",
        "BootCompleted"
      ])
      assert.deepStrictEqual(of(events, "Changed").map(({ from, to, unit }) => `${unit} ${from} ${to}`), [
        "a.service inactive activating",
        "a.service activating active",
        "b.service inactive activating",
        "b.service activating active"
      ])
      const [planned] = of(events, "Planned")
      assert.deepStrictEqual(planned?.units.map(({ after, kind, unit }) => `${unit} ${kind} ${after.join(",")}`), [
        "a.service service ",
        "b.service service a.service"
      ])
      yield* run.signal(Runs.TERM)
      const end = fresh()
      assert.deepStrictEqual(end.slice(0, 3), ["SignalReceived", "StopBegan", "Ordered b.service"])
      assert.isBelow(end.indexOf("ProcessEnded b.service"), end.indexOf("Ordered a.service"))
      assert.strictEqual(end.at(-1), "Ended")
      assert.deepStrictEqual(of(events, "Ended").map(({ exitCode }) => exitCode), [0])
    }))

  it.scoped("hears of no signal to a group that turns out to be empty, but of one to who is left", () =>
    Effect.gen(function*() {
      const { events, run } = yield* watched({
        units: { "quick.service": "", "leaving.service": "" },
        programs: { "/bin/quick": { exitsAfter: 10 }, "/bin/leaving": { exitsAfter: 10, leaves: { endsAfter: 5 } } }
      })
      yield* run.after(100)
      assert.deepStrictEqual(of(events, "Killed").map(({ signal, unit }) => [unit, signal]), [["leaving.service", 15]])
    }))

  it.scoped("hears of the instances of a socket that accepts, as they come and go", () =>
    Effect.gen(function*() {
      const { events, fresh, run } = yield* watched({
        units: { "echo@.service": "", "echo.socket": "ListenStream=80\nAccept=yes" },
        programs: { "/bin/echo@": { exitsAfter: 10 } }
      })
      for (let round = 0; round < 3; round++) {
        fresh()
        run.kernel.sockets.connect("*:80")
        yield* run.after(0)
        const came = fresh()
        const instance = of(events, "Joined").at(-1)?.unit ?? ""
        assert.match(instance, /^echo@.*\.service$/)
        assert.includeMembers(came, ["Triggered echo.socket", `Joined ${instance}`, `Changed ${instance}`])
        yield* run.after(100)
        const went = fresh()
        assert.strictEqual(went.at(-1), `Left ${instance}`)
      }
      assert.deepStrictEqual(of(events, "Triggered").map(({ first }) => first), [true, false, false])
      assert.deepStrictEqual(of(events, "Rearmed"), [])
    }))

  it.scoped("hears that a proxy listens again, each time its service is down", () =>
    Effect.gen(function*() {
      const { events, run } = yield* watched({
        units: {
          "web.service": "StartLimitIntervalSec=0",
          "web.socket": "ListenStream=80\nActivationMode=proxy\nProxyTarget=127.0.0.1:8080"
        },
        programs: { "/bin/web": { exitsAfter: 10 } }
      })
      assert.deepStrictEqual(of(events, "Bound").map(({ mode }) => mode), ["proxy"])
      for (let round = 0; round < 2; round++) {
        run.kernel.sockets.knock("*:80")
        yield* run.after(0)
        run.kernel.sockets.serve()
        yield* run.after(3000)
      }
      assert.deepStrictEqual(of(events, "Rearmed").map(({ target }) => target), ["web.service", "web.service"])
    }))
})
