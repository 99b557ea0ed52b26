import { assert, describe, it } from "@effect/vitest"
import type { Document, UnitState } from "../../src/health/Document.ts"
import * as Documents from "../../src/health/Document.ts"
import * as Verdict from "../../src/health/Verdict.ts"

const now = Date.parse("2026-11-28T12:00:00.000Z")

const unit = (state: Partial<UnitState>): UnitState => ({
  type: "service",
  active: "active",
  sub: "running",
  result: "success",
  runs: 1,
  restarts: 0,
  since: "2026-11-28T11:00:00.000Z",
  ...state
})

const document = (units: Document["units"], more: Partial<Document> = {}): Document => ({
  version: 1,
  written: "2026-11-28T11:59:55.000Z",
  pid1: { version: "1", started: "2026-11-28T11:00:00.000Z", stopping: false },
  units,
  ...more
})

const judge = (file: Document, ...require: ReadonlyArray<string>) =>
  Verdict.judge(file, { require, maxAgeMillis: 30_000 }, now)

describe("health", () => {
  const units = {
    "web.service": unit({}),
    "bad.service": unit({ active: "failed", sub: "failed", result: "exit-code" }),
    "off.service": unit({ active: "inactive", sub: "dead", never: "a condition is not met" }),
    "idle.service": unit({ active: "inactive", sub: "dead", sockets: ["idle.socket"] }),
    "idle.socket": unit({ type: "socket", sub: "listening" }),
    "reading.service": unit({ active: "reloading", sub: "reload" })
  }

  it("is well without wishes as long as it lives, and names what has failed", () => {
    assert.deepStrictEqual(judge(document(units)), {
      healthy: true,
      text: "3 of 6 units are up, failed: bad.service"
    })
  })

  it.each([
    [["web"], true, /3 of 6/],
    [["web.service", "reading", "idle.socket"], true, /3 of 6/],
    // It is started for whoever comes.
    [["idle"], true, /3 of 6/],
    [["bad"], false, /^bad\.service is failed \(exit-code\)$/],
    [["web", "off", "bad"], false, /^off\.service is inactive \(a condition is not met\), bad\.service is failed/],
    [["none"], false, /^there is no unit none\.service$/],
    [["constructor"], false, /^there is no unit constructor\.service$/]
  ])("with %j required: %s", (require, healthy, text) => {
    const verdict = judge(document(units), ...require)
    assert.strictEqual(verdict.healthy, healthy, verdict.text)
    assert.match(verdict.text, text)
  })

  it.each([
    ["2026-11-28T11:59:30.000Z", true, /units are up/],
    ["2026-11-28T11:59:29.999Z", false, /the last sign of life is 30s old/],
    ["2026-11-28T13:00:00.000Z", false, /sign of life is -3600s old/],
    ["yesterday", false, /of no time that can be read/]
  ])("of %s is %s", (written, healthy, text) => {
    const verdict = judge(document(units, { written }))
    assert.strictEqual(verdict.healthy, healthy)
    assert.match(verdict.text, text)
  })

  it("is not well once everything is stopping", () => {
    const stopping = document(units, { pid1: { version: "1", started: "", stopping: true } })
    assert.deepStrictEqual(judge(stopping), { healthy: false, text: "everything is stopping" })
  })

  it.each([
    "",
    "[]",
    "null",
    "7",
    "{}",
    "{\"version\":2}",
    "{\"version\":1,\"written\":\"\",\"pid1\":{},\"units\":{\"a\":1}}"
  ])(
    "reads no document in %j",
    (text) => {
      assert.isUndefined(Documents.parse(text))
    }
  )
})
