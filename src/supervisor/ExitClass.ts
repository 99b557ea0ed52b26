/** What the end of a process means for its unit: systemd.service(5), `SuccessExitStatus=` and `ExecCondition=`. */
import type { ExitStatus } from "../kernel/Processes.ts"
import * as ExitStatusName from "../unit/grammar/ExitStatus.ts"
import * as Signal from "../unit/grammar/Signal.ts"
import type { ExitStatus as Listed } from "../unit/Unit.ts"

/** The outcome of a run, by systemd's names ("Result" of systemctl(1) show). */
export type Result =
  | "success"
  /** What the service says of itself does not add up: a PID file with no process, an exit before READY=1. */
  | "protocol"
  | "timeout"
  | "exit-code"
  | "signal"
  | "core-dump"
  | "watchdog"
  | "start-limit-hit"
  /** What it needs to run could not be had. */
  | "resources"
  | "oom-kill"
  /** `ExecCondition=` says no: the unit is skipped, and has not failed. */
  | "exec-condition"

export interface Rules {
  /**
   * The main process of anything but a oneshot, and `ExecStart=` of `Type=forking`: to end by one of four signals is a
   * clean end. All other commands have to exit by themselves.
   */
  readonly daemon: boolean
  /** `SuccessExitStatus=`. */
  readonly success: ReadonlyArray<Listed>
}

const [hangup, interrupt, pipe, terminate] = [1, 2, 13, 15]
const cleanSignals: ReadonlyArray<number> = [hangup, interrupt, terminate, pipe]

/** Whether a list such as `RestartPreventExitStatus=` has this end in it. A core dump counts by its signal. */
export const isListed = (list: ReadonlyArray<Listed>, status: ExitStatus): boolean => {
  for (const entry of list) {
    if (
      entry.kind === "code"
        ? status._tag === "Exited" && status.code === entry.code
        : status._tag === "Signaled" && status.signal === entry.signal
    ) return true
  }
  return false
}

/** A core dump is never clean, whatever the list says. */
export const classify = (status: ExitStatus, { daemon, success }: Rules): Result => {
  if (status._tag === "Exited") return status.code === 0 || isListed(success, status) ? "success" : "exit-code"
  if (status.coreDumped) return "core-dump"
  return daemon && cleanSignals.includes(status.signal) || isListed(success, status) ? "success" : "signal"
}

/** Codes by which the child says why it never became the program, systemd.exec(5) "PROCESS EXIT CODES". */
const ofChild = (code: number): boolean => code >= 200 && code < 255

/** `exited with code 3`, `exited with code 203/EXEC`, `was killed by SIGKILL`. */
export const describe = (status: ExitStatus): string => {
  if (status._tag === "Signaled") {
    return `was killed by ${Signal.nameOf(status.signal)}${status.coreDumped ? " and dumped core" : ""}`
  }
  const name = ofChild(status.code) ? ExitStatusName.nameOf(status.code) : undefined
  return `exited with code ${status.code}${name === undefined ? "" : `/${name}`}`
}
