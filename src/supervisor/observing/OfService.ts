/** What others are told of the steps that a service's table takes. */
import type { UnitName } from "../../unit/Unit.ts"
import type { Fact } from "../Fact.ts"
import type { ExecKey } from "../RunContext.ts"
import type { SupervisorEvent } from "../SupervisorEvent.ts"

type Stepped = Extract<Fact, { _tag: "Stepped" }>

/** A process on its way to be the program. */
interface Spawning {
  readonly directive: ExecKey
  readonly began: number
  pid: number
}

const SIGCONT = 18

export class OfService {
  /** By unit; a unit makes one at a time, but may make the next one before the last is the program. */
  private readonly spawning = new Map<UnitName, Array<Spawning>>()
  /** Signals to those of a unit that may be there. */
  private readonly swept = new Map<UnitName, ReadonlyArray<number>>()
  private readonly emit: (event: SupervisorEvent) => void
  private readonly now: () => number

  constructor(emit: (event: SupervisorEvent) => void, now: () => number) {
    this.emit = emit
    this.now = now
  }

  /** The event that was answered comes first, then what it leads to. */
  tell(step: Stepped): void {
    this.tellEvent(step)
    const { after, before, commands, service: { Unit: section, name: unit } } = step
    for (const command of commands) {
      switch (command._tag) {
        case "Spawn":
          this.listOf(unit).push({ directive: command.key, began: this.now(), pid: 0 })
          break
        case "Sweep":
          // Of the others of its group nobody knows whether they are: the answer to the sweep tells.
          if (command.main === 0 && command.control === 0) this.swept.set(unit, command.signals)
          else this.killed(unit, command.signals)
          break
        case "SignalProcess":
          this.killed(unit, [command.signal])
          break
        case "ReportUnchanged":
          if (after.result === "start-limit-hit") {
            this.emit({
              _tag: "StartLimitHit",
              unit,
              burst: section.StartLimitBurst,
              intervalMillis: section.StartLimitIntervalSec
            })
          }
          break
        case "ArmTimer":
          if (after.phase !== "auto-restart" || before.phase === "auto-restart") break
          this.emit({ _tag: "RestartScheduled", unit, millis: command.millis, restarts: after.restarts })
      }
    }
  }

  private killed(unit: UnitName, signals: ReadonlyArray<number>): void {
    for (const signal of signals) if (signal !== SIGCONT) this.emit({ _tag: "Killed", unit, signal })
  }

  private tellEvent({ event, service: { name: unit } }: Stepped): void {
    const swept = this.swept.get(unit)
    if (swept !== undefined) {
      this.swept.delete(unit)
      if (event._tag !== "Emptied" || !event.already) this.killed(unit, swept)
    }
    switch (event._tag) {
      case "Spawned": {
        const one = this.listOf(unit).find(({ pid }) => pid === 0)
        if (one === undefined) return
        one.pid = event.pid
        const millis = this.now() - one.began
        const { argv = [], pid } = event
        return this.emit({ _tag: "Spawned", unit, pid, directive: one.directive, argv, millis })
      }
      case "SpawnRefused":
        return this.notExecuted(unit, 0, event.message)
      case "ExecFailed": {
        // The latest that is there: its like is told at once, and the exit behind it.
        const last = this.listOf(unit).filter(({ pid }) => pid > 0).at(-1)
        return this.notExecuted(unit, last?.pid ?? 0, event.message)
      }
      case "Started": {
        const one = this.take(unit, event.pid)
        if (one === undefined) return
        const millis = this.now() - one.began
        return this.emit({ _tag: "Executed", unit, pid: event.pid, directive: one.directive, millis })
      }
      case "Exited":
        this.take(unit, event.pid)
        return this.emit({ _tag: "ProcessEnded", unit, pid: event.pid, status: event.status })
    }
  }

  private notExecuted(unit: UnitName, pid: number, reason: string): void {
    const one = this.take(unit, pid)
    if (one === undefined) return
    const millis = this.now() - one.began
    this.emit({ _tag: "NotExecuted", unit, pid, directive: one.directive, reason, millis })
  }

  forget(unit: UnitName): void {
    this.spawning.delete(unit)
    this.swept.delete(unit)
  }

  private listOf(unit: UnitName): Array<Spawning> {
    let list = this.spawning.get(unit)
    if (list === undefined) this.spawning.set(unit, list = [])
    return list
  }

  private take(unit: UnitName, pid: number): Spawning | undefined {
    const list = this.listOf(unit)
    const at = list.findIndex((one) => one.pid === pid)
    return at < 0 ? undefined : list.splice(at, 1)[0]
  }
}
