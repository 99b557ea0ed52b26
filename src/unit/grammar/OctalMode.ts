/**
 * Permissions in octal, as in `UMask=` and `SocketMode=`: `0755`, `755`, `02775`.
 *
 * @since 0.1.0
 */

/** The number, at most 07777; `undefined` if it is no mode. */
export const parse = (text: string): number | undefined => /^0*[0-7]{1,4}$/.test(text) ? parseInt(text, 8) : undefined

/** Four digits: `0755`. */
export const format = (mode: number): string => mode.toString(8).padStart(4, "0")
