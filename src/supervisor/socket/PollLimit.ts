/**
 * How often news of one listener count, `PollLimitBurst=` within `PollLimitIntervalSec=` of systemd.socket(5): past that
 * nobody looks at it until the interval is over. A pause, where `TriggerLimitBurst=` is a failure.
 */
import type { SocketSection } from "../../unit/Unit.ts"
import * as StartLimit from "../StartLimit.ts"
import type { Timer, Timers } from "../Timers.ts"

const usual = { burst: 15, burstOfAccept: 150, intervalMillis: 2000 }

export const of = ({ Accept, PollLimitBurst, PollLimitIntervalSec }: SocketSection): StartLimit.StartLimit => ({
  burst: PollLimitBurst ?? (Accept === true ? usual.burstOfAccept : usual.burst),
  intervalMillis: PollLimitIntervalSec ?? usual.intervalMillis
})

/** The limit of one listener. */
export class PollLimit {
  private history: ReadonlyArray<number> = []
  private pause: Timer | undefined
  private readonly limit: StartLimit.StartLimit
  private readonly timers: Timers

  constructor(limit: StartLimit.StartLimit, timers: Timers) {
    this.limit = limit
    this.timers = timers
  }

  /** Calls `go` now, or, after `paused` with the time until then, once the interval is over. */
  pass(go: () => void, paused: (millis: number) => void): void {
    const now = this.timers.now()
    const admitted = StartLimit.admit(this.limit, this.history, now)
    // Somebody may have looked again meanwhile, as those do who look at others, too: the latest counts.
    const wasPaused = this.pause !== undefined
    this.cancel()
    if (admitted !== undefined) {
      this.history = admitted
      return go()
    }
    const [first = now] = this.history
    const millis = first + this.limit.intervalMillis - now
    this.pause = this.timers.set(millis, () => {
      this.pause = undefined
      this.pass(go, paused)
    })
    if (!wasPaused) paused(millis)
  }

  /** What waits for the end of a pause is not wanted any more. */
  cancel(): void {
    this.pause?.cancel()
    this.pause = undefined
  }
}
