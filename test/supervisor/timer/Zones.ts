/** Small files of the time zone database, made by hand as tzfile(5) has them. */

interface Kind {
  readonly offset: number
}

/** Big-endian, as many bytes as `size`. */
const integer = (value: number, size: number): ReadonlyArray<number> => {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigInt64(0, BigInt(value))
  return [...new Uint8Array(view.buffer)].slice(8 - size)
}

const part = (
  version: number,
  changes: ReadonlyArray<readonly [at: number, kind: number]>,
  kinds: ReadonlyArray<Kind>,
  size: number
): ReadonlyArray<number> => [
  ...[0x54, 0x5a, 0x69, 0x66, version, ...Array.from({ length: 15 }, () => 0)],
  ...[0, 0, 0, changes.length, kinds.length, 4].flatMap((count) => integer(count, 4)),
  ...changes.flatMap(([at]) => integer(at, size)),
  ...changes.map(([, kind]) => kind),
  ...kinds.flatMap(({ offset }) => [...integer(offset, 4), 0, 0]),
  ...[0x41, 0x42, 0x43, 0]
]

/** A file of version 2: its first part is empty, its rules come last. */
export const file = (
  changes: ReadonlyArray<readonly [at: number, kind: number]>,
  kinds: ReadonlyArray<Kind>,
  rules: string
): Uint8Array =>
  Uint8Array.from([
    ...part(0x32, [], [{ offset: 0 }], 4),
    ...part(0x32, changes, kinds, 8),
    ...Array.from(`\n${rules}\n`, (character) => character.charCodeAt(0))
  ])

/** One of the first version: 32 bits, no rules. */
export const oldFile = (
  changes: ReadonlyArray<readonly [at: number, kind: number]>,
  kinds: ReadonlyArray<Kind>
): Uint8Array => Uint8Array.from(part(0, changes, kinds, 4))

/** The same as text, one character a byte, for the tree of files of a test. */
export const asText = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")

export const berlinRules = "CET-1CEST,M3.5.0,M10.5.0/3"
export const berlin = file([[Date.UTC(1996, 9, 27, 1) / 1000, 0]], [{ offset: 3600 }], berlinRules)
