/** A service that serves one connection: until when we have to keep our copy of it. Pure. */
import type { ServiceSection } from "../../unit/Unit.ts"
import * as Stdio from "../exec/Stdio.ts"
import type { ExecKey } from "../RunContext.ts"

/** What may run after the service itself has started. */
const later = ["ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost"] as const

/**
 * Whether this command is the last one that gets the connection: the last one of `ExecStart=`, or none before the end of
 * the run where commands have it as their standard streams.
 */
export const isLast = (section: ServiceSection, key: ExecKey, index: number): boolean => {
  if (key !== "ExecStart" || index + 1 < section.ExecStart.length) return false
  return !Stdio.takesSocket(section) || later.every((other) => section[other].length === 0)
}
