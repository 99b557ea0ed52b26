/**
 * Sizes in bytes: `512`, `1.5G`, `1G 512M`; the suffixes K M G T P E count in steps of 1024, or of 1000 where the
 * manual page of a directive says so.
 *
 * @since 0.1.0
 */
const suffixes = "EPTGMKB"

const part = /[ \t]*\+?([0-9]+)(?:\.([0-9]*))?[ \t]*([EPTGMKB]?)/y

/** More does not fit in systemd's 64 bits. */
const maximum = 2 ** 64

/**
 * Bytes; `undefined` if it is no size. Where there are several parts, each is of a smaller unit than the one before.
 * Beyond 2^53 the number is the nearest one that JavaScript has.
 */
export const parse = (text: string, base: 1000 | 1024 = 1024): number | undefined => {
  if (text === "") return undefined
  let total = 0
  let next = 0
  let at = 0
  while (at < text.length) {
    part.lastIndex = at
    const match = part.exec(text)
    if (match === null) return undefined
    const [, digits = "", fraction = "", suffix = ""] = match
    const rank = suffix === "" ? suffixes.length : suffixes.indexOf(suffix)
    if (rank < next) return undefined
    const factor = base ** Math.max(0, 6 - rank)
    total += Number(digits) * factor + Math.floor(Number(`0.${fraction}`) * factor)
    next = rank + 1
    at = part.lastIndex
  }
  return total < maximum ? total : undefined
}

/** What to write for somebody's idea of a size. */
export const hint = (text: string): string => {
  const close = /^([0-9.]+)[ \t]*([kmgtpe])i?b?$/i.exec(text)
  const instead = close === null ? undefined : `${close[1] ?? ""}${(close[2] ?? "").toUpperCase()}`
  return instead === undefined || parse(instead) === undefined
    ? "sizes look like \"4096\", \"512M\" or \"1.5G\""
    : `write "${instead}"`
}

/** The size as a person writes it, and as `parse` reads it: `1_610_612_736` is `1536M`. */
export const format = (bytes: number): string => {
  let rank = 6
  let rest = bytes
  while (rank > 0 && rest > 0 && rest % 1024 === 0) {
    rest /= 1024
    rank--
  }
  // BigInt: large numbers would be written with an exponent.
  return `${BigInt(rest)}${rank < 6 ? suffixes.charAt(rank) : ""}`
}
