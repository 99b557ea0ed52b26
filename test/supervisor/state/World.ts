/**
 * A world for one service: processes that end or do not, timers, conditions, PID files, messages. It answers at random,
 * but never says what could not be, and it watches over what the state table asks of it.
 */
import { assert } from "@effect/vitest"
import type { ExitStatus } from "../../../src/kernel/Processes.ts"
import type { ActiveState } from "../../../src/supervisor/ActiveState.ts"
import type { Machine, Phase } from "../../../src/supervisor/State.ts"
import { activeState, initial, step } from "../../../src/supervisor/State.ts"
import type { Command, Role } from "../../../src/supervisor/StateCommand.ts"
import type { Event } from "../../../src/supervisor/StateEvent.ts"
import type { Service } from "../../../src/unit/Unit.ts"

const SIGKILL = 9

export interface Process {
  readonly pid: number
  /** What it was spawned as; `other` was forked by one of them. */
  readonly role: Role | "other"
  /** Its end is told: it is our child, or was adopted. */
  known: boolean
  state: "forked" | "running" | "doomed" | "killed"
}

const legal: Readonly<Record<ActiveState, ReadonlyArray<ActiveState>>> = {
  // Straight to `active`: nothing to run, or an idle service, that nobody waits for.
  inactive: ["activating", "active", "failed"],
  failed: ["activating", "active", "inactive"],
  activating: ["active", "reloading", "deactivating", "inactive", "failed"],
  active: ["reloading", "deactivating", "inactive", "failed"],
  reloading: ["active", "deactivating", "inactive", "failed"],
  deactivating: ["inactive", "failed"]
}

const begins: ReadonlyArray<Phase> = ["condition", "start-pre", "start", "start-post", "reload"]

const isDown = ({ phase }: Machine): boolean => phase === "dead" || phase === "failed"

export class World {
  machine: Machine = initial
  now = 0
  /** The living, and those whose end is still to be told. */
  processes: Array<Process> = []
  watching: number | undefined
  timer: number | undefined
  watchdog = false
  idleWanted = false
  restartDue = false
  pidFileAwaited = false
  /** Something was told to the supervisor that ends what it waits for. */
  reports = 0
  readonly unit: Service
  private readonly pick: (count: number) => number
  private lastPid = 100

  /** `pick` is where chance comes from: a number below `count`. */
  constructor(unit: Service, pick: (count: number) => number) {
    this.unit = unit
    this.pick = pick
  }

  get isAtRest(): boolean {
    return isDown(this.machine)
  }

  /** One event, and all that follows from it at once. */
  happen(event: Event): void {
    const events = [event]
    for (const one of events) {
      const before = this.machine
      const [after, commands] = step(this.unit, before, one, this.now)
      this.machine = after
      for (const command of commands) {
        const outcome = this.obey(command, before)
        if (outcome !== undefined) events.push(outcome)
      }
      this.checkChange(before, after)
    }
    this.check()
  }

  /** A process of the unit forks another. */
  fork(): void {
    if (!this.processes.some(({ state }) => state === "running")) return
    this.processes.push({ pid: ++this.lastPid, role: "other", known: false, state: "running" })
  }

  /** A process ends; if somebody is to be told, this is what. */
  end(process: Process, status: ExitStatus): Event | undefined {
    this.processes = this.processes.filter((one) => one !== process)
    return process.known ? { _tag: "Exited", pid: process.pid, status, oom: false } : undefined
  }

  find(pid: number): Process | undefined {
    return this.processes.find((process) => process.pid === pid)
  }

  /** Once somebody's SIGKILL is under way nothing is left behind; a unit may ask for less. */
  get killsAll(): boolean {
    const { FinalKillSignal, KillMode, SendSIGKILL } = this.unit.Service
    return SendSIGKILL && FinalKillSignal === SIGKILL && KillMode !== "none" && KillMode !== "process"
  }

  private obey(command: Command, before: Machine): Event | undefined {
    switch (command._tag) {
      case "Spawn":
        return this.spawn(command, before)
      case "Sweep":
        return this.sweep(command)
      case "SignalProcess": {
        const process = this.find(command.pid)
        if (process !== undefined && command.signal === SIGKILL) process.state = "killed"
        return undefined
      }
      case "ArmTimer":
        assert.strictEqual(command.timer, this.machine.timer, "the timer that counts is the last")
        this.timer = command.millis === Infinity ? undefined : command.timer
        return undefined
      case "Test":
        return this.pick(2) === 0
          ? { _tag: "ConditionsMet" }
          : { _tag: "ConditionsUnmet", failed: this.pick(2) === 0, text: "unmet" }
      case "BeginRun":
        assert.isFalse(this.machine.closing, "nothing begins once the shutdown has begun")
        return undefined
      case "FindMain":
        return this.findMain(command.last)
      case "Adopt":
        return this.adopt(this.find(command.pid))
      case "StartWatchdog":
        this.watchdog = true
        return undefined
      case "WaitForIdle":
        this.idleWanted = true
        return undefined
      case "ReportSkipped":
      case "ReportUnchanged":
        this.reports++
        return undefined
      case "ReportRestartDue":
        this.restartDue = true
        return undefined
      case "EndRun":
        this.watchdog = false
        this.idleWanted = false
        this.pidFileAwaited = false
        if (this.killsAll) assert.deepStrictEqual(this.processes, [], "nothing of a unit outlives its run")
        return undefined
      case "StartAgain":
        return { _tag: "StartRequested", cause: {} }
      case "Say":
        return undefined
    }
  }

