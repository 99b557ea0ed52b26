/**
 * Percentages with up to two digits after the point, `12.5%`; also permille and permyriad, `125‰` and `1250‱`.
 *
 * @since 0.1.0
 */
const shape = /^\+?([0-9]+)(?:\.([0-9]{1,2}))?([%\u2030\u2031])$/

/** The number of percent, not bounded by 100; `undefined` if it is no percentage. */
export const parse = (text: string): number | undefined => {
  const match = shape.exec(text)
  if (match === null) return undefined
  const [, whole = "", fraction = "", sign] = match
  const scale = sign === "%" ? 2 : sign === "\u2030" ? 1 : 0
  if (fraction.length > scale) return undefined
  // In hundredths of a percent, so that the value is the number nearest to what was written.
  const hundredths = Number(whole + fraction.padEnd(scale, "0"))
  return hundredths < 2 ** 31 ? hundredths / 100 : undefined
}

/** `12.5%`, as `parse` reads it. */
export const format = (percent: number): string => `${Math.round(percent * 100) / 100}%`
