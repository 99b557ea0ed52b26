/** Cases of the state table as literal data: what they start from, and what they come to, in short words. */
import * as ExitStatus from "../../../src/kernel/Processes.ts"
import type { Machine, Phase } from "../../../src/supervisor/State.ts"
import { initial } from "../../../src/supervisor/State.ts"
import type { ExecKey } from "../../../src/supervisor/StateCommand.ts"
import type { Command } from "../../../src/supervisor/StateCommand.ts"
import type { Notice } from "../../../src/supervisor/StateEvent.ts"
import { Event } from "../../../src/supervisor/StateEvent.ts"
import * as Signal from "../../../src/unit/grammar/Signal.ts"

export const now = 1000

/** What is told of it, the lines of the unit, what is known of the service, what happens, what that comes to. */
export type Case = readonly [name: string, lines: string, known: Partial<Machine>, event: Event, wanted: string]

/** The cases of some of the table's rows. */
export type Cases = { readonly [P in Phase]?: ReadonlyArray<Case> }

const controlKeys: { readonly [P in Phase]?: ExecKey } = {
  "condition": "ExecCondition",
  "start-pre": "ExecStartPre",
  "start": "ExecStart",
  "start-post": "ExecStartPost",
  "reload": "ExecReload",
  "stop": "ExecStop",
  "stop-post": "ExecStopPost"
}

const isAtRest = (phase: Phase): boolean => phase === "dead" || phase === "failed"
const isUp = (phase: Phase): boolean => phase === "running" || phase === "exited" || phase.startsWith("reload")

/** A service in the middle of its life: a timer counts and somebody is left, unless it is at rest. */
export const machineIn = (phase: Phase, known: Partial<Machine>): Machine => ({
  ...initial,
  phase,
  timer: 4,
  sweep: 2,
  deadline: isAtRest(phase) || phase === "exited" ? Infinity : now + 100,
  starts: [900],
  mainKnown: true,
  controlKey: controlKeys[phase],
  upSince: isUp(phase) ? 500 : undefined,
  late: phase.endsWith("sigkill"),
  empty: isAtRest(phase) || phase === "exited" || phase === "auto-restart",
  ...known
})

const nameOf = (signal: number): string => Signal.nameOf(signal).slice(3)

const rendered = (command: Command): string => {
  switch (command._tag) {
    case "Say":
      return ""
    case "Test":
      return "test"
    case "BeginRun":
      return "begin"
    case "Spawn":
      return `spawn ${command.key === "ExecStart" ? `${command.role} ` : ""}${command.key} ${command.index}`
    case "Sweep":
      return command.signals.length === 0 && command.whom === "all"
        ? "watch"
        : `tell ${command.whom} ${command.signals.map(nameOf).join(" ")}`
    case "SignalProcess":
      return `signal ${command.pid} ${nameOf(command.signal)}`
    case "FindMain":
      return command.last ? "find main at last" : "find main"
    case "Adopt":
      return `adopt ${command.pid}`
    case "ArmTimer":
      if (command.millis === Infinity) return "disarm"
      return command.spread === undefined ? `arm ${command.millis}` : `arm ${command.millis} to ${command.spread} more`
    case "StartWatchdog":
      return "watchdog"
    case "WaitForIdle":
      return "wait for idle"
    case "ReportSkipped":
      return command.failed ? "report failed assert" : "report skipped"
    case "ReportUnchanged":
      return "report unchanged"
    case "ReportRestartDue":
      return "report restart due"
    case "EndRun":
      return "end"
    case "StartAgain":
      return "start again"
  }
}

/** What the words do not show by themselves: the commands tell of timers and sweeps. */
const shown = [
  "main",
  "mainKnown",
  "left",
  "control",
  "result",
  "empty",
  "restarts",
  "testing",
  "waitsForIdle",
  "said",
  "upSince",
  "stopAsked",
  "restarting",
  "startWanted",
  "closing",
  "forced"
] as const

const changeOf = (key: typeof shown[number], value: Machine[typeof shown[number]]): string =>
  typeof value === "boolean" ? `${value ? "+" : "-"}${key}` : `${key}=${value}`

/** `running control=0 +empty: arm 5000, tell all TERM CONT`: the phase, what is different now, and the commands. */
export const render = (before: Machine, after: Machine, commands: ReadonlyArray<Command>): string => {
  const changes = shown.filter((key) => before[key] !== after[key]).map((key) => changeOf(key, after[key]))
  const words = commands.map(rendered).filter((word) => word !== "")
  return `${[after.phase, ...changes].join(" ")}: ${words.join(", ")}`
}

export const [main, control] = [100, 200]

export const exits = (pid: number, code: number, oom = false): Event => ({
  _tag: "Exited",
  pid,
  status: ExitStatus.ExitStatus.Exited({ code }),
  oom
})
export const dies = (pid: number, signal: number, { coreDumped = false, oom = false } = {}): Event => ({
  _tag: "Exited",
  pid,
  status: ExitStatus.ExitStatus.Signaled({ signal, coreDumped }),
  oom
})
export const says = (notice: Partial<Notice>): Event => ({
  _tag: "Notified",
  notice: { ready: false, reloading: false, stopping: false, mainPid: undefined, extendMillis: undefined, ...notice }
})

export const timedOut: Event = { _tag: "TimedOut", timer: 4 }
export const emptied: Event = { _tag: "Emptied", sweep: 2, already: false }
export const emptyAlready: Event = { _tag: "Emptied", sweep: 2, already: true }
export const starved: Event = { _tag: "KilledForMemory" }
export const missesWatchdog: Event = { _tag: "WatchdogExpired", millis: 50 }
export const asksForWatchdog: Event = { _tag: "WatchdogExpired", millis: 0 }
export const mainSpawned: Event = { _tag: "Spawned", role: "main", pid: main }
export const controlSpawned: Event = { _tag: "Spawned", role: "control", pid: control }
export const mainRefused: Event = { _tag: "SpawnRefused", role: "main", message: "no", result: "resources" }
export const controlRefused: Event = { _tag: "SpawnRefused", role: "control", message: "no", result: "resources" }
export const programRuns: Event = { _tag: "Started", pid: main }
export const execFails: Event = { _tag: "ExecFailed", message: "no such file" }
export const mainFound: Event = { _tag: "MainFound", pid: 300 }
export const mainMissing: Event = { _tag: "MainMissing", waits: false, text: "none" }
export const mainAwaited: Event = { _tag: "MainMissing", waits: true, text: "none" }
export const conditionsMet: Event = { _tag: "ConditionsMet" }
export const conditionUnmet: Event = { _tag: "ConditionsUnmet", failed: false, text: "no such path" }
export const assertUnmet: Event = { _tag: "ConditionsUnmet", failed: true, text: "no such path" }
export const start = Event.StartRequested()
export const stop = Event.StopRequested()
export const restart = Event.StopRequested(true)
export const reload = Event.ReloadRequested()
export const kill = Event.KillRequested()
export const idle = Event.IdleReached()
export const shutdown = Event.ShutdownBegan()
