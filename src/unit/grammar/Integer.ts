/**
 * Unsigned numbers of 32 bits, as systemd reads them: decimal, `0x` hexadecimal, `0o` or a leading zero octal, `0b`
 * binary.
 *
 * @since 0.1.0
 */
const shape = /^\+?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/

const maximum = 0xffffffff

export const parse = (text: string): number | undefined => {
  if (!shape.test(text)) return undefined
  const digits = text.charCodeAt(0) === 43 ? text.slice(1) : text
  const octal = digits.length > 1 && /^0[0-7]/.test(digits)
  const value = octal ? parseInt(digits, 8) : Number(digits)
  return value <= maximum ? value : undefined
}
