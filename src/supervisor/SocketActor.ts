/**
 * One socket unit: a fiber that takes one event at a time, asks the table in socket/SocketState.ts what follows, and does
 * that. It owns its listeners, which the service gets when it starts; and, where it has commands of its own, their
 * processes, by the table in socket/CommandState.ts.
 */
import * as Effect from "effect/Effect"
import type { Relays } from "../kernel/Relays.ts"
import { accepts } from "../unit/SocketKind.ts"
import type { Socket, Unit } from "../unit/Unit.ts"
import type { Setting } from "./isolation/Ability.ts"
import type { Handed, Listeners } from "./Listeners.ts"
import type { Ports as ServicePorts } from "./ServiceActor.ts"
import { Accepting } from "./socket/Accepting.ts"
import type { Fault, Ports as BoundPorts } from "./socket/Bound.ts"
import { Bound } from "./socket/Bound.ts"
import { CommandHands } from "./socket/CommandHands.ts"
import * as CommandMachine from "./socket/CommandMachine.ts"
import * as CommandState from "./socket/CommandState.ts"
import { Forwarder } from "./socket/Forwarder.ts"
import type { Command, Event } from "./socket/Forwarding.ts"
import * as Forwarding from "./socket/Forwarding.ts"
import type { Inherited } from "./socket/Inherited.ts"
import * as OwnCommands from "./socket/OwnCommands.ts"
import type { Proxies } from "./socket/Proxies.ts"
import * as SocketState from "./socket/SocketState.ts"
import type { TriggerSurroundings } from "./Trigger.ts"
import * as TriggerLife from "./TriggerLife.ts"
import * as UnitConditions from "./UnitConditions.ts"
import * as UnitLine from "./UnitLine.ts"

export type Ports = BoundPorts | Relays | ServicePorts

export interface Surroundings extends TriggerSurroundings<CommandMachine.Event> {
  readonly listeners: Listeners
  /** Whether there is such a unit as the one to start, or such a template. */
  readonly hasTarget: () => boolean
  /** The unit to start, if there is one. */
  readonly service: Unit | undefined
  readonly proxies: Proxies
  /** What PID 1 was started with. */
  readonly inherited: Inherited
  /** For its commands, as those of services. */
  readonly isolation: Setting
  readonly newInvocationId: () => string
}

/** Does what the table commands. */
class Hands {
  private readonly bound: Bound
  private readonly accepting: Accepting
  private readonly forwarder: Forwarder | undefined
  private readonly unit: Socket
  private readonly surroundings: Surroundings

  constructor(unit: Socket, surroundings: Surroundings) {
    this.unit = unit
    this.surroundings = surroundings
    this.bound = new Bound(unit, surroundings)
    this.accepting = new Accepting(unit, this.bound, surroundings)
    const { inbox, proxies, service, target } = surroundings
    if (unit.Socket.ActivationMode !== "proxy") return
    const forwarder: Forwarder = new Forwarder(unit, {
      service: target,
      proxies,
      // A service that has no end to its start has none here either.
      connectTimeoutMillis: service?._tag === "Service" ? service.Service.TimeoutStartSec : Infinity,
      heard: (event) => inbox.offer({ _tag: "Relayed", event, to: forwarder.target })
    })
    this.forwarder = forwarder
  }

  execute(command: Command): Effect.Effect<Event | void, never, Ports> | undefined {
    const { report, target } = this.surroundings
    const unit = this.unit.name
    switch (command._tag) {
      case "Open":
        return this.open(command)
      case "Close":
        return this.close
      case "Watch":
        if (command.again) this.bound.flush()
        return this.watch(command.watch)
      case "Unwatch":
        this.bound.unwatch()
        return undefined
      case "Forward":
        this.forwarder?.forward()
        return undefined
      case "Hold":
        this.forwarder?.hold()
        return undefined
      case "Release":
        return this.release
      case "Trigger":
        report({ _tag: "Triggered", unit, target, variables: [] })
        return UnitLine.info(unit, `traffic at ${command.where}, starting ${target}`)
      case "Accept":
        return this.accepting.accept(command.where)
      case "Serve":
        return this.accepting.serve(command.connection)
      case "Drop":
        command.connection.close()
        return undefined
      case "Rest":
        this.accepting.rest(command.watch)
        return undefined
      case "ReportSkipped":
        report({ _tag: "Skipped", unit, failed: command.failed })
        return undefined
      case "ReportChanged":
      case "Say":
        return TriggerLife.execute(unit, command, this.surroundings)
    }
  }

