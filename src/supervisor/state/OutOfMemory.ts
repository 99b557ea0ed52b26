/**
 * The kernel has killed a process of the service for want of memory: `OOMPolicy=` of systemd.service(5). One function
 * for each stretch of a service's life, for what is on its way down already is not asked again.
 */
import { enterSignal, enterStop } from "./Stopping.ts"
import type { Turn } from "./Turn.ts"
import { note, warn } from "./Turn.ts"

const kill = (turn: Turn): void => enterSignal(turn, "stop-sigkill", "oom-kill")

/** Nothing is done with `continue`; at once, with `kill`. */
const under = (ordinarily: (turn: Turn) => void) => (turn: Turn): void => {
  const { OOMPolicy } = turn.service.Service
  if (OOMPolicy === "continue") return
  warn(turn, `lost a process that was killed for want of memory, OOMPolicy=${OOMPolicy}`)
  if (OOMPolicy === "kill") kill(turn)
  else ordinarily(turn)
}

export const whileStarting = under((turn) => enterSignal(turn, "stop-sigterm", "oom-kill"))
export const whileUp = under((turn) => enterStop(turn, "oom-kill"))
export const whileStopping = under(kill)

/** What is left is not needed by anybody. */
export const whileEnding = (turn: Turn): void => {
  if (turn.service.Service.OOMPolicy !== "continue") enterSignal(turn, "final-sigkill", "oom-kill")
}

/** All of them are killed already. */
export const whileKilled = (turn: Turn): void => {
  if (turn.service.Service.OOMPolicy !== "continue") note(turn, "oom-kill")
}
