/** The state table against a world that answers at random, but never says what could not be. */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { ExitStatus } from "../../src/kernel/Processes.ts"
import type { Machine } from "../../src/supervisor/State.ts"
import { initial, isDone, step } from "../../src/supervisor/State.ts"
import type { Command } from "../../src/supervisor/StateCommand.ts"
import { Event } from "../../src/supervisor/StateEvent.ts"
import type { Service } from "../../src/unit/Unit.ts"
import { service } from "./Units.ts"

const units: ReadonlyArray<Service> = [
  service(),
  service("Restart=always\nRestartSec=0"),
  service("Restart=on-failure\nRestartSec=2\nStartLimitBurst=2"),
  service("Type=exec\nTimeoutStopSec=infinity\nTimeoutStartSec=1"),
  service("Type=oneshot\nExecStart=/bin/a\nExecStart=-/bin/b\nExecStart=/bin/c"),
  service("Type=oneshot\nRemainAfterExit=yes\nRestart=on-failure")
]

class World {
  machine: Machine = initial
  now = 0
  /** A child was asked for and there is no answer yet. */
  forking = false
  /** The main process: forked, perhaps exec'd, not yet reaped. */
  process: "none" | "forked" | "running" | "doomed" = "none"
  /** Others of the unit. */
  others = false
  sweeping = false
  timer: number | undefined
  starts = 0
  settled = 0
  stopped = 0
  readonly #unit: Service

  constructor(unit: Service) {
    this.#unit = unit
  }

  get isEmpty(): boolean {
    return this.process === "none" && !this.others && !this.forking
  }

  /** What may happen now. */
  possible(): ReadonlyArray<Event> {
    const events: Array<Event> = [Event.StartRequested(), Event.TimedOut({ timer: this.machine.timer - 1 })]
    if (this.forking) {
      return [Event.Spawned({ pid: 100 + this.starts }), Event.SpawnRefused({ message: "no", result: "resources" })]
    }
    if (this.process === "forked") events.push(Event.Started(), Event.ExecFailed({ message: "no" }))
    if (this.process === "running" || this.process === "doomed") {
      events.push(
        Event.Exited({ status: ExitStatus.Exited({ code: this.process === "doomed" ? 203 : 0 }) }),
        Event.Exited({ status: ExitStatus.Signaled({ signal: 9, coreDumped: false }) })
      )
    }
    if (this.sweeping && this.isEmpty) events.push(Event.Emptied({ sweep: this.machine.sweep, already: false }))
    // SIGKILL works in this world; ServiceActor.test.ts has processes that even it does not end.
    const killing = this.machine.phase === "stop-sigkill"
    if (this.timer !== undefined && !killing) events.push(Event.TimedOut({ timer: this.timer }))
    return events
  }

