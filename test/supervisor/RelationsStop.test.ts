/** What units mean for each other's stops, restarts and reloads, through a whole supervisor. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"

/** What is done to whom, in short: pids 100, 101, ... are those of the units in the order of their names. */
const acts = ({ fresh }: Runs.Run): ReadonlyArray<string> => fresh("signal", "kill", "spawn")

const begin = (units: Readonly<Record<string, string>>, programs: Runs.Setup["programs"] = {}) =>
  Effect.tap(Runs.begin({ units, programs: programs ?? {} }), (run) => Effect.sync(() => run.fresh()))

describe("a stop that a person asks for", () => {
  const lines: Readonly<Record<string, string>> = {
    Requires: "Requires=a.service",
    BindsTo: "BindsTo=a.service",
    PartOf: "PartOf=a.service",
    StopPropagatedFrom: "StopPropagatedFrom=a.service"
  }
  for (const [directive, line] of Object.entries(lines)) {
    it.scoped(`stops what names the unit in ${directive}=, and not the other way round`, () =>
      Effect.gen(function*() {
        const units = { "a.service": "", "b.service": `${line}\nAfter=a.service` }
        const run = yield* begin(units)
        yield* run.ask("stop", "a")
        assert.deepStrictEqual(acts(run), ["signal 101 15", "signal 100 15"])
        const other = yield* begin(units)
        yield* other.ask("stop", "b")
        assert.deepStrictEqual(acts(other), ["signal 101 15"])
      }))
  }

  it.scoped("stops what the unit names in PropagatesStopTo=", () =>
    Effect.gen(function*() {
      const run = yield* begin({ "a.service": "PropagatesStopTo=b.service", "b.service": "" })
      yield* run.ask("stop", "a")
      assert.deepStrictEqual([...acts(run)].sort(), ["signal 100 15", "signal 101 15"])
    }))

  it.scoped("leaves those alone that only want the unit", () =>
    Effect.gen(function*() {
      const run = yield* begin({ "a.service": "", "b.service": "Wants=a.service\nAfter=a.service" })
      yield* run.ask("stop", "a")
      assert.deepStrictEqual(acts(run), ["signal 100 15"])
    }))

  it.scoped("keeps the unit down, whatever its Restart=, and is no failure", () =>
    Effect.gen(function*() {
      const run = yield* begin({ "a.service": "Restart=always\nOnFailure=b.service", "b.service": "" })
      yield* run.ask("stop", "a")
      yield* run.after(60_000)
      assert.deepStrictEqual(acts(run), ["signal 100 15"])
    }))

  it.scoped("of a target stops what is part of it", () =>
    Effect.gen(function*() {
      const run = yield* begin({
        "app.target": "Wants=a.service b.service",
        "a.service": "PartOf=app.target",
        "b.service": ""
      })
      yield* run.ask("stop", "app.target")
      assert.deepStrictEqual(acts(run), ["signal 100 15"])
    }))
})

describe("a unit that ends by itself", () => {
  const bound = (line: string) => ({ "a.service": "", "b.service": `${line}\nAfter=a.service` })
  const ends = { "/bin/a": { exitsAfter: 100, code: 1 } }

  it.scoped("takes what is bound to it along", () =>
    Effect.gen(function*() {
      const run = yield* begin(bound("BindsTo=a.service"), ends)
      yield* run.after(100)
      assert.deepStrictEqual(acts(run), ["signal 101 15"])
      assert.include(run.kernel.log, "INFO b.service: is stopped: it is bound to a.service")
    }))

  for (const line of ["Requires=a.service", "PartOf=a.service"]) {
    it.scoped(`does not take along who has ${line}`, () =>
      Effect.gen(function*() {
        const run = yield* begin(bound(line), ends)
        yield* run.after(100)
        assert.deepStrictEqual(acts(run), [])
      }))
  }

  it.scoped("and restarts, restarts those around it that require it, in their order", () =>
    Effect.gen(function*() {
      const run = yield* begin(
        { "a.service": "Restart=always\nRestartSec=1", "b.service": "Requires=a.service\nAfter=a.service" },
        { "/bin/a": [{ exitsAfter: 100, code: 1 }, {}] }
      )
      yield* run.after(1099)
      assert.deepStrictEqual(acts(run), [])
      yield* run.after(1)
      assert.deepStrictEqual(acts(run), ["signal 101 15", "spawn a /bin/a", "spawn b /bin/b"])
    }))

  it.scoped("leaves nobody up with StopWhenUnneeded= whom nobody else needs", () =>
    Effect.gen(function*() {
      const run = yield* begin({
        "a.service": "StopWhenUnneeded=yes",
        "b.service": "Requires=a.service\nAfter=a.service",
        "c.service": "Wants=a.service\nAfter=a.service"
      })
      yield* run.ask("stop", "b")
      assert.deepStrictEqual(acts(run), ["signal 101 15"])
      yield* run.ask("stop", "c")
      assert.deepStrictEqual(acts(run), ["signal 102 15", "signal 100 15"])
      assert.include(
        run.kernel.log,
        "INFO a.service: is stopped: nobody needs it any more since the change of c.service"
      )
    }))
})

