/**
 * Names of descriptors, `FileDescriptorName=` of systemd.socket(5): what stands in `LISTEN_FDNAMES`.
 *
 * @since 0.1.0
 */

/** Printable ASCII without the colon, which separates the names in the variable. */
const shape = /^[ -9;-~]{0,255}$/

/** The name; `undefined` if it cannot be one. The empty one can. */
export const parse = (text: string): string | undefined => shape.test(text) ? text : undefined

/** What is wrong with a text that is no name. */
export const hint = (text: string): string =>
  text.includes(":") ? "names do not contain \":\"" : "names are up to 255 printable characters of ASCII, without \":\""
