/**
 * What each of the three standard streams of a process is, systemd.exec(5) "Logging and Standard Input/Output". Pure.
 *
 * Of what depends on each other: `StandardOutput=inherit` means the standard input's opening, where that is more than
 * nothing; `StandardError=inherit` the standard output's. Lines are never merged: errors stay on our stderr.
 */
import type { FileStream, LineRules, Stdio, Streams, TerminalReset, TerminalStream } from "../../kernel/Stdio.ts"
import * as Grammar from "../../unit/grammar/Stdio.ts"
import type { ServiceSection } from "../../unit/Unit.ts"
import type { StandardInput, StandardOutput } from "../../unit/values/Exec.ts"
import type { RunContext } from "../RunContext.ts"

/** Only what the choice depends on. */
export type Section = Pick<
  ServiceSection,
  | "StandardInput"
  | "StandardInputText"
  | "StandardOutput"
  | "StandardError"
  | "TTYPath"
  | "TTYReset"
  | "TTYVHangup"
  | "UMask"
>

export type Run = Pick<RunContext, "key" | "listeners" | "stored">

const usual: Streams = ["null", "prefixed", "prefixed"]
const usualTerminal = "/dev/console"

/** The commands that get the terminal as their input; the others run beside one that has it. */
const readsTerminal: ReadonlyArray<RunContext["key"]> = ["ExecCondition", "ExecStartPre", "ExecStart", "ExecStopPost"]

const controls = { "tty": "wait", "tty-force": "force", "tty-fail": "fail" } as const

/** A text says why the process cannot be started. */
export const decide = (section: Section, run: Run): Streams | string => {
  const { StandardError, StandardInput, StandardInputText, StandardOutput } = section
  const noOutput = StandardOutput === undefined && StandardError === undefined
  if (noOutput && StandardInput === undefined && StandardInputText === undefined) return usual
  const input = StandardInput ?? { _tag: StandardInputText === undefined ? "Null" : "Data" }
  // A socket goes both ways, and inetd(8) programs count on it.
  const output = StandardOutput ?? (input._tag === "Socket" ? { _tag: "Inherit" } : { _tag: "Journal", console: false })
  const error = StandardError ?? { _tag: "Inherit" }
  const stdin = decideInput(section, input, [output, error], run)
  if (typeof stdin === "string" && !isStream(stdin)) return stdin
  const stdout = decideOutput(section, output, "StandardOutput", { input, stdin }, run)
  if (typeof stdout === "string" && !isStream(stdout)) return stdout
  const stderr = error._tag === "Inherit" || isSame(output, error)
    // Each keeps its own stream of ours, where that is what they have.
    ? stdout === "null" || stdout === "prefixed" ? stdout : "stdout"
    : decideOutput(section, error, "StandardError", { input, stdin }, run)
  return typeof stderr === "string" && !isStream(stderr) ? stderr : [stdin, stdout, stderr]
}

/** As inetd(8) has it. */
export const takesSocket = ({ StandardError, StandardInput, StandardOutput }: Section): boolean =>
  StandardInput?._tag === "Socket" || StandardOutput?._tag === "Socket" || StandardError?._tag === "Socket"

const isStream = (text: string): text is Extract<Stdio, string> =>
  text === "null" || text === "prefixed" || text === "stdin" || text === "stdout"

const isSame = (a: StandardOutput, b: StandardOutput): boolean => Grammar.format(a) === Grammar.format(b)

const permissions = ({ UMask = 0o022 }: Section): number => 0o666 & ~UMask

const terminal = (
  { TTYPath = usualTerminal }: Section,
  control: TerminalStream["control"],
  directive: string
): TerminalStream => ({ terminal: TTYPath, control, directive: `${directive} on ${TTYPath}` })

