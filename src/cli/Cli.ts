/**
 * The full command line, on @effect/cli: commands, help, completions, and an answer to everything that Options.ts does
 * not take. It decides and prints; it does nothing. The executable loads it only when the fast path gives up.
 */
import * as Args from "@effect/cli/Args"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as CliOptions from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import type { FileSystem } from "@effect/platform/FileSystem"
import type { Path } from "@effect/platform/Path"
import type { Terminal } from "@effect/platform/Terminal"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Files } from "../kernel/Files.ts"
import type { System } from "../kernel/System.ts"
import { quote } from "../unit/Diagnostic.ts"
import * as Analyze from "./analyze/Analyze.ts"
import * as AnalyzeRun from "./analyze/Run.ts"
import { arrange } from "./Arrange.ts"
import { commands } from "./Commands.ts"
import { completionsFor, shells } from "./Completions.ts"
import { ExitCode } from "./ExitCode.ts"
import { explain } from "./Explain.ts"
import * as HealthRun from "./health/Run.ts"
import type { Options } from "./Options.ts"
import { defaults, flags, formats, logFormats, parseStopTimeout } from "./Options.ts"
import { withPlainConsole } from "./PlainText.ts"

/** What @effect/cli wants from its surroundings. */
export type Platform = FileSystem | Path | Terminal

/** Options to go on with, or the exit code of a command line that was answered in full. */
export type Decision = { readonly _tag: "Go"; readonly options: Options } | {
  readonly _tag: "Done"
  readonly exitCode: number
}

/** The same, or what has to look at files first, which answers the exit code. */
export type Asked = Decision | { readonly _tag: "Look"; readonly look: Effect.Effect<number, never, Files | System> }

/** Looks, if that is what was asked for. */
export const settle = (asked: Asked): Effect.Effect<Decision, never, Files | System> =>
  asked._tag === "Look" ? Effect.map(asked.look, done) : Effect.succeed(asked)

const text = (flag: { readonly name: string; readonly argument: string; readonly about: string }) =>
  CliOptions.text(flag.name).pipe(
    CliOptions.withPseudoName(flag.argument),
    CliOptions.withDescription(flag.about),
    CliOptions.optional
  )

const boolean = (flag: { readonly name: string; readonly about: string }) =>
  CliOptions.boolean(flag.name).pipe(CliOptions.withDescription(flag.about))

const stopTimeout = CliOptions.mapEffect(text(flags.stopTimeout), (value) => {
  if (Option.isNone(value)) return Effect.succeed(defaults.stopTimeoutMillis)
  const millis = parseStopTimeout(value.value)
  return millis === undefined
    ? Effect.fail(ValidationError.invalidValue(
      HelpDoc.p(`--${flags.stopTimeout.name}: ${quote(value.value)} is not a finite time span`)
    ))
    : Effect.succeed(millis)
})

const checking = {
  units: text(flags.units),
  dropIn: text(flags.dropIn),
  format: CliOptions.choice(flags.format.name, formats).pipe(
    CliOptions.withDescription(flags.format.about),
    CliOptions.withDefault(defaults.format)
  ),
  root: text(flags.root),
  strictUnits: boolean(flags.strictUnits)
}

const running = {
  ...checking,
  stopTimeout,
  logFormat: CliOptions.choice(flags.logFormat.name, logFormats).pipe(
    CliOptions.withDescription(flags.logFormat.about),
    CliOptions.withDefault(defaults.logFormat)
  ),
  stateFile: text(flags.stateFile),
  strictIsolation: boolean(flags.strictIsolation),
  validate: boolean(flags.validate)
}

interface Parsed {
  readonly units: Option.Option<string>
  readonly dropIn: Option.Option<string>
  readonly format: Options["format"]
  readonly root: Option.Option<string>
  readonly strictUnits: boolean
  readonly stopTimeout?: number
  readonly logFormat?: Options["logFormat"]
  readonly stateFile?: Option.Option<string>
  readonly strictIsolation?: boolean
  readonly validate?: boolean
  readonly paths?: ReadonlyArray<string>
}

/** The unit directories that nobody named are those of the image, wherever its root is. */
const toOptions = (parsed: Parsed, action: Options["action"]): Options => {
  const root = Option.getOrUndefined(parsed.root)
  const below = root === undefined ? "" : root.replace(/\/+$/, "")
  return {
    action,
    units: Option.getOrElse(parsed.units, () => below + defaults.units),
    dropIn: Option.getOrElse(parsed.dropIn, () => below + defaults.dropIn),
    strictUnits: parsed.strictUnits,
    strictIsolation: parsed.strictIsolation === true,
    stopTimeoutMillis: parsed.stopTimeout ?? defaults.stopTimeoutMillis,
    logFormat: parsed.logFormat ?? defaults.logFormat,
    stateFile: Option.getOrUndefined(parsed.stateFile ?? Option.none()),
    format: parsed.format,
    root,
    paths: parsed.paths ?? []
  }
}

const go = (options: Options): Decision => ({ _tag: "Go", options })
const done = (exitCode: number): Decision => ({ _tag: "Done", exitCode })
const usage = (message: string) => Effect.as(Console.error(message), done(ExitCode.Usage))

const decideRun = (parsed: Parsed) =>
  Effect.succeed(go(toOptions(parsed, parsed.validate === true ? "validate" : "run")))

const decideValidate = (parsed: Parsed) => {
  if (parsed.paths?.includes("") === true) return usage("container-init: a file without a name cannot be checked")
  if (parsed.paths?.length === 0 || (Option.isNone(parsed.units) && Option.isNone(parsed.dropIn))) {
    return Effect.succeed(go(toOptions(parsed, "validate")))
  }
  return usage("container-init: name files and directories, or --units and --drop-in, but not both")
}

