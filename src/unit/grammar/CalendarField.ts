/**
 * One field of a calendar event, systemd.time(7): `*`, or a list of values and ranges, each with or without a
 * repetition: `1,5..9,12/3`.
 *
 * @since 0.1.0
 */
import type { CalendarEvent, Field, Values } from "../values/Calendar.ts"

export interface Cursor {
  readonly text: string
  at: number
}

/** systemd's own limit, and that of its `int`. */
const longestList = 241
const maximum = 2 ** 31 - 1

/** systemd's calendar ends with it. */
export const lastYear = 2199

/** The field at the cursor, which is moved behind it, or what is wrong there. `grain` is 1,000,000 for seconds. */
export const parse = (cursor: Cursor, grain = 1): Field | string => {
  const { text } = cursor
  if (text.charAt(cursor.at) === "*") {
    cursor.at++
    return grain === 1 ? [] : [{ start: 0, stop: undefined, repeat: grain }]
  }
  const field: Array<Values> = []
  for (;;) {
    const values = parseValues(cursor, grain)
    if (typeof values === "string") return values
    field.push(values)
    const mark = text.charAt(cursor.at)
    if (mark !== "" && !" ,-~:".includes(mark)) return `\`${mark}\` has no place there: ${rule}`
    if (mark !== ",") return field
    if (field.length === longestList) return `a list has at most ${longestList} values`
    cursor.at++
  }
}

const rule = "a field is `*`, or a list of values (5), ranges (1..5) and repetitions (0/5)"

const parseValues = (cursor: Cursor, grain: number): Values | string => {
  const { text } = cursor
  const start = parseNumber(cursor, grain)
  if (start === undefined) return rule
  let stop: number | undefined
  let repeat = 0
  if (text.startsWith("..", cursor.at)) {
    cursor.at += 2
    stop = parseNumber(cursor, grain)
    if (stop === undefined) return "a range has two ends, as in 1..5"
    repeat = grain
  }
  if (text.charAt(cursor.at) === "/") {
    cursor.at++
    repeat = parseNumber(cursor, grain) ?? 0
    if (repeat === 0) return "after `/` comes a number above 0"
  } else if (grain > 1 && stop !== undefined && start + repeat > stop) {
    return "a range within one second says its steps, as in 1..1.5/0.1"
  }
  return { start, stop, repeat }
}

/** Digits; for seconds with a fraction, rounded to six of them. The dots of a range are not a point. */
const parseNumber = (cursor: Cursor, grain: number): number | undefined => {
  const { text } = cursor
  const whole = digits(cursor)
  if (whole === "") return undefined
  let value = Number(whole) * grain
  if (grain > 1 && text.charAt(cursor.at) === "." && text.charAt(cursor.at + 1) !== ".") {
    cursor.at++
    const fraction = digits(cursor)
    if (fraction === "") return undefined
    value += Number(fraction.slice(0, 6).padEnd(6, "0")) + (fraction.charAt(6) >= "5" ? 1 : 0)
  }
  return value > maximum ? undefined : value
}

const digits = (cursor: Cursor): string => {
  const begin = cursor.at
  while (cursor.text.charCodeAt(cursor.at) >= 48 && cursor.text.charCodeAt(cursor.at) <= 57) cursor.at++
  return cursor.text.slice(begin, cursor.at)
}

/** Two digits are a year from 1970 to 2069. */
export const inCentury = ({ repeat, start, stop }: Values): Values => ({
  start: fullYear(start),
  stop: stop === undefined ? undefined : fullYear(stop),
  repeat
})

const fullYear = (year: number): number => year < 70 ? year + 2000 : year < 100 ? year + 1900 : year

/** Sorted, each once, each range ending at its last value, and no range of one. */
export const normalize = (field: Field): Field => {
  const ended = field.map(endAtLast)
  if (ended.length < 2) return ended
  ended.sort(compare)
  return ended.filter((values, at) => at === 0 || compare(values, ended[at - 1] ?? values) !== 0)
}

const endAtLast = (values: Values): Values => {
  const { repeat, start, stop } = values
  if (stop === undefined || stop < start) return values
  const last = stop - (stop - start) % repeat
  return last === start ? { start, stop: undefined, repeat: 0 } : { start, stop: last, repeat }
}

const compare = (a: Values, b: Values): number =>
  a.start - b.start || (a.stop ?? -1) - (b.stop ?? -1) || a.repeat - b.repeat

/** What is out of range, if anything is. */
export const faultOf = (event: CalendarEvent): string | undefined =>
  fault("year", event.years, 1970, lastYear) ??
    fault("month", event.months, 1, 12) ??
    (event.fromEnd ? faultFromEnd(event.days) : fault("day", event.days, 1, 31)) ??
    fault("hour", event.hours, 0, 23) ??
    fault("minute", event.minutes, 0, 59) ??
    fault("second", event.micros, 0, 59_999_999, 1_000_000)

/** A repetition must have room for one more value at least. */
const fault = (name: string, field: Field, from: number, to: number, grain = 1): string | undefined => {
  const limits = `from ${from} to ${grain === 1 ? to : (to + 1) / grain - 1}`
  for (const { repeat, start, stop = to } of field) {
    for (const value of [start, stop]) {
      if (value < from || value > to) return `the ${name} ${value / grain} is not ${limits}`
    }
    if (stop < start) return `the ${name}s ${start / grain}..${stop / grain} run backwards`
    if (start + repeat > stop) return `the ${name} ${start / grain}/${repeat / grain} has no second value ${limits}`
  }
  return undefined
}

/** Every month has 28 days. Without an end, the repetition goes on to the last day. */
const faultFromEnd = (field: Field): string | undefined => {
  for (const { repeat, start, stop } of field) {
    if (start < 1 || (stop ?? start) > 28 || start > 28) return "the days from the end of a month are from 1 to 28"
    if (stop === undefined ? start - repeat < 1 : start + repeat > stop) {
      return "the days from the end of a month count backwards: `~1..3` is its last three, `~07/1` its last seven"
    }
  }
  return undefined
}