  /** `undefined`: they are met. */
  test(opening: number): Effect.Effect<Event | undefined, never, Ports> {
    return UnitConditions.has(this.unit)
      ? Effect.map(
        UnitConditions.evaluate(this.unit),
        (unmet) => unmet === undefined ? undefined : { _tag: "Unmet", opening, ...unmet }
      )
      : Effect.succeed(undefined)
  }

  private open({ opening, tested }: Extract<Command, { _tag: "Open" }>): Effect.Effect<Event, never, Ports> {
    return Effect.gen(this, function*() {
      const unmet = tested === true ? undefined : yield* this.test(opening)
      if (unmet !== undefined) return unmet
      const { hasTarget, target } = this.surroundings
      // Whoever came would wait for ever.
      if (!hasTarget()) return { _tag: "Opened", opening, fault: `${target} is not loaded: there is nothing to start` }
      const fault = (yield* this.bound.open) ?? (yield* this.give)
      if (fault !== undefined) {
        yield* this.close
        return { _tag: "Opened", opening, ...fault }
      }
      yield* UnitLine.info(this.unit.name, `listening on ${this.bound.where}`)
      return { _tag: "Opened", opening }
    })
  }

  /** What the service gets. */
  get handed(): ReadonlyArray<Handed> {
    const name = this.unit.Socket.FileDescriptorName ?? this.unit.name
    return this.bound.descriptors.map((descriptor) => ({ descriptor, name }))
  }

  /** What is bound is for the service, or for the relay in front of it; nobody gets what is accepted from here. */
  private get give(): Effect.Effect<Fault | undefined, never, Ports> {
    if (accepts(this.unit)) return Effect.succeed(undefined)
    if (this.forwarder !== undefined) return this.forwarder.open(this.bound.descriptors)
    this.surroundings.listeners.set(this.unit.name, this.handed)
    return Effect.succeed(undefined)
  }

  private get release(): Effect.Effect<Event | void> {
    const { report, target } = this.surroundings
    const unit = this.unit.name
    if (this.forwarder?.isLast !== true) return Effect.succeed({ _tag: "StillNeeded" })
    report({ _tag: "Released", unit, target })
    return Effect.void
  }

  private watch(watch: number): Effect.Effect<Event | void, never, Ports> {
    const { inbox } = this.surroundings
    if (this.forwarder?.hasWaiting === true) {
      return Effect.succeed({ _tag: "Knocked", watch, where: this.bound.where })
    }
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
      this.forwarder?.close()
      this.surroundings.listeners.set(this.unit.name, [])
      return this.bound.close
    })
  }
}

/** Lives until the socket was told to stop for the last time; what it fails with is a defect of ours. */
export const run = (unit: Socket, surroundings: Surroundings): Effect.Effect<void, never, Ports> =>
  Effect.suspend(() => {
    const hands = new Hands(unit, surroundings)
    if (OwnCommands.has(unit)) return runWithCommands(unit, hands, surroundings)
    return TriggerLife.byTable({
      unit: unit.name,
      initial: SocketState.initial,
      // Without commands nobody tells of processes.
      step: (machine, event: CommandMachine.Event) => {
        const now = surroundings.timers.now()
        return Forwarding.step(SocketState.step, unit, machine, event as Event, now)
      },
      execute: (command: Command) => hands.execute(command),
      release: hands.close
    }, surroundings)
  })

const runWithCommands = (
  socket: Socket,
  hands: Hands,
  surroundings: Surroundings
): Effect.Effect<void, never, Ports> => {
  const service = OwnCommands.asService(socket)
  const own = new CommandHands(socket, service, surroundings)
  const definition = { socket, service }
  return TriggerLife.byTable({
    unit: socket.name,
    initial: CommandMachine.initial,
    step: (machine, event: CommandMachine.Event) =>
      CommandState.step(definition, machine, event, surroundings.timers.now()),
    execute: (
      command: CommandMachine.Command
    ): Effect.Effect<CommandMachine.Event | void, never, Ports> | undefined => {
      switch (command._tag) {
        case "Test":
          return Effect.map(
            hands.test(command.opening),
            (unmet) => unmet ?? { _tag: "Met", opening: command.opening } as const
          )
        case "Run":
        case "Sweep":
        case "ArmTimer":
        case "TellRefused":
        case "EndRun":
          return own.execute(command, hands.handed)
        default:
          return hands.execute(command)
      }
    },
    release: Effect.zipRight(hands.close, own.released)
  }, surroundings)
}
