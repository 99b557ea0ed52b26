/** The state file of a whole supervisor on a scripted kernel. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Document } from "../../src/health/Document.ts"
import * as Documents from "../../src/health/Document.ts"
import * as StateFile from "../../src/health/StateFile.ts"
import type { StateOutput } from "../../src/kernel/StateOutput.ts"
import * as Runs from "../supervisor/Runs.ts"
import * as OutputTest from "../trace/OutputTest.ts"

const makeOutput = () => {
  const clock = OutputTest.make()
  const written: Array<string> = []
  const state = { fault: undefined as string | undefined, late: false }
  const output: StateOutput = {
    after: clock.after,
    wall: clock.wall,
    warn: clock.warn,
    reaperIsLate: () => state.late,
    replace: (_path, text) => {
      if (state.fault === undefined) written.push(text)
      return state.fault
    }
  }
  const last = (): Document => {
    const document = Documents.parse(written.at(-1) ?? "")
    if (document === undefined) throw new Error(`no document: ${written.at(-1)}`)
    return document
  }
  /** Lets time pass for whatever is to be written. */
  const pass = (millis: number): void => {
    clock.pass(millis)
    clock.fire()
  }
  return { ...state, clock, output, written, last, pass, state }
}

const begin = Effect.fnUntraced(function*(setup: Runs.Setup) {
  const made = makeOutput()
  const file = StateFile.start(made.output, { path: "/run/state", version: "1.2.3" })
  const run = yield* Runs.begin({ ...setup, observe: file.observe })
  return { ...made, file, run }
})

describe("a state file", () => {
  it.scoped("tells what each unit is, and since when", () =>
    Effect.gen(function*() {
      const { clock, last, pass, run } = yield* begin({
        units: {
          "web.service": "",
          "bad.service": "Restart=on-failure\nRestartSec=1",
          "skipped.service": "ConditionPathExists=/nowhere",
          "late.service": "",
          "late.socket": "ListenStream=80",
          "all.target": ""
        },
        programs: { "/bin/bad": [{ exitsAfter: 10, code: 3 }, { exitsAfter: 10, code: 3 }, {}] }
      })
      yield* run.after(1100)
      pass(100)
      const { pid1, units, written } = last()
      assert.deepStrictEqual(pid1, { version: "1.2.3", started: "2023-11-14T22:13:20.000Z", stopping: false })
      assert.strictEqual(written, new Date(clock.wall()).toISOString())
      assert.deepInclude(units["web.service"], {
        type: "service",
        active: "active",
        sub: "running",
        runs: 1,
        restarts: 0
      })
      assert.deepInclude(units["bad.service"], { active: "activating", sub: "auto-restart", runs: 2, restarts: 2 })
      assert.match(String(units["skipped.service"]?.never), /ConditionPathExists=/)
      assert.deepInclude(units["late.service"], { active: "inactive", sub: "dead", never: "late.socket starts it" })
      assert.deepStrictEqual(units["late.service"]?.sockets, ["late.socket"])
      assert.deepInclude(units["late.socket"], {
        active: "active",
        sub: "listening",
        service: "late.service",
        activation: "native"
      })
      assert.deepInclude(units["all.target"], { type: "target", active: "active", sub: "active" })
      run.kernel.sockets.knock("*:80")
      yield* run.after(0)
      run.kernel.sockets.serve()
      pass(100)
      assert.deepInclude(last().units["late.socket"], { active: "active", sub: "running" })
      assert.deepInclude(last().units["late.service"], { active: "active", sub: "running", runs: 1 })
      assert.notProperty(last().units["late.service"], "never")
    }))

  it.scoped("is written together for what happens together, and once in ten seconds if nothing does", () =>
    Effect.gen(function*() {
      const { last, pass, written } = yield* begin({ units: { "a.service": "", "b.service": "" } })
      assert.strictEqual(written.length, 1)
      pass(100)
      assert.strictEqual(written.length, 2)
      pass(9800)
      assert.strictEqual(written.length, 2)
      pass(100)
      assert.strictEqual(written.length, 3)
      const first = last().written
      pass(10_000)
      assert.strictEqual(written.length, 4)
      assert.strictEqual(Date.parse(last().written) - Date.parse(first), 10_000)
    }))

  it.scoped("gives no sign of life while the reaper is late", () =>
    Effect.gen(function*() {
      const { last, pass, state } = yield* begin({ units: { "a.service": "" } })
      pass(100)
      const before = last().written
      state.late = true
      pass(10_000)
      assert.strictEqual(last().written, before)
      state.late = false
      pass(10_000)
      assert.notStrictEqual(last().written, before)
    }))

  it.scoped("says that everything is stopping, from the beginning of that to the end", () =>
    Effect.gen(function*() {
      const { file, last, pass, run } = yield* begin({
        units: { "a.service": "" },
        programs: { "/bin/a": { endsAfter: 1000 } }
      })
      yield* run.signal(Runs.TERM)
      pass(100)
      assert.deepInclude(last().units["a.service"], { active: "deactivating", sub: "stop-sigterm" })
      assert.isTrue(last().pid1.stopping)
      yield* run.after(1000)
      file.end()
      assert.deepInclude(last().units["a.service"], { active: "inactive", sub: "dead", result: "success" })
    }))

  it.scoped("keeps nothing of units that served a connection and are gone", () =>
    Effect.gen(function*() {
      const { last, pass, run } = yield* begin({
        units: { "echo@.service": "", "echo.socket": "ListenStream=80\nAccept=yes" },
        programs: { "/bin/echo@": { exitsAfter: 10 } }
      })
      run.kernel.sockets.connect("*:80")
      yield* run.after(0)
      pass(100)
      const there = Object.keys(last().units).filter((name) => name.startsWith("echo@0"))
      assert.strictEqual(there.length, 1)
      yield* run.after(100)
      pass(100)
      assert.notInclude(Object.keys(last().units), there[0])
    }))

  it("that cannot be written is told of once, and tried again", () => {
    const { clock, output, pass, state, written } = makeOutput()
    state.fault = "Read-only file system"
    StateFile.start(output, { path: "/run/state", version: "1" })
    pass(10_000)
    pass(10_000)
    assert.deepStrictEqual(clock.warnings, ["the state file /run/state cannot be written: Read-only file system"])
    state.fault = undefined
    pass(10_000)
    assert.strictEqual(written.length, 1)
  })
})
