/** What an actor tells the supervisor. An actor never names another unit: what its news mean for others is not its. */
import type * as Cause from "effect/Cause"
import type { ExitStatus } from "../kernel/Processes.ts"
import type { UnitName } from "../unit/Unit.ts"
import type { ActiveState } from "./ActiveState.ts"
import type { Result } from "./ExitClass.ts"
import type { Entries } from "./RunContext.ts"
import type { TriggerResult } from "./Trigger.ts"

/** A unit has gone from one state to the next. */
export interface Changed {
  readonly _tag: "Changed"
  readonly unit: UnitName
  readonly from: ActiveState
  readonly to: ActiveState
  readonly result: Result | TriggerResult
  /** It is down, but it will start again by itself. */
  readonly willRestart: boolean
  /** How the last main process of the run ended, if one did. */
  readonly status: ExitStatus | undefined
  /** How the process ended that has failed the unit, if one did. */
  readonly culprit: ExitStatus | undefined
  /** Of the run, or the last; empty if there was none. */
  readonly invocationId: string
  /** SIGKILL was needed to end the run. */
  readonly forced: boolean
}

/** Literals: dozens are made for each unit. */
export type Report =
  | Changed
  /** Its conditions are unmet, or with `failed` its assertions: the start comes to nothing. */
  | { readonly _tag: "Skipped"; readonly unit: UnitName; readonly failed: boolean }
  /** The pause before its own restart is over. */
  | { readonly _tag: "RestartDue"; readonly unit: UnitName }
  /** A timer, a path or a socket asks for the start of another unit, whose environment gets the variables. */
  | {
    readonly _tag: "Triggered"
    readonly unit: UnitName
    readonly target: UnitName
    readonly variables: Entries
  }
  /** A socket has accepted a connection, which this instance of its template is to serve. */
  | {
    readonly _tag: "Connected"
    readonly unit: UnitName
    readonly instance: UnitName
    readonly variables: Entries
  }
  /** A proxy can do without its service for now. */
  | { readonly _tag: "Released"; readonly unit: UnitName; readonly target: UnitName }
  /** A service of `Type=idle` wants to be told when no other unit is on its way up. */
  | { readonly _tag: "IdleWanted"; readonly unit: UnitName }
  /** The actor's fiber has ended otherwise than by itself: a defect of ours. */
  | { readonly _tag: "Died"; readonly unit: UnitName; readonly cause: Cause.Cause<never> }
