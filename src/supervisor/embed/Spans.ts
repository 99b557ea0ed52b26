/**
 * A run as spans of the program's own Effect Tracer, so that whoever looks at the program's traces sees its units: the
 * boot, what each unit is told to do, its processes, and the shutdown. The executable has no part in this: its trace is
 * made of records.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import type { AnySpan, Span, Tracer } from "effect/Tracer"
import type { ExitStatus } from "../../kernel/Processes.ts"
import * as Signal from "../../unit/grammar/Signal.ts"
import type { UnitName } from "../../unit/Unit.ts"
import { isDown } from "../ActiveState.ts"
import * as ExitClass from "../ExitClass.ts"
import type { SupervisorEvent } from "../SupervisorEvent.ts"

/** What a span ends with that tells of a failure. */
class UnitFailed extends Data.TaggedError("UnitFailed")<{ readonly unit: UnitName; readonly reason: string }> {
  override get message(): string {
    return `${this.unit}: ${this.reason}`
  }
}

type Of<Tag> = Extract<SupervisorEvent, { _tag: Tag }>

export interface Surroundings {
  readonly tracer: Tracer
  /** What the program was at when it built its supervisor, if that is a span. */
  readonly parent: Option.Option<AnySpan>
  /** Nanoseconds, as the tracer has them. */
  readonly now: () => bigint
}

interface Order {
  readonly kind: Of<"Ordered">["order"]
  readonly span: Span
}

interface Process {
  readonly unit: UnitName
  readonly span: Span
}

const nanosPerMilli = 1e6
/** Something else came up: neither done nor failed. */
const given = Exit.interrupt(FiberId.none)
const failure = (unit: UnitName, reason: string): Exit.Exit<never, UnitFailed> =>
  Exit.fail(new UnitFailed({ unit, reason }))

/** Names of OpenTelemetry where it has one. */
const ofEnd = (status: ExitStatus): readonly [string, number | string] =>
  status._tag === "Exited"
    ? ["process.exit.code", status.code]
    : ["process.exit.signal", Signal.nameOf(status.signal)]

export class Spans {
  private boot: Span | undefined
  private shutdown: Span | undefined
  /** What a unit is at. */
  private readonly orders = new Map<UnitName, Order>()
  /** By pid: those that are known and live. */
  private readonly processes = new Map<number, Process>()
  private readonly around: Surroundings

  constructor(around: Surroundings) {
    this.around = around
  }

  take(event: SupervisorEvent): void {
    switch (event._tag) {
      case "Planned":
        this.boot = this.begin("boot", undefined, { units: event.units.length })
        return
      case "BootCompleted":
        this.boot?.end(this.around.now(), Exit.void)
        this.boot = undefined
        return
      case "Ordered":
        return this.ordered(event)
      case "Spawned":
        return this.spawned(event)
      case "Executed":
        return this.processes.get(event.pid)?.span.event("exec", this.around.now())
      case "NotExecuted":
        return this.endProcess(event.pid, failure(event.unit, event.reason))
      case "ProcessEnded":
        return this.processEnded(event)
      case "Killed": {
        const { signal, unit } = event
        return this.orders.get(unit)?.span.event("kill", this.around.now(), { signal: Signal.nameOf(signal) })
      }
      case "Changed":
        return this.changed(event)
      case "Skipped": {
        const { failed, reason, unit } = event
        this.orders.get(unit)?.span.attribute("skipped", reason)
        return failed ? this.endOrder(unit, failure(unit, reason)) : undefined
      }
      case "Left":
        return this.endOrder(event.unit, given)
      case "StopBegan":
        this.shutdown = this.begin("shutdown", undefined, { reason: event.reason })
        return
      case "Ended":
        this.shutdown?.attribute("exit_code", event.exitCode)
        return this.close()
    }
  }

  /** Ends what has not ended. */
  close(): void {
    const now = this.around.now()
    for (const { span } of [...this.processes.values(), ...this.orders.values()]) span.end(now, given)
    this.processes.clear()
    this.orders.clear()
    this.boot?.end(now, given)
    this.shutdown?.end(now, Exit.void)
    this.boot = this.shutdown = undefined
  }

  private begin(
    name: string,
    parent: Span | undefined,
    attributes: Readonly<Record<string, unknown>>,
    agoMillis = 0
  ): Span {
    const { now, parent: program, tracer } = this.around
    const start = now() - BigInt(Math.round(agoMillis * nanosPerMilli))
    const above = parent === undefined ? program : Option.some(parent)
    const span = tracer.span(name, above, Context.empty(), [], start, "internal")
    for (const [key, value] of Object.entries(attributes)) span.attribute(key, value)
    return span
  }

  private ordered({ order, unit }: Of<"Ordered">): void {
    this.endOrder(unit, given)
    const span = this.begin(`${order} ${unit}`, this.shutdown ?? this.boot, { unit })
    this.orders.set(unit, { kind: order, span })
  }

  private endOrder(unit: UnitName, exit: Exit.Exit<void, UnitFailed>): void {
    this.orders.get(unit)?.span.end(this.around.now(), exit)
    this.orders.delete(unit)
  }

  private spawned({ directive, millis, pid, unit }: Of<"Spawned">): void {
    const parent = this.orders.get(unit)?.span
    const span = this.begin(`${unit} ${directive}`, parent, { unit, directive, "process.pid": pid }, millis)
    this.processes.set(pid, { unit, span })
  }

  private endProcess(pid: number, exit: Exit.Exit<void, UnitFailed>): void {
    this.processes.get(pid)?.span.end(this.around.now(), exit)
    this.processes.delete(pid)
  }

  private processEnded({ pid, status, unit }: Of<"ProcessEnded">): void {
    const process = this.processes.get(pid)
    if (process === undefined) return
    process.span.attribute(...ofEnd(status))
    // How something ends that is told to end says nothing.
    const well = status._tag === "Exited" && status.code === 0 || this.orders.get(unit)?.kind === "stop"
    this.endProcess(pid, well ? Exit.void : failure(unit, ExitClass.describe(status)))
  }

  private changed({ from, reason, result, status, to, unit }: Of<"Changed">): void {
    const order = this.orders.get(unit)
    if (order === undefined || (to === "active" ? order.kind === "stop" : !isDown(to))) return
    // What had failed before it was told to stop has stopped well.
    const well = to === "active" || (order.kind === "stop" ? to !== "failed" || from === to : result === "success")
    const why = reason !== "" ? reason : status === undefined ? result : `${result}: ${ExitClass.describe(status)}`
    this.endOrder(unit, well ? Exit.void : failure(unit, why))
  }
}
