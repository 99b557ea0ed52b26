/**
 * Our own lines: `container-init: web.service: started`, on stderr, because stdout belongs to the services. A line that
 * stderr does not take now is queued by the native core; logging never waits.
 */
import * as Cause from "effect/Cause"
import type * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { Binding } from "./Binding.ts"

const describe = (part: unknown): string => typeof part === "string" ? part : String(part)

const severity = (label: string): string => label === "WARN" ? "warning: " : label === "ERROR" ? "error: " : ""

const make = (binding: Binding): Logger.Logger<unknown, void> =>
  Logger.make(({ cause, logLevel, message }) => {
    const text = Array.isArray(message) ? message.map(describe).join(" ") : describe(message)
    const why = Cause.isEmpty(cause) ? "" : `: ${Cause.pretty(cause).replaceAll("\n", " | ")}`
    binding.log(`container-init: ${severity(logLevel.label)}${text}${why}\n`)
  })

/** Replaces Effect's default logger, which writes to stdout. */
export const layer = (binding: Binding): Layer.Layer<never> => Logger.replace(Logger.defaultLogger, make(binding))
