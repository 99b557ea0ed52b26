/**
 * The full command line, on @effect/cli: help, completions, and an answer to everything that Options.ts does not take.
 * It decides and prints; it does nothing. The executable loads it only when the fast path gives up.
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
import * as Suggest from "../unit/Suggest.ts"
import { ExitCode } from "./ExitCode.ts"
import type { Options } from "./Options.ts"
import { flags, parseStopTimeout } from "./Options.ts"
import { withPlainConsole } from "./PlainText.ts"

/** What @effect/cli wants from its surroundings. */
export type Platform = FileSystem | Path | Terminal

/** Options to go on with, or the exit code of a command line that was answered in full. */
export type Decision = { readonly _tag: "Go"; readonly options: Options } | {
  readonly _tag: "Done"
  readonly exitCode: number
}

const text = (
  flag: { readonly name: string; readonly argument: string; readonly fallback: string; readonly about: string }
) =>
  CliOptions.text(flag.name).pipe(
    CliOptions.withPseudoName(flag.argument),
    CliOptions.withDescription(flag.about),
    CliOptions.withDefault(flag.fallback)
  )

const boolean = (flag: { readonly name: string; readonly about: string }) =>
  CliOptions.boolean(flag.name).pipe(CliOptions.withDescription(flag.about))

const directory = (flag: typeof flags.units | typeof flags.dropIn) =>
  CliOptions.mapEffect(text(flag), (value) =>
    value === ""
      ? Effect.fail(ValidationError.invalidValue(HelpDoc.p(`--${flag.name}: it needs the name of a directory`)))
      : Effect.succeed(value))

const config = {
  units: directory(flags.units),
  dropIn: directory(flags.dropIn),
  stopTimeout: CliOptions.mapEffect(text(flags.stopTimeout), (value) => {
    const millis = parseStopTimeout(value)
    return millis === undefined
      ? Effect.fail(ValidationError.invalidValue(HelpDoc.p(`--stop-timeout: "${value}" is not a finite time span`)))
      : Effect.succeed(millis)
  }),
  format: CliOptions.choice("format", ["text", "json"] as const).pipe(
    CliOptions.withDescription(flags.format.about),
    CliOptions.withDefault("text" as const)
  ),
  strictUnits: boolean(flags.strictUnits),
  validate: boolean(flags.validate),
  words: Args.repeated(Args.text({ name: "command" })).pipe(
    Args.withDescription("refused: container-init runs unit files, not commands")
  )
}

/** Built into @effect/cli, without a meaning here. */
const foreignFlags: ReadonlyArray<string> = ["--wizard", "--log-level"]

const nameOf = (flag: string): string => flag.split("=", 1)[0] ?? flag

const description = "Runs the services that unit files describe, as PID 1 of a container. " +
  "Besides the options below: --version, and --completions bash|fish|sh|zsh."

const refuseFlag = (flag: string) => {
  const names = Object.values(flags).map(({ name }) => `--${name}`)
  if (names.includes(nameOf(flag))) return Console.error(`container-init: ${nameOf(flag)} needs a value`)
  const hint = Suggest.hint(nameOf(flag), [...names, "--help"])
  return Console.error(
    `container-init: there is no flag ${nameOf(flag)}${hint === undefined ? "" : `; ${hint}`} (--help lists all)`
  )
}

const refuseWords = (words: ReadonlyArray<string>) =>
  Console.error(
    `container-init: it runs unit files, not commands: "${words.join(" ")}" would be ignored.\n` +
      "Write a .service file for it, or give the image another ENTRYPOINT; if this is the image's CMD, remove it."
  )

/** Reads a command line; `arguments_` leaves out the program's name. */
export const decide = (
  arguments_: ReadonlyArray<string>,
  version: string
): Effect.Effect<Decision, never, Platform> =>
  Effect.suspend(() => {
    let decision: Decision = { _tag: "Done", exitCode: ExitCode.Clean }
    const command = Command.make("container-init", config, (parsed) => {
      const words = parsed.words[0] === "run" ? parsed.words.slice(1) : parsed.words
      if (words.length > 0) {
        decision = { _tag: "Done", exitCode: ExitCode.Usage }
        const [first = ""] = words
        return first.startsWith("-") ? refuseFlag(first) : refuseWords(words)
      }
      decision = {
        _tag: "Go",
        options: {
          action: parsed.validate ? "validate" : "run",
          units: parsed.units,
          dropIn: parsed.dropIn,
          strictUnits: parsed.strictUnits,
          stopTimeoutMillis: parsed.stopTimeout,
          format: parsed.format
        }
      }
      return Effect.void
    })
    const foreign = arguments_.find((word) => foreignFlags.includes(nameOf(word)))
    if (foreign !== undefined) {
      const done: Decision = { _tag: "Done", exitCode: ExitCode.Usage }
      return Effect.as(refuseFlag(foreign), done)
    }
    const run = Command.run(Command.withDescription(command, description), {
      name: "container-init",
      version,
      executable: "container-init"
    })
    // @effect/cli takes the program's own two words first, as process.argv has them.
    return run(["container-init", "container-init", ...arguments_]).pipe(
      Effect.catchAll(() => {
        decision = { _tag: "Done", exitCode: ExitCode.Usage }
        return Effect.void
      }),
      Effect.map(() => decision),
      withPlainConsole,
      Effect.provide(CliConfig.layer({ showBuiltIns: false }))
    )
  })
