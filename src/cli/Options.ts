/**
 * The command line as a table, and the fast path that reads it. Anything that is not plainly one of these forms goes to
 * the full parser (Cli.ts), which is loaded only then: a boot does not pay for help texts.
 */
import * as TimeSpan from "../unit/grammar/TimeSpan.ts"

/** How `validate` prints what it found: for people, as JSON of our own, as SARIF, as commands of GitHub Actions. */
export type Format = "text" | "json" | "sarif" | "github"

export const formats: ReadonlyArray<Format> = ["text", "json", "sarif", "github"]

/** How lines of services and our own are written by `run`: as text, or one JSON object a line. */
export type LogFormat = "text" | "json"

export const logFormats: ReadonlyArray<LogFormat> = ["text", "json"]

/** What the command line asks for. */
export interface Options {
  readonly action: "run" | "validate" | "version"
  readonly units: string
  readonly dropIn: string
  readonly strictUnits: boolean
  readonly strictIsolation: boolean
  readonly stopTimeoutMillis: number
  readonly logFormat: LogFormat
  /** Where `run` says what the units are, if that is asked for. */
  readonly stateFile: string | undefined
  readonly format: Format
  /** Where the image's root file system is while it is built; `undefined` where it is our own. For `validate` only. */
  readonly root: string | undefined
  /** Files and directories that `validate` looks at instead of the two unit directories, if there are any. */
  readonly paths: ReadonlyArray<string>
}

export const defaults: Options = {
  action: "run",
  units: "/etc/container-init/units",
  dropIn: "/etc/container-init.d",
  strictUnits: false,
  strictIsolation: false,
  stopTimeoutMillis: 8000,
  logFormat: "text",
  stateFile: undefined,
  format: "text",
  root: undefined,
  paths: []
}

/** Each flag, for the fast path, for `--help` and for the README. */
export const flags = {
  units: {
    name: "units",
    argument: "DIR",
    fallback: defaults.units,
    about: "the image's own unit files"
  },
  dropIn: {
    name: "drop-in",
    argument: "DIR",
    fallback: defaults.dropIn,
    about: "unit files of a derived image: added to the others, or in place of those of the same name"
  },
  stopTimeout: {
    name: "stop-timeout",
    argument: "SPAN",
    fallback: "8s",
    about: "how long a shutdown may take in all, as a time span of systemd.time(7)"
  },
  logFormat: {
    name: "log-format",
    argument: "text|json",
    fallback: "text",
    about: "how a run writes lines, those of services and its own"
  },
  stateFile: {
    name: "state-file",
    argument: "FILE",
    about: "a file in which a run says what its units are, and every 10s that it lives; health reads it"
  },
  require: {
    name: "require",
    argument: "UNIT,...",
    about: "units that have to be up for health to be satisfied"
  },
  maxAge: {
    name: "max-age",
    argument: "SPAN",
    fallback: "30s",
    about: "how old the last sign of life in the state file may be, for health"
  },
  format: {
    name: "format",
    argument: "text|json|sarif|github",
    fallback: "text",
    about: "how validate prints what it found"
  },
  root: {
    name: "root",
    argument: "DIR",
    about:
      "where the image's root file system is, for validate in a build; the directories above are looked for below it"
  },
  strictUnits: { name: "strict-units", about: "take every warning about a unit file for an error" },
  strictIsolation: {
    name: "strict-isolation",
    about:
      "start no unit whose isolation (ProtectSystem= and the like) this container cannot give, instead of saying so"
  },
  validate: { name: "validate", about: "the same as the command validate" },
  version: { name: "version", about: "print the version" }
} as const

/** The stop timeout in milliseconds, if the text is a finite time span. */
export const parseStopTimeout = (text: string): number | undefined => {
  const millis = TimeSpan.parse(text)
  return millis === undefined || millis === Infinity ? undefined : millis
}

const setValue = (options: Options, name: string, value: string): Options | undefined => {
  switch (name) {
    case flags.units.name:
      return value === "" ? undefined : { ...options, units: value }
    case flags.dropIn.name:
      return value === "" ? undefined : { ...options, dropIn: value }
    case flags.format.name: {
      const format = formats.find((known) => known === value)
      return format === undefined ? undefined : { ...options, format }
    }
    case flags.logFormat.name: {
      const logFormat = logFormats.find((known) => known === value)
      return logFormat === undefined ? undefined : { ...options, logFormat }
    }
    case flags.stateFile.name:
      return value === "" ? undefined : { ...options, stateFile: value }
    case flags.stopTimeout.name: {
      const stopTimeoutMillis = parseStopTimeout(value)
      return stopTimeoutMillis === undefined ? undefined : { ...options, stopTimeoutMillis }
    }
    default:
      return undefined
  }
}

const setFlag = (options: Options, name: string): Options | undefined => {
  switch (name) {
    case flags.strictUnits.name:
      return { ...options, strictUnits: true }
    case flags.strictIsolation.name:
      return { ...options, strictIsolation: true }
    case flags.validate.name:
      return { ...options, action: "validate" }
    case flags.version.name:
      return { ...options, action: "version" }
    default:
      return undefined
  }
}

/** `undefined`: not a form that the fast path knows, well-formed or not. `arguments_` leaves out the program's name. */
export const parseFast = (arguments_: ReadonlyArray<string>): Options | undefined => {
  let options: Options | undefined = defaults
  const rest = arguments_[0] === "run" ? arguments_.slice(1) : arguments_
  for (let at = 0; at < rest.length && options !== undefined; at++) {
    const word = rest[at] ?? ""
    if (!word.startsWith("--")) return undefined
    const equals = word.indexOf("=")
    if (equals > 0) {
      options = setValue(options, word.slice(2, equals), word.slice(equals + 1))
      continue
    }
    const flag = setFlag(options, word.slice(2))
    if (flag !== undefined) {
      options = flag
      continue
    }
    const value = rest[++at]
    options = value === undefined || value.startsWith("-") ? undefined : setValue(options, word.slice(2), value)
  }
  return options
}
