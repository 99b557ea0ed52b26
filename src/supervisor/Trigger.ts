/**
 * What timers, paths and sockets have in common: units that run nothing, wait, and ask for the start of another one.
 * What they are told besides requests, and what they tell.
 */
import type * as Cause from "effect/Cause"
import type { UnitName } from "../unit/Unit.ts"
import type { ActiveState } from "./ActiveState.ts"
import type { Inbox } from "./Inbox.ts"
import type { Timers } from "./Timers.ts"

/** Why such a unit is no longer active, by systemd's names ("Result" of systemctl(1) show). */
export type TriggerResult =
  | "success"
  | "resources"
  | "start-limit-hit"
  /** Of a path: what it starts was started too often. */
  | "unit-start-limit-hit"
  /** The same of a socket. */
  | "service-start-limit-hit"
  | "trigger-limit-hit"
  /** Of the commands of a socket. */
  | "exit-code"
  | "signal"
  | "core-dump"
  | "timeout"

/** What the supervisor tells them. */
export type TriggerRequest =
  | { readonly _tag: "StartRequested" }
  | { readonly _tag: "StopRequested" }
  | { readonly _tag: "KillRequested" }
  /** Nothing starts any more. */
  | { readonly _tag: "ShutdownBegan" }
  /**
   * The unit that is started has changed its state, or a job of it has ended in this one: a start that a condition or a
   * requirement has kept from happening is told as well, or the trigger would wait for its end for ever.
   */
  | {
    readonly _tag: "TargetChanged"
    readonly unit: UnitName
    readonly to: ActiveState
    readonly startLimitHit?: boolean
    /** It is down, but it will start again by itself. */
    readonly willRestart?: boolean
  }

/** What a proxy is told: the service that it has released stays, for others need it. */
export interface StillNeeded {
  readonly _tag: "StillNeeded"
}

/** What they tell the supervisor. */
export type TriggerReport =
  | {
    readonly _tag: "Changed"
    readonly unit: UnitName
    readonly from: ActiveState
    readonly to: ActiveState
    readonly result: TriggerResult
    readonly willRestart: false
    /** SIGKILL was needed for its commands. */
    readonly forced: boolean
    /** Of a failure: what happened. */
    readonly reason: string
  }
  /** Of a socket: its conditions are unmet, or with `failed` its assertions. */
  | { readonly _tag: "Skipped"; readonly unit: UnitName; readonly failed: boolean }
  /** Asks for the start of `target`; the variables are for its environment, systemd.exec(5). */
  | {
    readonly _tag: "Triggered"
    readonly unit: UnitName
    readonly target: UnitName
    readonly variables: ReadonlyArray<readonly [name: string, value: string]>
  }
  /** A socket has accepted a connection, which this instance of its template is to serve; `Connections` has it. */
  | {
    readonly _tag: "Connected"
    readonly unit: UnitName
    readonly instance: UnitName
    readonly variables: ReadonlyArray<readonly [name: string, value: string]>
  }
  /** Of a proxy: nobody has come for so long that its service can stop; `StillNeeded` follows if it does not. */
  | { readonly _tag: "Released"; readonly unit: UnitName; readonly target: UnitName }
  /** The actor's fiber has ended otherwise than by itself: a defect of ours. */
  | { readonly _tag: "Died"; readonly unit: UnitName; readonly cause: Cause.Cause<never> }

/** What the tables of all kinds command alike. */
export type TriggerCommand =
  | {
    readonly _tag: "ReportChanged"
    readonly from: ActiveState
    readonly to: ActiveState
    readonly result: TriggerResult
    readonly reason: string
    readonly forced?: boolean
  }
  | { readonly _tag: "Say"; readonly level: "info" | "warning"; readonly text: string }

/** What such an actor has from its supervisor. */
export interface TriggerSurroundings<Event> {
  readonly inbox: Inbox<Event>
  readonly timers: Timers
  readonly report: (report: TriggerReport) => void
  /** The unit to start: `activatedBy` of unit/References.ts. */
  readonly target: UnitName
}
