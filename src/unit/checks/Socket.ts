/**
 * The rules that the directives of one socket keep together, systemd.socket(5).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import { exec } from "../directives/Exec.ts"
import { resourceControl } from "../directives/ResourceControl.ts"
import { kill } from "../directives/Service.ts"
import type { Table } from "../directives/Table.ts"
import type { Socket, SocketSection } from "../Unit.ts"
import type { DialAddress, ListenAddress, Listener } from "../values/Activation.ts"
import type { Checked } from "./Finding.ts"
import { finding, report, reportNone } from "./Finding.ts"
import * as Process from "./Process.ts"

type Key = keyof SocketSection & string

export const check = (checked: Checked<Socket>): void => {
  const { unit } = checked
  const listeners = unit.Socket.Listeners ?? []
  if (listeners.length === 0) {
    const message = "there is none, nor any other Listen...= directive"
    reportNone(checked, Code.NoListener, "Socket", "Listeners", "ListenStream", message)
  } else {
    if (unit.Socket.Accept === true) checkAccept(checked, listeners)
    else checkLimits(checked)
    checkNodes(checked, listeners)
  }
  if (unit.Socket.ActivationMode === "proxy") checkProxy(checked, listeners)
  else checkNoProxy(checked)
  Process.check(checked, "Socket", unit.Socket)
  if (!hasCommands(unit.Socket)) checkWithoutCommands(checked)
}

/** Listeners that give one descriptor for each connection. */
const hasConnections = ({ type }: Listener): boolean => type === "Stream" || type === "SequentialPacket"

const checkAccept = (checked: Checked<Socket>, listeners: ReadonlyArray<Listener>): void => {
  const { diagnostics, unit } = checked
  const { ActivationMode, DeferTrigger, MaxConnections, Service } = unit.Socket
  for (const listener of listeners) {
    if (hasConnections(listener)) continue
    const message = "with Accept=yes there can be only listeners that have connections: streams and sequenced packets"
    diagnostics.push(finding("error", Code.NoConnections, listener.at, "Socket", `Listen${listener.type}`, message))
  }
  if (MaxConnections === 0) {
    const message = "with Accept=yes there has to be room for a connection"
    report(checked, "error", Code.NoConnections, "Socket", "MaxConnections", message)
  }
  if (Service !== undefined) {
    const message = "with Accept=yes each connection has an instance of the template of the same name as the socket"
    report(checked, "error", Code.NotWithAccept, "Socket", "Service", message)
  }
  if (DeferTrigger !== undefined && DeferTrigger !== "no") {
    report(checked, "error", Code.NotWithAccept, "Socket", "DeferTrigger", "Accept=yes starts a service at once")
  }
  if (ActivationMode === "proxy") {
    const message = "a proxy forwards connections itself: it does not go together with Accept=yes"
    report(checked, "warning", Code.NotWithAccept, "Socket", "ActivationMode", message)
  }
}

const checkLimits = (checked: Checked<Socket>): void => {
  const section = checked.unit.Socket
  if (section.ActivationMode === "proxy") {
    if (section.MaxConnectionsPerSource === undefined) return
    const message = "a proxy does not count who comes from where: MaxConnections= limits them all"
    return report(checked, "warning", Code.NoEffect, "Socket", "MaxConnectionsPerSource", message)
  }
  for (const key of ["MaxConnections", "MaxConnectionsPerSource"] as const) {
    if (section[key] !== undefined) idle(checked, key, "only with Accept=yes are connections counted here")
  }
}

const checkNodes = (checked: Checked<Socket>, listeners: ReadonlyArray<Listener>): void => {
  const section = checked.unit.Socket
  const nodes = listeners.filter((listener) => nodeOf(listener) !== undefined)
  if (section.Symlinks !== undefined && section.Symlinks.length > 0 && nodes.length !== 1) {
    const message = nodes.length === 0
      ? "there is no listener in the file system that these could lead to"
      : "there are several listeners in the file system: which of them should these lead to?"
    report(checked, "error", Code.SymlinksToWhat, "Socket", "Symlinks", message)
  }
  checkQueue(checked)
  if (nodes.length > 0 || listeners.some(({ type }) => type === "MessageQueue")) return
  for (const key of ["SocketUser", "SocketGroup", "SocketMode", "DirectoryMode"] as const) {
    if (section[key] !== undefined) idle(checked, key, "no listener has a file")
  }
}

