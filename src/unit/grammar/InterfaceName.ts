/**
 * Names of network interfaces as systemd takes them: also the longer "alternative" ones.
 *
 * @since 0.1.0
 */
import * as Integer from "./Integer.ts"

/** Letters, digits and most signs; neither blanks nor what separates names elsewhere. */
const shape = /^[!-$&-.0-9;-~]+$/

/** What the kernel keeps for settings of all interfaces. */
const reserved = /^(?:\.\.?|all|default)$/

const longest = 127

/** The name; `undefined` if no interface can be called so. */
export const parse = (text: string): string | undefined =>
  text.length <= longest && shape.test(text) && !reserved.test(text) && !isNumber(text) ? text : undefined

const isNumber = (text: string): boolean => /^[0-9]+$/.test(text) || Integer.within(text, 1, 0x7fffffff) !== undefined

/** A name or the number of an interface. */
export const parseOrNumber = (text: string): string | undefined => /^[1-9][0-9]{0,9}$/.test(text) ? text : parse(text)
