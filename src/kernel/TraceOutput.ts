/**
 * What a boot trace needs of the system. Plain functions, none of which waits but the last: a trace is written in the
 * midst of everything else, and its part of the executable knows no effects.
 */

export interface TraceOutput {
  /** Monotonic milliseconds, with fractions. */
  readonly now: () => number
  /** Milliseconds since 1970. */
  readonly wall: () => number
  /** Calls once, later. */
  readonly after: (millis: number, call: () => void) => { readonly cancel: () => void }
  /** Opens the file that lines are added to; answers why it cannot be, `undefined` once it is. */
  readonly open: (path: string) => string | undefined
  /** Takes a line, its end included, or drops it. */
  readonly write: (line: string) => boolean
  /** Waits for what is under way, so long at most. */
  readonly flush: (millis: number) => void
  /** The same, for the last time. Answers how many lines are lost. */
  readonly close: (millis: number) => number
  /** A regular file's text, if it can be read. */
  readonly read: (path: string) => string | undefined
  /**
   * `KIB NAME` of processes, a line each: of the first of all, or of all that we have not made, or of the next; empty: there
   * are no more.
   */
  readonly processMemory: (which: "all" | "not ours" | "next", most: number) => string
  /** The container's own cgroup, and whether units can have theirs in it; or why there is none. */
  readonly cgroup: () => { readonly path: string; readonly writable: boolean } | { readonly missing: string }
  /** A warning, on our own stderr. */
  readonly warn: (text: string) => void
}
