/**
 * Calendar events, systemd.time(7): `Mon,Fri *-*-1..7 18:00`, `daily`, `*:0/15`, `*-02~1`, `@1700000000`.
 *
 * An event is a set of values for each field of a date and of a time of day. systemd turns every text into one normal
 * form, and so does `parse`: sorted, without doubles, each range ending at its last value.
 *
 * @since 0.1.0
 */
import type { CalendarEvent, Field } from "../values/Calendar.ts"
import * as CalendarField from "./CalendarField.ts"
import * as TimeZone from "./TimeZone.ts"
import * as Weekdays from "./Weekdays.ts"

export type { CalendarEvent, Field, Values } from "../values/Calendar.ts"
export { format } from "./CalendarFormat.ts"
export type { Period, Zone } from "./CalendarNext.ts"
export { next } from "./CalendarNext.ts"

/** The event, or `undefined` if systemd would refuse the text. */
export const parse = (text: string): CalendarEvent | undefined => {
  const event = read(text)
  return typeof event === "string" ? undefined : event
}

/** The event, or what is wrong with the text, as in "the hour 25 is not from 0 to 23". */
export const read = (text: string): CalendarEvent | string => {
  const { rest, zone } = TimeZone.split(text)
  if (rest === "") return "it is empty"
  const short = /^[A-Za-z-]+$/.test(rest) ? shorthand(rest.toLowerCase()) : undefined
  if (short !== undefined) return { ...daily, ...short, zone }
  const { at, bits, fault } = Weekdays.parse(rest)
  if (fault !== undefined) return fault
  const event = rest.charAt(at) === "@" ? readEpoch(rest.slice(at + 1)) : readFields({ text: rest, at }, zone)
  return typeof event === "string" ? event : CalendarField.faultOf(event) ?? { ...event, weekdays: bits }
}

const single = (start: number): Field => [{ start, stop: undefined, repeat: 0 }]
const list = (values: ReadonlyArray<number>): Field => values.flatMap(single)

const daily: CalendarEvent = {
  weekdays: Weekdays.all,
  years: [],
  months: [],
  days: [],
  fromEnd: false,
  hours: single(0),
  minutes: single(0),
  micros: single(0),
  zone: undefined
}

/** What differs from `daily`. The odd spellings are systemd's, for old files. */
const shorthand = (name: string): Partial<CalendarEvent> | undefined => {
  switch (name) {
    case "minutely":
      return { hours: [], minutes: [] }
    case "hourly":
      return { hours: [] }
    case "daily":
      return daily
    case "weekly":
      return { weekdays: 1 }
    case "monthly":
      return { days: single(1) }
    case "quarterly":
      return { months: list([1, 4, 7, 10]), days: single(1) }
    case "semiannually":
    case "semi-annually":
    case "biannually":
    case "bi-annually":
      return { months: list([1, 7]), days: single(1) }
    case "yearly":
    case "annually":
    case "anually":
      return { months: single(1), days: single(1) }
    default:
      return undefined
  }
}

/** Seconds since 1970: one moment, and in UTC whatever zone is named. */
const readEpoch = (text: string): CalendarEvent | string => {
  const seconds = /^[ \t-\r]*\+?[0-9]+$/.test(text) ? Number(text) : NaN
  const date = new Date(seconds * 1_000)
  if (!(date.getUTCFullYear() <= CalendarField.lastYear)) return "after `@` come whole seconds since 1970, up to 2199"
  return {
    ...daily,
    years: single(date.getUTCFullYear()),
    months: single(date.getUTCMonth() + 1),
    days: single(date.getUTCDate()),
    hours: single(date.getUTCHours()),
    minutes: single(date.getUTCMinutes()),
    micros: single(date.getUTCSeconds() * 1_000_000),
    zone: "UTC"
  }
}

const shape = "it is written as in `Mon..Fri *-*-* 18:00:00`"

/** A date, a time, or both: which it is shows after the first field. */
const readFields = (cursor: CalendarField.Cursor, zone: string | undefined): CalendarEvent | string => {
  const { text } = cursor
  if (cursor.at === text.length) return { ...daily, zone }
  const begin = cursor.at
  const fields: Array<Field> = []
  let fromEnd = false
  for (;;) {
    const field = CalendarField.parse(cursor)
    if (typeof field === "string") return field
    fields.push(field)
    const mark = text.charAt(cursor.at)
    if (fields.length === 1 && (mark === "" || mark === ":")) return readTime({ text, at: begin }, { ...daily, zone })
    if (fields.length > 1 && (mark === "" || mark === " ")) break
    if (fields.length > 2 || fromEnd || mark !== "-" && mark !== "~") return shape
    fromEnd = mark === "~"
    cursor.at++
  }
  while (text.charAt(cursor.at) === " ") cursor.at++
  const [days = [], months = [], years = []] = fields.reverse()
  const date = {
    ...daily,
    years: CalendarField.normalize(years.map(CalendarField.inCentury)),
    months: CalendarField.normalize(months),
    days: CalendarField.normalize(days),
    fromEnd: fromEnd && days.length > 0,
    zone
  }
  return cursor.at === text.length ? date : readTime(cursor, date)
}

const readTime = (cursor: CalendarField.Cursor, date: CalendarEvent): CalendarEvent | string => {
  const fields: Array<Field> = []
  for (;;) {
    const field = CalendarField.parse(cursor, fields.length === 2 ? 1_000_000 : 1)
    if (typeof field === "string") return field
    fields.push(CalendarField.normalize(field))
    const mark = cursor.text.charAt(cursor.at)
    if (mark === "" && fields.length > 1) break
    if (mark !== ":" || fields.length > 2) return shape
    cursor.at++
  }
  const [hours = [], minutes = [], micros = single(0)] = fields
  return { ...date, hours, minutes, micros }
}
