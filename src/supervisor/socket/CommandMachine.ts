/** What is known of a socket with commands of its own between two events, and of the event that is looked at. */
import type { Service, Socket } from "../../unit/Unit.ts"
import type { ActiveState } from "../ActiveState.ts"
import type { Unapplied } from "../isolation/Isolation.ts"
import type { Whom } from "../StateCommand.ts"
import type { Event as ServiceEvent } from "../StateEvent.ts"
import type * as Forwarding from "./Forwarding.ts"
import type { CommandKey, ListPhase } from "./OwnCommands.ts"
import { keys, listOf, timeoutOf } from "./OwnCommands.ts"
import * as SocketState from "./SocketState.ts"

export type KillPhase = "stop-pre-sigterm" | "stop-pre-sigkill" | "final-sigterm" | "final-sigkill"

export type Phase =
  /** No command is under way: the table inside has the word. */
  | "none"
  /** The conditions are being looked at, ahead of the first command. */
  | "testing"
  | ListPhase
  | KillPhase

export type Event =
  | Forwarding.Event
  /** The conditions are met. */
  | { readonly _tag: "Met"; readonly opening: number }
  | Extract<
    ServiceEvent,
    { readonly _tag: "Spawned" | "SpawnRefused" | "ExecFailed" | "Exited" | "Emptied" | "TimedOut" }
  >
  /** The kernel has not given a command what the unit asks for, and it runs without it. */
  | { readonly _tag: "Refused"; readonly unapplied: ReadonlyArray<Unapplied> }

export type Command =
  | Forwarding.Command
  /** Looks at the conditions; `Met` or `Unmet` follows. */
  | { readonly _tag: "Test"; readonly opening: number }
  | { readonly _tag: "Run"; readonly key: CommandKey; readonly index: number }
  | {
    readonly _tag: "Sweep"
    readonly sweep: number
    readonly whom: Whom
    readonly signals: ReadonlyArray<number>
    readonly pid: number
  }
  | { readonly _tag: "ArmTimer"; readonly timer: number; readonly millis: number }
  | { readonly _tag: "TellRefused"; readonly unapplied: ReadonlyArray<Unapplied> }
  /** None of its processes is left. */
  | { readonly _tag: "EndRun" }

export interface Machine {
  readonly inner: SocketState.Machine
  readonly phase: Phase
  /** Which command of the list runs, and its process; 0: none, or not known yet. */
  readonly index: number
  readonly pid: number
  readonly timer: number
  readonly sweep: number
  /** The start under way, or what has come of it, has gone past the conditions: there is something to undo. */
  readonly began: boolean
  /** A command has run, and may have left processes. */
  readonly used: boolean
  /** The time of those that were asked to go is over; `forced`: and SIGKILL had something to act on. */
  readonly late: boolean
  readonly forced: boolean
  /** No more commands are run. */
  readonly hurried: boolean
  /** What the unit is for others, where that is not what the table inside takes it for. */
  readonly shown: ActiveState | undefined
  /** What the table inside has commanded and that is still to be done, closing first. */
  readonly held: ReadonlyArray<Forwarding.Command>
  /** The outcome of the start that is under way, which the table inside is not told of yet. */
  readonly outcome: Opened | undefined
  /** A start was asked for on the way down. */
  readonly startWanted: boolean
  readonly done: boolean
}

export type Opened = Extract<SocketState.Event, { _tag: "Opened" }>

export const initial: Machine = {
  inner: SocketState.initial,
  phase: "none",
  index: 0,
  pid: 0,
  timer: 0,
  sweep: 0,
  began: false,
  used: false,
  late: false,
  forced: false,
  hurried: false,
  shown: undefined,
  held: [],
  outcome: undefined,
  startWanted: false,
  done: false
}

/** The unit: itself, and as whose commands it runs. */
export interface Definition {
  readonly socket: Socket
  readonly service: Service
}

export interface Turn extends Definition {
  readonly now: number
  readonly next: { -readonly [K in keyof Machine]: Machine[K] }
  readonly commands: Array<Command>
}

export const say = ({ commands }: Turn, level: "info" | "warning", text: string) =>
  commands.push({ _tag: "Say", level, text })

export const arm = ({ commands, next }: Turn, millis: number): void => {
  commands.push({ _tag: "ArmTimer", timer: ++next.timer, millis })
}

export const isUp = ({ phase }: Machine): boolean =>
  phase === "testing" || phase === "start-pre" || phase === "start-post"

/** Others see that something is under way. */
export const show = ({ commands, next }: Turn, from: ActiveState, to: ActiveState): void => {
  if (from !== to) commands.push({ _tag: "ReportChanged", from, to, result: next.inner.result, reason: "" })
  next.shown = to
}

export const run = (turn: Turn, phase: ListPhase, index: number): void => {
  const { commands, next, socket } = turn
  next.phase = phase
  next.index = index
  next.pid = 0
  next.used = true
  next.sweep++
  arm(turn, timeoutOf(socket.Socket))
  commands.push({ _tag: "Run", key: keys[phase], index })
}

export const isLong = ({ next: { hurried }, socket }: Turn, phase: ListPhase): boolean =>
  !hurried && listOf(socket.Socket, phase).length > 0

export const isList = (phase: Phase): phase is ListPhase => phase in keys

export const kills = (phase: Phase): boolean => phase.endsWith("sigkill")
