/**
 * The supervisor: one inbox, one actor a unit, one `switch`. Who starts and stops when is decided by the jobs; what the
 * end of a unit means for the container, by `ContainerEnd.ts`. It answers with the exit code of the whole.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Mailbox from "effect/Mailbox"
import * as Relations from "../graph/Relations.ts"
import * as StartPlan from "../graph/StartPlan.ts"
import type { UnitGraph } from "../graph/UnitGraph.ts"
import * as Signal from "../unit/grammar/Signal.ts"
import * as TimeSpan from "../unit/grammar/TimeSpan.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import type { ActiveState } from "./ActiveState.ts"
import { isDown } from "./ActiveState.ts"
import * as Actors from "./Actors.ts"
import * as ContainerEnd from "./ContainerEnd.ts"
import * as Denial from "./Denial.ts"
import * as HandledSignals from "./HandledSignals.ts"
import * as Idle from "./Idle.ts"
import * as Inbox from "./Inbox.ts"
import * as Jobs from "./jobs/Jobs.ts"
import type { Changed, Report } from "./Report.ts"
import * as Shutdown from "./Shutdown.ts"
import type { StartCause } from "./StateEvent.ts"
import { Event } from "./StateEvent.ts"
import * as Timers from "./Timers.ts"
import type { TriggerRequest } from "./Trigger.ts"
import * as UnitLine from "./UnitLine.ts"
import * as Upward from "./Upward.ts"

/** What a run supervises, and for how long it may stop. */
export interface Options {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly graph: UnitGraph
  /** `--stop-timeout`, milliseconds. */
  readonly stopTimeoutMillis: number
  /** Signals sent to us, by number. */
  readonly signals: Mailbox.ReadonlyMailbox<number>
  /** What a person asks for; nobody does in a container, programs that embed us may. */
  readonly requests?: Mailbox.ReadonlyMailbox<Request>
}

export interface Request {
  readonly unit: UnitName
  readonly kind: Jobs.JobKind
}

type Message =
  | Report
  | { readonly _tag: "SignalReceived"; readonly signal: number }
  | { readonly _tag: "Requested"; readonly request: Request }
  | { readonly _tag: "ReminderReached" }
  | { readonly _tag: "DeadlineReached" }
  /** The handlers of a unit that takes the container down have had their time. */
  | { readonly _tag: "HandlersOverdue" }
  | { readonly _tag: "GivenUp" }

/** An orderly stop; one in which something had to be killed. */
const exitClean = 0
const exitForced = 1

/**
 * Supervises until a signal or a unit asks for the end and every unit has stopped; answers the exit code. Closing the
 * scope before that ends every unit's processes.
 */