  private spawn({ index, key, role }: Extract<Command, { _tag: "Spawn" }>, before: Machine): Event {
    assert.isDefined(this.unit.Service[key][index], `there is no ${key}= number ${index}`)
    const isOfStop = key === "ExecStop" || key === "ExecStopPost"
    if (this.machine.stopAsked) assert.isTrue(isOfStop, `${key}= after a stop was asked for`)
    assert.notStrictEqual(this.machine.phase, "final-sigkill", "nothing is spawned beside SIGKILL")
    const beside = this.processes.filter((process) => process.role === role && process.state !== "killed")
    const left = role === "main" ? beside.filter(({ pid }) => pid === before.main) : beside
    if (this.killsAll) assert.deepStrictEqual(left, [], `two ${role} processes`)
    if (this.pick(40) === 0) return { _tag: "SpawnRefused", role, message: "no", result: "resources" }
    const pid = ++this.lastPid
    this.processes.push({ pid, role, known: true, state: "forked" })
    return { _tag: "Spawned", role, pid }
  }

  private sweep({ signals, sweep, whom }: Extract<Command, { _tag: "Sweep" }>): Event | undefined {
    const { control, main } = this.machine
    for (const process of this.processes) {
      const isMeant = whom === "all" || process.pid === main || process.pid === control
      if (isMeant && signals.includes(SIGKILL)) process.state = "killed"
    }
    if (whom !== "all") return undefined
    if (this.processes.length === 0) return { _tag: "Emptied", sweep, already: true }
    this.watching = sweep
    return undefined
  }

  /** By PID file or by guess: one of those that nobody knows, or none. */
  private findMain(last: boolean): Event {
    const found = this.processes.find(({ known }) => !known)
    if (found !== undefined && this.pick(3) > 0) return this.adopt(found) ?? this.missing(false)
    return this.missing(last && this.unit.Service.PIDFile !== undefined && this.pick(3) > 0)
  }

  private missing(waits: boolean): Event {
    this.pidFileAwaited ||= waits
    return { _tag: "MainMissing", waits, text: "" }
  }

  private adopt(process: Process | undefined): Event | undefined {
    if (process === undefined) return undefined
    process.known = true
    return { _tag: "MainFound", pid: process.pid }
  }

  private checkChange(before: Machine, after: Machine): void {
    const idle = this.unit.Service.Type === "idle"
    const from = activeState(before, idle)
    // The actor tells of the moment in which it is down.
    const rests = after.phase === "auto-restart" && before.phase !== "auto-restart"
    const to = rests ? "inactive" : activeState(after, idle)
    if (from !== to) {
      assert.include(legal[from], to, `${before.phase} to ${after.phase}`)
      this.reports++
    }
    if (before.stopAsked && !isDown(before) && !isDown(after)) {
      assert.isTrue(after.stopAsked, "a stop is not taken back")
    }
  }

  private check(): void {
    const { closing, control, deadline, empty, main, phase, testing } = this.machine
    assert.isFalse(testing, "conditions are looked at at once")
    for (const pid of [main, control]) {
      if (pid !== 0) assert.isDefined(this.find(pid), `${phase} goes by a process that is gone`)
    }
    if (empty) assert.deepStrictEqual(this.processes, [], "nobody is left")
    const rests = isDown(this.machine) || phase === "exited"
    if (rests) {
      assert.strictEqual(deadline, Infinity, `a timer counts in ${phase}`)
      assert.isUndefined(this.timer)
    }
    if (rests || phase === "auto-restart") assert.deepStrictEqual([main, control], [0, 0])
    if (rests) return
    if (phase === "auto-restart") {
      return assert.isTrue(this.timer !== undefined || this.restartDue, "a pause without end")
    }
    const moves = this.timer !== undefined || main !== 0 || control !== 0 || this.watching === this.machine.sweep
    // Where a start goes no further since everything stops, its own stop will come.
    assert.isTrue(moves || (closing && begins.includes(phase)), `nothing ends ${phase}`)
  }
}
