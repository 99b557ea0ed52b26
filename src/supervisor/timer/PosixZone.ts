/**
 * A time zone as one line of rules, the form of `TZ=` in environ(7) and of the last line of a file of the zone database,
 * tzset(3) and tzfile(5): `CET-1CEST,M3.5.0,M10.5.0/3`.
 */
import type { Period, Zone } from "../../unit/grammar/CalendarNext.ts"

/** When the clock is put forward or back, in each year. */
interface Rule {
  /** Seconds since midnight of the first of January of that year, local time. */
  readonly inYear: (year: number) => number
}

const day = 86_400

const number = "([+-]?\\d{1,3})(?::(\\d{1,2}))?(?::(\\d{1,2}))?"
const name = "(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
const whole = new RegExp(`^${name}${number}(?:(${name})(?:${number})?(?:,([^,]+),([^,]+))?)?$`)
const time = new RegExp(`^${number}$`)

/** `-1:30` and the like, in seconds. */
const span = (hours: string, minutes = "0", seconds = "0"): number => {
  const size = Math.abs(Number(hours)) * 3600 + Number(minutes) * 60 + Number(seconds)
  return hours.startsWith("-") ? -size : size
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
/** Days since 1970 of the first of a month. */
const firstOf = (year: number, month: number): number => Date.UTC(year, month - 1, 1) / (day * 1000)

/** `M3.5.0`, `J60` or `59`, each with a time of day behind a slash, which may be of another day. */
const parseRule = (text: string): Rule | undefined => {
  const [date = "", clock] = text.split("/", 2)
  const at = clock === undefined ? ["", "2"] : time.exec(clock)
  if (at === null) return undefined
  const [, hours = "", minutes, seconds] = at
  const later = span(hours, minutes, seconds)
  const month = /^M(\d{1,2})\.([1-5])\.([0-6])$/.exec(date)
  if (month !== null) {
    const [which, week, weekday] = [Number(month[1]), Number(month[2]), Number(month[3])]
    if (which < 1 || which > 12) return undefined
    return { inYear: (year) => (nthWeekday(year, which, week, weekday) - firstOf(year, 1)) * day + later }
  }
  const julian = /^(J?)(\d{1,3})$/.exec(date)
  if (julian === null) return undefined
  const of = Number(julian[2])
  if (julian[1] === "") return { inYear: () => of * day + later }
  // `J60` is always the first of March.
  return { inYear: (year) => (of - 1 + (of >= 60 && isLeap(year) ? 1 : 0)) * day + later }
}

/** The day since 1970 of the first to fourth, or with 5 the last, such weekday of a month. */
const nthWeekday = (year: number, month: number, week: number, weekday: number): number => {
  const first = firstOf(year, month)
  // 1970-01-01 was a Thursday.
  const found = first + (weekday - (first + 4) % 7 + 7) % 7 + (week - 1) * 7
  return found >= firstOf(year, month + 1) ? found - 7 : found
}

const always = (offset: number): Zone => () => ({ offset, from: -Infinity, until: Infinity })

export const utc: Zone = always(0)

/** The zone, or `undefined` if the text is no such line. */
export const parse = (text: string): Zone | undefined => {
  const match = whole.exec(text)
  if (match === null) return undefined
  const [, hours = "", minutes, seconds, summer, summerHours, summerMinutes, summerSeconds, begin, end] = match
  // What the line says is how far UTC is ahead.
  const standard = 0 - span(hours, minutes, seconds)
  if (summer === undefined) return always(standard)
  const ahead = summerHours === undefined ? standard + 3600 : 0 - span(summerHours, summerMinutes, summerSeconds)
  // Without rules, those of the United States, as the C libraries have it.
  const [starts, ends] = [parseRule(begin ?? "M3.2.0"), parseRule(end ?? "M11.1.0")]
  return starts === undefined || ends === undefined ? undefined : alternating(standard, ahead, starts, ends)
}

const alternating = (standard: number, summer: number, starts: Rule, ends: Rule): Zone => (seconds) => {
  const year = new Date((seconds + standard) * 1000).getUTCFullYear()
  let period: Period = { offset: standard, from: -Infinity, until: Infinity }
  if (Number.isNaN(year)) return period
  const changes: Array<{ readonly at: number; readonly offset: number }> = []
  for (let one = year - 1; one <= year + 1; one++) {
    const begin = firstOf(one, 1) * day
    changes.push({ at: begin + starts.inYear(one) - standard, offset: summer })
    changes.push({ at: begin + ends.inYear(one) - summer, offset: standard })
  }
  changes.sort((a, b) => a.at - b.at)
  for (const { at, offset } of changes) {
    if (at > seconds) return { ...period, until: at }
    period = { offset, from: at, until: Infinity }
  }
  return period
}
