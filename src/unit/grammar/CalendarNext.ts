/**
 * When a calendar event comes next.
 *
 * @since 0.1.0
 */
import type { CalendarEvent, Field } from "../values/Calendar.ts"
import { lastYear } from "./CalendarField.ts"
import * as Weekdays from "./Weekdays.ts"

const second = 1_000_000
const day = 86_400 * second

/** A stretch of time with one offset from UTC. */
export interface Period {
  /** What the local clock is ahead of UTC, in seconds. */
  readonly offset: number
  /** Seconds since 1970; `-Infinity` for the first one. */
  readonly from: number
  /** The first second that is no longer in it; `Infinity` for the last one. */
  readonly until: number
}

/** A time zone: the period that a moment is in, seconds since 1970. */
export type Zone = (seconds: number) => Period

/** What two moments of one local time can be apart, and more. */
const slack = 2 * day

/**
 * The first moment of the event strictly after `afterMicros`; `undefined` if there is none up to the end of 2199. Both
 * are microseconds since 1970.
 *
 * The event's times are those of a clock on the wall in `zone`, and of UTC without one; `event.zone` is a name and not
 * looked at. As with systemd, a time that such a clock leaps over is left out, and one that it shows twice counts the
 * first time only.
 */
export const next = (event: CalendarEvent, afterMicros: number, zone?: Zone): number | undefined => {
  if (zone === undefined) return nextLocal(event, afterMicros)
  let after = Math.floor(afterMicros)
  for (;;) {
    const { from, offset, until } = zone(Math.floor((after + 1) / second))
    // What the clock showed last ahead of this period: where it was put back, times up to there are not new.
    const shown = from === -Infinity ? -Infinity : (from + zone(from - 1).offset) * second - 1
    const local = nextLocal(event, Math.max(after + offset * second, shown))
    if (local === undefined) return undefined
    const found = local - offset * second
    if (found < until * second) return found
    after = Math.max(until * second - 1, found - slack)
  }
}

/** The same on the clock that the event is meant for. */
const nextLocal = (event: CalendarEvent, afterMicros: number): number | undefined => {
  const earliest = Math.max(Math.floor(afterMicros) + 1, 0)
  const today = Math.floor(earliest / day)
  const found = nextDay(event, today)
  if (found === undefined) return undefined
  if (found === today) {
    const time = nextTime(event, earliest - today * day)
    if (time !== undefined) return today * day + time
  }
  const later = found === today ? nextDay(event, today + 1) : found
  // Every day of the event has a first time.
  return later === undefined ? undefined : later * day + (nextTime(event, 0) ?? 0)
}

/** The least value that is not below `value`; `Infinity` if there is none. It may be beyond the end of the field. */
const nextValue = (field: Field, value: number): number => {
  if (field.length === 0) return value
  let least = Infinity
  for (const { repeat, start, stop = Infinity } of field) least = Math.min(least, nextOf(start, stop, repeat, value))
  return least
}

const nextOf = (start: number, stop: number, repeat: number, value: number): number => {
  if (start >= value) return start
  const reached = repeat === 0 ? Infinity : start + Math.ceil((value - start) / repeat) * repeat
  return reached <= stop ? reached : Infinity
}

/** The first day of the event from a day on, both counted from 1970. */
const nextDay = (event: CalendarEvent, from: number): number | undefined => {
  const date = new Date(from * 86_400_000)
  let month = date.getUTCMonth() + 1
  let dayOfMonth = date.getUTCDate()
  const begin = date.getUTCFullYear()
  for (let year = nextValue(event.years, begin); year <= lastYear; year = nextValue(event.years, year + 1)) {
    if (year > begin) month = dayOfMonth = 1
    for (let at = nextValue(event.months, month); at <= 12; at = nextValue(event.months, at + 1)) {
      const found = nextInMonth(event, year, at, at === month ? dayOfMonth : 1)
      if (found !== undefined) return found
    }
  }
  return undefined
}

const nextInMonth = (event: CalendarEvent, year: number, month: number, from: number): number | undefined => {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  // The day before the first of the month.
  const zero = Date.UTC(year, month - 1, 0) / 86_400_000
  const days = event.fromEnd ? event.days.map((values) => countedFrom(values, length + 1)) : event.days
  for (let at = nextValue(days, from); at <= length; at = nextValue(days, at + 1)) {
    // 1970-01-01 was a Thursday.
    if (event.weekdays === Weekdays.all || (event.weekdays >> (zero + at + 3) % 7 & 1) === 1) return zero + at
  }
  return undefined
}

const countedFrom = ({ repeat, start, stop }: Field[number], end: number): Field[number] =>
  stop === undefined
    ? { start: end - start, stop, repeat }
    : { start: end - stop, stop: end - start, repeat }

/** The first time of day from a time on, in microseconds since midnight. */
const nextTime = (event: CalendarEvent, from: number): number | undefined => {
  const hour = Math.floor(from / (3_600 * second))
  const minute = Math.floor(from / (60 * second)) % 60
  for (let h = nextValue(event.hours, hour); h <= 23; h = nextValue(event.hours, h + 1)) {
    const firstMinute = h === hour ? minute : 0
    for (let m = nextValue(event.minutes, firstMinute); m <= 59; m = nextValue(event.minutes, m + 1)) {
      const micros = nextValue(event.micros, h === hour && m === minute ? from % (60 * second) : 0)
      if (micros < 60 * second) return (h * 60 + m) * 60 * second + micros
    }
  }
  return undefined
}
