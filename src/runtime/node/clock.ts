// @effect-diagnostics globalTimers:off
/** Node's clocks and timers; none of them keeps the program going. */
import type { Clock } from "../ports/TraceOutput.ts"

export const clock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (millis, call) => {
    const timer = setTimeout(call, millis).unref()
    return { cancel: () => clearTimeout(timer) }
  }
}
