/**
 * One socket unit: a fiber that takes one event at a time, asks the table in socket/SocketState.ts what follows, and does
 * that. It runs no process: all it owns are its listeners, which the service gets when it starts.
 */
import * as Effect from "effect/Effect"
import type { Socket } from "../unit/Unit.ts"
import type { Listeners } from "./Listeners.ts"
import type { Ports } from "./socket/Bound.ts"
import { Bound } from "./socket/Bound.ts"
import type { Inherited } from "./socket/Inherited.ts"
import type { Command, Event } from "./socket/SocketState.ts"
import { initial, step } from "./socket/SocketState.ts"
import type { TriggerSurroundings } from "./Trigger.ts"
import * as TriggerLife from "./TriggerLife.ts"
import * as UnitConditions from "./UnitConditions.ts"
import * as UnitLine from "./UnitLine.ts"

export type { Ports } from "./socket/Bound.ts"

export interface Surroundings extends TriggerSurroundings<Event> {
  readonly listeners: Listeners
  /** What PID 1 was started with. */
  readonly inherited: Inherited
  /** Whether there is such a unit as the one to start. */
  readonly hasTarget: boolean
}

/** Does what the table commands. */
class Hands {
  private readonly bound: Bound
  private readonly unit: Socket
  private readonly surroundings: Surroundings

  constructor(unit: Socket, surroundings: Surroundings) {
    this.unit = unit
    this.surroundings = surroundings
    this.bound = new Bound(unit, surroundings)
  }

  execute(command: Command): Effect.Effect<Event | void, never, Ports> | undefined {
    const { report, target } = this.surroundings
    const unit = this.unit.name
    switch (command._tag) {
      case "Open":
        return this.open(command.opening)
      case "Close":
        return this.close
      case "Watch":
        if (command.again) this.bound.flush()
        return this.watch(command.watch)
      case "Unwatch":
        this.bound.unwatch()
        return undefined
      case "Trigger":
        report({ _tag: "Triggered", unit, target, variables: [] })
        return UnitLine.info(unit, `traffic at ${command.where}, starting ${target}`)
      case "ReportSkipped":
        report({ _tag: "Skipped", unit, failed: command.failed })
        return undefined
      case "ReportChanged":
      case "Say":
        return TriggerLife.execute(unit, command, this.surroundings)
    }
  }

  private open(opening: number): Effect.Effect<Event, never, Ports> {
    return Effect.gen(this, function*() {
      const unmet = UnitConditions.has(this.unit) ? yield* UnitConditions.evaluate(this.unit) : undefined
      if (unmet !== undefined) return { _tag: "Unmet", opening, ...unmet }
      const { hasTarget, target } = this.surroundings
      // Whoever came would wait for ever.
      if (!hasTarget) return { _tag: "Opened", opening, fault: `${target} is not loaded: there is nothing to start` }
      const fault = yield* this.bound.open
      if (fault !== undefined) return { _tag: "Opened", opening, ...fault }
      const name = this.unit.Socket.FileDescriptorName ?? this.unit.name
      const handed = this.bound.descriptors.map((descriptor) => ({ descriptor, name }))
      this.surroundings.listeners.set(this.unit.name, handed)
      yield* UnitLine.info(this.unit.name, `listening on ${this.bound.where}`)
      return { _tag: "Opened", opening }
    })
  }

  private watch(watch: number): Effect.Effect<Event | void, never, Ports> {
    const { inbox } = this.surroundings
    return Effect.map(
      this.bound.watch(
        (where) => inbox.offer({ _tag: "Knocked", watch, where }),
        (where, millis) => inbox.offer({ _tag: "Paused", watch, where, millis })
      ),
      (fault): Event | undefined => fault === undefined ? undefined : { _tag: "Unwatchable", watch, ...fault }
    )
  }

  get close(): Effect.Effect<void, never, Ports> {
    return Effect.suspend(() => {
      this.surroundings.listeners.set(this.unit.name, [])
      return this.bound.close
    })
  }
}

/** Lives until the socket was told to stop for the last time; what it fails with is a defect of ours. */
export const run = (unit: Socket, surroundings: Surroundings): Effect.Effect<void, never, Ports> =>
  Effect.suspend(() => {
    const hands = new Hands(unit, surroundings)
    return TriggerLife.byTable({
      unit: unit.name,
      initial,
      step: (machine, event: Event) => step(unit, machine, event, surroundings.timers.now()),
      execute: (command: Command) => hands.execute(command),
      release: hands.close
    }, surroundings)
  })
