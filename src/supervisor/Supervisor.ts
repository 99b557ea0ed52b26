/**
 * The supervisor: one inbox, one actor a unit, one `switch`. It starts units in order as their predecessors settle,
 * stops them in reverse, and answers with the exit code of the whole.
 */
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Mailbox from "effect/Mailbox"
import * as StartPlan from "../graph/StartPlan.ts"
import * as StopPlan from "../graph/StopPlan.ts"
import type { UnitGraph } from "../graph/UnitGraph.ts"
import * as Signal from "../unit/grammar/Signal.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import * as HandledSignals from "./HandledSignals.ts"
import * as Inbox from "./Inbox.ts"
import type { Report } from "./Report.ts"
import * as ServiceActor from "./ServiceActor.ts"
import * as Shutdown from "./Shutdown.ts"
import * as StartOrder from "./StartOrder.ts"
import { Event } from "./StateEvent.ts"
import * as TargetActor from "./TargetActor.ts"
import * as Timers from "./Timers.ts"
import * as UnitLine from "./UnitLine.ts"

/** What a run supervises, and for how long it may stop. */
export interface Options {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly graph: UnitGraph
  /** `--stop-timeout`, milliseconds. */
  readonly stopTimeoutMillis: number
  /** Signals sent to us, by number. */
  readonly signals: Mailbox.ReadonlyMailbox<number>
}

type Message = Report | Inner
type Inner = Data.TaggedEnum<{
  SignalReceived: { readonly signal: number }
  DeadlineReached: {}
  GivenUp: {}
}>
const Inner = Data.taggedEnum<Inner>()

/** An orderly stop; one in which something had to be killed. */
const exitClean = 0
const exitForced = 1

/**
 * Supervises until a signal asks for the end and every unit has stopped; answers the exit code. Closing the scope before
 * that ends every unit's processes.
 */
export const run = Effect.fnUntraced(
  function*({ graph, signals, stopTimeoutMillis, units }: Options) {
    const inbox = Inbox.make<Message>()
    const timers = yield* Timers.make
    const inboxes = new Map<UnitName, Inbox.Inbox<Event>>()
    const plan = StartPlan.plan(graph, units)
    const order = StartOrder.make(plan)

    const report = (message: Message) => {
      inbox.offer(message)
    }
    const send = (unit: UnitName, event: Event) => {
      inboxes.get(unit)?.offer(event)
    }

    const shutdown = Shutdown.make({
      plan: StopPlan.plan(graph, plan.units.keys()),
      timeoutMillis: stopTimeoutMillis,
      timers,
      send,
      atDeadline: () => report(Inner.DeadlineReached()),
      atLast: () => report(Inner.GivenUp())
    })

    const makeActor = (unit: Unit): Effect.Effect<unknown, never, ServiceActor.Ports> => {
      if (StartPlan.isInert(unit)) return Effect.void
      const own = Inbox.make<Event>()
      inboxes.set(unit.name, own)
      const surroundings: ServiceActor.Surroundings = { inbox: own, report, timers }
      // A child of this fiber: it cannot outlive the supervisor.
      return Effect.fork(
        // Timers and paths are only there to be ordered: nothing elapses yet.
        unit._tag === "Service" ? ServiceActor.run(unit, surroundings) : TargetActor.run(unit, surroundings)
      )
    }

    const refuseTurn = (unit: UnitName, lacks: NonNullable<StartOrder.Turn["lacks"]>) =>
      Effect.zipRight(
        UnitLine.warning(
          unit,
          `not started: it requires ${lacks.unit}, which ${lacks.missing ? "is not there" : "did not start"}`
        ),
        Effect.suspend(() => takeTurns(order.settle(unit, false)))
      )

    const takeTurns = (turns: ReadonlyArray<StartOrder.Turn>): Effect.Effect<void> => {
      let refusals: Effect.Effect<void> = Effect.void
      for (const { lacks, unit } of turns) {
        if (lacks === undefined) send(unit, Event.StartRequested())
        else refusals = Effect.zipRight(refusals, refuseTurn(unit, lacks))
      }
      return refusals
    }

    const onSignal = (signal: number) => {
      const name = Signal.nameOf(signal)
      if (HandledSignals.stopping.includes(signal)) return stopping ? shutdown.hurry(`${name} again`) : beginStop(name)
      if (signal === HandledSignals.reload) {
        return Effect.logWarning(`${name}: this version does not read unit files again`)
      }
      return Effect.logDebug(`${name}: ignored`)
    }

    let stopping = false
    let givenUp = false
    const beginStop = (why: string) =>
      Effect.suspend(() => {
        stopping = true
        return shutdown.begin(why)
      })

    const receive = (message: Message): Effect.Effect<void> => {
      switch (message._tag) {
        case "Settled":
          // Nothing starts any more once the shutdown has begun.
          return stopping ? Effect.void : takeTurns(order.settle(message.unit, message.up))
        case "Stopped":
          shutdown.stopped(message.unit, message.forced)
          return Effect.void
        case "Died":
          return Effect.die(new Error(`the actor of ${message.unit} died: ${Cause.pretty(message.cause)}`))
        case "SignalReceived":
          return onSignal(message.signal)
        case "DeadlineReached":
          return shutdown.hurry("the stop timeout is over")
        case "GivenUp":
          givenUp = true
          return Effect.logError("processes are left that SIGKILL does not end; going without them")
      }
    }

    yield* Effect.forkScoped(Effect.forever(
      Effect.flatMap(
        Effect.orDie(signals.take),
        (signal) => Effect.sync(() => inbox.offer(Inner.SignalReceived({ signal })))
      )
    ))
    for (const name of plan.units.keys()) {
      const unit = units.get(name)
      if (unit !== undefined) yield* makeActor(unit)
    }
    for (const { name, reason } of plan.notStarted) yield* UnitLine.info(name, `not started: ${reason}`)
    yield* takeTurns(order.begin())
    while (!(stopping && (givenUp || shutdown.isComplete()))) {
      for (const message of yield* inbox.takeAll) yield* receive(message)
    }
    return givenUp || shutdown.wasForced() ? exitForced : exitClean
  }
)
