/** The actors of a run: made when they are first told something, each a child fiber of the supervisor. */
import * as Effect from "effect/Effect"
import { activatedBy } from "../unit/References.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import * as Inbox from "./Inbox.ts"
import * as PathActor from "./PathActor.ts"
import type { Report } from "./Report.ts"
import type { Message, Ports as ServicePorts } from "./ServiceActor.ts"
import * as ServiceActor from "./ServiceActor.ts"
import * as TargetActor from "./TargetActor.ts"
import * as TimerActor from "./TimerActor.ts"
import type { Timers } from "./Timers.ts"
import type { TriggerRequest } from "./Trigger.ts"

/** All ports that actors use. */
export type Ports = ServicePorts | Effect.Effect.Context<ReturnType<typeof TimerActor.run>>
  | Effect.Effect.Context<ReturnType<typeof PathActor.run>>

type Told = Message | TriggerRequest

export interface Actors {
  /** Tells the unit's actor, which is made if there is none yet. */
  readonly tell: (unit: UnitName, message: Told) => Effect.Effect<void, never, Ports>
  /** Tells it if there is one. */
  readonly send: (unit: UnitName, message: Told) => void
  readonly sendAll: (message: Told) => void
}

export interface Options {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly timers: Timers
  readonly report: (report: Report) => void
}

export const make = ({ report, timers, units }: Options): Actors => {
  const inboxes = new Map<UnitName, Inbox.Inbox<Told>>()

  const life = (unit: Unit, inbox: Inbox.Inbox<never>): Effect.Effect<unknown, never, Ports> => {
    switch (unit._tag) {
      case "Service":
        return ServiceActor.run(unit, { inbox, timers, report })
      case "Target":
      case "Socket":
        return TargetActor.run(unit, { inbox, timers, report })
      case "Timer":
        return TimerActor.run(unit, { inbox, timers, report, target: activatedBy(unit) })
      case "Path":
        return PathActor.run(unit, { inbox, timers, report, target: activatedBy(unit) })
    }
  }

  return {
    tell: (name, message) =>
      Effect.suspend(() => {
        const known = inboxes.get(name)
        if (known !== undefined) return Effect.sync(() => known.offer(message))
        const unit = units.get(name)
        if (unit === undefined) return Effect.void
        const inbox = Inbox.make<Told>()
        inboxes.set(name, inbox)
        inbox.offer(message)
        // A child of this fiber: it cannot outlive the supervisor.
        return Effect.fork(life(unit, inbox as Inbox.Inbox<never>))
      }),
    send: (name, message) => inboxes.get(name)?.offer(message),
    sendAll: (message) => {
      for (const inbox of inboxes.values()) inbox.offer(message)
    }
  }
}
