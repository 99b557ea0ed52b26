/**
 * Supervision inside another Effect program: a service that starts its units when its layer is built, and stops them in
 * order when the layer is released.
 *
 * The program stays its own: only processes of the units are waited for, no signal of the program is taken, nothing is
 * written to its stdout. Log lines go to the program's own Effect logger, and the boot, what each unit is told to do, its
 * processes and the shutdown are spans of the program's own Effect tracer, below the span in which the layer is built.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Layer from "effect/Layer"
import * as Mailbox from "effect/Mailbox"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { hasErrors, situated } from "../../unit/Diagnostic.ts"
import type { UnitName } from "../../unit/Unit.ts"
import type { UnitSetData } from "../../unit/UnitData.ts"
import * as UnitData from "../../unit/UnitData.ts"
import type { Ports } from "../Actors.ts"
import * as HandledSignals from "../HandledSignals.ts"
import * as Inbox from "../Inbox.ts"
import type { Finished, JobKind } from "../jobs/Jobs.ts"
import * as Observing from "../Observing.ts"
import type { Request } from "../Supervisor.ts"
import * as Core from "../Supervisor.ts"
import type { SupervisorEvent } from "../SupervisorEvent.ts"
import * as UnitFiles from "../UnitFiles.ts"
import { JobFailed, UnitsRefused } from "./Errors.ts"
import { inWords } from "./InWords.ts"
import { Spans } from "./Spans.ts"
import type { Output } from "./Surroundings.ts"
import * as Surroundings from "./Surroundings.ts"
import type { UnitStatus } from "./UnitStatus.ts"
import * as Status from "./UnitStatus.ts"

export type { Redefinition, Request, Options as RunOptions } from "../Supervisor.ts"
export { run } from "../Supervisor.ts"
export type { SupervisorEvent } from "../SupervisorEvent.ts"
export { JobFailed, UnitsRefused } from "./Errors.ts"
export type { Output } from "./Surroundings.ts"
export type { UnitStatus } from "./UnitStatus.ts"

/** What a supervisor is made of; units that are given here are laid over those of the directories. */
export interface Options {
  /** Plain data, or texts of unit files, by name: `{ "web.service": { Service: { ExecStart: "/usr/bin/web" } } }`. */
  readonly units?: UnitSetData | undefined
  /** Unit directories as the executable reads them. */
  readonly directories?: UnitFiles.Directories | undefined
  /** Warnings are errors, as with `--strict-units`. */
  readonly strictUnits?: boolean | undefined
  /** As with `--strict-isolation`. */
  readonly strictIsolation?: boolean | undefined
  /** How long all units may take to stop when the layer is released, 8 seconds unless said otherwise. */
  readonly stopTimeout?: Duration.DurationInput | undefined
  /** Where lines of services go, `stderr` unless said otherwise. */
  readonly output?: Output | undefined
}

export class Supervisor extends Context.Tag("container-init/supervisor/embed/Embedded/Supervisor")<Supervisor, {
  /** Starts a unit and what it requires, and waits until that is done; one that is up already is left alone. */
  readonly start: (unit: string) => Effect.Effect<void, JobFailed>
  /** Stops a unit and those that need it, and waits until they are down. */
  readonly stop: (unit: string) => Effect.Effect<void, JobFailed>
  readonly restart: (unit: string) => Effect.Effect<void, JobFailed>
  /** Has a unit read its configuration anew, `ExecReload=`. */
  readonly reload: (unit: string) => Effect.Effect<void, JobFailed>
  /** All units as they are now, by name. */
  readonly status: Effect.Effect<ReadonlyMap<string, UnitStatus>>
  /**
   * What happens from the moment at which the stream is run, each reader on its own; it ends with `Ended`. Supervision
   * never waits for a reader: what one has not taken yet is kept for it.
   */
  readonly events: Stream.Stream<SupervisorEvent>
  /** Completes when every unit of the boot has started, failed or was skipped; or when supervision has ended. */
  readonly booted: Effect.Effect<void>
  /** Completes when supervision has ended, with what a container would exit with: see `FailureAction=`, `SuccessAction=`. */
  readonly ended: Effect.Effect<number>
  /** Begins to stop everything, as the release of the layer does; `ended` tells when that is over. */
  readonly shutdown: Effect.Effect<void>
  /** Reads the unit directories again: what has changed counts from a unit's next start on. */
  readonly reread: Effect.Effect<void>
}>() {}

const SIGTERM = 15
const usualTimeoutMillis = 8000
const nanosPerMilli = 1e6

/** All units, or why they cannot be run. Warnings are said in the log. */
const load = Effect.fnUntraced(function*({ directories, strictUnits, units = {} }: Options) {
  const made = UnitData.toSources(units)
  const set = directories === undefined
    ? yield* UnitFiles.build([], [], made)
    : yield* UnitFiles.load(directories, made)
  const { diagnostics } = set
  if (hasErrors(diagnostics) || (strictUnits === true && diagnostics.some(({ severity }) => severity === "warning"))) {
    return yield* new UnitsRefused({ diagnostics })
  }
  for (const diagnostic of diagnostics) {
    if (diagnostic.severity === "warning") yield* Effect.logWarning(situated(diagnostic))
  }
  return set
})

