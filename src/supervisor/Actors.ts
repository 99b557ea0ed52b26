/** The actors of a run: made when they are first told something, each a child fiber of the supervisor. */
import type * as Effect from "effect/Effect"
import { activatedBy, templateFor } from "../unit/References.ts"
import { accepts } from "../unit/SocketKind.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import { templateOf } from "../unit/UnitName.ts"
import type { Observe } from "./Fact.ts"
import * as Inbox from "./Inbox.ts"
import type { Setting } from "./isolation/Ability.ts"
import * as Listeners from "./Listeners.ts"
import type { Log } from "./Log.ts"
import * as PathActor from "./PathActor.ts"
import type { Report } from "./Report.ts"
import type { Message, Ports as ServicePorts } from "./ServiceActor.ts"
import * as ServiceActor from "./ServiceActor.ts"
import type { Connections } from "./socket/Connections.ts"
import type { Inherited } from "./socket/Inherited.ts"
import * as Proxies from "./socket/Proxies.ts"
import type { Unserved } from "./socket/SocketState.ts"
import * as SocketActor from "./SocketActor.ts"
import * as TargetActor from "./TargetActor.ts"
import * as TimerActor from "./TimerActor.ts"
import type { Timers } from "./Timers.ts"
import type { StillNeeded, TriggerReport, TriggerRequest } from "./Trigger.ts"

/** All ports that actors use. */
export type Ports =
  | ServicePorts
  | Effect.Effect.Context<ReturnType<typeof TimerActor.run>>
  | Effect.Effect.Context<ReturnType<typeof PathActor.run>>
  | Effect.Effect.Context<ReturnType<typeof SocketActor.run>>

type Told = Message | TriggerRequest | StillNeeded | Unserved

export interface Actors {
  /** Tells the unit's actor. If there is none yet, it is made, and the answer is its life, to be forked. */
  readonly tell: (unit: UnitName, message: Told) => Effect.Effect<unknown, never, Ports> | undefined
  /** Tells it if there is one. */
  readonly send: (unit: UnitName, message: Told) => void
  readonly sendAll: (message: Told) => void
  /** The units are these from now on: each goes by it from its next start. */
  readonly redefine: (units: ReadonlyMap<UnitName, Unit>) => void
  /** One unit more, an instance of a template. */
  readonly join: (unit: Unit) => void
  /** It is over: its actor ends, and nothing is left of it. */
  readonly leave: (unit: UnitName) => void
  /** How many there are. */
  readonly size: () => number
  /** The connections that sockets have accepted. */
  readonly connections: Connections
}

export interface Options {
  readonly units: ReadonlyMap<UnitName, Unit>
  /** Whether instances of it can be made. */
  readonly hasTemplate: (template: UnitName) => boolean
  readonly timers: Timers
  readonly report: (report: Report) => void
  readonly newInvocationId: () => string
  readonly isolation: Setting
  readonly observe: Observe | undefined
  readonly log: Log
  /** Listeners that PID 1 was started with. */
  readonly inherited: Inherited
}

export const make = (
  { hasTemplate, inherited, isolation, log, newInvocationId, observe, report, timers, units: first }: Options
): Actors => {
  let units = first
  const began = timers.now()
  const listeners = Listeners.make(first)
  const proxies = Proxies.make()
  const offers = new Map<UnitName, (message: Told) => void>()
  /** Instances that have joined. */
  const joined = new Map<UnitName, Unit>()
  /** By template: what is said once of all its instances that join. */
  const said = new Map<UnitName, Set<string>>()
  /** Actors of units that were defined anew since; only services learn of it themselves. */
  const outdated = new Set<UnitName>()

  /** Timers, paths and sockets have no processes: what they report lacks what only processes have. */
  const reportTrigger = (told: TriggerReport) =>
    report(
      told._tag === "Changed"
        ? { ...told, status: undefined, culprit: undefined, invocationId: "" }
        : told
    )

  const saidOf = (instance: UnitName): Set<string> => {
    const template = templateOf(instance) ?? instance
    const known = said.get(template) ?? new Set()
    said.set(template, known)
    return known
  }

  /** The fiber's life, and its inbox noted. Nobody tells a unit what is not for one of its kind. */
  const live = (unit: Unit): Effect.Effect<unknown, never, Ports> => {
    const boxed = <M>(): Inbox.Inbox<M> => {
      const inbox = Inbox.make<M>()
      offers.set(unit.name, (message) => inbox.offer(message as M))
      return inbox
    }
    const target = activatedBy(unit) ?? unit.name
    switch (unit._tag) {
      case "Service":
        return ServiceActor.run(unit, {
          inbox: boxed(),
          timers,
          report,
          newInvocationId,
          isolation,
          listeners,
          observe,
          log,
          said: joined.has(unit.name) ? saidOf(unit.name) : undefined
        })
      case "Target":
        return TargetActor.run(unit, { inbox: boxed(), report })
      case "Socket": {
        const template = accepts(unit) ? templateFor(unit.name) : undefined
        return SocketActor.run(unit, {
          inbox: boxed(),
          timers,
          report: reportTrigger,
          target: template ?? target,
          listeners,
          observe,
          inherited,
          isolation,
          newInvocationId,
          hasTarget: () => template === undefined ? units.has(target) : hasTemplate(template),
          service: units.get(target),
          proxies
        })
      }
      case "Timer":
        return TimerActor.run(unit, { inbox: boxed(), timers, report: reportTrigger, target, began, observe })
      case "Path":
        return PathActor.run(unit, { inbox: boxed(), timers, report: reportTrigger, target, observe })
    }
  }

  return {
    tell: (name, message) => {
      const known = offers.get(name)
      // Who is told to start is at rest: another may take the place of an outdated one, which hears of nothing more.
      const isCurrent = outdated.size === 0 || message._tag !== "StartRequested" || !outdated.delete(name)
      if (known !== undefined && isCurrent) {
        known(message)
        return undefined
      }
      const unit = units.get(name) ?? joined.get(name)
      if (unit === undefined) return undefined
      const life = live(unit)
      offers.get(name)?.(message)
      return life
    },
    send: (name, message) => offers.get(name)?.(message),
    sendAll: (message) => {
      for (const offer of offers.values()) offer(message)
    },
    join: (unit) => void joined.set(unit.name, unit),
    leave: (name) => {
      joined.delete(name)
      outdated.delete(name)
      listeners.connections.end(name)
      offers.get(name)?.({ _tag: "Dismissed" })
      offers.delete(name)
    },
    size: () => offers.size,
    connections: listeners.connections,
    redefine: (now) => {
      units = now
      listeners.redefine(now)
      for (const [name, offer] of offers) {
        const unit = now.get(name)
        if (unit?._tag === "Service") offer({ _tag: "Redefined", service: unit })
        else outdated.add(name)
      }
    }
  }
}
