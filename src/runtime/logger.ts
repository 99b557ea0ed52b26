/**
 * Our own lines: `container-init: web.service: started`, on stderr, because stdout belongs to the services. What they
 * look like, and that logging never waits, is the native core's affair.
 */
import * as Cause from "effect/Cause"
import type * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { UnitLine } from "../supervisor/UnitLine.ts"
import type { Binding } from "./Binding.ts"
import { Level } from "./Level.ts"

const describe = (part: unknown): string => typeof part === "string" ? part : String(part)

const levelOf = (label: string): number => {
  switch (label) {
    case "WARN":
      return Level.Warning
    case "ERROR":
    case "FATAL":
      return Level.Error
    case "DEBUG":
    case "TRACE":
      return Level.Debug
    default:
      return Level.Info
  }
}

/** Writes a line for each message. */
export const make = (binding: Binding): Logger.Logger<unknown, void> =>
  Logger.make(({ cause, logLevel, message }) => {
    const first: unknown = Array.isArray(message) && message.length === 1 ? message[0] : message
    const level = levelOf(logLevel.label)
    if (first instanceof UnitLine && Cause.isEmpty(cause)) {
      binding.say(level, first.unit, first.text)
      return
    }
    const text = Array.isArray(message) ? message.map(describe).join(" ") : describe(message)
    const why = Cause.isEmpty(cause) ? "" : `: ${Cause.pretty(cause).replaceAll("\n", " | ")}`
    binding.say(level, "", text + why)
  })

/** The same in place of Effect's default logger, which writes to stdout. */
export const layer = (binding: Binding): Layer.Layer<never> => Logger.replace(Logger.defaultLogger, make(binding))
