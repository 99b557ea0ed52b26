/**
 * The supervisor: one inbox, one actor a unit, one `switch`. Who starts and stops when is decided by the jobs; what the
 * end of a unit means for the container, by `ContainerEnd.ts`. It answers with the exit code of the whole.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Mailbox from "effect/Mailbox"
import * as StartPlan from "../graph/StartPlan.ts"
import { Cgroups } from "../kernel/Cgroups.ts"
import * as Signal from "../unit/grammar/Signal.ts"
import * as Instances from "../unit/Instances.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import { isDown } from "./ActiveState.ts"
import * as Actors from "./Actors.ts"
import * as Asked from "./Asked.ts"
import * as Causes from "./Causes.ts"
import * as ContainerEnd from "./ContainerEnd.ts"
import * as Denial from "./Denial.ts"
import * as Direct from "./Direct.ts"
import * as Ending from "./Ending.ts"
import * as HandledSignals from "./HandledSignals.ts"
import * as HangUp from "./HangUp.ts"
import * as Idle from "./Idle.ts"
import * as Inbox from "./Inbox.ts"
import * as InvocationId from "./InvocationId.ts"
import * as Ability from "./isolation/Ability.ts"
import * as Jobs from "./jobs/Jobs.ts"
import * as Life from "./Life.ts"
import * as Log from "./Log.ts"
import * as Orders from "./Orders.ts"
import type { Changed, Report } from "./Report.ts"
import type { Redefinition } from "./Roster.ts"
import { Roster } from "./Roster.ts"
import type { Options, Request } from "./RunOptions.ts"
import * as Shutdown from "./Shutdown.ts"
import { Guests } from "./socket/Guests.ts"
import * as Inherited from "./socket/Inherited.ts"
import type { StartCause } from "./StateEvent.ts"
import { Event } from "./StateEvent.ts"
import * as Timers from "./Timers.ts"
import type { TriggerRequest } from "./Trigger.ts"
import * as UnitLine from "./UnitLine.ts"
import * as Upward from "./Upward.ts"

export type { Redefinition } from "./Roster.ts"
export type { Options, Request } from "./RunOptions.ts"

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
  function*(
    {
      booted: whenBooted,
      graph,
      inherited = Inherited.none,
      instances = Instances.none,
      observe,
      requests,
      reread,
      signals,
      stopTimeoutMillis,
      strictIsolation,
      units
    }: Options
  ) {
    const inbox = Inbox.make<Message>()
    const timers = yield* Timers.make
    const report = (message: Message) => inbox.offer(message)
    const plan = StartPlan.plan(graph, units)
    const roster = new Roster({ units, graph, instances, now: timers.now, observe })
    const isolation = Ability.setting(strictIsolation === true)
    const newInvocationId = yield* InvocationId.source
    const actors = Actors.make({
      units,
      hasTemplate: (name) => roster.instances.has(name),
      timers,
      report,
      newInvocationId,
      isolation,
      inherited,
      log: yield* Log.ofThis,
      observe
    })
    const guests = new Guests(roster, actors)
    const idle = Idle.make()
    const asked = Asked.make()

    /** What is to be done with effects, in order: most of a supervisor's life is plain functions. */
    const later: Array<Effect.Effect<unknown, never, Actors.Ports>> = []
    const say = (line: Effect.Effect<unknown, never, Actors.Ports>) => void later.push(line)

    let stopping = false
    let booted = false
    let givenUp = false
    let forced = false
    /** Units as their files now say, until no job is under way. */
    let redefined: Redefinition | undefined
    /** What has led to the start of units that are about to be started. */
    const causes = new Map<UnitName, StartCause>()
    /** What denied starts mean for the container. The failure that has brought them about goes first: it has a code. */
    const denials: Array<ContainerEnd.Verdict> = []

    const shutdown = Shutdown.make({
      timeoutMillis: stopTimeoutMillis,
      timers,
      say,
      remaining: () => roster.jobs.remaining(),
      kill: (unit) => actors.send(unit, Event.KillRequested()),
      atReminder: () => report({ _tag: "ReminderReached" }),
      atDeadline: () => report({ _tag: "DeadlineReached" }),
      atLast: () => report({ _tag: "GivenUp" })
    })
    const beginStop = (why: string, force = false) => {
      if (stopping) return
      stopping = true
      observe?.({ _tag: "StopBegan", why })
      shutdown.begin(why)
      actors.sendAll(Event.ShutdownBegan())
      say(Upward.stopping)
      const answer = roster.jobs.shutdown()
      // Ahead of being told to stop: no command of a stop runs any more.
      if (force) shutdown.hurry(why)
      follow(answer)
    }
    const ending = Ending.make({
      timeoutMillis: stopTimeoutMillis,
      timers,
      say,
      stop: beginStop,
      atHandlersOverdue: () => report({ _tag: "HandlersOverdue" })
    })

    /** Timers, paths and sockets wait for the end of what they have started. */
    const tellTriggers = (unit: UnitName, news: TriggerRequest) => {
      for (const trigger of roster.waitFor(unit)) actors.send(trigger, news)
    }

    /** What has happened before there was anybody to tell. */
    const tellTargets = (trigger: UnitName) => {
      for (const unit of roster.related(trigger).triggers) {
        const to = roster.states.get(unit)
        if (to === undefined || isDown(to)) continue
        const life = actors.tell(trigger, { _tag: "TargetChanged", unit, to })
        if (life !== undefined) say(Life.fork(life))
      }
    }

    const follow = (answer: Jobs.Answer): void => {
      const { caused, finished, tell } = answer
      if (answer === Jobs.nothing) return
      observe?.({ _tag: "Answered", answer })
      for (const { by, directive, kind, unit } of caused) {
        // One that is up is at work for others, or done: there is nothing of it to wait for.
        if (directive === "OnFailure" && roster.stateOf(unit) !== "active") ending.handlerCalled(unit, by)
        say(UnitLine.info(unit, `${kind === "stop" ? "is stopped" : "is started"}: ${Causes.explain(directive, by)}`))
      }
      for (const { order, restarts, unit } of tell) {
        if (order === "start") tellTargets(unit)
        const life = actors.tell(unit, Orders.eventOf(order, restarts, causes.get(unit)))
        // A child of this fiber: it cannot outlive the supervisor.
        if (life !== undefined) say(Life.fork(life))
        if (order === "start") causes.delete(unit)
      }
      for (const one of finished) onFinished(one)
    }

    const onFinished = (end: Jobs.Finished): void => {
      const { because, kind, result, unit } = end
      asked.finished(end)
      guests.touch(unit)
      if (result === "done") {
        // It was up already, and what would have led to its start has not: the next start is another matter.
        if (kind === "start") causes.delete(unit)
        return
      }
      if (because !== undefined && because.how !== "shutdown") {
        say(UnitLine.warning(unit, `${Denial.verbs[kind]}: ${Denial.explain(because)}`))
      }
      if (kind !== "start" && kind !== "restart") return
      causes.delete(unit)
      tellTriggers(unit, { _tag: "TargetChanged", unit, to: roster.stateOf(unit), isGone: because?.how === "unknown" })
      ending.over(unit)
      const definition = roster.units.get(unit)
      if (definition === undefined || (result !== "dependency" && result !== "assert")) return
      const verdict = ContainerEnd.ofDenial(definition)
      if (verdict !== undefined) denials.push(verdict)
    }

    const onChanged = (change: Changed): void => {
      const { invocationId, result, status, to, unit, willRestart } = change
      guests.touch(unit)
      if (stopping && change.forced && isDown(to)) forced = true
      const definition = roster.units.get(unit)
      if (definition === undefined) return
      roster.states.set(unit, to)
      const answer = roster.jobs.changed(change)
      for (const { by, unit: handler } of answer.caused) {
        if (by === unit) causes.set(handler, { monitored: { unit, result, status, invocationId } })
      }
      follow(answer)
      tellTriggers(unit, { _tag: "TargetChanged", unit, to, startLimitHit: result === "start-limit-hit", willRestart })
      if (!stopping) ending.decide(ContainerEnd.ofChange(definition, change))
      if (isDown(to) ? !willRestart : to === "active" && isDoneWhenUp(definition)) ending.over(unit)
    }

    /** Its service is started like any other, and fails alone. */
    const onConnected = ({ instance, unit, variables }: Extract<Report, { _tag: "Connected" }>): void => {
      const service = guests.admit(unit, instance)
      if (service === undefined) {
        const fault = `there is no template any more that ${instance} could be made of`
        return actors.send(unit, { _tag: "Unserved", fault })
      }
      causes.set(service, { trigger: variables })
      follow(roster.jobs.request([{ unit: service, kind: "start" }]))
    }

    const onRequest = ({ done, kind, unit }: Request): void => {
      if (done !== undefined) asked.add(unit, kind, done)
      follow(roster.jobs.request([{ unit, kind }]))
      if (roster.jobs.jobOf(unit) === undefined) asked.over(unit, kind)
    }

    const onSignal = (signal: number): void => {
      const name = Signal.nameOf(signal)
      observe?.({ _tag: "SignalReceived", signal })
      if (HandledSignals.stopping.includes(signal)) return stopping ? shutdown.hurry(`${name} again`) : beginStop(name)
      if (signal === HandledSignals.reload && !stopping) {
        say(HangUp.openAgain(name))
        return say(readAgain(name))
      }
      say(Log.debug(`${name}: ignored`))
    }

    const readAgain = (name: string) =>
      Effect.map(HangUp.readAgain(name, reread, () => redefined ?? roster), (again) => {
        if (again !== undefined) redefined = again
      })

    const redefine = (to: Redefinition): void => {
      roster.redefine(to)
      actors.redefine(roster.units)
    }

    const receive = (message: Message): void => {
      act(message)
      guests.settle()
      if (denials.length > 0) { for (const verdict of denials.splice(0)) if (!stopping) ending.decide(verdict) }
    }

    const act = (message: Message): void => {
      switch (message._tag) {
        case "Changed":
          observe?.({ _tag: "Reported", report: message })
          return onChanged(message)
        case "Skipped":
          observe?.({ _tag: "Reported", report: message })
          guests.touch(message.unit)
          return follow(roster.jobs.skipped(message.unit, message.failed))
        case "RestartDue":
          return follow(roster.jobs.restartDue(message.unit))
        case "Triggered":
          observe?.({ _tag: "Reported", report: message })
          causes.set(message.target, { trigger: message.variables })
          roster.call(message.target, message.unit)
          return follow(roster.jobs.request([{ unit: message.target, kind: "start" }]))
        case "Connected":
          observe?.({ _tag: "Reported", report: message })
          return onConnected(message)
        case "Released": {
          observe?.({ _tag: "Reported", report: message })
          const { target, unit } = message
          const answer = roster.jobs.release(target)
          if (!("tell" in answer)) return actors.send(unit, { _tag: "StillNeeded", ...answer })
          say(UnitLine.info(target, `is stopped: nobody has come to ${unit} for its ProxyIdleSec=`))
          return follow(answer)
        }
        case "IdleWanted":
          return idle.add(message.unit)
        case "Requested":
          return onRequest(message.request)
        case "Died":
          return say(Effect.die(new Error(`the actor of ${message.unit} died: ${Cause.pretty(message.cause)}`)))
        case "SignalReceived":
          return onSignal(message.signal)
        case "ReminderReached":
          return shutdown.remind()
        case "HandlersOverdue":
          return ending.handlersOverdue()
        case "DeadlineReached":
          return shutdown.hurry("the stop timeout is over")
        case "GivenUp":
          givenUp = true
          return say(Log.error("processes are left that SIGKILL does not end; going without them"))
      }
    }

    /** What follows from there being nothing to do for now. */
    const atRest = (): void => {
      if (redefined !== undefined && !stopping) redefine(redefined)
      redefined = undefined
      if (booted || stopping) return
      booted = true
      observe?.({ _tag: "BootCompleted" })
      for (const listener of inherited.closeRest()) {
        say(Log.warning(`no socket unit takes ${listener} of LISTEN_FDS: it is closed`))
      }
      say(Upward.ready)
      if (whenBooted !== undefined) say(whenBooted)
    }

    /** Until all has stopped. */
    function* live(): Direct.Direct<void, Actors.Ports> {
      while (true) {
        if (roster.jobs.isIdle()) atRest()
        for (const unit of idle.release(isQuiet)) actors.send(unit, Event.IdleReached())
        while (later.length > 0) for (const one of later.splice(0)) yield one
        if (stopping && (givenUp || roster.jobs.isIdle())) return
        for (const message of (yield Direct.nextMessages) as ReadonlyArray<Message>) {
          receive(message)
          if (later.length > 0) { for (const one of later.splice(0)) yield one }
        }
      }
    }
    const isQuiet = () => roster.jobs.isQuiet()

    Inbox.handOn(signals, (signal) => report({ _tag: "SignalReceived", signal }))
    if (requests !== undefined) yield* forward(requests, (request) => report({ _tag: "Requested", request }))
    observe?.({ _tag: "Planned", units, graph, plan })
    for (const { name, reason } of plan.notStarted) say(UnitLine.info(name, `not started: ${reason}`))
    follow(roster.jobs.request(plan.units.map((unit) => ({ unit, kind: "start" as const }))))
    yield* Life.run(live, inbox)
    shutdown.end()
    yield* Effect.flatMap(Cgroups, (cgroups) => cgroups.restored)
    const exitCode = ending.code() ?? (givenUp || forced ? exitForced : exitClean)
    observe?.({ _tag: "Ended", exitCode })
    return exitCode
  }
)

/** From a mailbox of others into ours, for as long as the scope lives. */
const forward = <A>(mailbox: Mailbox.ReadonlyMailbox<A>, take: (value: A) => void) =>
  Effect.forkScoped(
    Effect.forever(Effect.flatMap(Effect.orDie(mailbox.take), (value) => Effect.sync(() => take(value))))
  )

/** A unit of this kind has done its work once it is up. */
const isDoneWhenUp = (unit: Unit): boolean => unit._tag !== "Service" || unit.Service.Type === "oneshot"
