/**
 * Effect's runtime without what a supervisor does not use: no metrics of fibers, and a scheduler that does not look up
 * its limit at every step. On QuickJS, where each operation costs microseconds, that is a tenth of all time.
 */
import type * as Context from "effect/Context"
import * as Equal from "effect/Equal"
import type { RuntimeFiber } from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as Hash from "effect/Hash"
import * as HashSet from "effect/HashSet"
import type * as Logger from "effect/Logger"
import * as Runtime from "effect/Runtime"
import * as RuntimeFlags from "effect/RuntimeFlags"
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

// Effect's own, without metrics.
const flags = RuntimeFlags.make(RuntimeFlags.Interruption, RuntimeFlags.CooperativeYielding)

// A FiberRef of whatever type, as Effect's own table of them has it.
type Ref = Parameters<typeof FiberRefs.unsafeMake>[0] extends Map<infer Key, infer _> ? Key : never

/** The only one of its kind: a hash drawn at random would be in the heap image. */
const hashed = <A>(logger: Logger.Logger<unknown, A>): Logger.Logger<unknown, A> =>
  Object.assign(logger, { [Hash.symbol]: () => 1, [Equal.symbol]: (other: unknown) => other === logger })

/**
 * What a program's effects run on: these services and this logger, in place of Effect's own, which writes to stdout. Given
 * to the first fiber at once: to provide them to an effect step by step takes more than all that comes before the units
 * are read.
 */
export const runtime = <R>(services: Context.Context<R>, logger: Logger.Logger<unknown, void>): Runtime.Runtime<R> => {
  const scheduler = new LeanScheduler()
  return Runtime.make({
    context: services,
    runtimeFlags: flags,
    fiberRefs: FiberRefs.unsafeMake(
      new Map<Ref, readonly [readonly [FiberId.Single, unknown]]>([
        [FiberRef.currentScheduler, [[FiberId.none, scheduler]]],
        [FiberRef.currentLoggers, [[FiberId.none, HashSet.make(hashed(logger))]]]
      ])
    )
  })
}
