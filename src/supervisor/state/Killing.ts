/** Whom a stop signals and with what, systemd.kill(5): of services, and of what sockets run. Pure. */
import type { ServiceSection } from "../../unit/Unit.ts"
import type { Whom } from "../StateCommand.ts"

const [SIGHUP, SIGKILL, SIGCONT] = [1, 9, 18]

/** A stopped process cannot act on a signal: SIGCONT follows every one that can be acted on; `SendSIGHUP=` adds its own. */
export const signalsOf = (signal: number, hangsUp: boolean): ReadonlyArray<number> => {
  const signals = signal === SIGKILL || signal === SIGCONT ? [signal] : [signal, SIGCONT]
  if (hangsUp && signal !== SIGHUP) signals.push(SIGHUP)
  return signals
}

/** `KillMode=`; `kills`: not to ask them, but to end them. `undefined`: nobody. */
export const whomOf = (mode: ServiceSection["KillMode"], kills: boolean): Whom | undefined => {
  switch (mode) {
    case "none":
      return undefined
    case "process":
      return "processes"
    case "mixed":
      return kills ? "all" : "processes"
    case "control-group":
      return "all"
  }
}
