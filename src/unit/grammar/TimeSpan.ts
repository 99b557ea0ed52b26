/**
 * Spans of time, systemd.time(7): `5min 20s`, `1.5s`, `2h30m`, `infinity`; a number alone is seconds.
 *
 * @since 0.1.0
 */

// In microseconds, systemd's own grain, so that sums stay whole numbers.
const second = 1_000_000
const day = 86_400 * second
const units: ReadonlyMap<string, number> = new Map([
  ["usec", 1],
  ["us", 1],
  ["\u00b5s", 1],
  ["\u03bcs", 1],
  ["msec", 1_000],
  ["ms", 1_000],
  ["seconds", second],
  ["second", second],
  ["sec", second],
  ["s", second],
  ["", second],
  ["minutes", 60 * second],
  ["minute", 60 * second],
  ["min", 60 * second],
  ["m", 60 * second],
  ["hours", 3_600 * second],
  ["hour", 3_600 * second],
  ["hr", 3_600 * second],
  ["h", 3_600 * second],
  ["days", day],
  ["day", day],
  ["d", day],
  ["weeks", 7 * day],
  ["week", 7 * day],
  ["w", 7 * day],
  ["months", 2_629_800 * second],
  ["month", 2_629_800 * second],
  ["M", 2_629_800 * second],
  ["years", 31_557_600 * second],
  ["year", 31_557_600 * second],
  ["y", 31_557_600 * second]
])

/** systemd counts in 64 bits: a span they cannot hold is refused, and so is a number that 63 bits cannot hold. */
const maximum = 2 ** 64
const longest = 2 ** 63

const part = /[ \t-\r]*(?:\+(?=[0-9]))?([0-9]*)(?:\.([0-9]+))?([ \t\r\n]*)([A-Za-z\u00b5\u03bc]*)/y

/**
 * Milliseconds, with a fraction for microseconds; `Infinity` for `infinity`; `undefined` if it is no span. Whole
 * microseconds are exact up to 278 years.
 */
export const parse = (text: string): number | undefined => {
  const whole = text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32 ? strip(text) : text
  if (whole === "infinity") return Infinity
  if (whole === "") return undefined
  let total = 0
  let at = 0
  while (at < whole.length) {
    part.lastIndex = at
    const [, digits = "", fraction = "", gap = "", unit = ""] = part.exec(whole) ?? []
    const factor = units.get(unit)
    if (factor === undefined || digits === "" && fraction === "") return undefined
    at = part.lastIndex
    // "1.2.3" is two numbers without anything between them: somebody meant something else.
    if (unit === "" && gap === "" && at < whole.length) return undefined
    const count = Number(digits)
    if (count > longest || count >= Math.floor(maximum / factor)) return undefined
    total += count * factor
    if (fraction !== "") total += partOf(fraction, factor)
  }
  return total < maximum ? total / 1_000 : undefined
}

/** Digit by digit in whole microseconds, as systemd does: 0.3 s is 300,000 of them, not 299,999. */
const partOf = (fraction: string, factor: number): number => {
  let sum = 0
  let worth = Math.floor(factor / 10)
  for (let at = 0; worth > 0 && at < fraction.length; at++) {
    sum += (fraction.charCodeAt(at) - 48) * worth
    worth = Math.floor(worth / 10)
  }
  return sum
}

const strip = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

const shown: ReadonlyArray<readonly [name: string, micros: number]> = [
  ["y", 31_557_600 * second],
  ["month", 2_629_800 * second],
  ["w", 7 * day],
  ["d", day],
  ["h", 3_600 * second],
  ["min", 60 * second],
  ["s", second],
  ["ms", 1_000],
  ["us", 1]
]

/**
 * The span as a person writes it, and as `parse` reads it: `90_000` is `1min 30s`. Unlike systemd, which shows
 * `1.500000s`, it has no fractions: `1s 500ms`.
 */
export const format = (millis: number): string => {
  if (millis === Infinity) return "infinity"
  let rest = Math.round(millis * 1_000)
  if (!(rest > 0)) return "0"
  const parts: Array<string> = []
  for (const [name, micros] of shown) {
    if (rest < micros) continue
    const count = Math.floor(rest / micros)
    rest -= count * micros
    parts.push(`${count}${name}`)
  }
  return parts.join(" ")
}
