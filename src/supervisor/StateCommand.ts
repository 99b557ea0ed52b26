/** What the state table of a service asks of its actor. Literals, as the events are. */
import type { Role } from "./notify/Access.ts"
import type { ExecKey } from "./RunContext.ts"
import type { Phase } from "./state/Machine.ts"

export type { ExecKey, Role }

/** Whom a sweep signals: everything in the unit's group, its main and control processes, or nobody. */
export type Whom = "all" | "processes"

export type Command =
  /** Looks at `Condition...=` and `Assert...=`. */
  | { readonly _tag: "Test" }
  /** A start was admitted: the run gets an invocation id of its own. */
  | { readonly _tag: "BeginRun" }
  | { readonly _tag: "Spawn"; readonly role: Role; readonly key: ExecKey; readonly index: number }
  /**
   * Waits for none to be left of the unit's group, or, of `processes`, leaves the waiting to their exits; signals each
   * of them first, if there are signals.
   */
  | {
    readonly _tag: "Sweep"
    readonly sweep: number
    readonly whom: Whom
    readonly signals: ReadonlyArray<number>
    readonly main: number
    readonly control: number
  }
  /** One signal to one process of ours. */
  | { readonly _tag: "SignalProcess"; readonly pid: number; readonly signal: number }
  /** Looks for the main process that a forking service has left: by `PIDFile=`, or by guessing. */
  | { readonly _tag: "FindMain"; readonly last: boolean }
  /** The end of this process, which we did not start, is to be told. */
  | { readonly _tag: "Adopt"; readonly pid: number }
  /** With `spread` up to so much is added at random. */
  | { readonly _tag: "ArmTimer"; readonly timer: number; readonly millis: number; readonly spread?: number }
  /** The service has to ping within its watchdog time from now on. */
  | { readonly _tag: "StartWatchdog" }
  /** Tells when no other unit is on its way up. */
  | { readonly _tag: "WaitForIdle" }
  /** Conditions are unmet (`failed`: asserts): the start that was asked for comes to nothing. */
  | { readonly _tag: "ReportSkipped"; readonly failed: boolean }
  /** What was asked for is over already, and nothing has changed by it: that is an answer, too. */
  | { readonly _tag: "ReportUnchanged" }
  /** The pause between two runs is over. */
  | { readonly _tag: "ReportRestartDue" }
  /** The unit is at rest: what only a run needs is given back. */
  | { readonly _tag: "EndRun"; readonly phase: Phase }
  /** The unit was asked to start while it stopped, and now it may. */
  | { readonly _tag: "StartAgain" }
  | { readonly _tag: "Say"; readonly level: "info" | "warning"; readonly text: string }
