/**
 * What moves a service from one state to the next: a table of state x event, pure, and the only place where such
 * decisions are made. What a row does is in the files of state/; README.md beside this file has the picture.
 */
import * as TimeSpan from "../unit/grammar/TimeSpan.ts"
import type { Service } from "../unit/Unit.ts"
import * as Exits from "./state/Exits.ts"
import type { Draft, Machine, Phase } from "./state/Machine.ts"
import * as Notices from "./state/Notices.ts"
import * as OutOfMemory from "./state/OutOfMemory.ts"
import * as Reloading from "./state/Reloading.ts"
import * as Running from "./state/Running.ts"
import * as Starting from "./state/Starting.ts"
import * as Stopping from "./state/Stopping.ts"
import * as Turn from "./state/Turn.ts"
import type { Command } from "./StateCommand.ts"
import type { Event } from "./StateEvent.ts"

export type { Draft, Machine, Phase, Standing } from "./state/Machine.ts"
export { activeState, initial } from "./state/Machine.ts"

export type Step = readonly [machine: Machine, commands: ReadonlyArray<Command>]

type Handler<Tag extends Event["_tag"]> = (
  turn: Turn.Turn,
  event: Extract<Event, { readonly _tag: Tag }>
) => void

type Row = { readonly [Tag in Event["_tag"]]?: Handler<Tag> }

const start: Handler<"StartRequested"> = (turn) => Starting.start(turn)

/** A start while the unit is on its way down waits for that. */
const startLater: Handler<"StartRequested"> = ({ next }) => {
  next.startWanted = true
}

const exited: Handler<"Exited"> = (turn, { oom, pid, status }) => Exits.exited(turn, pid, status, oom)
const notified: Handler<"Notified"> = (turn, { notice }) => Notices.notified(turn, notice)
const killed: Handler<"KillRequested"> = (turn) => Stopping.killNow(turn)
const mainFound: Handler<"MainFound"> = (turn, { pid }) => Starting.mainFound(turn, pid)
const mainMissing: Handler<"MainMissing"> = (turn, { text, waits }) => Starting.mainMissing(turn, waits, text)
const groupGone: Handler<"Emptied"> = (turn) => Starting.groupGone(turn)
const watchdogExpired: Handler<"WatchdogExpired"> = (turn, { millis }) => {
  const silent = `did not say that it is well within ${TimeSpan.format(millis)}`
  Turn.warn(turn, millis === 0 ? "asked for its watchdog's end" : silent)
  Stopping.enterSignal(turn, "stop-watchdog", "watchdog")
}

const spawned: Handler<"Spawned"> = ({ next }, { pid, role }) => {
  if (role === "main") next.main = pid
  else next.control = pid
}

const execFailed: Handler<"ExecFailed"> = (turn, { message }) => Turn.warn(turn, message)

/** Somebody asks for a stop; a start that was asked for meanwhile is no longer wanted. */
const asked = (turn: Turn.Turn, restart: boolean): void => {
  turn.next.stopAsked = true
  turn.next.restarting = restart
  turn.next.startWanted = false
}

/** Ahead of being up there is nothing that `ExecStop=` could stop, systemd.service(5). */
const stopStart: Handler<"StopRequested"> = (turn, { restart }) => {
  asked(turn, restart)
  Stopping.enterSignal(turn, "stop-sigterm", "success")
}
const stop: Handler<"StopRequested"> = (turn, { restart }) => {
  asked(turn, restart)
  Stopping.enterStop(turn, "success")
}
const stopsAlready: Handler<"StopRequested"> = (turn, { restart }) => asked(turn, restart)

const atRest: Row = {
  StartRequested: start
}

const starting: Row = {
  Spawned: spawned,
  SpawnRefused: (turn, { message, result }) => {
    Turn.warn(turn, message)
    Starting.failStart(turn, result)
  },
  ExecFailed: execFailed,
  Exited: exited,
  KilledForMemory: OutOfMemory.whileStarting,
  Notified: notified,
  TimedOut: (turn) => Starting.startOverdue(turn),
  WatchdogExpired: watchdogExpired,
  StopRequested: stopStart,
  KillRequested: killed
}

const up: Row = {
  Exited: exited,
  KilledForMemory: OutOfMemory.whileUp,
  Notified: notified,
  WatchdogExpired: watchdogExpired,
  ReloadRequested: (turn) => Reloading.reload(turn),
  StopRequested: stop,
  KillRequested: killed
}

const reloading: Row = {
  Exited: exited,
  KilledForMemory: OutOfMemory.whileStarting,
  MainFound: mainFound,
  Notified: notified,
  TimedOut: (turn) => Reloading.reloadOverdue(turn),
  WatchdogExpired: watchdogExpired,
  StopRequested: stopStart,
  KillRequested: killed
}

const stopping: Row = {
  StartRequested: startLater,
  Exited: exited,
  Notified: notified,
  TimedOut: (turn) => Stopping.overdue(turn),
  StopRequested: stopsAlready,
  KillRequested: killed
}

