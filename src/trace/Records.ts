/**
 * The records of a trace: what is written of each event of a run. Phases and their fields are a contract; README.md has
 * the table.
 */
import { isDown } from "../supervisor/ActiveState.ts"
import * as ExitClass from "../supervisor/ExitClass.ts"
import type { SupervisorEvent } from "../supervisor/SupervisorEvent.ts"
import * as Signal from "../unit/grammar/Signal.ts"
import type { UnitName } from "../unit/Unit.ts"
import type { Writer } from "./Writer.ts"

type Changed = Extract<SupervisorEvent, { _tag: "Changed" }>

/** The unit's name without its last suffix. */
const stemOf = (unit: UnitName): string => unit.slice(0, unit.lastIndexOf("."))

/** `ran`: in this run, so that the last status is of it. */
const reasonOf = ({ reason, result, status }: Changed, ran: boolean): string => {
  if (reason !== "") return `${result}: ${reason}`
  return status === undefined || !ran ? result : `${result}: ${ExitClass.describe(status)}`
}

export class Records {
  /** When a unit was ordered to start or to stop, or last went up; monotonic milliseconds. */
  private readonly ordered = new Map<UnitName, number>()
  private readonly up = new Map<UnitName, number>()
  private readonly pids = new Map<UnitName, number>()
  /** Units of which a process of this run became the program, and when the first did. */
  private readonly ran = new Map<UnitName, number>()
  /** Why the last start of a unit did not come to a program. */
  private readonly unstarted = new Map<UnitName, string>()
  private readonly handlers = new Set<UnitName>()
  private began: number
  private stopBegan = 0
  private readonly writer: Writer
  private readonly now: () => number
  private readonly argv: boolean

  constructor(writer: Writer, now: () => number, argv: boolean) {
    this.writer = writer
    this.now = now
    this.argv = argv
    this.began = now()
  }

  take(event: SupervisorEvent): void {
    const { writer } = this
    switch (event._tag) {
      case "Planned":
        for (const { after, kind, notStarted, requires, unit, wants } of event.units) {
          const why = notStarted === undefined ? {} : { not_started: notStarted }
          writer.emit("unit_loaded", { unit, kind, starts: notStarted === undefined, ...why, after, requires, wants })
        }
        this.began = this.now()
        return writer.emit("supervisor_start", {})
      case "Ordered":
        this.ordered.set(event.unit, this.now())
        return writer.emit(event.order, { unit: event.unit })
      case "Spawned": {
        const { argv, directive, millis, pid, unit } = event
        return writer.emit("spawn", { unit, pid, directive, ...this.argv ? { argv } : {} }, millis)
      }
      case "Executed": {
        const { directive, millis, pid, unit } = event
        if (directive !== "ExecStart") return
        if (!this.ran.has(unit)) this.ran.set(unit, this.now())
        this.pids.set(unit, pid)
        return writer.emit(`${stemOf(unit)}_invoke`, { unit, pid }, millis)
      }
      case "NotExecuted": {
        const { directive, millis, reason, unit } = event
        this.unstarted.set(unit, reason)
        if (directive !== "ExecStart") return
        return writer.emit(`${stemOf(unit)}_invoke`, { unit, err: reason }, millis, false)
      }
      case "ProcessEnded":
      case "Entered":
      case "Joined":
        return
      case "Left":
        for (const notes of [this.ordered, this.up, this.pids, this.ran, this.unstarted, this.handlers]) {
          notes.delete(event.unit)
        }
        return
      case "Released":
        return writer.emit("released", { unit: event.unit, service: event.target })
      case "Killed":
        return writer.emit("kill", { unit: event.unit, sig: Signal.nameOf(event.signal) })
      case "Changed":
        return this.changed(event)
      case "RestartScheduled":
        return writer.emit("restart", { unit: event.unit, in_ms: event.millis, restarts: event.restarts })
      case "StartLimitHit": {
        const { burst, intervalMillis, unit } = event
        return writer.emit("start_limit_hit", { unit, burst, interval_ms: intervalMillis }, 0, false)
      }
      case "Skipped":
        return writer.emit("skipped", { unit: event.unit, reason: event.reason }, 0, !event.failed)
      case "Denied": {
        const { because, how, kind, reason, unit } = event
        if (kind === "stop" || kind === "reload") return
        return writer.emit("dependency_failed", { unit, dependency: because, reason, how }, 0, false)
      }
      case "Bound":
        for (const { address, network } of event.listeners) {
          writer.emit("bound", { unit: event.unit, network, address, mode: event.mode })
        }
        return
      case "Triggered":
        return writer.emit(event.first && event.unit.endsWith(".socket") ? "first_connect" : "triggered", {
          unit: event.unit,
          service: event.target
        })
      case "Rearmed":
        return writer.emit("rearmed", { unit: event.unit, service: event.target })
      case "Caused": {
        const { by, coalesced, directive, unit } = event
        if (directive !== "OnFailure") return writer.emit("caused", { unit, by, directive })
        this.handlers.add(unit)
        return writer.emit(coalesced ? "onfailure_coalesced" : "onfailure_invoke", { unit, by })
      }
      case "SignalReceived":
        return writer.emit("signal_received", { sig: Signal.nameOf(event.signal) })
      case "BootCompleted":
        return writer.emit("boot_complete", {}, this.now() - this.began)
      case "StopBegan":
        this.stopBegan = this.now()
        return writer.emit("reverse_shutdown", { reason: event.reason })
      case "Ended":
        return writer.emit("reverse_shutdown_done", { exit: event.exitCode }, this.now() - this.stopBegan)
    }
  }

