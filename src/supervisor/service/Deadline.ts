/** The one time limit that a unit has at a time; each is known by its number, so that a stale one changes nothing. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Message } from "../ServiceActor.ts"
import type { Command } from "../StateCommand.ts"
import type { Timer, Timers } from "../Timers.ts"

export class Deadline {
  private timer: Timer | undefined
  private readonly timers: Timers
  private readonly offer: (message: Message) => void

  constructor(timers: Timers, offer: (message: Message) => void) {
    this.timers = timers
    this.offer = offer
  }

  /** In place of the one before; with a part of its spread by chance. */
  arm({ millis, spread = 0, timer }: Extract<Command, { _tag: "ArmTimer" }>): Effect.Effect<undefined> | undefined {
    if (spread === 0 || millis === Infinity) return this.set(timer, millis)
    return Effect.map(Random.next, (share) => this.set(timer, millis + share * spread))
  }

  cancel(): void {
    this.timer?.cancel()
  }

  private set(timer: number, millis: number): undefined {
    this.cancel()
    this.timer = millis === Infinity
      ? undefined
      : this.timers.set(millis, () => this.offer({ _tag: "TimedOut", timer }))
    return undefined
  }
}
