/** `Notify` of the scripted kernel: sockets by address, and descriptors that are open until somebody closes them. */
import * as Effect from "effect/Effect"
import { KernelError } from "../../../src/kernel/KernelError.ts"
import type { Notify, NotifyMessage } from "../../../src/kernel/Notify.ts"

export interface NotifyTest {
  readonly port: typeof Notify.Service
  /** Delivers a message, if the socket is open. */
  readonly deliver: (address: string, message: NotifyMessage) => void
  /** Sent to other supervisors: `address text`. */
  readonly sent: Array<string>
  /** Descriptors that came with messages and are not closed. */
  readonly descriptors: Set<number>
  /** The other end of a descriptor is gone. */
  readonly hangUp: (descriptor: number) => void
}

const ECONNREFUSED = 111

export const make = (calls: Array<string>): NotifyTest => {
  const sockets = new Map<string, (message: NotifyMessage) => void>()
  const watches = new Map<number, () => void>()
  const descriptors = new Set<number>()
  const sent: Array<string> = []
  let opened = 0
  return {
    sent,
    descriptors,
    deliver: (address, message) => {
      const received = sockets.get(address)
      if (received === undefined) return
      for (const descriptor of message.descriptors) descriptors.add(descriptor)
      received(message)
    },
    hangUp: (descriptor) => {
      const hungUp = watches.get(descriptor)
      watches.delete(descriptor)
      hungUp?.()
    },
    port: {
      open: (received) =>
        Effect.sync(() => {
          const address = `@notify-${++opened}`
          sockets.set(address, received)
          return { address, close: Effect.sync(() => void sockets.delete(address)) }
        }),
      send: (address, text) =>
        address === "@nobody"
          ? new KernelError({ operation: `notify ${address}`, errno: ECONNREFUSED })
          : Effect.sync(() => void sent.push(`${address} ${text}`)),
      closeDescriptors: (closed) =>
        Effect.sync(() => {
          for (const descriptor of closed) {
            calls.push(`close descriptor ${descriptor}`)
            descriptors.delete(descriptor)
            watches.delete(descriptor)
          }
        }),
      watchHangUp: (descriptor, hungUp) =>
        Effect.sync(() => {
          if (!descriptors.has(descriptor)) return false
          watches.set(descriptor, hungUp)
          return true
        })
    }
  }
}