const make = Effect.fnUntraced(function*(options: Options) {
  const ports = Surroundings.adapt(yield* Effect.context<Ports>(), options.output ?? "stderr")
  const set = yield* Effect.provide(load(options), ports)
  const requests = yield* Mailbox.make<Request>()
  const signals = Inbox.make<number>()
  const send = (signal: number) => Effect.sync(() => signals.offer(signal))
  const pubsub = yield* PubSub.unbounded<SupervisorEvent>()
  const ended = yield* Deferred.make<number>()
  const booted = yield* Deferred.make<void>()
  const units = new Map<UnitName, UnitStatus>()
  for (const unit of set.units.values()) units.set(unit.name, Status.initial(unit))
  let exitCode: number | undefined

  const clock = yield* Effect.clock
  const spans = (yield* FiberRef.get(FiberRef.currentTracerEnabled))
    ? new Spans({
      tracer: yield* Effect.tracer,
      parent: yield* Effect.option(Effect.currentParentSpan),
      now: () => clock.unsafeCurrentTimeNanos()
    })
    : undefined
  const tell = (event: SupervisorEvent): void => {
    spans?.take(event)
    if (event._tag === "Left") {
      units.delete(event.unit)
    } else if (event._tag === "Joined") {
      units.set(event.unit, Status.ofName(event.unit))
    } else if ("unit" in event) {
      const before = units.get(event.unit)
      if (before !== undefined) units.set(event.unit, Status.next(before, event))
    } else if (event._tag === "BootCompleted") {
      Deferred.unsafeDone(booted, Effect.void)
    } else if (event._tag === "Ended") {
      exitCode = event.exitCode
    }
    pubsub.unsafeOffer(event)
  }

  const reread = Effect.matchEffect(load(options), {
    onFailure: (refused) => Effect.as(Effect.logError(refused.message), undefined),
    onSuccess: (again) =>
      Effect.sync(() => {
        for (const unit of again.units.values()) if (!units.has(unit.name)) units.set(unit.name, Status.initial(unit))
        return again
      })
  })

  const life = Core.run({
    units: set.units,
    graph: set.graph,
    instances: set.instances,
    requests,
    signals,
    observe: Observing.make({ emit: tell, now: () => Number(clock.unsafeCurrentTimeNanos()) / nanosPerMilli }),
    reread,
    stopTimeoutMillis: Duration.toMillis(options.stopTimeout ?? usualTimeoutMillis),
    strictIsolation: options.strictIsolation === true
  }).pipe(
    Effect.scoped,
    Effect.provide(ports),
    Effect.ensuring(Effect.sync(() => spans?.close())),
    inWords,
    // A defect of ours, too, reaches whoever waits for the end.
    Effect.intoDeferred(ended)
  )

  // A daemon: what ends it is the order to stop, not the interruption of whoever has built the layer.
  yield* Effect.acquireRelease(
    Effect.forkDaemon(Effect.interruptible(life)),
    (fiber) => Effect.zipRight(send(SIGTERM), fiber.await)
  )

  const ask = (kind: JobKind) => (name: string): Effect.Effect<void, JobFailed> =>
    Effect.gen(function*() {
      // Whatever is no name of a unit here is answered as such.
      const unit = name as UnitName
      const over = yield* Deferred.make<Finished>()
      const refused: Finished = { unit, kind, result: "refused", because: { unit, how: "shutdown" } }
      if (exitCode === undefined) {
        yield* requests.offer({ unit, kind, done: (end) => Deferred.unsafeDone(over, Effect.succeed(end)) })
      }
      const { because, result } = yield* Effect.race(Deferred.await(over), Effect.as(Deferred.await(ended), refused))
      if (result !== "done" && result !== "skipped") return yield* new JobFailed({ unit, kind, result, because })
    }).pipe(Effect.withSpan(`Supervisor.${kind}`, { attributes: { unit: name } }))

  return Supervisor.of({
    start: ask("start"),
    stop: ask("stop"),
    restart: ask("restart"),
    reload: ask("reload"),
    status: Effect.sync(() => new Map(units)),
    events: Stream.unwrapScoped(
      Effect.map(PubSub.subscribe(pubsub), (queue) =>
        exitCode === undefined
          ? Stream.takeUntil(Stream.fromQueue(queue), ({ _tag }) => _tag === "Ended")
          : Stream.make({ _tag: "Ended" as const, exitCode }))
    ),
    booted: Effect.race(Deferred.await(booted), Effect.asVoid(Deferred.await(ended))),
    ended: Deferred.await(ended),
    shutdown: send(SIGTERM),
    reread: send(HandledSignals.reload)
  })
})

/** Supervision for as long as the layer lives. `container-init/node` has the kernel ports that it runs on. */
export const layer = (options: Options): Layer.Layer<Supervisor, UnitsRefused, Ports> =>
  Layer.scoped(Supervisor, make(options))
