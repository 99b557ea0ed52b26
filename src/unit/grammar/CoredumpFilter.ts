/**
 * What core files contain, systemd.exec(5) `CoredumpFilter=`: names, or the mask of core(5) in hexadecimal.
 *
 * @since 0.1.0
 */

/** By their bits. */
const names =
  "private-anonymous shared-anonymous private-file-backed shared-file-backed elf-headers private-huge shared-huge " +
  "private-dax shared-dax"

/** What the kernel takes unless somebody says otherwise. */
const byDefault = 0x33

/** The mask of one word; `undefined` if it is none. */
export const parse = (text: string): number | undefined => {
  if (text === "default") return byDefault
  if (text === "all") return 0x1ff
  const bit = names.split(" ").indexOf(text)
  if (bit >= 0) return 2 ** bit
  return /^(?:0[xX])?[0-9a-fA-F]{1,8}$/.test(text) ? parseInt(text, 16) : undefined
}

/** All words, for suggestions. */
export const known = (): ReadonlyArray<string> => ["default", "all", ...names.split(" ")]
