/**
 * The events of the native core, handed to whoever waits for them. One callback a batch, no fiber in between: an event
 * completes a `Deferred` or lands in a `Mailbox` before the callback returns.
 */
import type { Binding } from "./Binding.ts"
import { EventKind, eventWidth } from "./Binding.ts"

/** The operands of an event; what they mean is in ci.h. */
export type Handler = (a: number, b: number, c: number) => void

export interface Events {
  /** Calls `handler` for each event of `kind` whose first operand is `id`, until it is taken back. */
  readonly on: (kind: number, id: number, handler: Handler) => void
  readonly off: (kind: number, id: number) => void
  /** Calls `handler` for each event of `kind` that nobody has asked for by id. */
  readonly onOther: (kind: number, handler: Handler) => void
  /** Takes over the binding's one event callback: events are handed on from now on. */
  readonly listen: () => void
}

/** Before they `listen`, they may be asked for already. */
export const make = (binding: Binding): Events => {
  const byId = new Map<number, Map<number, Handler>>()
  const others = new Map<number, Handler>()
  for (const kind of Object.values(EventKind)) byId.set(kind, new Map())

  return {
    on: (kind, id, handler) => {
      byId.get(kind)?.set(id, handler)
    },
    off: (kind, id) => {
      byId.get(kind)?.delete(id)
    },
    onOther: (kind, handler) => {
      others.set(kind, handler)
    },
    listen: () => {
      binding.listen((events) => {
        for (let at = 0; at + eventWidth <= events.length; at += eventWidth) {
          const kind = events[at] ?? 0
          const a = events[at + 1] ?? 0
          const handler = byId.get(kind)?.get(a) ?? others.get(kind)
          if (handler !== undefined) handler(a, events[at + 2] ?? 0, events[at + 3] ?? 0)
        }
      })
    }
  }
}
