/** `run`: load the units, say what is odd about them, and supervise. */
import * as Effect from "effect/Effect"
import type { StateFile } from "../health/StateFile.ts"
import type { Files } from "../kernel/Files.ts"
import type { KernelError } from "../kernel/KernelError.ts"
import { Processes } from "../kernel/Processes.ts"
import { Signals } from "../kernel/Signals.ts"
import { System } from "../kernel/System.ts"
import type * as Actors from "../supervisor/Actors.ts"
import * as Direct from "../supervisor/Direct.ts"
import type { Observe } from "../supervisor/Fact.ts"
import * as HandledSignals from "../supervisor/HandledSignals.ts"
import * as Inbox from "../supervisor/Inbox.ts"
import * as Inherited from "../supervisor/socket/Inherited.ts"
import * as Supervisor from "../supervisor/Supervisor.ts"
import * as UnitFiles from "../supervisor/UnitFiles.ts"
import type { Trace } from "../trace/Trace.ts"
import { ExitCode } from "./ExitCode.ts"
import type { Options } from "./Options.ts"
import * as Validate from "./Validate.ts"

/** What a run asks of the program that it is the business of. */
export interface Surroundings {
  /**
   * Gets the exit code of the whole and ends the process: there is no point in tidying up what ends with it, and an engine
   * that kills late containers counts every millisecond.
   */
  readonly end: (exitCode: number) => Effect.Effect<void>
  /** To be done once all has started. */
  readonly booted: Effect.Effect<void>
  /** Begins with a trace, as the environment has it. */
  readonly trace: (environment: ReadonlyMap<string, string>) => Effect.Effect<Trace>
  /** Begins with a state file at this path. */
  readonly stateFile: (path: string) => Effect.Effect<StateFile>
}

const both = (one: Observe | undefined, other: Observe | undefined): Observe | undefined =>
  one === undefined || other === undefined ? one ?? other : (fact) => {
    one(fact)
    other(fact)
  }

/** How long processes of no unit may take to end, once all units have: they are asked, too, before they are killed. */
const restMillis = 1000

const warnOfEnvironment = (environment: ReadonlyMap<string, string>): Effect.Effect<void> => {
  const changed: Array<string> = []
  environment.forEach((value, name) => {
    if (value.includes("\uFFFD")) changed.push(name)
  })
  return changed.length === 0 ? Effect.void : Effect.logWarning(
    `variables that are not UTF-8 reach services with U+FFFD in them: ${changed.join(", ")}`
  )
}

/** The units as their files say now; `undefined` if they cannot be used. What is wrong is said either way. */
const readUnits = (options: Options): Effect.Effect<UnitFiles.UnitSet | undefined, never, Files | System> =>
  Effect.gen(function*() {
    const set = yield* UnitFiles.load({ core: options.units, dropIn: options.dropIn })
    // Notes are for those who write units; whoever reads the log of a boot has to do with what is wrong.
    const wrong = set.diagnostics.filter(({ severity }) => severity !== "note")
    for (const { severity, text } of Validate.findings({ ...set, diagnostics: wrong })) {
      // Nobody may be reading stderr yet, or any more: a boot does not wait for that.
      yield* severity === "error"
        ? Effect.logError(text)
        : severity === "warning"
        ? Effect.logWarning(text)
        : Effect.logInfo(text)
    }
    return Validate.judge(set, options.strictUnits).refused ? undefined : set
  })

/** Until all has ended. */
export const run = (
  options: Options,
  { booted, end, stateFile, trace: startTrace }: Surroundings
): Effect.Effect<number, KernelError, Actors.Ports | Signals> =>
  Effect.scoped(Direct.inPlace(Effect.gen(function*() {
    // Before anything else: a signal that comes while units are read must not be lost.
    const signals = Inbox.make<number>()
    yield* Effect.flatMap(Signals, (port) => port.take(HandledSignals.all, signals.offer))
    const environment = yield* Effect.flatMap(System, (system) => system.environment)
    const trace = environment.get("CONTAINER_INIT_TRACE") === "1" ? yield* startTrace(environment) : undefined
    const set = yield* readUnits(options)
    yield* warnOfEnvironment(environment)
    if (set === undefined) {
      yield* Effect.logError("the units are refused, nothing was started")
      trace?.end(ExitCode.BadUnits, 0)
      return ExitCode.BadUnits
    }
    trace?.loaded(set)
    const state = options.stateFile === undefined ? undefined : yield* stateFile(options.stateFile)
    if (set.units.size === 0) {
      yield* Effect.logWarning(`no units in ${options.units} and ${options.dropIn}: nothing to start`)
    }
    const inherited = yield* Inherited.read
    const exitCode = yield* Supervisor.run({
      units: set.units,
      graph: set.graph,
      instances: set.instances,
      reread: readUnits(options),
      observe: both(trace?.observe, state?.observe),
      booted,
      stopTimeoutMillis: options.stopTimeoutMillis,
      strictIsolation: options.strictIsolation,
      inherited,
      signals
    })
    // What belongs to no unit: processes that left their unit's group, and what came in from outside.
    const forced = yield* Effect.flatMap(Processes, (processes) => processes.terminateRest(restMillis))
    if (forced) yield* Effect.logWarning("processes that were left behind by their units had to be killed")
    const code = exitCode === ExitCode.Clean && forced ? ExitCode.Forced : exitCode
    state?.end()
    trace?.end(code, options.stopTimeoutMillis)
    yield* end(code)
    return code
  })))
