/**
 * What is still to be told. While units start, what happens is only taken down, with its moment; it becomes records when
 * there has been time for a while, so that looking at a boot changes it little.
 */
import type { TraceOutput } from "../kernel/TraceOutput.ts"
import type { Fact, Observe } from "../supervisor/Fact.ts"

/** For so long nothing becomes a record: most boots are over by then. */
export const gatherMillis = 250
/** So much is kept at most, about a MiB. */
const most = 8192

export class Backlog {
  private moments: Array<number> = []
  private waiting: Array<Fact | (() => void)> = []
  private timer: { readonly cancel: () => void } | undefined
  /** When that was which is being told; `undefined`: nothing is. */
  private moment: number | undefined
  private isClosed = false
  private readonly output: Pick<TraceOutput, "after" | "now">
  private readonly observe: Observe
  private readonly begin: () => void

  /** `begin` is called each time before anything is told. */
  constructor(output: Pick<TraceOutput, "after" | "now">, observe: Observe, begin: () => void) {
    this.output = output
    this.observe = observe
    this.begin = begin
  }

  /** Monotonic milliseconds; while something is told, of its moment. */
  readonly now = (): number => this.moment ?? this.output.now()

  /** Has a fact observed, or something called, later or from within `catchUp`, in the order of these calls. */
  add(one: Fact | (() => void)): void {
    if (this.isClosed) return
    const { moments, waiting } = this
    const count = waiting.length
    // Unlike `push`, this is no call: it is done for all that happens.
    moments[count] = this.output.now()
    waiting[count] = one
    // Within `catchUp` it is told by that.
    if (this.moment !== undefined) return
    if (count >= most) this.catchUp()
    else this.timer ??= this.output.after(gatherMillis, () => this.catchUp())
  }

  /** Nobody is to be told of anything. */
  close(): void {
    this.timer?.cancel()
    this.timer = undefined
    this.moments = []
    this.waiting = []
    this.isClosed = true
  }

  /** Tells everything. */
  catchUp(): void {
    this.begin()
    this.timer?.cancel()
    this.timer = undefined
    while (this.waiting.length > 0) {
      const { moments, waiting } = this
      this.moments = []
      this.waiting = []
      for (let at = 0; at < waiting.length; at++) {
        const one = waiting[at]
        this.moment = moments[at]
        if (typeof one === "function") one()
        else if (one !== undefined) this.observe(one)
      }
    }
    this.moment = undefined
  }
}
