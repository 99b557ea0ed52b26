/** `Signals` over the native core. */
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type { Signals } from "../../kernel/Signals.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import * as Call from "../Call.ts"
import type { Events } from "../Events.ts"

export const make = (binding: Binding, events: Events): typeof Signals.Service => ({
  take: Effect.fnUntraced(function*(signals) {
    const mailbox = yield* Mailbox.make<number>()
    events.onOther(EventKind.Signal, (signal) => {
      mailbox.unsafeOffer(signal)
    })
    yield* Call.number("take over signals", () => binding.signals_take(signals))
    return mailbox
  })
})
