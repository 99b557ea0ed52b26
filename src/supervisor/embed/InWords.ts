/**
 * Log lines for a program's own loggers. Ours are values, which Effect's loggers would write as JSON: here they become words,
 * and the unit an annotation.
 */
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Logger from "effect/Logger"
import { UnitLine } from "../UnitLine.ts"

const reword = (options: Logger.Logger.Options<unknown>): Logger.Logger.Options<unknown> => {
  const { annotations, message } = options
  const [line] = Array.isArray(message) ? message : [message]
  return line instanceof UnitLine
    ? { ...options, message: [line.toString()], annotations: HashMap.set(annotations, "unit", line.unit) }
    : options
}

export const inWords = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(
    FiberRef.get(FiberRef.currentLoggers),
    (loggers) => Effect.locally(effect, FiberRef.currentLoggers, HashSet.map(loggers, Logger.mapInputOptions(reword)))
  )
