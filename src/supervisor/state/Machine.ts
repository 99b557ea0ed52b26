/**
 * What is known of one service between two events. States have systemd's SubState names (systemctl(1)); README.md one
 * folder up has the picture.
 */
import type { ExitStatus } from "../../kernel/Processes.ts"
import type { ActiveState } from "../ActiveState.ts"
import type { Result } from "../ExitClass.ts"
import type { ExecKey } from "../StateCommand.ts"

export type Phase =
  | "dead"
  | "condition"
  | "start-pre"
  | "start"
  | "start-post"
  | "running"
  | "exited"
  | "reload"
  | "reload-signal"
  | "reload-notify"
  | "stop"
  | "stop-watchdog"
  | "stop-sigterm"
  | "stop-sigkill"
  | "stop-post"
  | "final-watchdog"
  | "final-sigterm"
  | "final-sigkill"
  | "failed"
  | "auto-restart"

/** `RELOADING=1`; `READY=1`, after that or not; `STOPPING=1`. */
export type Said = "nothing" | "ready" | "reloading" | "reloaded" | "stopping"

export interface Machine {
  readonly phase: Phase
  /** The main process, as long as it is not reaped; 0 without one. */
  readonly main: number
  /** Whether we know which process is, or was, the main one: a forking service may keep us guessing. */
  readonly mainKnown: boolean
  /** What the main process has come to whose successor is being looked for; nothing else happens meanwhile. */
  readonly left: Result | undefined
  /** The process of a command other than the main one; 0 without one. */
  readonly control: number
  /** The directive of the command that runs, or ran last, as the control process. */
  readonly controlKey: ExecKey | undefined
  /** Which command of its list runs, or ran last: of the main list, and of the list of the phase. */
  readonly mainIndex: number
  readonly index: number
  /** Of the run under way, or of the last. */
  readonly result: Result
  /** How the last main process of this run ended. */
  readonly status: ExitStatus | undefined
  /** How the process ended that made a failure of this run, if one did. */
  readonly culprit: ExitStatus | undefined
  /** The timer that counts; what an earlier one says is stale. */
  readonly timer: number
  /** When that timer fires, monotonic milliseconds; `Infinity`: never. */
  readonly deadline: number
  /** The sweep that counts; what an earlier one says is stale. */
  readonly sweep: number
  /** Everybody in the unit's group was told to go, and the last of them will be told of: the sweep still counts. */
  readonly asked: boolean
  /** No process of the unit is left, and none was started since. */
  readonly empty: boolean
  /** Admitted starts inside the start limit's window, monotonic milliseconds. */
  readonly starts: ReadonlyArray<number>
  /** How often the unit was started again by itself since somebody else started it. */
  readonly restarts: number
  /** `Condition...=` and `Assert...=` are being looked at: nothing has begun yet. */
  readonly testing: boolean
  /** What the unit was before that, and is for others meanwhile: whoever waits for its start must not take that for it. */
  readonly before: ActiveState
  /** `Type=idle` waits for the others to have started. */
  readonly waitsForIdle: boolean
  /** The last that the service has said of itself, and not only of its start: it may say so ahead of its turn. */
  readonly said: Said
  /** Since when the run is up, monotonic milliseconds; `undefined` before. */
  readonly upSince: number | undefined
  /** Somebody asked for the stop under way: nothing starts by itself after it. */
  readonly stopAsked: boolean
  /** The stop under way is half of a restart. */
  readonly restarting: boolean
  /** Somebody asked for a start while the unit was still on its way down. */
  readonly startWanted: boolean
  /** The shutdown has begun: nothing starts any more, though the unit's own stop may still be to come. */
  readonly closing: boolean
  /** The time that was given for going is over: SIGKILL is no matter of course any more, as `KillMode=mixed` has it. */
  readonly late: boolean
  /** SIGKILL was needed, and had something to act on, to end the last run. */
  readonly forced: boolean
}

/** A machine on its way to its next state. */
export type Draft = { -readonly [K in keyof Machine]: Machine[K] }

/** As much of a machine as others see. */
export type Standing = Pick<Machine, "phase" | "testing" | "before">

export const initial: Machine = {
  phase: "dead",
  main: 0,
  mainKnown: false,
  left: undefined,
  control: 0,
  controlKey: undefined,
  mainIndex: 0,
  index: 0,
  result: "success",
  status: undefined,
  culprit: undefined,
  timer: 0,
  deadline: Infinity,
  sweep: 0,
  asked: false,
  empty: true,
  starts: [],
  restarts: 0,
  testing: false,
  before: "inactive",
  waitsForIdle: false,
  said: "nothing",
  upSince: undefined,
  stopAsked: false,
  restarting: false,
  startWanted: false,
  closing: false,
  late: false,
  forced: false
}

const activeStates: Readonly<Record<Phase, ActiveState>> = {
  "dead": "inactive",
  "condition": "activating",
  "start-pre": "activating",
  "start": "activating",
  "start-post": "activating",
  "running": "active",
  "exited": "active",
  "reload": "reloading",
  "reload-signal": "reloading",
  "reload-notify": "reloading",
  "stop": "deactivating",
  "stop-watchdog": "deactivating",
  "stop-sigterm": "deactivating",
  "stop-sigkill": "deactivating",
  "stop-post": "deactivating",
  "final-watchdog": "deactivating",
  "final-sigterm": "deactivating",
  "final-sigkill": "deactivating",
  "failed": "failed",
  "auto-restart": "activating"
}

/**
 * systemd's ActiveState of a phase. A service of `Type=idle` counts as active while it starts: it waits for others, and
 * they must not wait for it.
 */
export const activeState = ({ before, phase, testing }: Standing, idle: boolean): ActiveState => {
  if (testing) return before
  const state = activeStates[phase]
  return idle && state === "activating" && phase !== "auto-restart" ? "active" : state
}
