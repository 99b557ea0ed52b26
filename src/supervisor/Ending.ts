/**
 * The end of the container as units bring it about: the first that decides, decides; its handlers come first where it
 * says so (`ExitContainerOnFailure=`), for at most the time of a stop.
 */
import type * as Effect from "effect/Effect"
import * as TimeSpan from "../unit/grammar/TimeSpan.ts"
import type { UnitName } from "../unit/Unit.ts"
import type { Verdict } from "./ContainerEnd.ts"
import * as Log from "./Log.ts"
import type { Timers } from "./Timers.ts"

export interface Ending {
  /** The container's exit code, once somebody has decided it. */
  readonly code: () => number | undefined
  /** A handler is about to be started for this unit. */
  readonly handlerCalled: (handler: UnitName, by: UnitName) => void
  /** A unit has run to its end, or will not run. */
  readonly over: (unit: UnitName) => void
  /** A unit's end means this for the container. */
  readonly decide: (verdict: Verdict | undefined) => void
  /** The handlers have had their time. */
  readonly handlersOverdue: () => void
}

export interface Options {
  /** How long handlers may take, milliseconds. */
  readonly timeoutMillis: number
  readonly timers: Timers
  readonly say: (line: Effect.Effect<void>) => void
  /** Begins the shutdown, which then is on its way. With `force` all is killed at once. */
  readonly stop: (why: string, force: boolean) => void
  readonly atHandlersOverdue: () => void
}

export const make = ({ atHandlersOverdue, say, stop, timeoutMillis, timers }: Options): Ending => {
  let verdict: Verdict | undefined
  /** Those that the end waits for; as long as nobody has decided, those that the news under way have called. */
  const handlers = new Set<UnitName>()
  let waiting = false

  const end = (why: string, force = false) => {
    waiting = false
    stop(why, force)
  }

  return {
    code: () => verdict?.code,
    handlerCalled: (handler, by) => {
      if (verdict === undefined || (waiting && handlers.has(by))) handlers.add(handler)
    },
    over: (unit) => {
      // Also of one that was denied at once, ahead of any waiting.
      if (!handlers.delete(unit) || !waiting || handlers.size > 0 || verdict === undefined) return
      end(`${verdict.why}: its handlers are done`)
    },
    decide: (decided) => {
      if (verdict !== undefined) return
      if (decided === undefined) return handlers.clear()
      verdict = decided
      const { code, force, handlersFirst, why } = decided
      if (!handlersFirst || handlers.size === 0) return end(`${why}: the container ends with code ${code}`, force)
      waiting = true
      timers.set(timeoutMillis, atHandlersOverdue)
      const names = [...handlers].join(", ")
      say(Log.warning(`${why}: the container ends with code ${code} after ${names}`))
    },
    handlersOverdue: () => {
      if (waiting && verdict !== undefined) {
        end(`${verdict.why}: its handlers have had ${TimeSpan.format(timeoutMillis)}`)
      }
    }
  }
}
