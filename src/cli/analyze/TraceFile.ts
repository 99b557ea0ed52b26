/** A trace file, read: the records of its last boot. Pure. */

/** One record; what a field holds is for the reader of it to check. */
export interface Record {
  readonly phase: string
  /** Milliseconds since 1970, of its end. */
  readonly at: number
  readonly millis: number
  readonly fields: Readonly<{ [name: string]: unknown }>
}

export interface TraceFile {
  /** Of the last boot, or of all if none begins in the file. */
  readonly records: ReadonlyArray<Record>
  /** How many boots the file tells of. */
  readonly boots: number
  /** The last line is cut off: it was being written, or its writer died. */
  readonly cut: boolean
}

export interface Fault {
  readonly line: number
  readonly text: string
}

const parseLine = (line: string): Record | undefined => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== "object" || value === null) return undefined
  const { dt_ms, phase, t_start_ms, ...fields } = value as { [name: string]: unknown }
  if (typeof phase !== "string" || typeof t_start_ms !== "number" || typeof dt_ms !== "number") return undefined
  return { phase, at: t_start_ms + dt_ms, millis: dt_ms, fields }
}

/** Reads a file. Only its last line may be cut off; anything else that is no record is a fault. */
export const parse = (text: string): TraceFile | Fault => {
  const lines = text.split("\n")
  // What stands behind the last newline was never finished; as a rule it is nothing.
  const rest = lines.pop() ?? ""
  const all: Array<Record> = []
  let first = 0
  let boots = 0
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue
    const record = parseLine(line)
    // A boot that is killed in the midst of a line leaves it to the next one to end it.
    const resumed = record ?? parseLine(line.slice(Math.max(0, line.lastIndexOf("{\"phase\":\"boot_start\""))))
    if (resumed === undefined) return { line: at + 1, text: line }
    if (resumed.phase === "boot_start") {
      first = all.length
      boots++
    }
    all.push(resumed)
  }
  const last = rest === "" ? undefined : parseLine(rest)
  if (last !== undefined) all.push(last)
  return { records: all.slice(first), boots, cut: rest !== "" && last === undefined }
}

export const isFault = (parsed: TraceFile | Fault): parsed is Fault => "line" in parsed