  /** The world as it is after the event, then the machine's answer, then the world as that makes it. */
  happen(event: Event): void {
    switch (event._tag) {
      case "Spawned":
        this.forking = false
        this.process = "forked"
        break
      case "SpawnRefused":
        this.forking = false
        break
      case "Started":
        this.process = "running"
        break
      case "ExecFailed":
        this.process = "doomed"
        break
      case "Exited":
        this.process = "none"
        break
      case "Emptied":
        this.sweeping = false
        break
      case "TimedOut":
        if (event.timer === this.timer) this.timer = undefined
        break
    }
    const before = this.machine
    const [machine, commands] = step(this.#unit, before, event, this.now)
    this.machine = machine
    assert.isTrue(machine.stopping || !before.stopping, "a stop is never taken back")
    for (const command of commands) this.obey(command)
    this.check()
  }

  private obey(command: Command): void {
    switch (command._tag) {
      case "Spawn":
        assert.isFalse(this.machine.stopping, "nothing is spawned once stopping")
        assert.strictEqual(this.process, "none", "one main process at a time")
        assert.isFalse(this.forking, "one fork at a time")
        assert.isDefined(this.#unit.Service.ExecStart[command.command])
        this.forking = true
        this.starts++
        break
      case "SweepGroup":
        this.sweeping = true
        // SIGKILL spares nobody; who is told to end may still take a while.
        if (command.signal === 9) this.others = false
        break
      case "ArmTimer":
        assert.strictEqual(command.timer, this.machine.timer)
        this.timer = command.millis === Infinity ? undefined : command.timer
        break
      case "Settle":
        assert.isAbove(this.starts, 0, "nothing settles that was not started")
        this.settled++
        break
      case "ReportStopped":
        assert.isTrue(isDone(this.machine), "stopped means at rest")
        assert.isTrue(this.isEmpty, "nothing of a stopped unit is left")
        this.stopped++
        break
    }
  }

  private check(): void {
    const { phase, pid } = this.machine
    assert.isAtMost(this.stopped, 1, "a stop is reported once")
    if (phase === "running") assert.strictEqual(this.process, "running")
    if (phase === "dead" || phase === "failed" || phase === "auto-restart" || phase === "exited") {
      assert.strictEqual(pid, 0)
      assert.strictEqual(this.process, "none")
    }
    if (phase === "auto-restart") assert.isDefined(this.timer, "a restart that nothing brings about")
    if (phase.startsWith("stop")) assert.isTrue(this.sweeping, "a stop that nobody works at")
  }
}

const choices = FastCheck.array(FastCheck.nat(1000), { maxLength: 60 })

/** Plays the choices; 0 to 19 of each thousand ask for a stop, 20 to 29 for a kill. */
const play = (unit: Service, list: ReadonlyArray<number>): World => {
  const world = new World(unit)
  for (const choice of list) {
    if (isDone(world.machine)) break
    world.now += choice % 7
    if (choice % 11 === 0) world.others = world.process === "running"
    const possible = world.possible()
    const pick = possible[choice % possible.length]
    // An actor hears of nothing else between a fork and its outcome.
    if (choice < 20 && !world.forking) world.happen(Event.StopRequested())
    else if (choice < 30 && !world.forking) world.happen(Event.KillRequested())
    else if (pick !== undefined) world.happen(pick)
  }
  return world
}

const settleFork = (world: World): void => {
  if (world.forking) world.happen(Event.Spawned({ pid: 100 }))
}

/** Lets a world come to its end: everybody who can go, goes. */
const finish = (world: World): void => {
  for (let turn = 0; turn < 20 && !isDone(world.machine); turn++) {
    world.others = false
    const end = world.possible().filter(({ _tag }) => _tag !== "TimedOut" && _tag !== "StartRequested").at(-1)
    assert.isDefined(end, `nothing ends ${JSON.stringify(world.machine)}`)
    if (end !== undefined) world.happen(end)
  }
}

describe("the state table", () => {
  for (const [index, unit] of units.entries()) {
    it(`keeps its promises in any order of events (unit ${index})`, () => {
      FastCheck.assert(
        FastCheck.property(choices, (list) => {
          play(unit, list)
        }),
        { numRuns: 400 }
      )
    })

    it(`stops once, whenever it is asked to (unit ${index})`, () => {
      FastCheck.assert(
        FastCheck.property(choices, FastCheck.boolean(), (list, kill) => {
          const world = play(unit, list)
          settleFork(world)
          if (!isDone(world.machine)) world.happen(kill ? Event.KillRequested() : Event.StopRequested())
          finish(world)
          assert.isTrue(isDone(world.machine))
          assert.strictEqual(world.stopped, 1)
        }),
        { numRuns: 400 }
      )
    })
  }

  it("settles whatever was started, up or not", () => {
    FastCheck.assert(FastCheck.property(choices, (list) => {
      const world = play(service("Type=oneshot"), [31, ...list])
      const begun = world.starts > 0
      settleFork(world)
      if (!isDone(world.machine)) world.happen(Event.StopRequested())
      finish(world)
      if (begun) assert.isAbove(world.settled, 0)
    }))
  })
})
