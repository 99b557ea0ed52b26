/** The engine's own clock and timers, for the program that has them: Effect's cost a fiber each, and big integers. */
import * as Context from "effect/Context"

export interface Ticks {
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Calls once `millis` have gone by, a whole number that setTimeout knows. */
  readonly after: (millis: number, call: () => void) => { readonly cancel: () => void }
}

/** Without them time is that of Effect's clock, which tests move by hand. */
export class EngineTicks extends Context.Reference<EngineTicks>()("container-init/kernel/EngineTicks", {
  defaultValue: (): Ticks | undefined => undefined
}) {}
