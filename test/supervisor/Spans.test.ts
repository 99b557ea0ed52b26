/** What a program's own tracer hears of the units that it supervises. */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import * as Tracer from "effect/Tracer"
import { Supervisor } from "../../src/index.ts"
import * as KernelTest from "./KernelTest.ts"
import type { Script } from "./Script.ts"

interface Told {
  readonly name: string
  readonly parent: string
  readonly begin: number
  readonly attributes: Map<string, unknown>
  readonly events: Array<string>
  end: number | undefined
  /** Empty if it ended well, `-` if it was given up. */
  fault: string
}

const millisOf = (nanos: bigint): number => Number(nanos) / 1e6

const make = () => {
  const told: Array<Told> = []
  const tracer = Tracer.make({
    context: (f) => f(),
    span: (name, parent, context, links, startTime, kind) => {
      const one: Told = {
        name,
        parent: Option.match(parent, { onNone: () => "", onSome: (at) => at._tag === "Span" ? at.name : "outside" }),
        begin: millisOf(startTime),
        attributes: new Map(),
        events: [],
        end: undefined,
        fault: ""
      }
      told.push(one)
      return {
        _tag: "Span",
        name,
        spanId: String(told.length),
        traceId: "1",
        parent,
        context,
        links,
        kind,
        sampled: true,
        status: { _tag: "Started", startTime },
        attributes: one.attributes,
        attribute: (key, value) => void one.attributes.set(key, value),
        event: (event, at) => void one.events.push(`${event} ${millisOf(at)}`),
        addLinks: () => {},
        end: (at, exit) => {
          assert.isUndefined(one.end, `${name} ends twice`)
          one.end = millisOf(at)
          if (Exit.isSuccess(exit)) return
          one.fault = Cause.isInterrupted(exit.cause) ? "-" : Cause.prettyErrors(exit.cause)[0]?.message ?? ""
        }
      }
    }
  })
  return { tracer, told }
}

/** As a table: what, below what, from when, to when, and what went wrong. */
const rows = (told: ReadonlyArray<Told>): ReadonlyArray<string> =>
  told.map(({ begin, end, fault, name, parent }) =>
    `${name} | ${parent} | ${begin} ${end ?? "on"}${fault === "" ? "" : ` | ${fault}`}`
  )

const begin = Effect.fnUntraced(function*(options: Supervisor.Options, script: Script) {
  const { told, tracer } = make()
  const kernel = yield* KernelTest.make(script)
  const scope = yield* Effect.acquireRelease(Scope.make(), (open) => Scope.close(open, Exit.void))
  const build = Layer.buildWithScope(Supervisor.layer(options).pipe(Layer.provide(kernel.layer)), scope).pipe(
    Effect.withSpan("program"),
    Effect.withTracer(tracer)
  )
  const context = yield* build
  const supervisor = context.unsafeMap.get(Supervisor.Supervisor.key) as typeof Supervisor.Supervisor.Service
  return { told, tracer, supervisor, release: Scope.close(scope, Exit.void) }
})

const units: Supervisor.Options["units"] = {
  "setup.service": { Service: { Type: "oneshot", ExecStart: "/bin/setup", RemainAfterExit: true } },
  "web.service": {
    Unit: { Requires: "setup.service", After: "setup.service" },
    Service: { Type: "notify", ExecStart: "/bin/web" }
  }
}

describe("spans of a supervisor", () => {
  it.scoped("tell the boot, the starts, the processes and the shutdown, each below what it belongs to", () =>
    Effect.gen(function*() {
      const programs: Script["programs"] = {
        "/bin/setup": { exitsAfter: 30 },
        "/bin/web": { notifies: [[20, "READY=1"]], endsAfter: 5 }
      }
      const { release, supervisor, told } = yield* begin({ units }, { programs })
      yield* TestClock.adjust(30)
      yield* TestClock.adjust(20)
      yield* supervisor.booted
      yield* TestClock.adjust(50)
      const end = yield* Effect.fork(release)
      yield* TestClock.adjust(5)
      yield* end.await
      assert.deepStrictEqual(rows(told), [
        "program |  | 0 0",
        "boot | program | 0 50",
        "start setup.service | boot | 0 30",
        "setup.service ExecStart | start setup.service | 0 30",
        "start web.service | boot | 30 50",
        "web.service ExecStart | start web.service | 30 105",
        "shutdown | program | 100 105",
        "stop web.service | shutdown | 100 105",
        "stop setup.service | shutdown | 105 105"
      ])
      const [, boot, , , , web, , stop] = told
      assert.strictEqual(boot?.attributes.get("units"), 2)
      assert.deepStrictEqual([...web?.attributes.entries() ?? []], [
        ["unit", "web.service"],
        ["directive", "ExecStart"],
        ["process.pid", 101],
        ["process.exit.signal", "SIGTERM"]
      ])
      assert.deepStrictEqual([web?.events, stop?.events], [["exec 30"], ["kill 100"]])
    }))

  it.scoped("tell what failed, and why", () =>
    Effect.gen(function*() {
      const programs: Script["programs"] = { "/bin/setup": { exitsAfter: 10, code: 3 } }
      const { supervisor, told } = yield* begin({ units: { "setup.service": units["setup.service"] ?? {} } }, {
        programs
      })
      yield* TestClock.adjust(10)
      yield* supervisor.booted
      assert.deepStrictEqual(rows(told), [
        "program |  | 0 0",
        "boot | program | 0 10",
        "start setup.service | boot | 0 10 | setup.service: exit-code: exited with code 3",
        "setup.service ExecStart | start setup.service | 0 10 | setup.service: exited with code 3"
      ])
      assert.strictEqual(told[3]?.attributes.get("process.exit.code"), 3)
    }))

  it.scoped("put what the program asks for below its own span", () =>
    Effect.gen(function*() {
      const { supervisor, told, tracer } = yield* begin({ units }, {})
      const ask = supervisor.start("nobody.service").pipe(Effect.ignore, Effect.withSpan("request"))
      yield* Effect.withTracer(ask, tracer)
      assert.deepStrictEqual(rows(told.filter(({ parent }) => parent === "" || parent === "request")), [
        "program |  | 0 0",
        "request |  | 0 0",
        "Supervisor.start | request | 0 0 | nobody.service: not started: there is no such unit"
      ])
    }))

  it.scoped("are not made where the program wants none, and end with the supervisor", () =>
    Effect.gen(function*() {
      const none = make()
      const kernel = yield* KernelTest.make({})
      const build = Layer.build(Supervisor.layer({ units }).pipe(Layer.provide(kernel.layer)))
      yield* build.pipe(Effect.scoped, Effect.withTracer(none.tracer), Effect.withTracerEnabled(false))
      assert.deepStrictEqual(none.told, [])
      const { release, told } = yield* begin({ units }, {})
      yield* release
      assert.isTrue(told.every(({ end }) => end !== undefined), rows(told).join("\n"))
    }))
})
