/**
 * Effect's runtime without what a supervisor does not use: no metrics of fibers, a scheduler that does not look up
 * its limit at every step, and a clock without big integers, which Timers.ts asks for. On QuickJS, where each operation costs microseconds, that is a tenth of all time.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { RuntimeFiber } from "effect/Fiber"
import * as RuntimeFlags from "effect/RuntimeFlags"
import * as RuntimeFlagsPatch from "effect/RuntimeFlagsPatch"
import type { Scheduler, Task } from "effect/Scheduler"

/** Steps a fiber may take before others get their turn; Effect's own default. */
const maxSteps = 2048

/** First come, first served; what is scheduled while tasks run waits for the next microtask, as events do. */
class LeanScheduler implements Scheduler {
  private tasks: Array<Task> = []
  private running = false

  scheduleTask(task: Task): void {
    this.tasks.push(task)
    if (this.running) return
    this.running = true
    queueMicrotask(this.drain)
  }

  shouldYield(fiber: RuntimeFiber<unknown, unknown>): number | false {
    return (fiber as unknown as { readonly currentOpCount: number }).currentOpCount > maxSteps ? 0 : false
  }

  private readonly drain = (): void => {
    const tasks = this.tasks
    this.tasks = []
    for (const task of tasks) task()
    if (this.tasks.length === 0) this.running = false
    else queueMicrotask(this.drain)
  }
}

/** Runs an effect, and all that it forks, on the lean runtime. `now`: the engine's monotonic clock, milliseconds. */
export const lean = (now: () => number) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(
    Effect.withClock(Object.assign(Clock.make(), { monotonicMillis: now })),
    Effect.withScheduler(new LeanScheduler()),
    Effect.withRuntimeFlagsPatch(RuntimeFlagsPatch.disable(RuntimeFlags.RuntimeMetrics))
  )
