/**
 * The connections that sockets with `Accept=yes` have accepted, each with the instance that serves it, from its accepting
 * until the instance is down for good. Our copy of one is closed as soon as nobody here needs it any more, so that the
 * client sees the end when its process ends.
 */
import type { Connection } from "../../kernel/FdHandoff.ts"
import type { SocketSection, UnitName } from "../../unit/Unit.ts"
import type { Handed } from "../Listeners.ts"
import * as Peer from "./Peer.ts"

interface Served {
  readonly socket: Counted
  readonly source: string
  readonly connection: Connection
  readonly handed: ReadonlyArray<Handed>
  open: boolean
}

/** What is kept of a socket. */
interface Counted {
  /** All that were ever accepted: instances are numbered by it. */
  accepted: number
  connections: number
  readonly bySource: Map<string, number>
}

/** systemd.socket(5), `MaxConnections=`. */
const mostConnections = 64

const none: ReadonlyArray<Handed> = []

export class Connections {
  private readonly sockets = new Map<UnitName, Counted>()
  private readonly served = new Map<UnitName, Served>()

  /** How many instances have one. */
  get size(): number {
    return this.served.size
  }

  /** The number that the next connection of the socket has in its instance's name. */
  nextOf(socket: UnitName): number {
    return this.countedOf(socket).accepted
  }

  /** Why no other connection of this peer is served; `undefined`: it is. */
  objection(socket: UnitName, section: SocketSection, { ends }: Connection): string | undefined {
    const { bySource, connections } = this.countedOf(socket)
    const most = section.MaxConnections ?? mostConnections
    if (connections >= most) return `there are ${connections} connections already, as many as MaxConnections= allows`
    const mostOfOne = section.MaxConnectionsPerSource ?? 0
    if (mostOfOne === 0) return undefined
    const source = Peer.sourceOf(ends)
    const ofSource = bySource.get(source) ?? 0
    if (ofSource < mostOfOne) return undefined
    return `there are ${ofSource} connections from ${source} already, as many as MaxConnectionsPerSource= allows`
  }

  has(instance: UnitName): boolean {
    return this.served.has(instance)
  }

  /** One of this number is there already, of another socket with the same template. */
  skip(socket: UnitName): void {
    this.countedOf(socket).accepted++
  }

  /** From now on the connection is the instance's. */
  add(socket: UnitName, instance: UnitName, connection: Connection, name: string): void {
    const counted = this.countedOf(socket)
    const source = Peer.sourceOf(connection.ends)
    counted.accepted++
    counted.connections++
    counted.bySource.set(source, (counted.bySource.get(source) ?? 0) + 1)
    const handed = [{ descriptor: connection.descriptor, name }]
    this.served.set(instance, { socket: counted, source, connection, handed, open: true })
  }

  /** The instance has another name itself, its template's being a link. */
  rename(instance: UnitName, to: UnitName): void {
    const served = this.served.get(instance)
    if (served === undefined) return
    this.served.delete(instance)
    this.served.set(to, served)
  }

  /** What an instance gets, none once it is closed here; `undefined` for all other units. */
  of(unit: UnitName): ReadonlyArray<Handed> | undefined {
    if (this.served.size === 0) return undefined
    const served = this.served.get(unit)
    return served === undefined ? undefined : served.open ? served.handed : none
  }

  /** All who need the connection have it. */
  close(instance: UnitName): void {
    const served = this.served.get(instance)
    if (served === undefined || !served.open) return
    served.open = false
    served.connection.close()
  }

  /** The instance is down for good. */
  end(instance: UnitName): void {
    const served = this.served.get(instance)
    if (served === undefined) return
    this.close(instance)
    this.served.delete(instance)
    const { socket, source } = served
    socket.connections--
    const rest = (socket.bySource.get(source) ?? 1) - 1
    if (rest > 0) socket.bySource.set(source, rest)
    else socket.bySource.delete(source)
  }

  private countedOf(socket: UnitName): Counted {
    let counted = this.sockets.get(socket)
    if (counted === undefined) {
      counted = { accepted: 0, connections: 0, bySource: new Map() }
      this.sockets.set(socket, counted)
    }
    return counted
  }
}
