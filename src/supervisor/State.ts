/**
 * The states of a service and what moves it between them: `step` is a table of state x event, pure, and the only place
 * where such decisions are made. States carry systemd's SubState names (systemctl(1)); README.md beside this file has
 * the picture.
 */
import type { ExitStatus } from "../kernel/Processes.ts"
import * as TimeSpan from "../unit/grammar/TimeSpan.ts"
import type { Service } from "../unit/Unit.ts"
import type { Result } from "./ExitClass.ts"
import * as ExitClass from "./ExitClass.ts"
import * as RestartPolicy from "./RestartPolicy.ts"
import * as StartLimit from "./StartLimit.ts"
import { Command } from "./StateCommand.ts"
import type { Event } from "./StateEvent.ts"

export type Phase =
  | "dead"
  | "start"
  | "running"
  | "exited"
  | "stop-sigterm"
  | "stop-sigkill"
  | "auto-restart"
  | "failed"

export interface Machine {
  readonly phase: Phase
  /** Which of the `ExecStart=` commands runs, or ran last. */
  readonly command: number
  /** The main process, as long as it is not reaped; 0 without one. */
  readonly pid: number
  /** Of the run under way, or of the last. */
  readonly result: Result
  /** The timer that counts; what an earlier one says is stale. */
  readonly timer: number
  /** The sweep that counts; what an earlier one says is stale. */
  readonly sweep: number
  /** Admitted starts inside the start limit's window, monotonic milliseconds. */
  readonly starts: ReadonlyArray<number>
  /** The shutdown has begun: nothing starts any more, though the unit's own stop may still be to come. */
  readonly closing: boolean
  /** Somebody asked for a stop: nothing starts any more, and once inactive the machine is done. */
  readonly stopping: boolean
  /** SIGKILL was needed, and had something to act on, to end the last run. */
  readonly forced: boolean
}

export const initial: Machine = {
  phase: "dead",
  command: 0,
  pid: 0,
  result: "success",
  timer: 0,
  sweep: 0,
  starts: [],
  closing: false,
  stopping: false,
  forced: false
}

/** Nothing will happen any more. */
export const isDone = (machine: Machine): boolean =>
  machine.stopping && (machine.phase === "dead" || machine.phase === "failed")

export type Step = readonly [machine: Machine, commands: ReadonlyArray<Command>]

const SIGKILL = 9

const info = (text: string) => Command.Say({ level: "info", text })
const warning = (text: string) => Command.Say({ level: "warning", text })
const stay = (machine: Machine): Step => [machine, []]

/** Timer `machine.timer` is the one that counts; a later one makes it stale. `Infinity` arms none. */
const armed = (machine: Machine, millis: number): Step => {
  const timer = machine.timer + 1
  return [{ ...machine, timer }, [Command.ArmTimer({ timer, millis })]]
}
const disarmed = (machine: Machine): Step => armed(machine, Infinity)

const after = ([machine, first]: Step, ...rest: ReadonlyArray<Command>): Step => [machine, [...first, ...rest]]

const spawn = (service: Service, machine: Machine, command: number): Step =>
  after(
    armed({ ...machine, phase: "start", command }, service.Service.TimeoutStartSec),
    Command.Spawn({ command })
  )

const start = (service: Service, machine: Machine, now: number): Step => {
  const limit = { burst: service.Unit.StartLimitBurst, intervalMillis: service.Unit.StartLimitIntervalSec }
  const starts = StartLimit.admit(limit, machine.starts, now)
  if (starts === undefined) {
    const text = `start limit hit: ${limit.burst} starts within ${TimeSpan.format(limit.intervalMillis)}`
    return after(
      disarmed({ ...machine, phase: "failed", result: "start-limit-hit" }),
      warning(text),
      Command.Settle({ up: false })
    )
  }
  const fresh: Machine = { ...machine, starts, result: "success", forced: false }
  return service.Service.ExecStart.length === 0 ? up(service, fresh) : spawn(service, fresh, 0)
}

/** A start has succeeded. */
const up = (service: Service, machine: Machine): Step => {
  if (service.Service.Type !== "oneshot") {
    const text = `started, pid ${machine.pid}`
    return after(disarmed({ ...machine, phase: "running" }), info(text), Command.Settle({ up: true }))
  }
  if (service.Service.RemainAfterExit) {
    const rest: Machine = { ...machine, phase: "exited" }
    return after(disarmed(rest), info("done"), Command.WatchGroup(), Command.Settle({ up: true }))
  }
  const [next, commands] = sweep(service, machine, "success")
  return [next, [info("done"), Command.Settle({ up: true }), ...commands]]
}

