/**
 * What others are told of a run, made of what the supervisor has at hand: facts go in, events come out. Loaded only where
 * somebody looks on.
 *
 * @since 0.1.0
 */
import type { UnitGraph } from "../graph/UnitGraph.ts"
import { activatedBy } from "../unit/References.ts"
import type { Socket, Unit, UnitKind, UnitName } from "../unit/Unit.ts"
import type { ActiveState } from "./ActiveState.ts"
import { isDown } from "./ActiveState.ts"
import * as Denial from "./Denial.ts"
import type { Fact, Observe } from "./Fact.ts"
import type { Answer } from "./jobs/Jobs.ts"
import { OfService } from "./observing/OfService.ts"
import type { Changed, Report } from "./Report.ts"
import { whereOf } from "./socket/Request.ts"
import type { PlannedUnit, SupervisorEvent } from "./SupervisorEvent.ts"

export interface Options {
  readonly emit: (event: SupervisorEvent) => void
  /** Monotonic milliseconds. */
  readonly now: () => number
}

/** For `observe` of the supervisor's options. `emit` must neither wait nor throw. */
export const make = ({ emit, now }: Options): Observe => {
  const observing = new Observing(emit, now)
  return (fact) => observing.take(fact)
}

class Observing {
  private readonly emit: (event: SupervisorEvent) => void
  private readonly services: OfService
  private units = new Map<UnitName, Unit>()
  private readonly states = new Map<UnitName, ActiveState>()
  private readonly subs = new Map<UnitName, string>()
  /** Why a unit was skipped: the report itself does not say. */
  private readonly reasons = new Map<UnitName, string>()
  /** Handlers that were called and are not down again. */
  private readonly called = new Set<UnitName>()
  /** Triggers that have triggered since they are up. */
  private readonly triggered = new Set<UnitName>()

  constructor(emit: (event: SupervisorEvent) => void, now: () => number) {
    this.emit = emit
    this.services = new OfService(emit, now)
  }

  take(fact: Fact): void {
    switch (fact._tag) {
      case "Planned": {
        const { graph, plan, units } = fact
        this.units = new Map(units)
        const reasons = new Map(plan.notStarted.map(({ name, reason }) => [name, reason]))
        const planned = graph.names.flatMap((name) => describe(units.get(name), graph, reasons.get(name)) ?? [])
        return this.emit({ _tag: "Planned", units: planned })
      }
      case "Redefined":
        this.units = new Map(fact.units)
        return
      case "Joined":
        for (const unit of fact.units) {
          this.units.set(unit.name, unit)
          this.emit({ _tag: "Joined", unit: unit.name, kind: kindOf(unit) })
        }
        return
      case "Left":
        return this.left(fact.unit)
      case "Stepped":
        this.note(fact.service.name, fact.commands)
        this.services.tell(fact)
        return this.entered(fact.service.name, fact.after.phase)
      case "TriggerStepped":
        this.note(fact.unit, fact.commands)
        return this.entered(fact.unit, fact.phase)
      case "Reported":
        return this.reported(fact.report)
      case "Answered":
        return this.answered(fact.answer)
      case "SignalReceived":
      case "BootCompleted":
      case "Ended":
        return this.emit(fact)
      case "StopBegan":
        return this.emit({ _tag: "StopBegan", reason: fact.why })
    }
  }

  private entered(unit: UnitName, sub: string): void {
    const before = this.subs.get(unit) ?? "dead"
    if (before === sub) return
    this.subs.set(unit, sub)
    this.emit({ _tag: "Entered", unit, sub })
    const definition = this.units.get(unit)
    if (definition?._tag !== "Socket" || before !== "running" || sub !== "listening") return
    this.emit({ _tag: "Rearmed", unit, target: activatedBy(definition) ?? unit })
  }

  private note(unit: UnitName, commands: ReadonlyArray<{ readonly _tag: string; readonly text?: string }>): void {
    if (!commands.some(({ _tag }) => _tag === "ReportSkipped")) return
    this.reasons.set(unit, commands.find(({ _tag }) => _tag === "Say")?.text ?? "")
  }