/** With a command of `ExecStop=` or `ExecStopPost=`. */
const stoppingByCommand = (next: "stop-sigterm" | "final-sigterm"): Row => ({
  ...stopping,
  KilledForMemory: next === "stop-sigterm" ? OutOfMemory.whileStarting : OutOfMemory.whileEnding,
  Spawned: spawned,
  SpawnRefused: (turn, { message, result }) => {
    Turn.warn(turn, message)
    Stopping.enterSignal(turn, next, result)
  },
  ExecFailed: execFailed
})

/** Told to go: gone. */
const told: Row = {
  ...stopping,
  KilledForMemory: OutOfMemory.whileStopping,
  Emptied: (turn) => Stopping.afterSignal(turn)
}

const killedRow: Row = {
  ...stopping,
  KilledForMemory: OutOfMemory.whileKilled,
  Emptied: (turn, { already }) => {
    turn.next.forced ||= turn.next.late && !already
    Stopping.afterSignal(turn)
  }
}

/** What is not listed changes nothing. */
export const table: Readonly<Record<Phase, Row>> = {
  "dead": atRest,
  "failed": atRest,
  "condition": {
    ...starting,
    ConditionsMet: (turn) => Starting.begin(turn),
    ConditionsUnmet: (turn, { failed, text }) => Starting.skip(turn, failed, text)
  },
  "start-pre": starting,
  "start": {
    ...starting,
    Started: (turn, { pid }) => Starting.started(turn, pid),
    MainFound: mainFound,
    MainMissing: mainMissing,
    Emptied: groupGone,
    IdleReached: (turn) => {
      if (turn.next.waitsForIdle) Starting.enterStart(turn)
    }
  },
  "start-post": {
    ...starting,
    MainFound: mainFound,
    MainMissing: mainMissing,
    Emptied: groupGone
  },
  "running": {
    ...up,
    MainFound: (turn, { pid }) => Exits.replaced(turn, pid),
    MainMissing: (turn) => Exits.notReplaced(turn),
    Emptied: (turn) => Running.enterRunning(turn, "success"),
    TimedOut: (turn) => Running.runtimeOver(turn)
  },
  "exited": {
    ...up,
    // Nobody is there any more to ping; somebody that a command has left behind may still ask.
    WatchdogExpired: (turn, event) => {
      if (event.millis === 0) watchdogExpired(turn, event)
    }
  },
  "reload": {
    ...reloading,
    Spawned: spawned,
    SpawnRefused: (turn, { message }) => {
      Turn.warn(turn, message)
      Running.enterRunning(turn, "success")
    },
    ExecFailed: execFailed
  },
  "reload-signal": reloading,
  "reload-notify": reloading,
  "stop": stoppingByCommand("stop-sigterm"),
  "stop-watchdog": {
    ...told,
    StopRequested: stopStart
  },
  "stop-sigterm": told,
  "stop-sigkill": killedRow,
  "stop-post": stoppingByCommand("final-sigterm"),
  "final-watchdog": { ...told, KilledForMemory: OutOfMemory.whileEnding },
  "final-sigterm": { ...told, KilledForMemory: OutOfMemory.whileEnding },
  "final-sigkill": killedRow,
  "auto-restart": {
    StartRequested: start,
    TimedOut: ({ commands }) => void commands.push({ _tag: "ReportRestartDue" }),
    StopRequested: (turn, { restart }) => {
      asked(turn, restart)
      Stopping.callOff(turn)
    },
    KillRequested: (turn) => {
      asked(turn, false)
      Stopping.callOff(turn)
    }
  }
}

const isStale = (machine: Machine, event: Event): boolean => {
  switch (event._tag) {
    case "TimedOut":
      return event.timer !== machine.timer
    case "Emptied":
      return event.sweep !== machine.sweep
    case "StartRequested":
      return machine.closing
    default:
      return false
  }
}

/** No start any more: one that waits for its time is called off. */
const close = (turn: Turn.Turn): void => {
  turn.next.closing = true
  turn.next.startWanted = false
  if (turn.next.phase === "auto-restart") Stopping.callOff(turn)
}

const none: ReadonlyArray<Command> = []

/** One event: the machine becomes its next state, and the answer is what is to be done. `now`: monotonic milliseconds. */
export const advance = (service: Service, machine: Draft, event: Event, now: number): ReadonlyArray<Command> => {
  if (isStale(machine, event)) return none
  const handle = table[machine.phase][event._tag] as ((turn: Turn.Turn, event: Event) => void) | undefined
  if (handle === undefined && event._tag !== "ShutdownBegan" && event._tag !== "Emptied") return none
  const turn = Turn.make(service, machine, now)
  if (event._tag === "ShutdownBegan") close(turn)
  if (event._tag === "Emptied") {
    machine.empty = true
    machine.main = 0
    machine.control = 0
  }
  handle?.(turn, event)
  return turn.commands
}

/** The same on a copy. An actor, which alone has its machine, does without one: it costs more than most steps. */
export const step = (service: Service, machine: Machine, event: Event, now: number): Step => {
  const next = { ...machine }
  const commands = advance(service, next, event, now)
  return [next, commands]
}