/** A run is over or is to be: what is left of it gets the kill signal, and `TimeoutStopSec=` to act on it. */
const sweep = (service: Service, machine: Machine, result: Result): Step => {
  const number = machine.sweep + 1
  const next: Machine = {
    ...machine,
    phase: "stop-sigterm",
    result: machine.result === "success" ? result : machine.result,
    sweep: number
  }
  const { KillSignal, TimeoutStopSec } = service.Service
  return after(armed(next, TimeoutStopSec), Command.SweepGroup({ sweep: number, signal: KillSignal }))
}

/** A start has failed: whoever waits for it is told before the remains are swept up. */
const failStart = (service: Service, machine: Machine, result: Result, text: string): Step => {
  const [next, commands] = sweep(service, machine, result)
  return [next, [warning(text), Command.Settle({ up: false }), ...commands]]
}

const kill = (service: Service, machine: Machine, text: string): Step => {
  const next: Machine = {
    ...machine,
    phase: "stop-sigkill",
    sweep: machine.sweep + 1,
    result: machine.result === "success" ? "timeout" : machine.result
  }
  const [last, commands] = armed(next, service.Service.TimeoutStopSec)
  return [last, [warning(text), Command.SweepGroup({ sweep: next.sweep, signal: SIGKILL }), ...commands]]
}

/** No process is left: stopped for good, started again, or at rest. */
const inactive = (service: Service, machine: Machine): Step => {
  const failed = machine.result !== "success"
  const rest: Machine = { ...machine, phase: failed ? "failed" : "dead" }
  if (machine.stopping) {
    return after(disarmed(rest), info("stopped"), Command.ReportStopped({ forced: machine.forced }))
  }
  if (!machine.closing && RestartPolicy.shallRestart(service.Service, { result: machine.result, status: undefined })) {
    const text = `starts again in ${TimeSpan.format(service.Service.RestartSec)}`
    return after(armed({ ...machine, phase: "auto-restart" }, service.Service.RestartSec), info(text))
  }
  return failed ? after(disarmed(rest), warning(`failed (${machine.result})`)) : disarmed(rest)
}

/** What the main process's end comes to: with `-` before its command it is a success, whatever it was. */
const outcome = (service: Service, machine: Machine, status: ExitStatus) => {
  const result = ExitClass.classify(status, {
    daemon: service.Service.Type !== "oneshot",
    success: service.Service.SuccessExitStatus
  })
  const ignored = result !== "success" && service.Service.ExecStart[machine.command]?.flags.ignoreFailure === true
  const text = ExitClass.describe(status)
  return ignored ? { result: "success" as const, text: `${text}, which is ignored` } : { result, text }
}

const startExited = (service: Service, machine: Machine, status: ExitStatus): Step => {
  const gone: Machine = { ...machine, pid: 0 }
  const { result, text } = outcome(service, machine, status)
  if (service.Service.Type !== "oneshot" || result !== "success") return failStart(service, gone, result, text)
  const said = text.endsWith("ignored") ? [info(text)] : []
  const next = machine.command + 1
  const [last, commands] = next < service.Service.ExecStart.length ? spawn(service, gone, next) : up(service, gone)
  return [last, [...said, ...commands]]
}

const runningExited = (service: Service, machine: Machine, status: ExitStatus): Step => {
  const { result, text } = outcome(service, machine, status)
  const [next, commands] = sweep(service, { ...machine, pid: 0 }, result)
  return [next, [Command.Say({ level: result === "success" ? "info" : "warning", text }), ...commands]]
}

/** The main process ends while the unit stops: as it was told to, or with a failure of its own. */
const stoppingExited = (service: Service, machine: Machine, status: ExitStatus): Step => {
  const result = machine.result === "success" ? outcome(service, machine, status).result : machine.result
  return stay({ ...machine, pid: 0, result })
}

const stopRequested = (service: Service, machine: Machine): Step =>
  sweep(service, { ...machine, stopping: true }, "success")

const stoppedAtRest = (machine: Machine): Step =>
  after(
    disarmed({ ...machine, phase: machine.phase === "failed" ? "failed" : "dead", stopping: true }),
    Command.ReportStopped({ forced: false })
  )

