/** Whose notifications a service's supervisor believes: `NotifyAccess=` of systemd.service(5). */
import type { ServiceSection } from "../../unit/Unit.ts"

export type Access = "none" | "main" | "exec" | "all"

/** Main: the service itself; control: any other command of the unit. */
export type Role = "main" | "control"

/** The processes of the unit, 0 where there is none. */
export interface Known {
  readonly main: number
  readonly control: number
}

/** Units that cannot do without notifications have them believed, whatever they say. */
export const effective = (service: ServiceSection): Access => {
  const { FileDescriptorStoreMax, NotifyAccess = "none", Type, WatchdogSec } = service
  if (NotifyAccess !== "none") return NotifyAccess
  return Type === "notify" || Type === "notify-reload" || WatchdogSec > 0 || FileDescriptorStoreMax > 0
    ? "main"
    : "none"
}

/** Whether a process in this role is told where to send them. */
export const isHeard = (access: Access, role: Role): boolean =>
  role === "main" ? access !== "none" : access === "exec" || access === "all"

/** `isMember`: the sender is one of the unit's processes; it only matters for `all`. */
export const allowed = (access: Access, sender: number, known: Known, isMember: boolean): boolean => {
  if (sender === 0) return false
  switch (access) {
    case "none":
      return false
    case "main":
      return sender === known.main
    case "exec":
      return sender === known.main || sender === known.control
    case "all":
      return sender === known.main || sender === known.control || isMember
  }
}

/** Why a notification was not believed, for people. */
export const refusal = (access: Access, sender: number): string =>
  sender === 0
    ? "a notification whose sender is not known is not believed"
    : `a notification of process ${sender} is not believed: NotifyAccess=${access}`

/** `NOTIFYACCESS=`; `undefined` if it is none of them. */
export const parse = (text: string): Access | undefined =>
  text === "none" || text === "main" || text === "exec" || text === "all" ? text : undefined
