/** A time axis: where its marks are, and what they say. Pure. */

export interface Tick {
  readonly millis: number
  readonly label: string
}

/** Marks at round times, about as many as `most`. */
export const ticks = (length: number, most: number): ReadonlyArray<Tick> => {
  const rough = Math.max(length, 0.001) / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999) ?? 10 * power
  const [unit, name] = length >= 1500 ? [1000, "s"] as const : [1, "ms"] as const
  const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9))
  const found: Array<Tick> = []
  for (let at = 0; at * step <= length * 1.0001; at++) {
    found.push({ millis: at * step, label: at === 0 ? "0" : `${(at * step / unit).toFixed(digits)} ${name}` })
  }
  return found
}