const killNow = (service: Service, machine: Machine): Step =>
  kill(service, { ...machine, stopping: true }, "is killed: the time for stopping is over")

const overdue = (service: Service, machine: Machine): Step => {
  const signal = TimeSpan.format(service.Service.TimeoutStopSec)
  return kill(service, machine, `did not stop within ${signal} and is killed`)
}

type Row = {
  readonly [Tag in Event["_tag"]]?: (
    service: Service,
    machine: Machine,
    event: Extract<Event, { readonly _tag: Tag }>,
    now: number
  ) => Step
}

const atRest: Row = {
  StartRequested: (service, machine, _, now) => start(service, machine, now),
  StopRequested: (_, machine) => stoppedAtRest(machine),
  KillRequested: (_, machine) => stoppedAtRest(machine)
}

/** What is not listed changes nothing. */
const table: Readonly<Record<Phase, Row>> = {
  "dead": atRest,
  "failed": atRest,
  "start": {
    Spawned: (_, machine, { pid }) => stay({ ...machine, pid }),
    SpawnRefused: (service, machine, { message, result }) => failStart(service, machine, result, message),
    Started: (service, machine) => service.Service.Type === "oneshot" ? stay(machine) : up(service, machine),
    ExecFailed: (_, machine, { message }) => [machine, [warning(message)]],
    Exited: (service, machine, { status }) => startExited(service, machine, status),
    TimedOut: (service, machine) =>
      failStart(
        service,
        machine,
        "timeout",
        `did not start within ${TimeSpan.format(service.Service.TimeoutStartSec)}`
      ),
    StopRequested: (service, machine) => after(stopRequested(service, machine), Command.Settle({ up: false })),
    KillRequested: (service, machine) => after(killNow(service, machine), Command.Settle({ up: false }))
  },
  "running": {
    Exited: (service, machine, { status }) => runningExited(service, machine, status),
    StopRequested: stopRequested,
    KillRequested: killNow
  },
  "exited": {
    StopRequested: stopRequested,
    KillRequested: killNow
  },
  "stop-sigterm": {
    Exited: (service, machine, { status }) => stoppingExited(service, machine, status),
    Emptied: inactive,
    TimedOut: overdue,
    StopRequested: (_, machine) => stay({ ...machine, stopping: true }),
    KillRequested: killNow
  },
  "stop-sigkill": {
    Exited: (service, machine, { status }) => stoppingExited(service, machine, status),
    Emptied: (service, machine, { already }) => inactive(service, { ...machine, forced: machine.forced || !already }),
    TimedOut: (service, machine) => {
      const [next, commands] = inactive(service, { ...machine, forced: true })
      return [next, [warning("has processes that even SIGKILL does not end; giving them up"), ...commands]]
    },
    StopRequested: (_, machine) => stay({ ...machine, stopping: true }),
    KillRequested: (_, machine) => stay({ ...machine, stopping: true })
  },
  "auto-restart": {
    StartRequested: (service, machine, _, now) => start(service, machine, now),
    TimedOut: (service, machine, _, now) => start(service, machine, now),
    StopRequested: (_, machine) => stoppedAtRest(machine),
    KillRequested: (_, machine) => stoppedAtRest(machine)
  }
}

/** No start any more: one that waits for its time is called off. */
const close = (machine: Machine): Step => {
  const closing: Machine = { ...machine, closing: true }
  if (machine.phase !== "auto-restart") return stay(closing)
  return disarmed({ ...closing, phase: machine.result === "success" ? "dead" : "failed" })
}

const isStale = (machine: Machine, event: Event): boolean =>
  (event._tag === "TimedOut" && event.timer !== machine.timer) ||
  (event._tag === "Emptied" && event.sweep !== machine.sweep) ||
  (event._tag === "StartRequested" && (machine.closing || machine.stopping))

/** One event; `now` is monotonic milliseconds. */
export const step = (service: Service, machine: Machine, event: Event, now: number): Step => {
  if (isStale(machine, event)) return stay(machine)
  if (event._tag === "ShutdownBegan") return close(machine)
  const handle = table[machine.phase][event._tag] as
    | ((service: Service, machine: Machine, event: Event, now: number) => Step)
    | undefined
  return handle === undefined ? stay(machine) : handle(service, machine, event, now)
}
