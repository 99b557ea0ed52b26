/**
 * What a calendar event is, systemd.time(7): a set of values for each field of a date and of a time of day.
 *
 * @since 0.1.0
 */

/** The values of a field. Those of seconds are microseconds. */
export interface Values {
  readonly start: number
  /** The last value; `undefined` if there is but one, or if they are repeated to the end of the field. */
  readonly stop: number | undefined
  /** From one value to the next; 0 if there is but one. */
  readonly repeat: number
}

/** A list of values; an empty one is `*`, every value of the field. */
export type Field = ReadonlyArray<Values>

export interface CalendarEvent {
  /** One bit a day of the week, Monday the lowest; 127 for all. */
  readonly weekdays: number
  /** From 1970 to 2199. */
  readonly years: Field
  readonly months: Field
  readonly days: Field
  /** Whether `days` count from the end of the month: 1 is its last. */
  readonly fromEnd: boolean
  readonly hours: Field
  readonly minutes: Field
  /** Seconds, in microseconds; never empty. */
  readonly micros: Field
  /**
   * What follows the time: `UTC`, or a name of the IANA database; `undefined` for the zone of the machine. It is data:
   * whether the machine has such a zone, and what its clock says, is for others to find out.
   */
  readonly zone: string | undefined
}
