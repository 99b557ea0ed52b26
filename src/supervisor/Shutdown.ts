/**
 * The reverse shutdown: each unit is told to stop once everything ordered after it has stopped, in parallel otherwise,
 * and the whole within one deadline. At the deadline, or when somebody asks again, all that lives is killed.
 */
import * as Effect from "effect/Effect"
import type { StopPlan } from "../graph/StopPlan.ts"
import * as TimeSpan from "../unit/grammar/TimeSpan.ts"
import type { UnitName } from "../unit/Unit.ts"
import { Event } from "./StateEvent.ts"
import * as StopOrder from "./StopOrder.ts"
import type { Timers } from "./Timers.ts"

export interface Shutdown {
  readonly begin: (why: string) => Effect.Effect<void>
  /** A unit has stopped. */
  readonly stopped: (unit: UnitName, forced: boolean) => void
  /** Kills what is left, at once. */
  readonly hurry: (why: string) => Effect.Effect<void>
  readonly isComplete: () => boolean
  /** Whether any unit had to be killed. */
  readonly wasForced: () => boolean
}

export interface Options {
  readonly plan: StopPlan
  readonly timeoutMillis: number
  readonly timers: Timers
  /** Hands an event to a unit's actor. */
  readonly send: (unit: UnitName, event: Event) => void
  /** Called when the time is over. */
  readonly atDeadline: () => void
  /** Called when not even SIGKILL has ended everything: what is left is the kernel's. */
  readonly atLast: () => void
}

/** How long killed processes may take to be gone: one that hangs in the kernel must not hold up the end. */
const lastWaitMillis = 1000

export const make = ({ atDeadline, atLast, plan, send, timeoutMillis, timers }: Options): Shutdown => {
  const order = StopOrder.make(plan)
  let begun = false
  let forced = false

  const stop = (units: ReadonlyArray<UnitName>) => {
    for (const unit of units) send(unit, Event.StopRequested())
  }

  return {
    begin: (why) =>
      Effect.gen(function*() {
        begun = true
        yield* Effect.logInfo(`${why}: stopping all units, at most ${TimeSpan.format(timeoutMillis)}`)
        timers.set(timeoutMillis, atDeadline)
        for (const unit of plan.keys()) send(unit, Event.ShutdownBegan())
        stop(order.begin())
      }),
    stopped: (unit, killed) => {
      forced ||= killed
      const free = order.stopped(unit)
      if (begun) stop(free)
    },
    hurry: (why) =>
      Effect.gen(function*() {
        const left = order.remaining()
        yield* Effect.logWarning(`${why}: killing what is left: ${left.join(", ")}`)
        for (const unit of left) send(unit, Event.KillRequested())
        timers.set(lastWaitMillis, atLast)
      }),
    isComplete: order.isComplete,
    wasForced: () => forced
  }
}
