/**
 * Networks, systemd.resource-control(5) `IPAddressAllow=`: `10.0.0.0/8`, `::1`, or a name for several of them.
 *
 * @since 0.1.0
 */
import type { IpPrefix } from "../values/Exec.ts"
import * as IpAddress from "./IpAddress.ts"

/** The names there are. */
export const names = ["any", "localhost", "link-local", "multicast"] as const

/** The networks a word stands for; `undefined` if it stands for none. */
export const parse = (text: string): ReadonlyArray<IpPrefix> | undefined => {
  switch (text) {
    case "any":
      return [{ address: "0.0.0.0", bits: 0 }, { address: "::", bits: 0 }]
    case "localhost":
      return [{ address: "127.0.0.0", bits: 8 }, { address: "::1", bits: 128 }]
    case "link-local":
      return [{ address: "169.254.0.0", bits: 16 }, { address: "fe80::", bits: 64 }]
    case "multicast":
      return [{ address: "224.0.0.0", bits: 4 }, { address: "ff00::", bits: 8 }]
    default: {
      const prefix = parseOne(text)
      return prefix === undefined ? undefined : [prefix]
    }
  }
}

const parseOne = (text: string): IpPrefix | undefined => {
  const slash = text.indexOf("/")
  const address = slash < 0 ? text : text.slice(0, slash)
  const width = IpAddress.isIPv4(address) ? 32 : IpAddress.isIPv6(address) ? 128 : undefined
  if (width === undefined) return undefined
  const written = slash < 0 ? String(width) : text.slice(slash + 1)
  const bits = /^(?:0|[1-9][0-9]{0,2})$/.test(written) ? Number(written) : Infinity
  return bits <= width ? { address, bits } : undefined
}

/** As `parse` reads it. */
export const format = ({ address, bits }: IpPrefix): string => `${address}/${bits}`
