/**
 * What a supervisor does, told as it does it, to somebody who looks on: plain data as it lies about, so that it costs
 * nothing to have and nobody pays who does not ask. It stays as it was told, and may be looked at later. Observing.ts
 * makes of it what is fit to be seen by others.
 */
import type { StartPlan } from "../graph/StartPlan.ts"
import type { UnitGraph } from "../graph/UnitGraph.ts"
import type { Service, Unit, UnitName } from "../unit/Unit.ts"
import type { Answer } from "./jobs/Jobs.ts"
import type { Report } from "./Report.ts"
import type { Machine } from "./State.ts"
import type { Command } from "./StateCommand.ts"
import type { Event } from "./StateEvent.ts"

export type Fact =
  /** Before anything starts. */
  | {
    readonly _tag: "Planned"
    readonly units: ReadonlyMap<UnitName, Unit>
    readonly graph: UnitGraph
    readonly plan: StartPlan
  }
  | { readonly _tag: "Redefined"; readonly units: ReadonlyMap<UnitName, Unit> }
  /** Units that come while others run, such as the instances of `Accept=yes`; and one of them that is gone for good. */
  | { readonly _tag: "Joined"; readonly units: ReadonlyArray<Unit> }
  | { readonly _tag: "Left"; readonly unit: UnitName }
  /** A service's table has answered an event; its commands are about to be done. */
  | {
    readonly _tag: "Stepped"
    readonly service: Service
    readonly event: Event
    readonly before: Pick<Machine, "phase">
    readonly after: Pick<Machine, "phase" | "restarts" | "result">
    readonly commands: ReadonlyArray<Command>
  }
  /** The same of a timer, a path or a socket. */
  | {
    readonly _tag: "TriggerStepped"
    readonly unit: UnitName
    readonly phase: string
    readonly commands: ReadonlyArray<{ readonly _tag: string; readonly text?: string }>
  }
  /** An actor has reported, and the supervisor is about to act on it. */
  | { readonly _tag: "Reported"; readonly report: Report }
  /** What the jobs make of something. */
  | { readonly _tag: "Answered"; readonly answer: Answer }
  | { readonly _tag: "SignalReceived"; readonly signal: number }
  /** For the first time there is no job. */
  | { readonly _tag: "BootCompleted" }
  | { readonly _tag: "StopBegan"; readonly why: string }
  | { readonly _tag: "Ended"; readonly exitCode: number }

/** Must neither wait nor throw. */
export type Observe = (fact: Fact) => void
