/** The table of a socket's states, where it accepts. */
import { assert, describe, it } from "@effect/vitest"
import type { Connection } from "../../../src/kernel/FdHandoff.ts"
import type { Command, Event, Machine } from "../../../src/supervisor/socket/SocketState.ts"
import { initial, step } from "../../../src/supervisor/socket/SocketState.ts"
import { down, shutdownBegan, stopRequested, tooOften, up } from "../Triggers.ts"
import * as Units from "../Units.ts"

const socket = Units.socket("ListenStream=80\nAccept=yes\nTriggerLimitBurst=3", "job.socket")
const listening: Machine = { ...initial, phase: "listening", watch: 7 }

const connection = (descriptor: number): Connection => ({
  descriptor,
  ends: { family: "unix", pid: 1, uid: 0, name: "" },
  close: () => undefined
})
const accepted = (count: number, more: object = {}): Event => ({
  _tag: "Accepted",
  connections: Array.from({ length: count }, (_, index) => connection(index + 1)),
  ...more
})
const knocked: Event = { _tag: "Knocked", watch: 7, where: "80" }

const shown = (command: Command): string =>
  "connection" in command
    ? `${command._tag} ${command.connection.descriptor}`
    : command._tag === "Watch" || command._tag === "Rest"
    ? `${command._tag} ${command.watch}`
    : command._tag === "Say"
    ? command.level
    : command._tag

const run = (machine: Machine, ...events: ReadonlyArray<Event>) => {
  const commands: Array<string> = []
  let at = machine
  for (const event of events) {
    const [next, more] = step(socket, at, event, 0)
    at = next
    commands.push(...more.map(shown))
  }
  return [at.phase, ...commands]
}

describe("the table of a socket that accepts", () => {
  it("accepts when somebody comes, serves each, and looks for more", () => {
    assert.deepStrictEqual(run(listening, knocked), ["listening", "Accept"])
    assert.deepStrictEqual(run(listening, accepted(2)), ["listening", "Serve 1", "Serve 2", "Watch 8"])
    // Whoever came has gone again.
    assert.deepStrictEqual(run(listening, accepted(0)), ["listening", "Watch 8"])
  })

  it("accepts at two listeners at once without a loss", () => {
    assert.deepStrictEqual(run(listening, knocked, knocked, accepted(1), accepted(1)), [
      "listening",
      "Accept",
      "Accept",
      "Serve 1",
      "Watch 8",
      "Serve 1",
      "Watch 9"
    ])
  })

  it("fails at the trigger limit, with those who are beyond it sent away", () => {
    assert.deepStrictEqual(run(listening, accepted(2), accepted(3)), [
      "failed",
      ...["Serve 1", "Serve 2", "Watch 8"],
      ...["Serve 1", "Drop 2", "Drop 3", "warning", "Unwatch", "Close", "ReportChanged"]
    ])
  })

  it("rests when there is nothing to accept with, says so once until that is over, and looks again", () => {
    const exhausted = accepted(0, { exhausted: "no" })
    assert.deepStrictEqual(run(listening, exhausted, { _tag: "Rested", watch: 8 }, exhausted), [
      "listening",
      ...["warning", "Rest 8", "Watch 8", "Rest 9"]
    ])
    assert.deepStrictEqual(run(listening, exhausted, accepted(1), exhausted), [
      "listening",
      ...["warning", "Rest 8", "Serve 1", "Watch 9", "warning", "Rest 10"]
    ])
    assert.deepStrictEqual(run(listening, exhausted, { _tag: "Rested", watch: 7 }).slice(3), [])
    assert.deepStrictEqual(run(listening, exhausted, shutdownBegan, { _tag: "Rested", watch: 8 }).slice(3), ["Unwatch"])
  })

  it("fails where nothing can be accepted, or nothing serves what is", () => {
    const fails = ["warning", "Unwatch", "Close", "ReportChanged"]
    assert.deepStrictEqual(run(listening, accepted(1, { fault: "no" })), ["failed", "Serve 1", ...fails])
    assert.deepStrictEqual(run(listening, { _tag: "Unserved", fault: "no" }), ["failed", ...fails])
    assert.deepStrictEqual(run(initial, { _tag: "Unserved", fault: "no" }), ["dead"])
  })

  it("sends away whoever it has taken too late", () => {
    assert.deepStrictEqual(run(listening, stopRequested, accepted(1)).at(-1), "Drop 1")
    assert.deepStrictEqual(run(listening, shutdownBegan, accepted(1)).at(-1), "Drop 1")
  })

  it("takes no notice of what services do", () => {
    assert.deepStrictEqual(run(listening, up, down, tooOften), ["listening"])
  })
})
