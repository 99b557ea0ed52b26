/** `Signals` over the native core. */
import * as Effect from "effect/Effect"
import type { Signals } from "../../kernel/Signals.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import * as Call from "../Call.ts"
import type { Events } from "../Events.ts"

export const make = (binding: Binding, events: Events): typeof Signals.Service => ({
  take: (signals, received) =>
    Effect.asVoid(
      Call.number("take over signals", () => {
        events.onOther(EventKind.Signal, received)
        return binding.signals_take(signals)
      })
    )
})
