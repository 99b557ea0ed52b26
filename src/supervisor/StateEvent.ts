/** What happens to a service: the columns of the table in State.ts. Past tense, as news are. */
import type { ExitStatus } from "../kernel/Processes.ts"
import type { Service } from "../unit/Unit.ts"
import type { Result } from "./ExitClass.ts"
import type { Entries, Monitored } from "./RunContext.ts"
import type { Role } from "./StateCommand.ts"

/** What a service may say of itself, sd_notify(3), as far as the state of the unit goes. */
export interface Notice {
  readonly ready: boolean
  readonly reloading: boolean
  readonly stopping: boolean
  readonly mainPid: number | undefined
  /** `EXTEND_TIMEOUT_USEC=`, as milliseconds. */
  readonly extendMillis: number | undefined
}

/** What has led to a start, if it is something that the unit's processes are told of. */
export interface StartCause {
  readonly monitored?: Monitored
  readonly trigger?: Entries
}

export type Event =
  /** `cause` is for the environment of the run. */
  | { readonly _tag: "StartRequested"; readonly cause: StartCause }
  | { readonly _tag: "ConditionsMet" }
  /** `failed` if it was an assertion. */
  | { readonly _tag: "ConditionsUnmet"; readonly failed: boolean; readonly text: string }
  /** The child is there, not yet the program. */
  | { readonly _tag: "Spawned"; readonly role: Role; readonly pid: number; readonly argv?: ReadonlyArray<string> }
  /** There is no child: what it needs could not be had. `result` is what the run comes to. */
  | { readonly _tag: "SpawnRefused"; readonly role: Role; readonly message: string; readonly result: Result }
  /** The program itself runs. */
  | { readonly _tag: "Started"; readonly pid: number }
  /** The child could not become the program; its exit follows. */
  | { readonly _tag: "ExecFailed"; readonly message: string }
  /** A process was reaped; `oom` if the kernel killed it for want of memory. */
  | { readonly _tag: "Exited"; readonly pid: number; readonly status: ExitStatus; readonly oom: boolean }
  /** The main process of a forking service, or one that a notification named, is this one; it is known to the reaper. */
  | { readonly _tag: "MainFound"; readonly pid: number }
  /** There is none yet; `waits`: the PID file is watched for. */
  | { readonly _tag: "MainMissing"; readonly waits: boolean; readonly text: string }
  /** No process of the unit is left; `already` if there was none to signal when the sweep began. */
  | { readonly _tag: "Emptied"; readonly sweep: number; readonly already: boolean }
  | { readonly _tag: "TimedOut"; readonly timer: number }
  /** The kernel has killed one of the unit's processes for want of memory; of the main and control ones `Exited` tells. */
  | { readonly _tag: "KilledForMemory" }
  /** The service has not pinged within its watchdog time. */
  | { readonly _tag: "WatchdogExpired"; readonly millis: number }
  | { readonly _tag: "Notified"; readonly notice: Notice }
  /** No other unit is on its way up, `Type=idle`. */
  | { readonly _tag: "IdleReached" }
  | { readonly _tag: "ReloadRequested" }
  /** `restart`: a start is to follow. */
  | { readonly _tag: "StopRequested"; readonly restart: boolean }
  /** Everything is to stop, this unit when its turn comes. */
  | { readonly _tag: "ShutdownBegan" }
  /** The time for stopping is over. */
  | { readonly _tag: "KillRequested" }
  /** The unit's files were read again: the next start goes by them. */
  | { readonly _tag: "Redefined"; readonly service: Service }

/** Those without operands, made once. Dozens of events are made for each unit, and QuickJS is slow to make objects. */
const startRequested: Event = { _tag: "StartRequested", cause: {} }
const reloadRequested: Event = { _tag: "ReloadRequested" }
const stopRequested: Event = { _tag: "StopRequested", restart: false }
const restartRequested: Event = { _tag: "StopRequested", restart: true }
const shutdownBegan: Event = { _tag: "ShutdownBegan" }
const killRequested: Event = { _tag: "KillRequested" }
const idleReached: Event = { _tag: "IdleReached" }

export const Event = {
  StartRequested: (cause?: StartCause): Event =>
    cause === undefined ? startRequested : { _tag: "StartRequested", cause },
  ReloadRequested: (): Event => reloadRequested,
  StopRequested: (restart = false): Event => restart ? restartRequested : stopRequested,
  ShutdownBegan: (): Event => shutdownBegan,
  KillRequested: (): Event => killRequested,
  IdleReached: (): Event => idleReached
}
