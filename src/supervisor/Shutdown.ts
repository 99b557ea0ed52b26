/**
 * The reverse shutdown: who stops when is decided by the jobs; here is the time it may take. At the deadline, or when
 * somebody asks again, all that lives is killed.
 */
import type * as Effect from "effect/Effect"
import * as TimeSpan from "../unit/grammar/TimeSpan.ts"
import type { UnitName } from "../unit/Unit.ts"
import * as Log from "./Log.ts"
import type { Timer, Timers } from "./Timers.ts"

export interface Shutdown {
  /** Starts the clock. */
  readonly begin: (why: string) => void
  /** Kills what is left, at once. */
  readonly hurry: (why: string) => void
  /** Says who is late, and how much time is left. */
  readonly remind: () => void
  /** Nobody has to be waited for any more. */
  readonly end: () => void
}

export interface Options {
  readonly timeoutMillis: number
  readonly timers: Timers
  /** Who has not stopped yet. */
  readonly remaining: () => ReadonlyArray<UnitName>
  /** Takes a log line, to be said in its turn. */
  readonly say: (line: Effect.Effect<void>) => void
  /** Kills a unit. */
  readonly kill: (unit: UnitName) => void
  /** Called when it is time to `remind`. */
  readonly atReminder: () => void
  /** Called when the time is over. */
  readonly atDeadline: () => void
  /** Called when not even SIGKILL has ended everything: what is left is the kernel's. */
  readonly atLast: () => void
}

/** How long killed processes may take to be gone: one that hangs in the kernel must not hold up the end. */
const lastWaitMillis = 1000
/** Into how many parts the time is cut; at the end of each but the last it is said who is late. */
const parts = 4
/** Whoever reads a log line wants some names, not a thousand. */
const mostNames = 10

const list = (units: ReadonlyArray<UnitName>): string =>
  units.length <= mostNames
    ? units.join(", ")
    : `${units.slice(0, mostNames).join(", ")} and ${units.length - mostNames} more`

export const make = (options: Options): Shutdown => {
  const { atDeadline, atLast, atReminder, kill, remaining, say, timeoutMillis, timers } = options
  let deadline = Infinity
  let reminder: Timer | undefined

  const setReminder = () => {
    const part = timeoutMillis / parts
    if (deadline - timers.now() > part * 1.5) reminder = timers.set(part, atReminder)
  }

  return {
    begin: (why) => {
      deadline = timers.now() + timeoutMillis
      timers.set(timeoutMillis, atDeadline)
      setReminder()
      say(Log.info(`${why}: stopping all units, at most ${TimeSpan.format(timeoutMillis)}`))
    },
    remind: () => {
      setReminder()
      const left = remaining()
      if (left.length === 0) return
      const millis = Math.max(0, Math.round(deadline - timers.now()))
      say(Log.warning(`${TimeSpan.format(millis)} left to stop: ${list(left)}`))
    },
    hurry: (why) => {
      reminder?.cancel()
      const left = remaining()
      for (const unit of left) kill(unit)
      timers.set(lastWaitMillis, atLast)
      say(Log.warning(`${why}: killing what is left: ${list(left)}`))
    },
    end: () => reminder?.cancel()
  }
}