export const run = Effect.fnUntraced(
  function*({ graph, requests, signals, stopTimeoutMillis, units }: Options) {
    const inbox = Inbox.make<Message>()
    const timers = yield* Timers.make
    const report = (message: Message) => inbox.offer(message)
    const plan = StartPlan.plan(graph, units)
    const relations = Relations.make(units)
    const jobs = Jobs.make({ units, graph, relations, now: timers.now })
    const actors = Actors.make({ units, timers, report })
    const shutdown = Shutdown.make({
      timeoutMillis: stopTimeoutMillis,
      timers,
      remaining: jobs.remaining,
      kill: (unit) => actors.send(unit, Event.KillRequested()),
      atReminder: () => report({ _tag: "ReminderReached" }),
      atDeadline: () => report({ _tag: "DeadlineReached" }),
      atLast: () => report({ _tag: "GivenUp" })
    })
    const idle = Idle.make()

    let stopping = false
    let booted = false
    let givenUp = false
    let forced = false
    /** What the container is to exit with, once somebody has decided that it is to. */
    let verdict: ContainerEnd.Verdict | undefined
    /** Handlers that have to be over first. */
    const handlers = new Set<UnitName>()
    /** What has led to the start of units that are about to be started. */
    const causes = new Map<UnitName, StartCause>()

    const states = new Map<UnitName, ActiveState>()

    /** Timers and paths wait for the end of what they have started. */
    const tellTriggers = (unit: UnitName, news: TriggerRequest) => {
      for (const trigger of Relations.of(relations, unit).triggeredBy) actors.send(trigger, news)
    }

    const beginStop = (why: string) =>
      Effect.gen(function*() {
        stopping = true
        yield* shutdown.begin(why)
        actors.sendAll(Event.ShutdownBegan())
        yield* Upward.stopping
        yield* follow(jobs.shutdown())
      })

    const conclude = (decided: ContainerEnd.Verdict | undefined) =>
      Effect.gen(function*() {
        if (decided === undefined || verdict !== undefined || stopping) return
        verdict = decided
        const { code, force, handlersFirst, why } = decided
        if (handlersFirst && handlers.size > 0) {
          yield* Effect.logWarning(`${why}: the container ends with code ${code} after ${[...handlers].join(", ")}`)
          timers.set(stopTimeoutMillis, () => report({ _tag: "HandlersOverdue" }))
          return
        }
        yield* beginStop(`${why}: the container ends with code ${code}`)
        if (force) yield* shutdown.hurry(why)
      })

    /** One of the handlers that the end waits for is over. */
    const handlerOver = (unit: UnitName) =>
      Effect.suspend(() => {
        if (!handlers.delete(unit) || handlers.size > 0 || verdict === undefined || stopping) return Effect.void
        return beginStop(`${verdict.why}: its handlers are done`)
      })

    const onCaused = ({ by, directive, kind, unit }: Jobs.Caused) =>
      Effect.suspend(() => {
        if (directive === "OnFailure" && (verdict === undefined || handlers.has(by))) handlers.add(unit)
        const verb = kind === "stop" ? "is stopped" : "is started"
        return UnitLine.info(unit, `${verb}: ${reasons[directive]} ${by}`)
      })

    const onFinished = (finished: Jobs.Finished) =>
      Effect.gen(function*() {
        const { because, kind, result, unit } = finished
        if (kind !== "start" && kind !== "restart") return
        if (result === "done") return
        causes.delete(unit)
        tellTriggers(unit, { _tag: "TargetChanged", to: states.get(unit) ?? "inactive" })
        if (result === "dependency" || result === "refused") {
          if (because !== undefined && because.how !== "shutdown") {
            yield* UnitLine.warning(unit, `not started: ${Denial.explain(because)}`)
          }
        }
        yield* handlerOver(unit)
        const definition = units.get(unit)
        if (definition !== undefined && (result === "dependency" || result === "assert")) {
          yield* conclude(ContainerEnd.ofDenial(definition))
        }
      })

    const follow = (answer: Jobs.Answer): Effect.Effect<void, never, Actors.Ports> =>
      Effect.gen(function*() {
        for (const caused of answer.caused) yield* onCaused(caused)
        for (const { order, restarts, unit } of answer.tell) {
          yield* actors.tell(unit, eventOf(order, restarts, causes.get(unit)))
          if (order === "start") causes.delete(unit)
        }
        for (const finished of answer.finished) yield* onFinished(finished)
      })

    const onChanged = (change: Changed) =>
      Effect.gen(function*() {
        const { invocationId, result, status, to, unit, willRestart } = change
        if (stopping && change.forced && isDown(to)) forced = true
        const definition = units.get(unit)
        if (definition === undefined) return
        states.set(unit, to)
        const answer = jobs.changed(change)
        for (const { by, unit: handler } of answer.caused) {
          if (by === unit) causes.set(handler, { monitored: { unit, result, status, invocationId } })
        }
        yield* follow(answer)
        tellTriggers(unit, { _tag: "TargetChanged", to, startLimitHit: result === "start-limit-hit" })
        yield* conclude(ContainerEnd.ofChange(definition, change))
        const isOver = isDown(to) ? !willRestart : to === "active" && isOneshot(definition)
        if (isOver) yield* handlerOver(unit)
        if (verdict === undefined) handlers.clear()
      })

    const onSignal = (signal: number) => {
      const name = Signal.nameOf(signal)
      if (HandledSignals.stopping.includes(signal)) return stopping ? shutdown.hurry(`${name} again`) : beginStop(name)
      if (signal === HandledSignals.reload) {
        return Effect.logWarning(`${name}: this version does not read unit files again`)
      }
      return Effect.logDebug(`${name}: ignored`)
    }

    const receive = (message: Message): Effect.Effect<void, never, Actors.Ports> => {
      switch (message._tag) {
        case "Changed":
          return onChanged(message)
        case "Skipped":
          return follow(jobs.skipped(message.unit, message.failed))
        case "RestartDue":
          return follow(jobs.restartDue(message.unit))
        case "Triggered":
          causes.set(message.target, { trigger: message.variables })
          return follow(jobs.request([{ unit: message.target, kind: "start" }]))
        case "IdleWanted":
          idle.add(message.unit)
          return Effect.void
        case "Requested":
          return follow(jobs.request([message.request]))
        case "Died":
          return Effect.die(new Error(`the actor of ${message.unit} died: ${Cause.pretty(message.cause)}`))
        case "SignalReceived":
          return onSignal(message.signal)
        case "ReminderReached":
          return shutdown.remind
        case "HandlersOverdue":
          return stopping || verdict === undefined
            ? Effect.void
            : beginStop(`${verdict.why}: its handlers have had ${TimeSpan.format(stopTimeoutMillis)}`)
        case "DeadlineReached":
          return shutdown.hurry("the stop timeout is over")
        case "GivenUp":
          givenUp = true
          return Effect.logError("processes are left that SIGKILL does not end; going without them")
      }
    }

    yield* forward(signals, (signal) => report({ _tag: "SignalReceived", signal }))
    if (requests !== undefined) yield* forward(requests, (request) => report({ _tag: "Requested", request }))
    for (const { name, reason } of plan.notStarted) yield* UnitLine.info(name, `not started: ${reason}`)
    yield* follow(jobs.request(plan.units.map((unit) => ({ unit, kind: "start" as const }))))
    while (!(stopping && (givenUp || jobs.isIdle()))) {
      if (!booted && !stopping && jobs.isIdle()) {
        booted = true
        yield* Upward.ready
      }
      for (const unit of idle.release(jobs.isQuiet())) actors.send(unit, Event.IdleReached())
      for (const message of yield* inbox.takeAll) yield* receive(message)
    }
    shutdown.end()
    return verdict?.code ?? (givenUp || forced ? exitForced : exitClean)
  }
)

/** From a mailbox of others into ours, for as long as the scope lives. */
const forward = <A>(mailbox: Mailbox.ReadonlyMailbox<A>, take: (value: A) => void) =>
  Effect.forkScoped(
    Effect.forever(Effect.flatMap(Effect.orDie(mailbox.take), (value) => Effect.sync(() => take(value))))
  )

const eventOf = (order: Jobs.Told["order"], restarts: boolean, cause: StartCause | undefined): Event => {
  switch (order) {
    case "start":
      return Event.StartRequested(cause)
    case "stop":
      return Event.StopRequested(restarts)
    case "reload":
      return Event.ReloadRequested()
  }
}

const isOneshot = (unit: Unit): boolean => unit._tag === "Service" && unit.Service.Type === "oneshot"

/** What has brought about a job that nobody asked for; the unit's name follows. */
const reasons: Readonly<Record<Jobs.Caused["directive"], string>> = {
  OnFailure: "OnFailure= of",
  OnSuccess: "OnSuccess= of",
  BindsTo: "it is bound to",
  StopWhenUnneeded: "nobody needs it any more since the change of",
  Upholds: "it is upheld by"
}
