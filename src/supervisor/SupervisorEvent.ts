/**
 * What happens in a run, as plain data, in the order in which it happens: for the boot trace, the state file, and programs
 * that embed the supervisor. A value is complete and never changes afterwards.
 *
 * @since 0.1.0
 */
import type { ExitStatus } from "../kernel/Processes.ts"
import type { UnitKind, UnitName } from "../unit/Unit.ts"
import type { ActiveState } from "./ActiveState.ts"
import type { Result } from "./ExitClass.ts"
import type { Because, Caused, JobKind } from "./jobs/Job.ts"
import type { ExecKey } from "./RunContext.ts"
import type { TriggerResult } from "./Trigger.ts"

/** One unit of a run, and what it has to do with others of them. */
export interface PlannedUnit {
  readonly unit: UnitName
  readonly kind: UnitKind
  /** Why the boot leaves it alone; undefined: it starts. */
  readonly notStarted: string | undefined
  /** Those that it starts after, what is implied included. */
  readonly after: ReadonlyArray<UnitName>
  /** Those that it pulls in. */
  readonly requires: ReadonlyArray<UnitName>
  readonly wants: ReadonlyArray<UnitName>
  /** The unit that a timer, a path or a socket starts, if there is one. */
  readonly activates: UnitName | undefined
}

export type SupervisorEvent =
  /** The first: nothing is started yet. */
  | { readonly _tag: "Planned"; readonly units: ReadonlyArray<PlannedUnit> }
  /** A unit that comes while others run, as those do that serve one connection each. */
  | { readonly _tag: "Joined"; readonly unit: UnitName; readonly kind: UnitKind }
  /** Such a unit is over, and nothing more will be heard of it. */
  | { readonly _tag: "Left"; readonly unit: UnitName }
  /** It is the unit's turn: all that it waited for is done. */
  | { readonly _tag: "Ordered"; readonly unit: UnitName; readonly order: "start" | "stop" | "reload" }
  /** A process was made. */
  | {
    readonly _tag: "Spawned"
    readonly unit: UnitName
    readonly pid: number
    /** `ExecStart`: it is the service itself. */
    readonly directive: ExecKey
    /** With what was put in for variables, which may be secrets. */
    readonly argv: ReadonlyArray<string>
    /** How long it took until it was there. */
    readonly millis: number
  }
  /** The process has become the program. */
  | {
    readonly _tag: "Executed"
    readonly unit: UnitName
    readonly pid: number
    readonly directive: ExecKey
    /** Since it was about to be made. */
    readonly millis: number
  }
  /** It never became the program, or there never was one: then `pid` is 0. */
  | {
    readonly _tag: "NotExecuted"
    readonly unit: UnitName
    readonly pid: number
    readonly directive: ExecKey
    readonly reason: string
    readonly millis: number
  }
  /** A process of the unit that is known has ended. */
  | { readonly _tag: "ProcessEnded"; readonly unit: UnitName; readonly pid: number; readonly status: ExitStatus }
  /** The unit's processes were signalled, all or those that are known. */
  | { readonly _tag: "Killed"; readonly unit: UnitName; readonly signal: number }
  /** From a state to another, or to the same where that is an answer to an order. */
  | {
    readonly _tag: "Changed"
    readonly unit: UnitName
    readonly kind: UnitKind
    readonly from: ActiveState
    readonly to: ActiveState
    readonly result: Result | TriggerResult
    /** Of a failure, in words; empty if there is nothing to say. */
    readonly reason: string
    /** It is down, but starts again by itself. */
    readonly willRestart: boolean
    /** How its last main process ended, if one did. */
    readonly status: ExitStatus | undefined
    /** SIGKILL was needed to end it. */
    readonly forced: boolean
  }
  /** The unit is in this state of those that its kind has: SubState, systemctl(1). */
  | { readonly _tag: "Entered"; readonly unit: UnitName; readonly sub: string }
  /** It pauses before it starts again by itself, for the nth time since somebody else started it. */
  | { readonly _tag: "RestartScheduled"; readonly unit: UnitName; readonly millis: number; readonly restarts: number }
  | {
    readonly _tag: "StartLimitHit"
    readonly unit: UnitName
    readonly burst: number
    readonly intervalMillis: number
  }
  /** A condition is unmet, or with `failed` an assertion. */
  | { readonly _tag: "Skipped"; readonly unit: UnitName; readonly failed: boolean; readonly reason: string }
  /** A job came to nothing because of a unit, itself or another one. */
  | {
    readonly _tag: "Denied"
    readonly unit: UnitName
    readonly kind: JobKind
    readonly because: UnitName
    readonly how: Because["how"]
    readonly reason: string
  }
  /** A socket has bound its listeners. */
  | {
    readonly _tag: "Bound"
    readonly unit: UnitName
    readonly listeners: ReadonlyArray<{ readonly network: string; readonly address: string }>
    readonly mode: string
  }
  /** A timer, a path or a socket asks for the start of another unit. */
  | { readonly _tag: "Triggered"; readonly unit: UnitName; readonly target: UnitName; readonly first: boolean }
  /** A socket listens again. */
  | { readonly _tag: "Rearmed"; readonly unit: UnitName; readonly target: UnitName }
  /** Nobody has come to a proxy for a while, and so its service is stopped unless somebody else needs it. */
  | { readonly _tag: "Released"; readonly unit: UnitName; readonly target: UnitName }
  /** A change of `by` makes `unit` be started or stopped. `coalesced`: it is at work for another already. */
  | {
    readonly _tag: "Caused"
    readonly unit: UnitName
    readonly by: UnitName
    readonly directive: Caused["directive"]
    readonly coalesced: boolean
  }
  /** A signal to ourselves. */
  | { readonly _tag: "SignalReceived"; readonly signal: number }
  /** Everything that was to start has, or has failed to. Once a run. */
  | { readonly _tag: "BootCompleted" }
  /** The reverse shutdown begins. */
  | { readonly _tag: "StopBegan"; readonly reason: string }
  /** All units have stopped. The last. */
  | { readonly _tag: "Ended"; readonly exitCode: number }
