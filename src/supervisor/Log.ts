/**
 * Lines of the log, for whatever loggers Effect has, without the price of Effect's own: that copies all that the fiber
 * knows for each line, which takes as long as the system call that writes it.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import type { HashSet } from "effect/HashSet"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Direct from "./Direct.ts"

type Loggers = HashSet<Logger.Logger<unknown, unknown>>

/** Walking a set of Effect's costs as much as a line. */
const listed = new WeakMap<Loggers, ReadonlyArray<Logger.Logger<unknown, unknown>>>()

const listOf = (loggers: Loggers): ReadonlyArray<Logger.Logger<unknown, unknown>> => {
  let list = listed.get(loggers)
  if (list === undefined) {
    list = [...loggers]
    listed.set(loggers, list)
  }
  return list
}

/** It has nothing to do but for the span that is being traced. */
const isIdle = (logger: unknown, fiber: Direct.Fiber): boolean =>
  logger === Logger.tracerLogger && fiber.currentSpan === undefined

/** Where the lines of a fiber, and of those that it forks, go: what does not change while they run is looked up once. */
export class Log {
  private readonly fiber: Direct.Fiber
  private readonly loggers: ReadonlyArray<Logger.Logger<unknown, unknown>>
  private readonly least: number
  private readonly spans: Logger.Logger.Options<unknown>["spans"]
  private readonly annotations: Logger.Logger.Options<unknown>["annotations"]
  private readonly clock: Clock.Clock

  constructor(fiber: Direct.Fiber) {
    this.fiber = fiber
    this.loggers = listOf(fiber.getFiberRef(FiberRef.currentLoggers)).filter((logger) => !isIdle(logger, fiber))
    this.least = fiber.getFiberRef(FiberRef.currentMinimumLogLevel).ordinal
    this.spans = fiber.getFiberRef(FiberRef.currentLogSpan)
    this.annotations = fiber.getFiberRef(FiberRef.currentLogAnnotations)
    this.clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
  }

  write(logLevel: LogLevel.LogLevel, message: unknown): void {
    const { annotations, clock, fiber, least, loggers, spans } = this
    if (least > logLevel.ordinal) return
    const options: Logger.Logger.Options<ReadonlyArray<unknown>> = {
      fiberId: fiber.id(),
      logLevel,
      message: [message],
      cause: Cause.empty,
      // Nearly all of the price, and hardly ever asked for.
      get context() {
        return fiber.getFiberRefs()
      },
      spans,
      annotations,
      date: new Date(clock.unsafeCurrentTimeMillis())
    }
    for (const logger of loggers) logger.log(options)
  }
}

/** Of the fiber that asks. */
export const ofThis: Effect.Effect<Log> = Effect.withFiberRuntime((fiber) =>
  Effect.succeed(new Log(fiber as Direct.Fiber))
)

const at = (level: LogLevel.LogLevel) => (message: unknown): Effect.Effect<void> =>
  Direct.ofFiber((fiber) => {
    new Log(fiber).write(level, message)
    return Effect.void
  })

export const info = at(LogLevel.Info)
export const warning = at(LogLevel.Warning)
export const error = at(LogLevel.Error)
export const debug = at(LogLevel.Debug)
