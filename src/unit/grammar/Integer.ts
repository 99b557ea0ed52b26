/**
 * Whole numbers as systemd reads them: decimal, `0x` hexadecimal, `0o` or a leading zero octal, `0b` binary.
 *
 * @since 0.1.0
 */
const shape = /^[+-]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/

const maximum = 0xffffffff

/** An unsigned number of 32 bits. */
export const parse = (text: string): number | undefined => within(text, 0, maximum)

/** A number from `least` to `most`, both included. */
export const within = (text: string, least: number, most: number): number | undefined => {
  if (!shape.test(text)) return undefined
  const sign = text.charCodeAt(0)
  const digits = sign === 43 || sign === 45 ? text.slice(1) : text
  const octal = digits.length > 1 && /^0[0-7]/.test(digits)
  const magnitude = octal ? parseInt(digits, 8) : Number(digits)
  // Zero has no sign: "-0" is 0.
  const value = sign === 45 && magnitude !== 0 ? -magnitude : magnitude
  return value >= least && value <= most ? value : undefined
}

/** A range as the table of directives writes it: `-20..19`. */
export const parseRange = (text: string): readonly [least: number, most: number] | undefined => {
  const match = /^(-?[0-9]+)\.\.(-?[0-9]+)$/.exec(text)
  return match === null ? undefined : [Number(match[1]), Number(match[2])]
}
