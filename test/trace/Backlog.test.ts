import { assert, describe, it } from "@effect/vitest"
import type { Fact } from "../../src/supervisor/Fact.ts"
import { Backlog, gatherMillis } from "../../src/trace/Backlog.ts"
import * as OutputTest from "./OutputTest.ts"

const signal = (number: number): Fact => ({ _tag: "SignalReceived", signal: number })

const make = () => {
  const output = OutputTest.make()
  const told: Array<readonly [what: string, at: number]> = []
  /** How much had been told each time that it was about to begin. */
  const begins: Array<number> = []
  const backlog: Backlog = new Backlog(
    output,
    (fact) => void told.push([fact._tag, backlog.now()]),
    () => void begins.push(told.length)
  )
  return { output, backlog, told, begins }
}

describe("what is still to be told of a run", () => {
  it("is told a while later, in its order, and of the moments when it was", () => {
    const { backlog, begins, output, told } = make()
    const began = output.now()
    backlog.add(signal(1))
    output.pass(20)
    backlog.add(() => void told.push(["call", backlog.now()]))
    output.pass(gatherMillis - 21)
    output.fire()
    assert.deepStrictEqual(told, [])
    output.pass(1)
    output.fire()
    assert.deepStrictEqual(told, [["SignalReceived", began], ["call", began + 20]])
    assert.strictEqual(backlog.now(), output.now())
    assert.deepStrictEqual(begins, [0])
  })

  it("is not told to anybody once that is over", () => {
    const { backlog, output, told } = make()
    backlog.add(signal(1))
    backlog.close()
    backlog.add(signal(2))
    output.pass(gatherMillis)
    output.fire()
    backlog.catchUp()
    assert.deepStrictEqual(told, [])
  })

  it("is told at once where somebody waits for it, with what it leads to behind it", () => {
    const { backlog, output, told } = make()
    const began = output.now()
    backlog.add(() => backlog.add(() => void told.push(["what came of it", backlog.now()])))
    backlog.add(signal(1))
    output.pass(5)
    backlog.catchUp()
    assert.deepStrictEqual(told, [["SignalReceived", began], ["what came of it", began + 5]])
    output.pass(gatherMillis)
    output.fire()
    assert.strictEqual(told.length, 2)
  })

  it("does not grow without end where there is never time", () => {
    const { backlog, told } = make()
    let longest = 0
    for (let count = 1; count <= 100_000; count++) {
      backlog.add(signal(1))
      longest = Math.max(longest, count - told.length)
    }
    assert.isBelow(longest, 10_000)
    backlog.catchUp()
    assert.strictEqual(told.length, 100_000)
  })
})
