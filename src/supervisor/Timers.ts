/**
 * Timers by the hundred for one that wakes up: start and stop timeouts are set for every unit and hardly ever fire, so a
 * fiber each would be most of the cost of a unit. Times are Effect's clock, so a test moves them by hand, or the engine's.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import type { Ticks } from "../kernel/Ticks.ts"
import { EngineTicks } from "../kernel/Ticks.ts"

/** A timer that is set; cancelling it twice, or after it fired, does nothing. */
export interface Timer {
  readonly cancel: () => void
}

export interface Timers {
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Calls `fire` after `millis`, which are not `Infinity`. `fire` must not throw or wait. */
  readonly set: (millis: number, fire: () => void) => Timer
}

class Entry implements Timer {
  readonly due: number
  fire: (() => void) | undefined
  private readonly queue: Queue

  constructor(due: number, fire: () => void, queue: Queue) {
    this.due = due
    this.fire = fire
    this.queue = queue
  }

  cancel(): void {
    this.queue.cancel(this)
  }
}

/** The longest wait of setTimeout, and so of Effect: a longer one is slept in pieces. */
const longestSleep = 2147483647
/** Cancelled entries are swept out once there are this many entries and most of them are cancelled. */
const sweepAt = 64

/** Ordered by due time, the soonest first: most timers are as long as those before them, and come last. */
class Queue {
  private entries: Array<Entry> = []
  private cancelled = 0

  insert(entry: Entry): void {
    const { entries } = this
    const last = entries[entries.length - 1]
    if (last === undefined || last.due < entry.due) {
      entries.push(entry)
      return
    }
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((entries[middle]?.due ?? 0) < entry.due) low = middle + 1
      else high = middle
    }
    entries.splice(low, 0, entry)
  }

  cancel(entry: Entry): void {
    if (entry.fire === undefined) return
    entry.fire = undefined
    this.cancelled++
    if (this.entries.length < sweepAt || this.cancelled * 2 < this.entries.length) return
    this.entries = this.entries.filter((one) => one.fire !== undefined)
    this.cancelled = 0
  }

  /** Fires what is due, and answers when the next one is: `Infinity` if there is none. */
  fireDue(now: number): number {
    for (let [first] = this.entries; first !== undefined; [first] = this.entries) {
      const { fire } = first
      if (fire !== undefined && first.due > now) return first.due
      this.entries.shift()
      first.fire = undefined
      if (fire === undefined) this.cancelled--
      else fire()
    }
    return Infinity
  }
}

/** Of Effect's clock, each wait a fiber: it sleeps until then, by whatever the clock says once it runs. */
const effectTicks: Effect.Effect<Ticks, never, Scope.Scope> = Effect.gen(function*() {
  const clock = yield* Clock.clockWith(Effect.succeed)
  const waits = yield* Mailbox.make<Effect.Effect<void>>()
  yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Effect.orDie(waits.take), Effect.fork)))
  const now = () => Number(clock.unsafeCurrentTimeNanos()) / 1e6
  return {
    now,
    after: (millis, call) => {
      const due = now() + millis
      const sleep = Effect.suspend(() => Effect.sleep(Math.max(0, Math.ceil(due - now()))))
      waits.unsafeOffer(Effect.zipRight(sleep, Effect.sync(call)))
      return never
    }
  }
})

/** The scope ends it. */
const never = { cancel: () => {} }

/** Somebody who wakes up. */
interface WakeUp {
  readonly at: number
  readonly cancel: () => void
}

/** Once the scope is closed nothing fires any more. */
export const make: Effect.Effect<Timers, never, Scope.Scope> = Effect.gen(function*() {
  const { after, now } = (yield* EngineTicks) ?? (yield* effectTicks)
  const queue = new Queue()
  /**
   * The soonest last. There is hardly ever more than one or two: another one is asked for only for a timer that is due
   * before all of them, and nobody is told to wake sooner.
   */
  const wakeUps: Array<WakeUp> = []

  const wakeAt = (at: number, millis: number): void => {
    const soonest = wakeUps[wakeUps.length - 1]
    if (at === Infinity || (soonest !== undefined && at >= soonest.at)) return
    // Rounded up, or the last fraction of a millisecond would be spent turning round.
    const { cancel } = after(Math.min(longestSleep, Math.max(0, Math.ceil(millis))), wake)
    wakeUps.push({ at, cancel })
  }

  const wake = (): void => {
    wakeUps.pop()
    const at = now()
    const due = queue.fireDue(at)
    wakeAt(due, due - at)
  }

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const { cancel } of wakeUps) cancel()
    })
  )

  return {
    now,
    set: (millis, fire) => {
      const entry = new Entry(now() + millis, fire, queue)
      queue.insert(entry)
      wakeAt(entry.due, millis)
      return entry
    }
  }
})
