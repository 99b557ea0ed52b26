/** What the kernel is asked for to listen as a socket unit says, systemd.socket(5). Pure. */
import type { ListenRequest } from "../../kernel/FdHandoff.ts"
import { SocketOption } from "../../kernel/FdHandoff.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import * as Address from "../../unit/grammar/ListenAddress.ts"
import * as Netlink from "../../unit/grammar/NetlinkAddress.ts"
import type { Listener, Socket, SocketSection } from "../../unit/Unit.ts"

/** Whom the files of the listeners belong to; -1: to us. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Where it listens, as it is written. */
export const whereOf = (listener: Listener): string =>
  listener.type === "Netlink"
    ? `netlink ${Netlink.format(listener.address)}`
    : "path" in listener
    ? listener.path
    : Address.format(listener.address)

/** What its listeners may be called where somebody else has opened them. */
export const namesOf = ({ Socket: section, name }: Socket): ReadonlyArray<string> => {
  const names = [name, name.slice(0, -".socket".length)]
  return section.FileDescriptorName === undefined ? names : [section.FileDescriptorName, ...names]
}

type Option = readonly [directive: keyof SocketSection & string, option: SocketOption, value: number]

/** The largest of the kernel's: it takes as many as net.core.somaxconn lets it. */
const mostConnections = 0x7fffffff
const biggest = 0x7fffffff

/** VMADDR_CID_ANY. */
const anyVsock = 0xffffffff

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
  ["PassPacketInfo", SocketOption.PassPacketInfo],
  ["PassPIDFD", SocketOption.PassPidfd]
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
  ["PipeSize", SocketOption.PipeSize],
  ["MessageQueueMaxMessages", SocketOption.QueueMessages],
  ["MessageQueueMessageSize", SocketOption.QueueMessageSize]
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
  if (section.Timestamping === "us") options.push(["Timestamping", SocketOption.Timestamp, 1])
  if (section.Timestamping === "ns") options.push(["Timestamping", SocketOption.TimestampNanos, 1])
  if (section.AcceptFileDescriptors === false) {
    options.push(["AcceptFileDescriptors", SocketOption.PassDescriptors, 0])
  }
  return options
}

/** Those whose values are texts. */
const textsOf = ({ BindToDevice, TCPCongestion }: SocketSection): ListenRequest["texts"] & object => [
  ...(BindToDevice === undefined ? [] : [[SocketOption.BindToDevice, BindToDevice] as const]),
  ...(TCPCongestion === undefined ? [] : [[SocketOption.Congestion, TCPCongestion] as const])
]

const kinds = { Stream: "stream", Datagram: "datagram", SequentialPacket: "sequential-packet" } as const

const ENODEV = 19

/** What is wrong, where the kernel's word for it does not say which directive it is about. */
export const explain = ({ BindToDevice }: SocketSection, { errno, message }: KernelError): string =>
  BindToDevice !== undefined && errno === ENODEV
    ? `${message}: is there an interface ${BindToDevice}, as BindToDevice= has it?`
    : message

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
    texts: textsOf(section),
    mode: section.SocketMode ?? 0o666,
    ...owner
  }
  switch (listener.type) {
    case "Netlink": {
      const { family, group } = listener.address
      return { ...common, kind: "netlink", address: `netlink:${group}`, port: 0, protocol: family }
    }
    case "Special":
      return {
        ...common,
        kind: section.Writable === true ? "special-writable" : "special",
        address: listener.path,
        port: 0
      }
    case "MessageQueue":
      return { ...common, kind: "message-queue", address: listener.path, port: 0 }
    case "USBFunction":
      return "ListenUSBFunction= is not acted on"
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
          return { ...common, kind, address: `vsock:${address.cid ?? anyVsock}`, port: address.port, protocol: 0 }
      }
    }
  }
}
