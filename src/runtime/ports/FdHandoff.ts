/** `FdHandoff` over the native core. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { FdHandoff, Listener } from "../../kernel/FdHandoff.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import * as Call from "../Call.ts"
import type { Events } from "../Events.ts"

const kinds = { "stream": 1, "datagram": 2, "sequential-packet": 5 }

const knocked = (binding: Binding, events: Events, descriptor: number) =>
  Effect.suspend(() => {
    const knock = Deferred.unsafeMake<void>(FiberId.none)
    events.on(EventKind.Readable, descriptor, () => {
      events.off(EventKind.Readable, descriptor)
      Deferred.unsafeDone(knock, Effect.void)
    })
    return Call.number("watch a listener", () => binding.descriptor_watch(descriptor, 0)).pipe(
      Effect.zipRight(Deferred.await(knock)),
      Effect.onInterrupt(() =>
        Effect.sync(() => {
          events.off(EventKind.Readable, descriptor)
          binding.descriptor_unwatch(descriptor)
        })
      )
    )
  })

export const make = (binding: Binding, events: Events): typeof FdHandoff.Service => ({
  listen: ({ address, backlog, ipv6Only, kind, port }) =>
    Effect.acquireRelease(
      Call.number(
        `listen on ${address}${port === 0 ? "" : ` port ${port}`}`,
        () => binding.listener_open(kinds[kind], address, port, backlog, ipv6Only ? 1 : 0)
      ),
      (descriptor) => Effect.sync(() => binding.descriptor_close(descriptor))
    ).pipe(
      Effect.map((descriptor): Listener => ({
        descriptor,
        port: Math.max(0, binding.listener_port(descriptor)),
        knocked: knocked(binding, events, descriptor)
      }))
    )
})
