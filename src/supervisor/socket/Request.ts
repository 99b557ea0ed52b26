/** What the kernel is asked for to listen as a socket unit says, systemd.socket(5). Pure. */
import type { ListenRequest } from "../../kernel/FdHandoff.ts"
import { SocketOption } from "../../kernel/FdHandoff.ts"
import * as Address from "../../unit/grammar/ListenAddress.ts"
import type { Listener, Socket, SocketSection } from "../../unit/Unit.ts"

/** Whom the files of the listeners belong to; -1: to us. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Where it listens, as it is written. */
export const whereOf = (listener: Listener): string =>
  listener.type === "Netlink" ? "netlink" : "path" in listener ? listener.path : Address.format(listener.address)

/** What its listeners may be called where somebody else has opened them. */
export const namesOf = ({ Socket: section, name }: Socket): ReadonlyArray<string> => {
  const names = [name, name.slice(0, -".socket".length)]
  return section.FileDescriptorName === undefined ? names : [section.FileDescriptorName, ...names]
}

type Option = readonly [directive: keyof SocketSection & string, option: SocketOption, value: number]

/** The largest of the kernel's: it takes as many as net.core.somaxconn lets it. */
const mostConnections = 0x7fffffff
const biggest = 0x7fffffff

const protocols = { mptcp: 262, sctp: 132, udplite: 136 } as const

const booleans = [
  ["ReusePort", SocketOption.ReusePort],
  ["FreeBind", SocketOption.FreeBind],
  ["Transparent", SocketOption.Transparent],
  ["KeepAlive", SocketOption.KeepAlive],
  ["NoDelay", SocketOption.NoDelay],
  ["Broadcast", SocketOption.Broadcast],
  ["PassCredentials", SocketOption.PassCredentials],
  ["PassSecurity", SocketOption.PassSecurity],
  ["PassPacketInfo", SocketOption.PassPacketInfo]
] as const

/** Whole seconds, and no less than one, as the kernel counts. */
const seconds = [
  ["KeepAliveTimeSec", SocketOption.KeepAliveTime],
  ["KeepAliveIntervalSec", SocketOption.KeepAliveInterval],
  ["DeferAcceptSec", SocketOption.DeferAccept]
] as const

const numbers = [
  ["KeepAliveProbes", SocketOption.KeepAliveProbes],
  ["Priority", SocketOption.Priority],
  ["ReceiveBuffer", SocketOption.ReceiveBuffer],
  ["SendBuffer", SocketOption.SendBuffer],
  ["IPTOS", SocketOption.TypeOfService],
  ["IPTTL", SocketOption.TimeToLive],
  ["Mark", SocketOption.Mark],
  ["PipeSize", SocketOption.PipeSize]
] as const

/** The options that are written, with the directives that they come from. */
export const optionsOf = (section: SocketSection): ReadonlyArray<Option> => {
  const options: Array<Option> = []
  const { BindIPv6Only: only } = section
  if (only !== undefined && only !== "default") {
    options.push(["BindIPv6Only", SocketOption.Ipv6Only, only === "ipv6-only" ? 1 : 0])
  }
  for (const [key, option] of booleans) if (section[key] === true) options.push([key, option, 1])
  for (const [key, option] of seconds) {
    const millis = section[key]
    if (millis !== undefined && millis > 0) options.push([key, option, Math.min(biggest, Math.ceil(millis / 1000))])
  }
  for (const [key, option] of numbers) {
    const value = section[key]
    if (value !== undefined) options.push([key, option, Math.min(biggest, value)])
  }
  return options
}

const kinds = { Stream: "stream", Datagram: "datagram", SequentialPacket: "sequential-packet" } as const

/** The request for one listener; a string says why there is none. */
export const make = (
  { Socket: section }: Socket,
  listener: Listener,
  options: ReadonlyArray<Option>,
  owner: Owner
): ListenRequest | string => {
  const common = {
    backlog: Math.min(mostConnections, section.Backlog ?? mostConnections),
    protocol: section.SocketProtocol === undefined ? 0 : protocols[section.SocketProtocol],
    options: options.map(([, option, value]) => [option, value] as const),
    mode: section.SocketMode ?? 0o666,
    ...owner
  }
  switch (listener.type) {
    case "FIFO":
      return { ...common, kind: "fifo", address: listener.path, port: 0 }
    case "Stream":
    case "Datagram":
    case "SequentialPacket": {
      const { address } = listener
      const kind = kinds[listener.type]
      switch (address.kind) {
        case "any":
          return { ...common, kind, address: "*", port: address.port }
        case "inet":
          return { ...common, kind, address: address.address, port: address.port }
        case "inet6": {
          const scope = address.scope === undefined ? "" : `%${address.scope}`
          return { ...common, kind, address: `${address.address}${scope}`, port: address.port }
        }
        case "unix":
          return { ...common, kind, address: address.path, port: 0, protocol: 0 }
        case "abstract":
          return { ...common, kind, address: `@${address.name}`, port: 0, protocol: 0 }
        case "vsock":
          return "addresses of vsock are not acted on"
      }
    }
  }
  return `Listen${listener.type}= is not acted on`
}
