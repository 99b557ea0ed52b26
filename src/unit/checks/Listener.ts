/**
 * Sockets that would listen at the same address: only the first of them can.
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Diagnostic } from "../Diagnostic.ts"
import type { Socket } from "../Unit.ts"
import type { Listener } from "../values/Activation.ts"
import { finding } from "./Finding.ts"
import { nodeOf } from "./Socket.ts"
import type { World } from "./World.ts"

export const check = ({ units }: World): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  const taken = new Map<string, { readonly unit: Socket; readonly listener: Listener }>()
  for (const unit of units.values()) {
    if (unit._tag !== "Socket") continue
    for (const listener of unit.Socket.Listeners ?? []) {
      const key = keyOf(unit, listener)
      if (key === undefined) continue
      const first = taken.get(key)
      if (first === undefined) {
        taken.set(key, { unit, listener })
      } else if (unit.Socket.ReusePort !== true || first.unit.Socket.ReusePort !== true) {
        const { at } = first.listener
        const message = `${first.unit.name} listens there already (${at.file}:${at.line}): only one of them can`
        diagnostics.push(
          finding("warning", Code.SameListener, listener.at, "Socket", `Listen${listener.type}`, message)
        )
      }
    }
  }
  return diagnostics
}

/** The same for listeners that exclude each other; `undefined` where that cannot be told from the file. */
const keyOf = ({ Socket: section }: Socket, listener: Listener): string | undefined => {
  const node = nodeOf(listener)
  if (node !== undefined) return node
  if (listener.type !== "Stream" && listener.type !== "Datagram" && listener.type !== "SequentialPacket") {
    return undefined
  }
  const { address } = listener
  const where = (text: string) =>
    `${listener.type} ${section.SocketProtocol ?? ""} ${section.BindToDevice ?? ""} ${text}`
  switch (address.kind) {
    case "abstract":
      return `${listener.type} @${address.name}`
    case "any":
      return where(`[::]:${address.port}`)
    case "inet":
      return where(`${address.address}:${address.port}`)
    case "inet6":
      return where(`[${address.address}]${address.scope === undefined ? "" : `%${address.scope}`}:${address.port}`)
    default:
      return undefined
  }
}
