/**
 * Where a socket listens, systemd.socket(5) `ListenStream=`: a port, an address with a port, a path, an abstract name
 * or a vsock address.
 *
 * @since 0.1.0
 */
import type { ListenAddress } from "../values/Activation.ts"
import * as Integer from "./Integer.ts"
import * as InterfaceName from "./InterfaceName.ts"
import { isIPv4, isIPv6 } from "./IpAddress.ts"

/** What the kernel keeps for the path of a socket, its final NUL not counted, unix(7). */
export const longestPath = 107

/** The address; `undefined` if it is none. */
export const parse = (text: string): ListenAddress | undefined => {
  const first = text.charCodeAt(0)
  if (first === 47 || first === 64) return parseUnix(text)
  if (text.startsWith("vsock")) return parseVsock(text)
  const port = parsePort(text)
  return port === undefined ? parseInternet(text) : { kind: "any", port }
}

const parsePort = (text: string): number | undefined => Integer.within(text, 1, 65_535)

/** A path from the root, or `@` and a name that is in no file system. */
export const parseUnix = (text: string): ListenAddress | undefined => {
  if (text.length < 2 || byteLength(text) > longestPath) return undefined
  return text.charCodeAt(0) === 47 ? { kind: "unix", path: text } : { kind: "abstract", name: text.slice(1) }
}

const parseInternet = (text: string): ListenAddress | undefined => {
  // The scope of a link-local address stands at the very end, behind the port.
  const percent = text.indexOf("%")
  const scope = percent < 0 ? undefined : InterfaceName.parseOrNumber(text.slice(percent + 1))
  if (percent >= 0 && scope === undefined) return undefined
  const rest = percent < 0 ? text : text.slice(0, percent)
  const colon = rest.lastIndexOf(":")
  if (colon < 1) return undefined
  const port = parsePort(rest.slice(colon + 1))
  if (port === undefined) return undefined
  if (rest.charCodeAt(0) === 91 && rest.charCodeAt(colon - 1) === 93) {
    const address = rest.slice(1, colon - 1)
    if (!isIPv6(address)) return undefined
    return scope === undefined ? { kind: "inet6", address, port } : { kind: "inet6", address, port, scope }
  }
  const address = rest.slice(0, colon)
  return isIPv4(address) && scope === undefined ? { kind: "inet", address, port } : undefined
}

const parseVsock = (text: string): ListenAddress | undefined => {
  const match = /^vsock(?:-(?:stream|dgram|seqpacket))?:([^:]*):([^:]+)$/.exec(text)
  if (match === null) return undefined
  const [, context = "", digits = ""] = match
  const port = Integer.within(digits, 0, 0xfffffffe)
  const cid = context === "" ? undefined : Integer.within(context, 0, 0xffffffff)
  if (port === undefined || context !== "" && cid === undefined) return undefined
  return cid === undefined || cid === 0xffffffff ? { kind: "vsock", port } : { kind: "vsock", cid, port }
}

/** As UTF-8, in which the kernel counts. */
const byteLength = (text: string): number => {
  let bytes = text.length
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    // Half of a surrogate pair is two of the pair's four bytes.
    if (code > 0x7ff && (code < 0xd800 || code > 0xdfff)) bytes += 2
    else if (code > 0x7f) bytes += 1
  }
  return bytes
}

/** The address as `parse` reads it. */
export const format = (address: ListenAddress): string => {
  switch (address.kind) {
    case "any":
      return String(address.port)
    case "inet":
      return `${address.address}:${address.port}`
    case "inet6":
      return `[${address.address}]:${address.port}${address.scope === undefined ? "" : `%${address.scope}`}`
    case "unix":
      return address.path
    case "abstract":
      return `@${address.name}`
    case "vsock":
      return `vsock:${address.cid ?? ""}:${address.port}`
  }
}

/** What is probably wrong with a text that is no address, or what to write instead. */
export const hint = (text: string): string => {
  const first = text.charCodeAt(0)
  if (first === 47 || first === 64) {
    return text.length < 2 ? "a name is missing" : `a socket's path has at most ${longestPath} bytes`
  }
  if (/^[0-9]+$/.test(text)) return "ports go from 1 to 65535"
  const zone = /^\[([^\]%]+)%([^\]]+)\]:([0-9]+)$/.exec(text)
  if (zone !== null) return `the interface stands at the end: "[${zone[1] ?? ""}]:${zone[3] ?? ""}%%${zone[2] ?? ""}"`
  const wildcard = /^\*:([0-9]+)$/.exec(text)
  if (wildcard !== null) return `every address is meant by the port alone: "${wildcard[1] ?? ""}"`
  if (isIPv4(text) || /^\[[^\]]*\]$/.test(text)) return "a port is missing"
  const bare = /^(.*):([0-9]+)$/.exec(text)
  if (isIPv6(text) || (bare?.[1] ?? "").includes(":")) {
    return "IPv6 addresses stand in brackets, the port behind them: \"[::1]:80\""
  }
  if (bare !== null && /^[A-Za-z]/.test(text)) {
    return `names are not looked up: write an address, "127.0.0.1:${bare[2] ?? ""}"`
  }
  return "addresses look like \"8080\", \"127.0.0.1:8080\", \"[::1]:8080\", \"/run/a.sock\" or \"@a\""
}
