/**
 * Spans of time of directives that count finer than seconds, systemd.time(7): a number alone is nanoseconds
 * (`TimerSlackNSec=`) or microseconds (`LimitRTTIME=`).
 *
 * @since 0.1.0
 */
import * as TimeSpan from "./TimeSpan.ts"

const part = /[ \t]*\+?([0-9]+(?:\.[0-9]+)?|\.[0-9]+)([ \t]*)([A-Za-z\u00b5\u03bc]*)/y

/** Nanoseconds; `Infinity` for `infinity`; `undefined` if it is no span. */
export const parse = (text: string, bare: "ns" | "us"): number | undefined => {
  if (text === "infinity") return Infinity
  if (text === "") return undefined
  let total = 0
  let at = 0
  while (at < text.length) {
    part.lastIndex = at
    const match = part.exec(text)
    if (match === null) return undefined
    const [, digits = "", gap = "", written = ""] = match
    // Two numbers without anything between them: somebody meant something else.
    if (written === "" && gap === "" && part.lastIndex < text.length) return undefined
    const unit = written === "" ? bare : written
    const nanos = unit === "ns" || unit === "nsec"
      ? Math.floor(Number(digits))
      : ofMillis(TimeSpan.parse(digits + unit))
    if (nanos === undefined) return undefined
    total += nanos
    at = part.lastIndex
  }
  return total < 2 ** 64 ? total : undefined
}

const ofMillis = (millis: number | undefined): number | undefined =>
  millis === undefined ? undefined : Math.round(millis * 1_000) * 1_000