  /** There may be one for each connection: nothing of it stays. */
  private left(unit: UnitName): void {
    this.units.delete(unit)
    this.services.forget(unit)
    for (const notes of [this.states, this.subs, this.reasons, this.called, this.triggered]) notes.delete(unit)
    this.emit({ _tag: "Left", unit })
  }

  private reported(report: Report): void {
    const { unit } = report
    switch (report._tag) {
      case "Changed":
        return this.changed(report)
      case "Skipped": {
        const reason = this.reasons.get(unit) ?? "a condition is not met"
        this.reasons.delete(unit)
        this.called.delete(unit)
        return this.emit({ _tag: "Skipped", unit, failed: report.failed, reason })
      }
      case "Triggered":
        return this.triggers(unit, report.target)
      case "Connected":
        return this.triggers(unit, report.instance)
      case "Released":
        return this.emit({ _tag: "Released", unit, target: report.target })
    }
  }

  private triggers(unit: UnitName, target: UnitName): void {
    const first = !this.triggered.has(unit)
    this.triggered.add(unit)
    this.emit({ _tag: "Triggered", unit, target, first })
  }

  private changed(report: Changed & { readonly reason?: string }): void {
    const { forced, from, reason = "", result, status, to, unit, willRestart } = report
    const definition = this.units.get(unit)
    if (definition === undefined) return
    this.states.set(unit, to)
    if (definition._tag === "Target") this.entered(unit, to === "active" ? "active" : "dead")
    if (isDown(to)) {
      this.triggered.delete(unit)
      if (!willRestart) this.called.delete(unit)
    }
    if (definition._tag === "Socket" && to === "active" && from !== "active") this.bound(definition)
    this.emit({
      _tag: "Changed",
      unit,
      kind: kindOf(definition),
      from,
      to,
      result,
      reason,
      willRestart,
      status,
      forced
    })
  }

  private bound({ Socket: section, name }: Socket): void {
    const listeners = (section.Listeners ?? []).map((listener) => ({
      network: networks[listener.type] ?? "other",
      address: whereOf(listener)
    }))
    this.emit({ _tag: "Bound", unit: name, listeners, mode: section.ActivationMode ?? "native" })
  }

  private answered({ caused, finished, tell }: Answer): void {
    for (const { by, directive, kind, unit } of caused) {
      const coalesced = kind === "start" && (this.called.has(unit) || !isDown(this.states.get(unit) ?? "inactive"))
      if (kind === "start") this.called.add(unit)
      this.emit({ _tag: "Caused", unit, by, directive, coalesced })
    }
    for (const { order, unit } of tell) this.emit({ _tag: "Ordered", unit, order })
    for (const { because, kind, result, unit } of finished) {
      if (result === "done" || because === undefined) continue
      this.called.delete(unit)
      if (because.how === "shutdown") continue
      const reason = Denial.explain(because)
      this.emit({ _tag: "Denied", unit, kind, because: because.unit, how: because.how, reason })
    }
  }
}

/** As programs name them that listen. */
const networks: Readonly<Record<string, string>> = {
  Stream: "stream",
  Datagram: "datagram",
  SequentialPacket: "seqpacket",
  FIFO: "fifo",
  Netlink: "netlink"
}

const kindOf = ({ _tag }: Unit): UnitKind => _tag.toLowerCase() as UnitKind

const describe = (
  unit: Unit | undefined,
  { ordering, requires, wants }: UnitGraph,
  notStarted: string | undefined
): PlannedUnit | undefined => {
  if (unit === undefined) return undefined
  const { name } = unit
  const [after, required, wanted] = [ordering, requires, wants].map((edges) =>
    edges.get(name)?.map(({ to }) => to) ?? []
  )
  return {
    unit: name,
    kind: kindOf(unit),
    notStarted,
    after: after ?? [],
    requires: required ?? [],
    wants: wanted ?? [],
    activates: unit._tag === "Service" || unit._tag === "Target" ? undefined : activatedBy(unit)
  }
}
