/** What happens to a service: the columns of the table in State.ts. Past tense, as news are. */
import type * as Data from "effect/Data"
import type { ExitStatus } from "../kernel/Processes.ts"
import type { Result } from "./ExitClass.ts"

export type Event = Data.TaggedEnum<{
  StartRequested: {}
  /** The child is there, not yet the program. */
  Spawned: { readonly pid: number }
  /** There is no child: what it needs could not be had. `result` is what the run comes to. */
  SpawnRefused: { readonly message: string; readonly result: Result }
  /** The program itself runs. */
  Started: {}
  /** The child could not become the program; its exit follows. */
  ExecFailed: { readonly message: string }
  /** The main process was reaped. */
  Exited: { readonly status: ExitStatus }
  /** No process of the unit is left; `already` if there was none to signal when the sweep began. */
  Emptied: { readonly sweep: number; readonly already: boolean }
  TimedOut: { readonly timer: number }
  /** Everything is to stop, this unit when its turn comes. */
  ShutdownBegan: {}
  StopRequested: {}
  /** The time for stopping is over. */
  KillRequested: {}
}>

/** Literals, not Data.taggedEnum's: dozens are made for each unit, and those cost eight microseconds each on QuickJS. */
const started: Event = { _tag: "Started" }
const startRequested: Event = { _tag: "StartRequested" }
const stopWanted: Event = { _tag: "StopRequested" }
const killRequested: Event = { _tag: "KillRequested" }
const shutdownBegan: Event = { _tag: "ShutdownBegan" }
export const Event = {
  StartRequested: (): Event => startRequested,
  Spawned: ({ pid }: { readonly pid: number }): Event => ({ _tag: "Spawned", pid }),
  SpawnRefused: ({ message, result }: { readonly message: string; readonly result: Result }): Event => ({
    _tag: "SpawnRefused",
    message,
    result
  }),
  Started: (): Event => started,
  ExecFailed: ({ message }: { readonly message: string }): Event => ({ _tag: "ExecFailed", message }),
  Exited: ({ status }: { readonly status: ExitStatus }): Event => ({ _tag: "Exited", status }),
  Emptied: ({ already, sweep }: { readonly sweep: number; readonly already: boolean }): Event => ({
    _tag: "Emptied",
    sweep,
    already
  }),
  TimedOut: ({ timer }: { readonly timer: number }): Event => ({ _tag: "TimedOut", timer }),
  ShutdownBegan: (): Event => shutdownBegan,
  StopRequested: (): Event => stopWanted,
  KillRequested: (): Event => killRequested
}
