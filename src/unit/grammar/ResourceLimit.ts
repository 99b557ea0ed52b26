/**
 * Limits of setrlimit(2), systemd.exec(5) `LimitCPU=` and its like: one value for both limits, or `soft:hard`.
 *
 * @since 0.1.0
 */
import type { ResourceLimit } from "../values/Exec.ts"
import * as FineSpan from "./FineSpan.ts"
import * as Integer from "./Integer.ts"
import * as Size from "./Size.ts"
import * as TimeSpan from "./TimeSpan.ts"

/** What a limit counts. */
export type Unit = "bytes" | "count" | "seconds" | "microseconds" | "niceness"

/** `undefined` if it is no limit; a soft limit above the hard one is for the caller to refuse: see `isReversed`. */
export const parse = (text: string, unit: Unit): ResourceLimit | undefined => {
  const colon = text.indexOf(":")
  const soft = parseOne(colon < 0 ? text : text.slice(0, colon).trim(), unit)
  const hard = colon < 0 ? soft : parseOne(text.slice(colon + 1).trim(), unit)
  return soft === undefined || hard === undefined ? undefined : { soft, hard }
}

export const isReversed = ({ hard, soft }: ResourceLimit): boolean => soft > hard

const parseOne = (text: string, unit: Unit): number | undefined => {
  if (unit === "niceness") return parseNiceness(text)
  if (text === "infinity") return Infinity
  if (unit === "bytes") return Size.parse(text)
  if (unit === "count") return Integer.within(text, 0, 2 ** 64)
  const nanos = unit === "microseconds" ? FineSpan.parse(text, "us") : undefined
  if (nanos !== undefined) return Math.ceil(nanos / 1_000)
  const millis = unit === "seconds" ? TimeSpan.parse(text) : undefined
  return millis === undefined ? undefined : Math.ceil(millis / 1_000)
}

/** With a sign, a nice value from -20 to 19; without, what the kernel makes of one: 20 less it, from 1 to 40. */
const parseNiceness = (text: string): number | undefined => {
  if (!/^[+-]/.test(text)) return Integer.within(text, 0, 40)
  const nice = Integer.within(text, -20, 19)
  return nice === undefined ? undefined : 20 - nice
}

/** What to write instead of something that is no limit. */
export const hint = (text: string, unit: Unit): string => {
  if (/^unlimited$/i.test(text)) return "write \"infinity\""
  switch (unit) {
    case "bytes":
      return Size.hint(text)
    case "count":
      return "write a whole number, two of them (\"1024:524288\") or \"infinity\""
    case "niceness":
      return "write a nice value with its sign (\"+5\", \"-5\") or a number from 1 to 40"
    default:
      return "write a time span, two of them (\"30s:1min\") or \"infinity\""
  }
}
