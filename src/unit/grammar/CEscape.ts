/**
 * Texts with C escapes that may stand for any byte, systemd.exec(5) `SetCredential=`, `StandardInputText=`.
 *
 * @since 0.1.0
 */
const simple = "a\u0007b\bf\fn\nr\rt\tv\v\\\\\"\"''s "

const numeric = /\\(?:x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y

/** The bytes, in UTF-8 where they are text; `undefined` if an escape is none. */
export const parse = (text: string): ReadonlyArray<number> | undefined => {
  const bytes: Array<number> = []
  let at = 0
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0
    if (code !== 92) {
      encode(code, bytes)
      at += code > 0xffff ? 2 : 1
      continue
    }
    const letter = simple.indexOf(text.charAt(at + 1))
    if (at + 1 < text.length && letter >= 0 && letter % 2 === 0) {
      bytes.push(simple.charCodeAt(letter + 1))
      at += 2
      continue
    }
    numeric.lastIndex = at
    const match = numeric.exec(text)
    if (match === null) return undefined
    const [, hex, octal, short, long] = match
    const value = parseInt(hex ?? octal ?? short ?? long ?? "", octal === undefined ? 16 : 8)
    if (hex !== undefined || octal !== undefined) bytes.push(value)
    else if (isScalar(value)) encode(value, bytes)
    else return undefined
    at = numeric.lastIndex
  }
  return bytes
}

const isScalar = (code: number): boolean => code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)

const encode = (code: number, bytes: Array<number>): void => {
  if (code < 0x80) bytes.push(code)
  else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63)
  else if (code < 0x10000) bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63)
  else bytes.push(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63)
}

/** Decoded, and what is text of it changed by `transform`: it sees no escapes, and what it brings in is none. */
export const parseText = (
  text: string,
  transform: (text: string) => string
): ReadonlyArray<number> | undefined => {
  const bytes = parse(text)
  const decoded = bytes === undefined ? undefined : decode(bytes)
  if (decoded === undefined) return bytes
  const changed: Array<number> = []
  for (const char of transform(decoded)) encode(char.codePointAt(0) ?? 0, changed)
  return changed
}

/** UTF-8 to text; `undefined` where it is none. */
const decode = (bytes: ReadonlyArray<number>): string | undefined => {
  let percent = ""
  for (const byte of bytes) percent += `%${byte.toString(16).padStart(2, "0")}`
  try {
    return decodeURIComponent(percent)
  } catch {
    return undefined
  }
}
