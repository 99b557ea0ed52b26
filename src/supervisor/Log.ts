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

const write = (fiber: Direct.Fiber, logLevel: LogLevel.LogLevel, message: unknown): void => {
  if (fiber.getFiberRef(FiberRef.currentMinimumLogLevel).ordinal > logLevel.ordinal) return
  let options: Logger.Logger.Options<ReadonlyArray<unknown>> | undefined
  for (const logger of listOf(fiber.getFiberRef(FiberRef.currentLoggers))) {
    if (isIdle(logger, fiber)) continue
    const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
    options ??= {
      fiberId: fiber.id(),
      logLevel,
      message: [message],
      cause: Cause.empty,
      // Nearly all of the price, and hardly ever asked for.
      get context() {
        return fiber.getFiberRefs()
      },
      spans: fiber.getFiberRef(FiberRef.currentLogSpan),
      annotations: fiber.getFiberRef(FiberRef.currentLogAnnotations),
      date: new Date(clock.unsafeCurrentTimeMillis())
    }
    logger.log(options)
  }
}

const at = (level: LogLevel.LogLevel) => (message: unknown): Effect.Effect<void> =>
  Direct.ofFiber((fiber) => {
    write(fiber, level, message)
    return Effect.void
  })

export const info = at(LogLevel.Info)
export const warning = at(LogLevel.Warning)
export const error = at(LogLevel.Error)
export const debug = at(LogLevel.Debug)
