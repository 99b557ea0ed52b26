/**
 * The watchdog of one service: how long ago it said that it is well, systemd.service(5) `WatchdogSec=`. A ping only
 * notes the time; the one timer looks whether there was one when it fires, so that pings cost next to nothing.
 */
import type { Timer, Timers } from "../Timers.ts"

export class Watchdog {
  private millis = 0
  private last = 0
  private timer: Timer | undefined
  private readonly timers: Timers
  private readonly expired: (millis: number) => void

  /** `expired` is called with the time that was allowed, once. */
  constructor(timers: Timers, expired: (millis: number) => void) {
    this.timers = timers
    this.expired = expired
  }

  /** From now on a ping is due every so often; 0 or `Infinity`: never. */
  start(millis: number): void {
    this.stop()
    if (millis <= 0 || millis === Infinity) return
    this.millis = millis
    this.last = this.timers.now()
    this.set(millis)
  }

  ping(): void {
    this.last = this.timers.now()
  }

  stop(): void {
    this.timer?.cancel()
    this.timer = undefined
  }

  private set(millis: number): void {
    this.timer = this.timers.set(millis, () => {
      const left = this.last + this.millis - this.timers.now()
      if (left > 0) return this.set(left)
      this.timer = undefined
      this.expired(this.millis)
    })
  }
}