const decideInput = (
  section: Section,
  input: StandardInput,
  outputs: ReadonlyArray<StandardOutput>,
  run: Run
): Stdio | string => {
  const directive = `StandardInput=${Grammar.format(input)}`
  switch (input._tag) {
    case "Null":
      return "null"
    case "Tty":
      return readsTerminal.includes(run.key) ? terminal(section, controls[input.mode], directive) : "null"
    case "Data": {
      const pieces = section.StandardInputText ?? []
      return pieces.length === 0 ? "null" : { data: pieces.map(({ base64 }) => base64) }
    }
    case "File": {
      const isShared = outputs.some((output) => sharesFile(input, output))
      return {
        file: input.path,
        access: isShared ? "read-write" : "read",
        permissions: permissions(section),
        directive
      }
    }
    case "Socket":
      return socket(directive, run)
    case "Descriptor":
      return named(input.name, directive, run)
  }
}

/** One opening for reading and writing. What is appended or emptied has an opening of its own. */
const sharesFile = (input: StandardInput, output: StandardOutput): boolean =>
  input._tag === "File" && output._tag === "File" && output.mode === "write" && output.path === input.path

const decideOutput = (
  section: Section,
  output: StandardOutput,
  key: "StandardOutput" | "StandardError",
  { input, stdin }: { readonly input: StandardInput; readonly stdin: Stdio },
  run: Run
): Stdio | string => {
  const directive = `${key}=${Grammar.format(output)}`
  switch (output._tag) {
    case "Inherit":
      if (stdin === "null") return input._tag === "Tty" ? terminal(section, "none", directive) : "null"
      return input._tag === "Data" ? "null" : "stdin"
    case "Null":
      return "null"
    case "Tty":
      return stdin !== "null" && input._tag === "Tty" ? "stdin" : terminal(section, "none", directive)
    // There is no kernel log in a container: those lines go where all others go, and the check of the unit says so.
    case "Journal":
    case "Kmsg":
      return "prefixed"
    case "File": {
      if (sharesFile(input, output)) return "stdin"
      const file: FileStream = {
        file: output.path,
        access: output.mode,
        permissions: permissions(section),
        directive
      }
      return file
    }
    case "Socket":
      return input._tag === "Socket" ? "stdin" : socket(directive, run)
    case "Descriptor":
      return named(output.name, directive, run)
  }
}

/** As inetd(8) with `wait`; what a service has left with us is none that was passed. */
const socket = (directive: string, { listeners }: Run): Stdio | string => {
  const [only, another] = listeners
  if (only === undefined) return `${directive}: the service was given no socket, for no .socket unit listens for it`
  return another === undefined
    ? { descriptor: only.descriptor }
    : `${directive}: the service was given ${listeners.length} sockets, and which of them is meant?`
}

const named = (name: string, directive: string, { listeners, stored }: Run): Stdio | string => {
  const found = listeners.find((one) => one.name === name) ?? stored.find((kept) => kept.name === name)
  if (found !== undefined) return { descriptor: found.descriptor }
  const others = [...new Set([...listeners, ...stored].map((one) => one.name))]
  return `${directive}: there is no descriptor of that name${
    others.length === 0 ? ", nor any other" : `, only ${others.join(", ")}`
  }`
}

/** What is done to the terminal first; nothing, usually. */
export const reset = ({ TTYPath, TTYReset = false, TTYVHangup = false }: Section): TerminalReset | undefined =>
  TTYReset || TTYVHangup
    ? { terminal: TTYPath ?? usualTerminal, hangup: TTYVHangup, modes: TTYReset }
    : undefined

/** Of a unit that says nothing about them. */
export const usualLines: LineRules = { identifier: "", level: 6, levelMax: 7, takesLevel: true }

/** How the lines are called, and which of them are kept. */
export const lines = (
  { LogLevelMax, SyslogIdentifier, SyslogLevel, SyslogLevelPrefix }: ServiceSection
): LineRules =>
  LogLevelMax === undefined && SyslogIdentifier === undefined && SyslogLevel === undefined &&
    SyslogLevelPrefix === undefined
    ? usualLines
    : {
      identifier: SyslogIdentifier ?? "",
      level: SyslogLevel ?? usualLines.level,
      levelMax: LogLevelMax ?? usualLines.levelMax,
      takesLevel: SyslogLevelPrefix ?? true
    }
