/** A trace's way out, and what it looks at, in the hands of a test. */
import type { TraceOutput } from "../../src/kernel/TraceOutput.ts"

export interface Line {
  readonly phase: string
  readonly t_start_ms: number
  readonly dt_ms: number
  readonly status: string
  readonly [field: string]: unknown
}

export interface OutputTest extends TraceOutput {
  /** What was written, read again, once all is done that is put off for a moment. */
  readonly lines: () => ReadonlyArray<Line>
  /** The phases that were written, each with the unit that it is about. */
  readonly phases: () => ReadonlyArray<string>
  readonly warnings: Array<string>
  /** Moves the monotonic clock, and the other one with it. */
  pass: (millis: number) => void
  /** Sets the wall clock. */
  set: (wall: number) => void
  /** How many more lines there is room for. */
  room: number
  /** Calls what was to be called later, and is due now. */
  fire: () => void
  /** What it was told to wait at most, at the end. */
  readonly waits: Array<number>
  readonly files: Record<string, string>
  processes: Array<string>
  /** Of which processes somebody wanted to know. */
  readonly looks: Array<string>
  fault: string | undefined
}

export const make = (): OutputTest => {
  let [now, wall] = [1000, 1_700_000_000_000]
  const text: Array<string> = []
  let later: Array<{ readonly millis: number; readonly due: number; readonly call: () => void }> = []
  let at = 0
  const call = (isDue: (one: (typeof later)[number]) => boolean): boolean => {
    const due = later.filter(isDue)
    later = later.filter((one) => !due.includes(one))
    for (const one of due) one.call()
    return due.length > 0
  }
  const lines = () => {
    while (call(({ millis }) => millis < 1000)) { /* One leads to another. */ }
    return text.map((line) => JSON.parse(line) as Line)
  }
  const output: OutputTest = {
    lines,
    phases: () => lines().map(({ phase, unit }) => unit === undefined ? phase : `${phase} ${String(unit)}`),
    warnings: [],
    waits: [],
    files: {},
    processes: [],
    looks: [],
    room: Infinity,
    fault: undefined,
    pass: (millis) => {
      now += millis
      wall += millis
    },
    set: (to) => {
      wall = to
    },
    fire: () => void call(({ due }) => due <= now),
    now: () => now,
    wall: () => Math.floor(wall),
    after: (millis, call) => {
      const one = { millis, due: now + millis, call }
      later.push(one)
      return { cancel: () => void (later = later.filter((other) => other !== one)) }
    },
    open: () => output.fault,
    write: (line) => {
      if (output.room <= 0) return false
      output.room--
      text.push(line)
      return true
    },
    flush: (millis) => void output.waits.push(millis),
    close: (millis) => {
      output.waits.push(millis)
      return 0
    },
    read: (path) => output.files[path],
    processMemory: (which, most) => {
      if (which !== "next") at = 0
      output.looks.push(which)
      const some = output.processes.slice(at, at + most)
      at += most
      return some.map((one) => `${one}\n`).join("")
    },
    cgroup: () => ({ path: "/sys/fs/cgroup/box", writable: true }),
    warn: (warning) => void output.warnings.push(warning)
  }
  return output
}
