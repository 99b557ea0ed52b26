/**
 * Where a proxy socket connects to, `ProxyTarget=` (ours): `host:port`, `[v6]:port`, `/path`, `@abstract`.
 *
 * @since 0.1.0
 */
import type { DialAddress } from "../values/Activation.ts"
import * as Integer from "./Integer.ts"
import * as InterfaceName from "./InterfaceName.ts"
import { isIPv4, isIPv6 } from "./IpAddress.ts"
import * as ListenAddress from "./ListenAddress.ts"

/** A name of DNS or of /etc/hosts: labels of letters, digits, `-` and `_`. */
const hostName = /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?$/

/** The address; `undefined` if it is none, or none that one can connect to. */
export const parse = (text: string): DialAddress | undefined => {
  const first = text.charCodeAt(0)
  if (first === 47 || first === 64) {
    const local = ListenAddress.parseUnix(text)
    return local?.kind === "unix" || local?.kind === "abstract" ? local : undefined
  }
  const colon = text.lastIndexOf(":")
  if (colon < 1) return undefined
  const port = Integer.within(text.slice(colon + 1), 1, 65_535)
  if (port === undefined) return undefined
  const host = text.slice(0, colon)
  if (host.startsWith("[") && host.endsWith("]")) return parseIPv6(host.slice(1, -1), port)
  if (isIPv4(host)) return host === "0.0.0.0" ? undefined : { kind: "inet", address: host, port }
  // Digits and dots that are no address are a slip, not a name.
  return hostName.test(host) && !/^[0-9.]+$/.test(host) ? { kind: "host", host, port } : undefined
}

const parseIPv6 = (text: string, port: number): DialAddress | undefined => {
  const percent = text.indexOf("%")
  const address = percent < 0 ? text : text.slice(0, percent)
  if (!isIPv6(address) || /^[0:]+$/.test(address)) return undefined
  if (percent < 0) return { kind: "inet6", address, port }
  const scope = InterfaceName.parseOrNumber(text.slice(percent + 1))
  return scope === undefined ? undefined : { kind: "inet6", address, port, scope }
}

/** The address as `parse` reads it. */
export const format = (address: DialAddress): string => {
  switch (address.kind) {
    case "host":
      return `${address.host}:${address.port}`
    case "inet6":
      return `[${address.address}${address.scope === undefined ? "" : `%${address.scope}`}]:${address.port}`
    default:
      return ListenAddress.format(address)
  }
}

/** What to write instead of a text that is no address. */
export const hint = (text: string): string => {
  const port = /^(?:\*:|0\.0\.0\.0:|\[[0:]+\]:)?([0-9]+)$/.exec(text)?.[1]
  return port !== undefined && Integer.within(port, 1, 65_535) !== undefined
    ? `one connects to one address: "127.0.0.1:${port}"`
    : "targets look like \"127.0.0.1:8080\", \"[::1]:8080\", \"host:8080\", \"/run/a.sock\" or \"@a\""
}
