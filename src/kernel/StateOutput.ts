/** What a state file needs of the system: plain functions, none of which waits. */
import type { TraceOutput } from "./TraceOutput.ts"

export interface StateOutput extends Pick<TraceOutput, "after" | "wall" | "warn"> {
  /** Puts a file in the place of the one that is there, at once and as a whole; answers why it cannot be. */
  readonly replace: (path: string, text: string) => string | undefined
  /** Somebody has ended whom the reaper has not waited for yet. */
  readonly reaperIsLate: () => boolean
}
