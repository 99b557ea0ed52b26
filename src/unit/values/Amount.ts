/**
 * Numbers without an end.
 *
 * @since 0.1.0
 */

/** A count, or a number of bytes; `Infinity` where systemd says `infinity`. */
export type Amount = number

/** Milliseconds, with a fraction for microseconds; `Infinity` where systemd says `infinity`. */
export type Millis = number
