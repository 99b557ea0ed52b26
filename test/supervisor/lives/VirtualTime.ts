/**
 * Time and turns of a whole run, without the event loop: who runs next and what time it is are plain data. TestClock
 * gives everybody else a turn by a real timer at each step, which ten thousand lives cannot afford.
 */
import type * as Clock from "effect/Clock"
import { ClockTypeId } from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Scheduler, Task } from "effect/Scheduler"

/** More turns than this at one moment, and nobody will ever come to rest. */
const mostTurns = 50_000

/** Fibers take turns in the order in which they became ready, or in any other: which is nothing to rely on. */
export class Turns implements Scheduler {
  private ready: Array<Task> = []
  private next = 0
  private state: number

  /** 0: in order. */
  constructor(seed: number) {
    this.state = seed
  }

  shouldYield(): false {
    return false
  }

  scheduleTask(task: Task): void {
    this.ready.push(task)
  }

  /** Until nobody has anything to do. */
  run(): void {
    for (let turns = 0; this.next < this.ready.length; turns++) {
      if (turns > mostTurns) throw new Error("the fibers do not come to rest")
      if (this.state !== 0) this.shuffle()
      const task = this.ready[this.next++]
      task?.()
    }
    this.ready = []
    this.next = 0
  }

  /** What an effect that waits for nobody comes to; what it makes takes its turns here. */
  get<A>(effect: Effect.Effect<A>): A {
    const fiber = Effect.runFork(effect, { scheduler: this })
    this.run()
    const exit = fiber.unsafePoll()
    if (exit?._tag !== "Success") throw new Error("waits, or fails")
    return exit.value
  }

  /** Puts any of those that are ready in front: xorshift, as good as it has to be. */
  private shuffle(): void {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    const other = this.next + (this.state >>> 0) % (this.ready.length - this.next)
    const task = this.ready[other]
    const first = this.ready[this.next]
    if (task === undefined || first === undefined) return
    this.ready[this.next] = task
    this.ready[other] = first
  }
}

interface Sleeper {
  readonly due: number
  readonly wake: () => void
}

/** A clock that stands still until it is moved, from moment to moment. */
export class VirtualClock implements Clock.Clock {
  readonly [ClockTypeId]: typeof ClockTypeId = ClockTypeId
  /** Milliseconds. */
  now = 0
  /** The first to wake up is the last; of two with the same time the one that fell asleep first. */
  private sleepers: Array<Sleeper> = []
  private readonly turns: Turns

  constructor(turns: Turns) {
    this.turns = turns
  }

  readonly currentTimeMillis = Effect.sync(() => this.now)
  readonly currentTimeNanos = Effect.sync(() => this.unsafeCurrentTimeNanos())

  unsafeCurrentTimeMillis(): number {
    return this.now
  }

  unsafeCurrentTimeNanos(): bigint {
    return BigInt(Math.round(this.now * 1e6))
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.async((resume) => {
      const sleeper = { due: this.now + Duration.toMillis(duration), wake: () => resume(Effect.void) }
      let at = this.sleepers.length
      while (at > 0 && (this.sleepers[at - 1]?.due ?? 0) <= sleeper.due) at--
      this.sleepers.splice(at, 0, sleeper)
      return Effect.sync(() => {
        const found = this.sleepers.indexOf(sleeper)
        if (found >= 0) this.sleepers.splice(found, 1)
      })
    })
  }

  /** Lets time pass, and everybody act in the course of it; at most until `enough` says so. */
  advance(millis: number, enough: () => boolean = () => false): void {
    const target = this.now + millis
    this.turns.run()
    for (let next = this.sleepers.at(-1); next !== undefined && next.due <= target; next = this.sleepers.at(-1)) {
      if (enough()) return
      this.now = next.due
      while (this.sleepers.at(-1)?.due === this.now) this.sleepers.pop()?.wake()
      this.turns.run()
    }
    if (!enough()) this.now = target
  }
}
