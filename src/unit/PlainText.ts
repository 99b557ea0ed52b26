/**
 * Whether the contents of a file are a text of a size that is read.
 *
 * @since 0.1.0
 */

/** A unit file has at most 1 MiB, systemd's own limit. */
export const maximumFileLength = 1024 * 1024

/** The line of the first such character; 0 if there is none. */
export const lineOf = (text: string, char: string): number => {
  const index = text.indexOf(char)
  return index < 0 ? 0 : lineAt(text, index)
}

const lineAt = (text: string, index: number): number => {
  let line = 1
  for (let at = text.indexOf("\n"); at >= 0 && at < index; at = text.indexOf("\n", at + 1)) line++
  return line
}

/** The limit counts bytes of UTF-8; they are only counted one by one where it can matter. */
export const isTooLarge = (text: string): boolean => {
  if (text.length > maximumFileLength) return true
  if (text.length * 3 <= maximumFileLength) return false
  let extra = 0
  const wide = /[^\u0000-\u007f]+/g
  for (let run = wide.exec(text); run !== null; run = wide.exec(text)) {
    // Halves of a pair count two bytes each here: four for the pair, as in UTF-8.
    for (let index = 0; index < run[0].length; index++) {
      const code = run[0].charCodeAt(index)
      extra += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2
    }
  }
  return text.length + extra > maximumFileLength
}
