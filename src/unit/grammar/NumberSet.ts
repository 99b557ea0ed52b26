/**
 * Sets of processors or memory nodes, systemd.exec(5) `CPUAffinity=`: `0-3,6 8`.
 *
 * @since 0.1.0
 */
import * as Integer from "./Integer.ts"

/** First and last number, both included. */
export type Range = readonly [first: number, last: number]

/** The largest number systemd takes. */
const maximum = 8191

/** The ranges as they are written, which may overlap; `undefined` if it is no set. */
export const parse = (text: string): ReadonlyArray<Range> | undefined => {
  const ranges: Array<Range> = []
  for (const part of text.split(/[ \t,]+/)) {
    if (part === "") continue
    const dash = part.indexOf("-")
    const first = Integer.within(dash < 0 ? part : part.slice(0, dash), 0, maximum)
    const last = dash < 0 ? first : Integer.within(part.slice(dash + 1), 0, maximum)
    if (first === undefined || last === undefined || last < first) return undefined
    ranges.push([first, last])
  }
  return ranges
}

/** The numbers, each once, in order. */
export const members = (ranges: ReadonlyArray<Range>): ReadonlyArray<number> => {
  const numbers: Array<number> = []
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    for (let next = Math.max(first, (numbers.at(-1) ?? -1) + 1); next <= last; next++) numbers.push(next)
  }
  return numbers
}

/** `0-3,6`, as `parse` reads it. */
export const format = (ranges: ReadonlyArray<Range>): string =>
  ranges.map(([first, last]) => first === last ? String(first) : `${first}-${last}`).join(",")
