/**
 * Directives of systemd.socket(5) with a form of their own.
 *
 * @since 0.1.0
 */
import type { Context } from "../Context.ts"
import { position, refuse } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as AbsolutePath from "../grammar/AbsolutePath.ts"
import * as BooleanWord from "../grammar/Boolean.ts"
import * as ListenAddress from "../grammar/ListenAddress.ts"
import * as NetlinkAddress from "../grammar/NetlinkAddress.ts"
import type { Entry } from "../Lexer.ts"
import { oneMore } from "../Reader.ts"
import * as Suggest from "../Suggest.ts"
import type { ActivationValues, Listener } from "../values/Activation.ts"

/** What is wrong with a text that is no absolute path. */
export const pathHint = (text: string): string | undefined =>
  text.startsWith("/") ? "paths do not climb: write them without \"..\"" : "paths begin with \"/\""

/** The path; `undefined` once it is said that it is none. */
export const absolutePath = (context: Context, entry: Entry, text: string): string | undefined => {
  const path = AbsolutePath.parse(text)
  if (path === undefined) refuse(context, entry, `${quote(text)} is no absolute path`, pathHint(text))
  return path
}

export const listener = oneMore<Listener>((context, entry, text) => {
  const at = position(context, entry)
  const type = entry.key.slice("Listen".length)
  switch (type) {
    case "Stream":
    case "Datagram":
    case "SequentialPacket": {
      const address = ListenAddress.parse(text)
      if (address === undefined) {
        refuse(context, entry, `${quote(text)} is no address to listen at`, ListenAddress.hint(text))
        return undefined
      }
      if (type === "SequentialPacket" && address.kind !== "unix" && address.kind !== "abstract") {
        refuse(context, entry, "sequenced packets are for local sockets only", "write \"/path\" or \"@name\"")
        return undefined
      }
      return { type, address, at }
    }
    case "Netlink": {
      const address = NetlinkAddress.parse(text)
      if (address !== undefined) return { type, address, at }
      const hint = Suggest.hint(text.split(/[ \t]/)[0] ?? "", NetlinkAddress.families()) ??
        "it looks like \"kobject-uevent 1\""
      refuse(context, entry, `${quote(text)} is no netlink family with a group`, hint)
      return undefined
    }
    case "FIFO":
    case "Special":
    case "MessageQueue":
    case "USBFunction": {
      const path = absolutePath(context, entry, text)
      return path === undefined ? undefined : { type, path, at }
    }
    default:
      return undefined
  }
})

export const bindIPv6Only = (text: string): ActivationValues["bind ipv6 only"] | undefined => {
  if (text === "default" || text === "both" || text === "ipv6-only") return text
  const only = BooleanWord.parse(text)
  return only === undefined ? undefined : only ? "ipv6-only" : "both"
}

export const socketProtocol = (text: string): ActivationValues["socket protocol"] | undefined => {
  switch (text.toLowerCase()) {
    case "udplite":
    case "136":
      return "udplite"
    case "sctp":
    case "132":
      return "sctp"
    case "mptcp":
    case "262":
      return "mptcp"
    default:
      return undefined
  }
}

export const timestamping = (text: string): ActivationValues["timestamping"] | undefined => {
  switch (text) {
    case "us":
    case "usec":
    case "\u00b5s":
    case "\u03bcs":
      return "us"
    case "ns":
    case "nsec":
      return "ns"
    case "off":
      return "off"
    default: {
      const wanted = BooleanWord.parse(text)
      return wanted === undefined ? undefined : wanted ? "ns" : "off"
    }
  }
}
