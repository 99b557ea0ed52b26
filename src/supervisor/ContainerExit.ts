/** The exit code of a container that a unit's failure takes down: `ExitContainerOnFailure=`, ours. */
import type { ExitStatus } from "../kernel/Processes.ts"

/** Where the failure has no code of its own: no process was made, it was out of time, a requirement is missing. */
export const noCode = 1

/** What a shell adds to the number of the signal that ended its command. */
const ofSignal = 128

/** `status` is the end of the process that failed, `undefined` if none did. */
export const codeOf = (status: ExitStatus | undefined): number => {
  if (status === undefined) return noCode
  if (status._tag === "Signaled") return ofSignal + status.signal
  return status.code === 0 ? noCode : status.code
}
