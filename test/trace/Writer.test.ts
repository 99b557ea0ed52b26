import { assert, describe, it } from "@effect/vitest"
import { Writer } from "../../src/trace/Writer.ts"
import * as OutputTest from "./OutputTest.ts"

const ofPhase = (output: OutputTest.OutputTest, phase: string) => output.lines().filter((line) => line.phase === phase)

describe("the writer of a trace", () => {
  it("writes one object a line: phase, start, duration and status, and the fields behind them", () => {
    const output = OutputTest.make()
    new Writer(output).emit("spawn", { unit: "a\n\u2028\".service", pid: 7 }, 12.3456)
    const [line] = output.lines()
    assert.deepStrictEqual(line, {
      phase: "spawn",
      t_start_ms: 1_699_999_999_987.654,
      dt_ms: 12.346,
      status: "ok",
      unit: "a\n\u2028\".service",
      pid: 7
    })
  })

  it("tells fractions of milliseconds, and goes by the wall clock once that was set", () => {
    const output = OutputTest.make()
    const writer = new Writer(output)
    output.pass(0.25)
    writer.emit("a", {})
    output.set(1_600_000_000_000)
    writer.emit("b", {})
    output.pass(1.5)
    writer.emit("c", {})
    assert.deepStrictEqual(output.lines().map(({ t_start_ms }) => t_start_ms), [
      1_700_000_000_000.25,
      1_600_000_000_000,
      1_600_000_000_001.5
    ])
  })

  it("counts what there is no room for, and tells of it ahead of whatever comes next", () => {
    const output = OutputTest.make()
    const writer = new Writer(output)
    output.room = 2
    for (let count = 0; count < 5; count++) writer.emit("one", {})
    output.room = 3
    writer.emit("two", {})
    writer.emit("two", {})
    writer.emit("two", {})
    output.room = Infinity
    writer.emit("three", {})
    assert.deepStrictEqual(output.phases(), [
      "one",
      "one",
      "trace_dropped",
      "two",
      "two",
      "trace_dropped",
      "three"
    ])
    const dropped = ofPhase(output, "trace_dropped")
    assert.deepStrictEqual(dropped.map(({ dropped, status, total }) => [dropped, total, status]), [
      [3, 3, "error"],
      [1, 4, "error"]
    ])
  })

  it("has written and dropped, together, all that was emitted", () => {
    const output = OutputTest.make()
    const writer = new Writer(output)
    let seed = 7
    for (let count = 0; count < 500; count++) {
      seed = (seed * 1103515245 + 12345) % 2147483648
      if (seed % 5 === 0) output.room = seed % 7
      writer.emit("x", { count })
    }
    output.room = Infinity
    const { emitted, lost } = writer.close("last", {}, 100)
    const written = output.lines().filter(({ phase }) => phase !== "trace_dropped").length
    assert.strictEqual(emitted, 501)
    assert.strictEqual(written + lost, emitted)
    assert.strictEqual(ofPhase(output, "trace_dropped").at(-1)?.["total"], lost)
    assert.strictEqual(output.phases().at(-1), "last")
    writer.emit("late", {})
    assert.strictEqual(output.phases().at(-1), "last")
  })
})
