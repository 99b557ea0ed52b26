/**
 * `IPTOS=`, systemd.socket(5): the type of service of IP packets, by name or number.
 *
 * @since 0.1.0
 */
import * as Integer from "./Integer.ts"

/** The number, 0 to 255; `undefined` if it is none. */
export const parse = (text: string): number | undefined => {
  switch (text) {
    case "low-delay":
      return 0x10
    case "throughput":
      return 0x08
    case "reliability":
      return 0x04
    case "low-cost":
      return 0x02
    default:
      return Integer.within(text, 0, 0xff)
  }
}
