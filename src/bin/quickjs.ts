/**
 * The executable's entry: evaluated when it is built, or by the C host at start (src/native/host/image.h), which then calls
 * `main`. Nothing happens before that.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import type { Options } from "../cli/Options.ts"
import { parseFast } from "../cli/Options.ts"
import { program } from "../cli/Program.ts"
import * as StateFile from "../health/StateFile.ts"
import { EngineTicks } from "../kernel/Ticks.ts"
import type { Binding } from "../runtime/Binding.ts"
import * as Events from "../runtime/Events.ts"
import { ports } from "../runtime/layer.ts"
import { runtime } from "../runtime/lean.ts"
import * as logger from "../runtime/logger.ts"
import * as StateOutput from "../runtime/ports/StateOutput.ts"
import * as TraceOutput from "../runtime/ports/TraceOutput.ts"
import { clock } from "../runtime/quickjs/clock.ts"
import { assertGlobals } from "../runtime/quickjs/prelude.ts"
import * as reaper from "../runtime/reaper.ts"
import * as seeds from "../runtime/seeds.ts"
import * as Trace from "../trace/Trace.ts"
import type * as QuickjsCli from "./quickjs-cli.ts"
import { version } from "./version.ts"

/** What the host offers beyond the core's operations. */
export interface Host extends Binding {
  /** Evaluates another part of this executable and answers what it exports. */
  readonly loadPart: (name: string) => unknown
  /** Lets signals act again as they do on any program; until then the host has blocked them all. */
  readonly releaseSignals: () => void
  /** Gives back memory that only the boot needed. */
  readonly rest: () => void
}

type LoadCli = () => typeof QuickjsCli

const host = (globalThis as unknown as { readonly containerInitHost: Host }).containerInitHost

// Made when the heap image is. Not as layers: building two that need no building takes more than all else before the
// first service.
const events = Events.make(host)
const supervisor = runtime(Context.add(ports(host, events), EngineTicks, clock), logger.make(host))

const run = (options: Options, loadCli: LoadCli): Promise<number> => {
  if (options.action !== "run") host.releaseSignals()
  if (options.action === "run" && options.logFormat === "json") host.log_format(1)
  const whole = program(options, {
    version,
    end: (exitCode) => Effect.sync(() => host.exit(exitCode)),
    booted: Effect.sync(() => host.rest()),
    documents: Effect.sync(() => loadCli().documents),
    image: (units, root) => Effect.promise(() => loadCli().checkImage(host, units, root)),
    trace: (environment) => Effect.sync(() => Trace.start(TraceOutput.make(host, clock), environment)),
    stateFile: (path) => Effect.sync(() => StateFile.start(StateOutput.make(host, clock), { path, version }))
  })
  events.listen()
  return Runtime.runPromise(
    supervisor,
    options.action === "run" ? Effect.zipRight(reaper.reapEverything(host), whole) : whole
  )
}

/** Answers the exit code; a rejection is a defect, and the host ends everything. */
export const main = async (_: Host, argv: ReadonlyArray<string>): Promise<number> => {
  assertGlobals()
  seeds.draw()
  const words = argv.slice(1)
  let cli: typeof QuickjsCli | undefined
  const loadCli: LoadCli = () => cli ??= host.loadPart("cli") as typeof QuickjsCli
  const options = parseFast(words)
  if (options !== undefined) return run(options, loadCli)
  const decision = await loadCli().decide(host, words)
  return decision._tag === "Go" ? run(decision.options, loadCli) : decision.exitCode
}
