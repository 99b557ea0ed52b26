/**
 * `Documentation=`, systemd.unit(5): web addresses, files, pages of info and man.
 *
 * @since 0.1.0
 */
const shape = /^(?:https?:\/\/|file:\/|info:|man:)[\u0001-\u007f]+$/

/** The address; `undefined` if it is of no kind that may stand there. */
export const parse = (text: string): string | undefined => shape.test(text) ? text : undefined

/** What to write instead of a text that is none. */
export const hint = (text: string): string => {
  const page = /^([A-Za-z0-9@._+:-]+)\(([0-9][A-Za-z]*)\)$/.exec(text)
  if (page !== null) return `write "man:${text}"`
  if (text.startsWith("/")) return `write "file:${text}"`
  if (/^(?:www\.|[A-Za-z0-9-]+\.(?:com|org|net|io|dev)\b)/.test(text)) return `write "https://${text}"`
  return "it begins with http://, https://, file:, info: or man:"
}
