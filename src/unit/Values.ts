/**
 * The values of directives: what each grammar makes of a text. Plain data; spans are milliseconds, signals are numbers,
 * names of units carry their suffix.
 *
 * @since 0.1.0
 */
import type { Test } from "./directives/Test.ts"
import type { ActivationValues } from "./values/Activation.ts"
import type { Millis } from "./values/Amount.ts"
import type { ExecValues } from "./values/Exec.ts"
import type { Position, UnitReference } from "./values/Reference.ts"

export type { Amount, Millis } from "./values/Amount.ts"
export type { Position, UnitName, UnitReference } from "./values/Reference.ts"

/** What the prefixes before a command ask for, systemd.service(5) "COMMAND LINES". */
export interface CommandFlags {
  /** `-`: a failure of this command is noted and otherwise ignored. */
  readonly ignoreFailure: boolean
  /** `@`: the first argument is the program's `argv[0]`, not its path. */
  readonly ownArgv0: boolean
  /** `:`: no variables are substituted. */
  readonly literal: boolean
  /** `+`: the command runs as PID 1 would run it: with its identity, and without what confines the unit. */
  readonly privileged: boolean
  /** `!`: it keeps PID 1's identity, and is confined as the unit is. */
  readonly ownIdentity: boolean
}

/** One command line of an `Exec*=` directive: split and unquoted, its variables not yet substituted. */
export interface Command {
  readonly flags: CommandFlags
  /** An absolute path, or a bare name that is looked for in systemd's fixed search path. */
  readonly path: string
  /** The words after substitution of specifiers, `argv[0]` included. */
  readonly words: ReadonlyArray<string>
  readonly at: Position
}

/** One `Condition...=` or `Assert...=`, systemd.unit(5) "CONDITIONS AND ASSERTS". */
export interface Condition {
  readonly test: Test
  /** `|`: of all conditions marked so, one has to hold; of the others, all. */
  readonly trigger: boolean
  /** `!`: the test has to fail. */
  readonly negate: boolean
  readonly parameter: string
  readonly at: Position
}

/** An `EnvironmentFile=` line. */
export interface EnvironmentFileReference {
  readonly path: string
  /** With `-`, a file that is not there is no failure. */
  readonly optional: boolean
  readonly at: Position
}

/** `WorkingDirectory=`: a path or the user's home (`~`). */
export interface WorkingDirectory {
  readonly path: string | "~"
  /** With `-`, a directory that is not there is no failure. */
  readonly optional: boolean
}

/** What the grammars yield, by their names in the table of directives. */
export interface Values extends ActivationValues, ExecValues {
  readonly boolean: boolean
  readonly "command line": ReadonlyArray<Command>
  readonly condition: ReadonlyArray<Condition>
  readonly description: string
  /** In the order written; a later entry wins. */
  readonly environment: ReadonlyArray<readonly [name: string, value: string]>
  readonly "environment file": ReadonlyArray<EnvironmentFileReference>
  readonly integer: number
  readonly signal: number
  readonly text: string
  readonly "time span": Millis
  /** A time limit, for which 0 means none: `Infinity`. */
  readonly timeout: Millis
  readonly "unit names": ReadonlyArray<UnitReference>
  readonly user: string
  readonly words: ReadonlyArray<string>
  readonly "working directory": WorkingDirectory
}

/**
 * How a value is read: a grammar by its name, or what to choose from: `no|on-success|always`, where one may be a range of
 * whole numbers: `1..10000|idle`, `-20..19`. A bar at the end says that an empty value takes back earlier ones:
 * `none|shared|`, `-20..19|`, `boolean|`.
 */
export type Grammar = keyof Values | `${string}|${string}` | `${number}..${number}`

type Alternatives<G extends string> = G extends `${infer First}|${infer Rest}` ?
  Alternatives<First> | Alternatives<Rest>
  : G extends "" ? never
  : G extends `${number}..${number}` ? number
  : G

/** The type of what a grammar yields. */
export type ValueOf<G extends string> = G extends keyof Values ? Values[G]
  : G extends `${infer Name}|` ? Name extends keyof Values ? Values[Name] : Alternatives<Name>
  : Alternatives<G>
