/**
 * Base64, RFC 4648, with the padding and perhaps with blanks in it.
 *
 * @since 0.1.0
 */
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/** The same without blanks; `undefined` if it is none, or ends in bits that belong to no byte. */
export const parse = (text: string): string | undefined => {
  const packed = /[ \t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, "") : text
  return packed.length % 4 === 0 && /^(?:[A-Za-z0-9+/]+(?:[AEIMQUYcgkosw048]=|[AQgw]==)?)?$/.test(packed)
    ? packed
    : undefined
}

/** Bytes in base64. */
export const encode = (bytes: ReadonlyArray<number>): string => {
  let out = ""
  for (let at = 0; at < bytes.length; at += 3) {
    const first = bytes[at] ?? 0
    const second = bytes[at + 1] ?? 0
    const third = bytes[at + 2] ?? 0
    out += digits.charAt(first >> 2) + digits.charAt((first & 3) << 4 | second >> 4)
    out += at + 1 < bytes.length ? digits.charAt((second & 15) << 2 | third >> 6) : "="
    out += at + 2 < bytes.length ? digits.charAt(third & 63) : "="
  }
  return out
}
