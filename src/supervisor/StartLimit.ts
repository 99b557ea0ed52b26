/** `StartLimitBurst=` starts within `StartLimitIntervalSec=`, systemd.unit(5). Every admitted start counts. */
export interface StartLimit {
  readonly burst: number
  readonly intervalMillis: number
}

/**
 * The history with this start added, or `undefined` when the limit is hit. Times are monotonic milliseconds. The window
 * opens at the first start it holds, so that a start is admitted again once the oldest has left it.
 */
export const admit = (
  limit: StartLimit,
  history: ReadonlyArray<number>,
  now: number
): ReadonlyArray<number> | undefined => {
  if (limit.burst === 0 || limit.intervalMillis === 0) return history
  const first = history[0]
  if (first === undefined || now - first >= limit.intervalMillis) return [now]
  return history.length < limit.burst ? [...history, now] : undefined
}
