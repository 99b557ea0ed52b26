/** What the end of a process means for its unit: systemd.service(5), `Restart=` and `SuccessExitStatus=`. */
import type { ExitStatus } from "../kernel/Processes.ts"
import * as Signal from "../unit/grammar/Signal.ts"

/** The outcome of a run, by systemd's names ("Result" of systemctl(1) show). */
export type Result = "success" | "exit-code" | "signal" | "core-dump" | "timeout" | "resources" | "start-limit-hit"

const [hangup, interrupt, pipe, terminate] = [1, 2, 13, 15]

/** Ending by one of these is a clean end for a daemon; a oneshot has to exit by itself. */
const cleanSignals: ReadonlyArray<number> = [hangup, interrupt, terminate, pipe]

export const classify = (status: ExitStatus, oneshot: boolean): Result => {
  if (status._tag === "Exited") return status.code === 0 ? "success" : "exit-code"
  if (!oneshot && cleanSignals.includes(status.signal)) return "success"
  return status.coreDumped ? "core-dump" : "signal"
}

/** `exited with code 3`, `was killed by SIGKILL`. */
export const describe = (status: ExitStatus): string =>
  status._tag === "Exited"
    ? `exited with code ${status.code}`
    : `was killed by ${Signal.nameOf(status.signal)}${status.coreDumped ? " and dumped core" : ""}`
