/**
 * Port numbers of TCP and UDP: 1 to 65535.
 *
 * @since 0.1.0
 */
import * as Integer from "./Integer.ts"

export const parse = (text: string): number | undefined => Integer.within(text, 1, 65_535)
