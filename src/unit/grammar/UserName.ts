/**
 * Names and numbers of users and groups, systemd.exec(5) `User=`. The relaxed form: what systemd takes from files
 * that it did not create the users of.
 *
 * @since 0.1.0
 */

const refused = /[:/\u0000-\u001f\u007f]|^\s|\s$|^\.\.?$|^-$/

const longest = 255

/** The name or number as it stands; `undefined` if no user can be called so. */
export const parse = (text: string): string | undefined => {
  if (text === "" || text.length > longest) return undefined
  if (/^-?[0-9]+$/.test(text)) return isNumber(text) && !/^0[0-9]/.test(text) ? text : undefined
  return refused.test(text) ? undefined : text
}

/** 65535 and 4294967295 mean "nobody asked for" in the kernel's calls. */
const isNumber = (text: string): boolean => {
  const number = Number(text)
  return number >= 0 && number < 0xffffffff && number !== 0xffff
}
