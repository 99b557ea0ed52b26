/**
 * Calendar events as text, in the form that `systemd-analyze calendar` calls normalized.
 *
 * @since 0.1.0
 */
import type { CalendarEvent, Field } from "../values/Calendar.ts"
import * as Weekdays from "./Weekdays.ts"

/** The normalized form: `parse` makes the same event of it again. */
export const format = (event: CalendarEvent): string => {
  const weekdays = Weekdays.format(event.weekdays)
  return (weekdays === "" ? "" : `${weekdays} `) +
    `${list(event.years, 4)}-${list(event.months)}${event.fromEnd ? "~" : "-"}${list(event.days)} ` +
    `${list(event.hours)}:${list(event.minutes)}:${list(event.micros, 2, 1_000_000)}` +
    (event.zone === undefined ? "" : ` ${event.zone}`)
}

const list = (field: Field, width = 2, grain = 1): string => {
  const [first] = field
  if (first === undefined || grain > 1 && field.length === 1 && first.start === 0 && everySecond(first)) return "*"
  return field.map(({ repeat, start, stop }) =>
    number(start, width, grain) +
    (stop === undefined ? "" : `..${number(stop, width, grain)}`) +
    (repeat === 0 || stop !== undefined && repeat === grain ? "" : `/${number(repeat, 1, grain)}`)
  ).join(",")
}

const everySecond = ({ repeat, stop }: Field[number]): boolean => stop === undefined && repeat === 1_000_000

const number = (value: number, width: number, grain: number): string => {
  const rest = value % grain
  const fraction = rest === 0 ? "" : `.${String(rest).padStart(6, "0")}`
  return String(Math.floor(value / grain)).padStart(width, "0") + fraction
}
