/** The engine's clocks and timers. */
import type { Clock } from "../ports/TraceOutput.ts"

const scope = globalThis as unknown as {
  readonly performance: { readonly now: () => number }
  readonly setTimeout: (call: () => void, millis: number) => unknown
  readonly clearTimeout: (handle: unknown) => void
}

export const clock: Clock = {
  // The engine's own function, which needs no object: it is called for all that happens.
  now: scope.performance.now,
  wall: () => Date.now(),
  after: (millis, call) => {
    const handle = scope.setTimeout(call, millis)
    return { cancel: () => scope.clearTimeout(handle) }
  }
}