  private changed(event: Changed): void {
    const { writer } = this
    const { from, kind, to, unit, willRestart } = event
    const now = this.now()
    switch (to) {
      case "active": {
        if (from === "active") return
        this.up.set(unit, now)
        const pid = this.pids.get(unit)
        const since = from === "reloading" ? 0 : now - (this.ordered.get(unit) ?? now)
        return writer.emit(
          from === "reloading" ? "reloaded" : "ready",
          { unit, ...pid === undefined ? {} : { pid } },
          since
        )
      }
      case "deactivating":
        return writer.emit("stopping", { unit })
      case "inactive":
      case "failed": {
        if (isDown(from) && from === to && to === "inactive") return
        const failed = to === "failed"
        // A oneshot may be up without a program.
        const begin = this.ran.get(unit) ?? this.up.get(unit)
        const never = begin === undefined
        const err = failed ? reasonOf(event, !never) : ""
        this.up.delete(unit)
        this.ran.delete(unit)
        this.pids.delete(unit)
        if (kind === "socket") {
          if (failed) {
            return writer.emit(never ? "bind_failed" : "socket_failed", { unit, ...failure(never, err) }, 0, false)
          }
          return writer.emit("stopped", { unit })
        }
        if (kind !== "service") {
          return failed
            ? writer.emit("failed", { unit, err }, 0, false)
            : writer.emit("stopped", { unit })
        }
        // The pause before a restart is told as two changes: down, and on its way up.
        if (failed && never) {
          const why = this.unstarted.get(unit) ?? err
          this.unstarted.delete(unit)
          writer.emit("start_failed", { unit, err: why }, 0, false)
        }
        this.unstarted.delete(unit)
        const handler = this.handlers.has(unit)
        if (!willRestart) this.handlers.delete(unit)
        const fields = { unit, failed, err, will_restart: willRestart, forced: event.forced }
        if (!never) writer.emit("exited", fields, now - begin, !failed)
        else if (!failed) writer.emit("stopped", { unit })
        if (handler) writer.emit("onfailure_exited", { unit, failed, err }, 0, !failed)
      }
    }
  }
}

const failure = (never: boolean, err: string): { readonly err: string } | { readonly reason: string } =>
  never ? { err } : { reason: err }
