/** What messages mean for the state table of a service that are no events of it, or not yet. */
import * as Effect from "effect/Effect"
import type { Service } from "../../unit/Unit.ts"
import type { Message, Ports } from "../ServiceActor.ts"
import type { Machine } from "../State.ts"
import type { Event } from "../StateEvent.ts"
import type { MainProcess } from "./MainProcess.ts"
import type { NotApplied } from "./NotApplied.ts"
import type { NotifyChannel } from "./NotifyChannel.ts"
import type { UnitProcesses } from "./UnitProcesses.ts"

/** Who is asked; what most services do not need is made when it is. */
export interface Means {
  readonly service: Service
  readonly processes: UnitProcesses
  readonly notApplied: NotApplied
  readonly notify: () => NotifyChannel
  readonly mainProcess: () => MainProcess
}

export type LookedInto = Extract<
  Message,
  { readonly _tag: "Heard" | "HungUp" | "MemoryChanged" | "PidFileChanged" | "Refused" }
>

/** `undefined`: nothing. */
export const lookInto = (
  message: LookedInto,
  machine: Machine,
  { mainProcess, notApplied, notify, processes, service }: Means
): Effect.Effect<Event | undefined, never, Ports> | undefined => {
  switch (message._tag) {
    case "Heard":
      return notify().hear(service, machine, message.message)
    case "HungUp":
      return Effect.as(notify().forget(message.descriptor), undefined)
    case "PidFileChanged":
      // News from before the end of the search are none: nobody would take the next watch back.
      return machine.main === 0 && (machine.phase === "start" || machine.phase === "start-post")
        ? mainProcess().find(service, true)
        : undefined
    case "MemoryChanged":
      return Effect.map(
        processes.killedForMemory,
        (killed) => killed ? { _tag: "KilledForMemory" } as const : undefined
      )
    case "Refused": {
      const said = notApplied.tell(message.unapplied)
      return said === undefined ? undefined : Effect.as(said, undefined)
    }
  }
}
