/** A file of the time zone database, tzfile(5): a table of changes, and a line of rules for what comes after it. */
import type { Zone } from "../../unit/grammar/CalendarNext.ts"
import * as PosixZone from "./PosixZone.ts"

const headerSize = 44

interface Counts {
  /** Of changes, of kinds of local time, of characters of their names, of leap seconds, of two lists of marks. */
  readonly changes: number
  readonly kinds: number
  readonly rest: number
}

/** The zone, or `undefined` if these bytes are no such file. */
export const parse = (bytes: Uint8Array): Zone | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return read(view)
  } catch (error) {
    // Reading beyond the end: the file is cut off.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const magic = 0x545a6966

const readCounts = (view: DataView, at: number, wide: number): Counts | undefined => {
  if (view.getUint32(at) !== magic) return undefined
  const [utc, standard, leaps, changes, kinds, characters] = [20, 24, 28, 32, 36, 40].map((offset) =>
    view.getUint32(at + offset)
  ) as [number, number, number, number, number, number]
  return { changes, kinds, rest: characters + leaps * (wide + 4) + standard + utc }
}

const sizeOf = ({ changes, kinds, rest }: Counts, wide: number): number => changes * (wide + 1) + kinds * 6 + rest

const read = (view: DataView): Zone | undefined => {
  const old = readCounts(view, 0, 4)
  if (old === undefined) return undefined
  // The first part is for programs that know 32 bits only, and since long often empty.
  if (view.getUint8(4) === 0) return readTable(view, headerSize, old, 4, undefined)
  const second = headerSize + sizeOf(old, 4)
  const counts = readCounts(view, second, 8)
  if (counts === undefined) return undefined
  const begin = second + headerSize
  const rules = readLine(view, begin + sizeOf(counts, 8))
  const after = rules === "" ? undefined : PosixZone.parse(rules)
  return readTable(view, begin, counts, 8, after)
}

/** What stands between two line feeds. */
const readLine = (view: DataView, at: number): string => {
  let text = ""
  for (let next = at + 1; next < view.byteLength; next++) {
    const code = view.getUint8(next)
    if (code === 10) return text
    text += String.fromCharCode(code)
  }
  return ""
}

const readTable = (
  view: DataView,
  begin: number,
  { changes, kinds }: Counts,
  wide: number,
  after: Zone | undefined
): Zone | undefined => {
  if (kinds === 0) return undefined
  const kindsAt = begin + changes * (wide + 1)
  const offsetOf = (kind: number): number => view.getInt32(kindsAt + kind * 6)
  const times: Array<number> = []
  const offsets: Array<number> = []
  for (let index = 0; index < changes; index++) {
    const at = begin + index * wide
    times.push(wide === 4 ? view.getInt32(at) : view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4))
    offsets.push(offsetOf(view.getUint8(begin + changes * wide + index)))
  }
  return lookup(times, offsets, offsetOf(0), after)
}

/** `first` is in force ahead of all changes, and `after` rules from the last one on. */
const lookup = (
  times: ReadonlyArray<number>,
  offsets: ReadonlyArray<number>,
  first: number,
  after: Zone | undefined
): Zone =>
(seconds) => {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= seconds) low = middle + 1
    else high = middle
  }
  const from = times[low - 1] ?? -Infinity
  if (low === times.length && after !== undefined) {
    const period = after(seconds)
    return period.from < from ? { ...period, from } : period
  }
  return { offset: offsets[low - 1] ?? first, from, until: times[low] ?? Infinity }
}