describe("a restart that a person asks for", () => {
  it.scoped("stops the unit, waits until it is down, and starts it", () =>
    Effect.gen(function*() {
      const run = yield* begin({ "a.service": "RestartKillSignal=SIGUSR1" }, { "/bin/a": [{ endsAfter: 100 }, {}] })
      yield* run.ask("restart", "a")
      assert.deepStrictEqual(acts(run), ["signal 100 10"])
      yield* run.after(100)
      assert.deepStrictEqual(acts(run), ["spawn a /bin/a"])
      assert.deepStrictEqual(run.kernel.overlaps, [])
    }))

  for (const directive of ["Requires", "BindsTo", "PartOf"]) {
    it.scoped(`takes along those that are up and name the unit in ${directive}=`, () =>
      Effect.gen(function*() {
        const line = `${directive}=a.service\nAfter=a.service`
        const run = yield* begin({ "a.service": "", "b.service": line, "c.service": line })
        yield* run.ask("stop", "c")
        run.fresh()
        yield* run.ask("restart", "a")
        assert.deepStrictEqual(acts(run), ["signal 101 15", "signal 100 15", "spawn a /bin/a", "spawn b /bin/b"])
      }))
  }

  it.scoped("of what is down starts it", () =>
    Effect.gen(function*() {
      const run = yield* begin({ "a.service": "" })
      yield* run.ask("stop", "a")
      run.fresh()
      yield* run.ask("restart", "a")
      assert.deepStrictEqual(acts(run), ["spawn a /bin/a"])
    }))

  it.scoped("does not wait for a pause before the unit's own", () =>
    Effect.gen(function*() {
      const run = yield* begin({ "a.service": "Restart=always\nRestartSec=1h" }, { "/bin/a": [{ exitsAfter: 10 }, {}] })
      yield* run.after(10)
      yield* run.ask("restart", "a")
      assert.deepStrictEqual(acts(run), ["spawn a /bin/a"])
      yield* run.after(2 * 3_600_000)
      assert.deepStrictEqual(acts(run), [])
    }))
})

describe("a reload that a person asks for", () => {
  it.scoped("runs ExecReload=, and that of what PropagatesReloadTo= names", () =>
    Effect.gen(function*() {
      const run = yield* begin({
        "a.service": "ExecReload=/bin/reload a\nPropagatesReloadTo=b.service",
        "b.service": "ExecReload=/bin/reload b"
      }, { "/bin/reload": { exitsAfter: 10 } })
      yield* run.ask("reload", "a")
      assert.deepStrictEqual(acts(run), ["spawn a /bin/reload a", "spawn b /bin/reload b"])
    }))

  it.scoped("is refused with a reason where the unit cannot reload", () =>
    Effect.gen(function*() {
      const run = yield* begin({ "a.service": "" })
      yield* run.ask("reload", "a")
      assert.deepStrictEqual(acts(run), [])
      assert.match(run.kernel.log.at(-1) ?? "", /^WARN a\.service: not reloaded: .*ExecReload=/)
    }))
})

describe("a request in the shutdown", () => {
  it.scoped("is refused, whatever it is", () =>
    Effect.gen(function*() {
      const run = yield* begin({ "a.service": "", "b.service": "" }, { "/bin/a": { endsAfter: 1000 } })
      yield* run.ask("stop", "b")
      yield* run.signal(Runs.TERM)
      run.fresh()
      for (const kind of ["start", "restart", "reload", "stop"] as const) {
        yield* run.ask(kind, "a")
        yield* run.ask(kind, "b")
      }
      assert.deepStrictEqual(acts(run), [])
      yield* run.after(1000)
      assert.strictEqual(yield* run.exitCode, 0)
    }))
})