const decideExplain = (topic: string) => {
  const answer = explain(topic)
  return answer._tag === "Found"
    ? Effect.as(Console.log(answer.text), done(ExitCode.Clean))
    : usage(`container-init: ${answer.message}`)
}

const decideCompletions = (shell: string) => {
  const script = completionsFor(shell)
  return script === undefined
    ? usage(`container-init: --completions knows ${shells.join(", ")}, and not ${quote(shell)}`)
    : Effect.as(withPlainConsole(Console.log(script.trimEnd())), done(ExitCode.Clean))
}

const decideAnalyze = (words: ReadonlyArray<string>): Effect.Effect<Asked> => {
  const wish = Analyze.parse(words)
  return typeof wish === "string"
    ? usage(`container-init: ${wish}`)
    : Effect.succeed({ _tag: "Look", look: AnalyzeRun.run(wish) })
}

const asking = {
  stateFile: text(flags.stateFile),
  require: text(flags.require),
  maxAge: CliOptions.mapEffect(text(flags.maxAge), (value) => {
    const millis = parseStopTimeout(Option.getOrElse(value, () => flags.maxAge.fallback))
    return millis === undefined
      ? Effect.fail(ValidationError.invalidValue(
        HelpDoc.p(`--${flags.maxAge.name}: ${quote(Option.getOrElse(value, () => ""))} is not a finite time span`)
      ))
      : Effect.succeed(millis)
  })
}

const decideHealth = (parsed: {
  readonly stateFile: Option.Option<string>
  readonly require: Option.Option<string>
  readonly maxAge: number
}): Effect.Effect<Asked> => {
  const stateFile = Option.getOrUndefined(parsed.stateFile)
  if (stateFile === undefined) {
    return usage("container-init: health has to be told --state-file, the same that the run has been told")
  }
  const require = Option.getOrElse(parsed.require, () => "").split(",").map((name) => name.trim()).filter(Boolean)
  const look = HealthRun.run({ stateFile, require, maxAgeMillis: parsed.maxAge })
  return Effect.succeed({ _tag: "Look", look })
}

const description = "Runs the services that unit files describe, as PID 1 of a container. " +
  `Besides the options below: --version, and --completions ${shells.join("|")}.`

/** The commands, each of which hands over how it decides. */
const makeCommand = (hand: (deciding: Effect.Effect<Asked>) => void) => {
  const decided = (deciding: Effect.Effect<Asked>) => Effect.sync(() => hand(deciding))
  const run = Command.make(commands.run.name, running, (parsed) => decided(decideRun(parsed)))
  const paths = Args.repeated(Args.text({ name: "FILE|DIR" })).pipe(
    Args.withDescription("unit files, which form one set, and directories, each a set of its own")
  )
  const validate = Command.make(
    commands.validate.name,
    { ...checking, paths },
    (parsed) => decided(decideValidate(parsed))
  )
  const topic = Args.repeated(Args.text({ name: "CODE|DIRECTIVE" })).pipe(
    Args.withDescription("a code, a directive, or one of a section: CI0202, Restart=, \"[Service] Restart\"")
  )
  const explain = Command.make(
    commands.explain.name,
    { topic },
    (parsed) => decided(decideExplain(parsed.topic.join(" ")))
  )
  const words = Args.repeated(Args.text({ name: "VIEW [FILE]" })).pipe(
    Args.withDescription(
      "blame, critical-chain, plot or dot; and the trace's file, unless it is where CONTAINER_INIT_TRACE_FILE says"
    )
  )
  const analyze = Command.make(commands.analyze.name, { words }, (parsed) => decided(decideAnalyze(parsed.words)))
  const health = Command.make(commands.health.name, asking, (parsed) => decided(decideHealth(parsed)))
  return Command.make("container-init", running, (parsed) => decided(decideRun(parsed))).pipe(
    Command.withDescription(description),
    Command.withSubcommands([
      Command.withDescription(run, commands.run.about),
      Command.withDescription(validate, commands.validate.about),
      Command.withDescription(explain, commands.explain.about),
      Command.withDescription(analyze, commands.analyze.about),
      Command.withDescription(health, commands.health.about)
    ])
  )
}

/** Reads a command line; `arguments_` leaves out the program's name. */
export const decide = (
  arguments_: ReadonlyArray<string>,
  version: string
): Effect.Effect<Asked, never, Platform> =>
  Effect.suspend(() => {
    const arranged = arrange(arguments_)
    if (arranged._tag === "Refused") return usage(arranged.message)
    if (arranged.completions !== undefined) return decideCompletions(arranged.completions)
    // What @effect/cli answers itself, it has answered.
    let deciding: Effect.Effect<Asked> = Effect.succeed(done(ExitCode.Clean))
    const command = makeCommand((chosen) => {
      deciding = chosen
    })
    const run = Command.run(command, { name: "container-init", version, executable: "container-init" })
    const words = [
      ...(arranged.command === undefined ? [] : [arranged.command]),
      ...arranged.flags,
      ...(arranged.operands.length === 0 ? [] : ["--", ...arranged.operands])
    ]
    // @effect/cli takes the program's own two words first, as process.argv has them.
    return run(["container-init", "container-init", ...words]).pipe(
      withPlainConsole,
      Effect.provide(CliConfig.layer({ showBuiltIns: false })),
      Effect.matchEffect({ onFailure: () => Effect.succeed(done(ExitCode.Usage)), onSuccess: () => deciding })
    )
  })
