/**
 * A command line put in order: its command, its flags, and everything else. Flags may stand anywhere, also behind
 * operands and ahead of the command, which @effect/cli would not take; what is no flag or command of ours is refused
 * here, in our words.
 */
import { quote } from "../unit/Diagnostic.ts"
import * as Suggest from "../unit/Suggest.ts"
import type { CommandName } from "./Commands.ts"
import { commands, isCommand } from "./Commands.ts"
import { flags } from "./Options.ts"

export interface Arranged {
  readonly _tag: "Arranged"
  readonly command: CommandName | undefined
  /** Each one word: a flag with a value is `--flag=value`. */
  readonly flags: ReadonlyArray<string>
  readonly operands: ReadonlyArray<string>
  /** The shell that a completion script is wanted for. */
  readonly completions?: string
}

/** What to print on stderr. */
export interface Refused {
  readonly _tag: "Refused"
  readonly message: string
}

const refuse = (message: string): Refused => ({ _tag: "Refused", message: `container-init: ${message}` })

/** Flags that @effect/cli answers itself, whatever the command. Completions are ours. */
const builtIns = ["--help", "-h", "--version"]
const completions = "--completions"

const known: ReadonlyMap<string, { readonly name: string; readonly argument?: string }> = new Map(
  Object.values(flags).map((flag) => [`--${flag.name}`, flag])
)

const nameOf = (word: string): string => word.split("=", 1)[0] ?? word

const refuseFlag = (word: string): Refused => {
  const name = nameOf(word)
  const hint = Suggest.hint(name, [...known.keys(), "--help", completions])
  return refuse(`there is no flag ${name}${hint === undefined ? "" : `; ${hint}`} (--help lists all)`)
}

const refuseWords = (words: ReadonlyArray<string>): Refused => {
  const hint = Suggest.hint(words[0] ?? "", Object.keys(commands))
  return refuse(
    `it runs unit files, not commands: ${quote(words.join(" "))} would be ignored${
      hint === undefined ? "." : `; ${hint}`
    }\n` +
      "Write a .service file for it, or give the image another ENTRYPOINT; if this is the image's CMD, remove it."
  )
}

const refuseForeign = (command: CommandName, taken: ReadonlyArray<string>): Refused | undefined => {
  const own = commands[command].flags
  const foreign = taken.map(nameOf).find((name) => known.has(name) && !own.includes(name.slice(2)))
  if (foreign === undefined || foreign === `--${flags.version.name}`) return undefined
  return refuse(`${foreign} is no flag of the command ${command} (container-init ${command} --help lists its own)`)
}

/** The word behind a flag, unless it is a flag itself. */
const flagValue = (word: string | undefined): string => word === undefined || word.startsWith("-") ? "" : word

/** Sorts the words; `arguments_` leaves out the program's name. */
export const arrange = (arguments_: ReadonlyArray<string>): Arranged | Refused => {
  const taken: Array<string> = []
  const operands: Array<string> = []
  let command: CommandName | undefined
  let onlyOperands = false
  let shell: string | undefined
  for (let at = 0; at < arguments_.length; at++) {
    const word = arguments_[at] ?? ""
    if (!onlyOperands && word === "--") {
      onlyOperands = true
    } else if (onlyOperands || !word.startsWith("-") || word === "-") {
      if (command === undefined && isCommand(word) && !onlyOperands) command = word
      // What stands behind a foreign command are its words, not ours.
      else if (command === undefined || command === "run") return refuseWords(arguments_.slice(at))
      else operands.push(word)
    } else if (builtIns.includes(word)) {
      taken.push(word)
    } else if (nameOf(word) === completions) {
      shell = word === completions ? flagValue(arguments_[++at]) : word.slice(completions.length + 1)
    } else {
      const flag = known.get(nameOf(word))
      if (flag === undefined) return refuseFlag(word)
      if (flag.argument === undefined) {
        taken.push(word)
        continue
      }
      const whole = word.includes("=") ? word : `${word}=${flagValue(arguments_[++at])}`
      if (whole.endsWith("=") && whole.length === nameOf(word).length + 1) {
        return refuse(`${nameOf(word)} needs a value`)
      }
      taken.push(whole)
    }
  }
  return refuseForeign(command ?? "run", taken) ?? {
    _tag: "Arranged",
    command,
    flags: taken,
    operands,
    ...(shell === undefined ? {} : { completions: shell })
  }
}
