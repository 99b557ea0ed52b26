// @effect-diagnostics nodeBuiltinImport:off
/** The program on Node: the same as the executable's, on the addon. Loaded by node.ts once signals are in safe hands. */
import { readFileSync } from "node:fs"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ExitCode } from "../cli/ExitCode.ts"
import type { Options } from "../cli/Options.ts"
import { parseFast } from "../cli/Options.ts"
import { program } from "../cli/Program.ts"
import { Files } from "../kernel/Files.ts"
import { System } from "../kernel/System.ts"
import type { Binding } from "../runtime/Binding.ts"
import { layer, layerLogger } from "../runtime/layer.ts"
import * as FilesPort from "../runtime/ports/Files.ts"
import * as SystemPort from "../runtime/ports/System.ts"
import * as reaper from "../runtime/reaper.ts"

/** How long services may take to end when their supervisor has failed. */
const graceMillis = 1000

const version = (): string => {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8")
  return String((JSON.parse(text) as { readonly version: unknown }).version)
}

const loadObserve = Effect.promise(() => import("./node-observe.ts"))

const run = (binding: Binding, options: Options): Promise<number> => {
  if (options.action === "run" && options.logFormat === "json") binding.log_format(1)
  return Effect.runPromise(
    Effect.zipRight(
      options.action === "run" ? reaper.reapEverything(binding) : Effect.void,
      program(options, {
        version: version(),
        end: (exitCode) => Effect.sync(() => binding.exit(exitCode)),
        booted: Effect.void,
        documents: Effect.promise(() => import("../cli/Documents.ts")),
        image: (units, root) =>
          Effect.flatMap(Effect.promise(() => import("../supervisor/Image.ts")), ({ check }) => check(units, root)),
        trace: (environment) => Effect.map(loadObserve, ({ startTrace }) => startTrace(binding, environment)),
        stateFile: (path) =>
          Effect.map(loadObserve, ({ startState }) => startState(binding, { path, version: version() }))
      })
    ).pipe(Effect.provide(Layer.merge(layer(binding), layerLogger(binding))))
  )
}

const main = async (binding: Binding, words: ReadonlyArray<string>): Promise<number> => {
  const options = parseFast(words)
  if (options !== undefined) return run(binding, options)
  const cli = await import("../cli/Cli.ts")
  const decision = await Effect.runPromise(
    Effect.flatMap(cli.decide(words, version()), cli.settle).pipe(
      Effect.provide(NodeContext.layer),
      // The layer of all ports takes the binding's events, and is the run's.
      Effect.provideService(Files, FilesPort.make(binding)),
      Effect.provideService(System, SystemPort.make(binding))
    )
  )
  return decision._tag === "Go" ? run(binding, decision.options) : decision.exitCode
}

/** As the executable's host does it: one line, every process terminated, exit 70. */
const lastResort = (binding: Binding, error: unknown): never => {
  const text = error instanceof Error ? `${error.message} | ${error.stack ?? ""}` : String(error)
  binding.print(2, `container-init: fatal: ${text.replaceAll("\n", " ")}\n`)
  binding.terminate_everything(graceMillis)
  process.exit(ExitCode.Defect)
}

/** Runs the command line and ends the process. */
export const start = (binding: Binding, words: ReadonlyArray<string>): void => {
  process.on("uncaughtException", (error) => lastResort(binding, error))
  main(binding, words).then((code) => binding.exit(code), (error: unknown) => lastResort(binding, error))
}