const hasCommands = ({ ExecStartPost, ExecStartPre, ExecStopPost, ExecStopPre }: SocketSection): boolean =>
  [ExecStartPre, ExecStartPost, ExecStopPre, ExecStopPost].some((list) => list !== undefined && list.length > 0)

const ofProcesses: Table = { ...exec, ...kill, ...resourceControl }

/** What is not acted on at all is said elsewhere. */
const isForCommands = (key: string): boolean =>
  key === "TimeoutSec" || key === "PassFileDescriptorsToExec" || ofProcesses[key]?.[0] === "supported"

/** What processes are started with is for those commands alone: the service has its own. */
const checkWithoutCommands = (checked: Checked<Socket>): void => {
  for (const key of Object.keys(checked.unit.Socket)) {
    if (!isForCommands(key) || checked.where("Socket", key).line <= 0) continue
    idle(checked, key as Key, "the socket runs no commands of its own; write it into the service")
  }
}

/** mq_open(3) takes both or none. */
const checkQueue = (checked: Checked<Socket>): void => {
  const { MessageQueueMaxMessages: messages, MessageQueueMessageSize: size } = checked.unit.Socket
  if ((messages === undefined) === (size === undefined)) return
  const key = messages === undefined ? "MessageQueueMessageSize" : "MessageQueueMaxMessages"
  const other = messages === undefined ? "MessageQueueMaxMessages" : "MessageQueueMessageSize"
  idle(checked, key, `the kernel wants ${other}= as well`)
}

/** The path of the file that stands for a listener. */
export const nodeOf = (listener: Listener): string | undefined => {
  if (listener.type === "FIFO") return listener.path
  return "address" in listener && "kind" in listener.address && listener.address.kind === "unix"
    ? listener.address.path
    : undefined
}

const checkProxy = (checked: Checked<Socket>, listeners: ReadonlyArray<Listener>): void => {
  const { diagnostics, unit } = checked
  const { ProxyTarget } = unit.Socket
  if (ProxyTarget === undefined) {
    const message = "a proxy needs ProxyTarget=, the address to forward to"
    report(checked, "warning", Code.ProxyWithoutTarget, "Socket", "ActivationMode", message)
  }
  for (const listener of listeners) {
    if (listener.type !== "Stream") {
      const message = "a proxy forwards streams only"
      diagnostics.push(
        finding("warning", Code.ProxyOfStreams, listener.at, "Socket", `Listen${listener.type}`, message)
      )
    } else if (ProxyTarget !== undefined && reaches(ProxyTarget, listener.address)) {
      const message = "the proxy listens there itself: it would forward connections to itself"
      report(checked, "warning", Code.ProxyToItself, "Socket", "ProxyTarget", message)
      return
    }
  }
}

const checkNoProxy = (checked: Checked<Socket>): void => {
  const section = checked.unit.Socket
  for (const key of ["ProxyTarget", "ProxyIdleSec", "ProxyConnectTimeoutSec", "ProxyProtocol"] as const) {
    if (section[key] === undefined) continue
    const message = "this has no effect without ActivationMode=proxy"
    report(checked, "warning", Code.NoEffect, "Socket", key, message)
  }
}

const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1"

/** Whether what connects to `target` arrives at `address`. Whether an address is our own is known of loopback only. */
const reaches = (target: DialAddress, address: ListenAddress): boolean => {
  switch (target.kind) {
    case "unix":
      return address.kind === "unix" && address.path === target.path
    case "abstract":
      return address.kind === "abstract" && address.name === target.name
    default: {
      if (address.kind !== "any" && address.kind !== "inet" && address.kind !== "inet6") return false
      if (address.port !== target.port) return false
      const host = target.kind === "host" ? (target.host === "localhost" ? "127.0.0.1" : undefined) : target.address
      if (host === undefined) return false
      if (address.kind === "any" || address.address === "::" || address.address === "0.0.0.0") return isLoopback(host)
      return address.address === host
    }
  }
}

const idle = (checked: Checked<Socket>, key: Key, why: string): void =>
  report(checked, "note", Code.NoEffect, "Socket", key, `this has no effect: ${why}`)
