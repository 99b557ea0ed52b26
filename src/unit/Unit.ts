/**
 * The model of a unit: what the text of a unit file means, once it is parsed.
 *
 * Plain data. Spans are milliseconds (`Infinity` where systemd says `infinity`), signals are numbers, names carry
 * their suffix. A field holds what systemd.unit(5), systemd.service(5), systemd.exec(5) and systemd.kill(5) give as
 * default when the file says nothing, except where our README says "on purpose different".
 *
 * @since 0.1.0
 */
import type { Brand } from "effect/Brand"

/** A unit's full name, suffix included: `web.service`. */
export type UnitName = string & Brand<"UnitName">

/** The kinds of unit that are read; every other suffix is answered with a diagnostic. */
export type UnitKind = "service" | "socket" | "target" | "timer" | "path"

/** Where something stands in a unit file. Line and column count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Another unit, named by a directive. */
export interface UnitReference {
  readonly name: UnitName
  readonly at: Position
}

/** What the prefixes before a command ask for, systemd.service(5) "COMMAND LINES". */
export interface CommandFlags {
  /** `-`: a failure of this command is noted and otherwise ignored. */
  readonly ignoreFailure: boolean
  /** `@`: the first argument is the program's `argv[0]`, not its path. */
  readonly ownArgv0: boolean
  /** `:`: no variables are substituted. */
  readonly literal: boolean
  /** `+` `!` `!!`: the command runs with PID 1's identity instead of the unit's. */
  readonly privileged: boolean
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

/** The [Unit] section. */
export interface UnitSection {
  readonly description: string
  readonly documentation: ReadonlyArray<string>
  readonly after: ReadonlyArray<UnitReference>
  readonly before: ReadonlyArray<UnitReference>
  readonly requires: ReadonlyArray<UnitReference>
  readonly wants: ReadonlyArray<UnitReference>
  /** `StartLimitBurst=`, also accepted in [Service]; 0 switches the limit off. */
  readonly startLimitBurst: number
  /** `StartLimitIntervalSec=`, also accepted in [Service]; 0 switches the limit off. */
  readonly startLimitIntervalMillis: number
}

/** What a unit's processes are started with, systemd.exec(5). */
export interface ExecSection {
  readonly user: string | undefined
  readonly group: string | undefined
  readonly workingDirectory: WorkingDirectory | undefined
  /** `Environment=` in the order written; a later entry wins. */
  readonly environment: ReadonlyArray<readonly [name: string, value: string]>
  readonly environmentFiles: ReadonlyArray<EnvironmentFileReference>
}

/** How a unit's processes are stopped, systemd.kill(5). */
export interface KillSection {
  readonly killSignal: number
}

/** `Restart=`, systemd.service(5). */
export type RestartMode = "no" | "on-success" | "on-failure" | "on-abnormal" | "on-abort" | "on-watchdog" | "always"

/** `Type=` as far as it is acted on; the parser states its fallback for the others. */
export type ServiceType = "simple" | "exec" | "oneshot"

interface UnitBase {
  readonly name: UnitName
  /** The file this unit was read from. */
  readonly file: string
  readonly unit: UnitSection
}

/** A `.service` unit. */
export interface Service extends UnitBase {
  readonly _tag: "Service"
  readonly type: ServiceType
  readonly remainAfterExit: boolean
  readonly execStart: ReadonlyArray<Command>
  readonly restart: RestartMode
  readonly restartMillis: number
  /** `TimeoutStartSec=`; `Infinity` for a oneshot that does not say. */
  readonly timeoutStartMillis: number
  readonly timeoutStopMillis: number
  readonly exec: ExecSection
  readonly kill: KillSection
}

/** A `.target` unit: a name to order and require, nothing that runs. */
export interface Target extends UnitBase {
  readonly _tag: "Target"
}

/** A unit that is read and checked but that this version does not start. */
export interface Inert extends UnitBase {
  readonly _tag: "Inert"
  readonly kind: Exclude<UnitKind, "service" | "target">
}

export type Unit = Service | Target | Inert
