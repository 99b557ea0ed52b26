/** Standard streams as the native core takes them: a number each, and what the child does to get those that have none. */
import type { SpawnRequest } from "../../kernel/Processes.ts"
import type { FileStream, Stdio, TerminalReset, TerminalStream } from "../../kernel/Stdio.ts"
import type { Step } from "../../kernel/Step.ts"
import type { Binding } from "../Binding.ts"

export interface Opened {
  readonly numbers: readonly [number, number, number]
  /** Ahead of all others. */
  readonly steps: ReadonlyArray<Step>
  /** To be closed here once the child has its own copies. */
  readonly close: ReadonlyArray<number>
  /** Of what could not be made: there is nothing to start the child with. */
  readonly errno: number
}

const nullDevice = -1
const prefixed = -2
const prefixedStderr = -3

/** systemd.exec(5), "Process Exit Codes": STDIN, STDOUT, STDERR. */
const exitCodes = [208, 209, 222] as const

const [O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND] = [0o1, 0o2, 0o100, 0o1000, 0o2000]
const openFlags: { readonly [Access in FileStream["access"]]: number } = {
  "read": 0,
  "read-write": O_RDWR | O_CREAT,
  "write": O_WRONLY | O_CREAT,
  "append": O_WRONLY | O_CREAT | O_APPEND,
  "truncate": O_WRONLY | O_CREAT | O_TRUNC
}
/** Of the operation `output_file`. */
const outputModes: { readonly [Access in FileStream["access"]]?: number } = { write: 0, append: 1, truncate: 2 }

/** Of the step `terminal`. */
const controls: { readonly [Control in TerminalStream["control"]]: number } = { none: 0, wait: 1, force: 2, fail: 3 }
const withoutControl = 4

const usual: Opened = { numbers: [nullDevice, prefixed, prefixed], steps: [], close: [], errno: 0 }

export const resetStep = ({ hangup, modes, terminal }: TerminalReset): Step => ({
  action: { _tag: "TerminalReset", path: terminal, hangup, modes },
  directive: hangup ? modes ? "TTYVHangup=yes and TTYReset=yes" : "TTYVHangup=yes" : "TTYReset=yes",
  exitCode: exitCodes[0],
  leniency: "forgive or optional"
})

/** For one spawn: the numbers of files are good for the next one only. */
export const open = (binding: Binding, { stdio, terminalReset }: SpawnRequest): Opened => {
  const [stdin, stdout, stderr] = stdio
  if (stdin === "null" && stdout === "prefixed" && stderr === "prefixed" && terminalReset === undefined) return usual
  const numbers: [number, number, number] = [nullDevice, nullDevice, nullDevice]
  const steps: Array<Step> = terminalReset === undefined ? [] : [resetStep(terminalReset)]
  const close: Array<number> = []
  /** Whose opening the child makes. */
  const late = [false, false, false]
  let errno = 0

  const byStep = (stream: 0 | 1 | 2, action: Step["action"], directive: string): number => {
    late[stream] = true
    steps.push({ action, directive, exitCode: exitCodes[stream], leniency: "fail" })
    return nullDevice
  }

  const sameAs = (from: 0 | 1, stream: 1 | 2): number =>
    late[from] === true
      ? byStep(stream, { _tag: "StreamCopy", from, stream }, `${names[stream]}=inherit`)
      : numbers[from]

  const ofFile = (stream: 0 | 1 | 2, { access, directive, file, permissions }: FileStream): number => {
    const mode = outputModes[access]
    const number = mode === undefined ? -1 : binding.output_file(file, mode, permissions)
    if (number >= 0) return number
    // A FIFO, a device or a socket; or what cannot be opened at all: the child finds out, and fails with its own code.
    return byStep(stream, { _tag: "StreamOpen", stream, path: file, flags: openFlags[access], permissions }, directive)
  }

  const ofTerminal = (stream: 0 | 1 | 2, { control, directive, terminal }: TerminalStream): number => {
    // Ours would stay ours for ever: whoever waits for it gets it without its signals, which are for PID 1.
    const shared = control !== "none" && binding.terminal_is_own(terminal) === 1 ? withoutControl : 0
    return byStep(stream, { _tag: "Terminal", stream, path: terminal, how: controls[control] + shared }, directive)
  }

  const numberOf = (stream: 0 | 1 | 2, wanted: Stdio): number => {
    if (wanted === "null") return nullDevice
    if (wanted === "prefixed") return prefixed
    if (wanted === "prefixed-stderr") return prefixedStderr
    if (wanted === "stdin" || wanted === "stdout") return sameAs(wanted === "stdin" ? 0 : 1, stream === 1 ? 1 : 2)
    if ("descriptor" in wanted) return wanted.descriptor
    if ("file" in wanted) return ofFile(stream, wanted)
    if ("terminal" in wanted) return ofTerminal(stream, wanted)
    const number = binding.input_data(wanted.data)
    if (number < 0) errno = -number
    else close.push(number)
    return number
  }

  numbers[0] = numberOf(0, stdin)
  numbers[1] = numberOf(1, stdout)
  numbers[2] = numberOf(2, stderr)
  return { numbers, steps, close, errno }
}

const names = ["StandardInput", "StandardOutput", "StandardError"] as const
