/** What a process of the unit tells of itself, as messages to the unit's actor. */
import * as Errno from "../../kernel/Errno.ts"
import type { ProcessObserver } from "../../kernel/Processes.ts"
import type { Unapplied } from "../isolation/Isolation.ts"
import type { Message } from "../ServiceActor.ts"
import type { UnitProcesses } from "./UnitProcesses.ts"

export interface Listener {
  readonly offer: (message: Message) => void
  readonly processes: UnitProcesses
  /** Known once there is anything to tell. */
  readonly pid: () => number
}

/** `unapplied`: of what this container does not give, that is known beforehand. It is told with what the kernel refuses. */
export const observer = (
  { offer, pid, processes }: Listener,
  unapplied: ReadonlyArray<Unapplied>
): ProcessObserver => {
  let refused = unapplied.length === 0 ? undefined : [...unapplied]
  const tellRefused = () => {
    if (refused !== undefined) offer({ _tag: "Refused", unapplied: refused })
  }
  return {
    started: () => {
      tellRefused()
      offer({ _tag: "Started", pid: pid() })
    },
    failed: ({ message }) => {
      tellRefused()
      offer({ _tag: "ExecFailed", message })
    },
    refused: ({ directive }, errno) => {
      refused ??= []
      refused.push({ directive, reason: Errno.describe(errno) })
    },
    exited: (status, alone) => {
      offer({ _tag: "Exited", pid: pid(), status, oom: false })
      processes.remove(pid(), alone)
    }
  }
}
