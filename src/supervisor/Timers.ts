/**
 * Timers by the hundred with one sleeping fiber: start and stop timeouts are set for every unit and hardly ever fire, so
 * a fiber each would be most of the cost of a unit. Times are Effect's clock, so a test moves them by hand.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"

/** What a clock may tell besides, and cheaper than Effect's nanoseconds, which are big integers. */
export interface Monotonic {
  readonly monotonicMillis: () => number
}

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

/** Closing the scope ends the fibers that sleep: nothing fires any more. */
export const make: Effect.Effect<Timers, never, Scope.Scope> = Effect.gen(function*() {
  const clock = yield* Clock.clockWith(Effect.succeed)
  const queue = new Queue()
  const earlier = yield* Mailbox.make<void>({ capacity: 1, strategy: "dropping" })
  /**
   * When the sleeping fibers wake, the soonest last. There is hardly ever more than one or two: another one is put to
   * sleep only for a timer that is due before all of them, and nobody is woken to be told to sleep less.
   */
  const wakeUps: Array<number> = []

  const now = (clock as Partial<Monotonic>).monotonicMillis ?? (() => Number(clock.unsafeCurrentTimeNanos()) / 1e6)
  const soonest = () => wakeUps.at(-1) ?? Infinity

  const sleepUntilNext: Effect.Effect<void> = Effect.suspend(() => {
    const at = now()
    const due = queue.fireDue(at)
    if (due >= soonest()) return Effect.void
    wakeUps.push(due)
    // Rounded up, or the last fraction of a millisecond would be spent turning round.
    return Effect.zipRight(
      Effect.sleep(Math.min(longestSleep, Math.ceil(due - at))),
      Effect.suspend(() => {
        wakeUps.pop()
        return sleepUntilNext
      })
    )
  })

  yield* Effect.forkScoped(Effect.forever(
    Effect.flatMap(Effect.orDie(earlier.take), () => Effect.fork(sleepUntilNext))
  ))

  return {
    now,
    set: (millis, fire) => {
      const entry = new Entry(now() + millis, fire, queue)
      queue.insert(entry)
      if (entry.due < soonest()) earlier.unsafeOffer(undefined)
      return entry
    }
  }
})
