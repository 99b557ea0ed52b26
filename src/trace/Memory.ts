/**
 * How much memory there is in use, of the container's own cgroup and by name of program. There may be thousands of
 * processes: they are looked at a few at a time, with everything else in between.
 */
import type { TraceOutput } from "../kernel/TraceOutput.ts"
import type { Fields } from "./Writer.ts"

/** Under a millisecond's worth of /proc. */
const atOnce = 32

const mount = "/sys/fs/cgroup"

/** Of one kind each: the first file of a list that there is. */
type Sources = Readonly<Record<"current" | "peak" | "swap", ReadonlyArray<string>>>

/** Where version 1 has the memory controller: as the host names it, or right at the mount where that is not to be seen. */
const ofVersion1 = (output: TraceOutput): Sources => {
  const lines = (output.read("/proc/self/cgroup") ?? "").split("\n")
  const line = lines.find((one) => one.split(":")[1]?.split(",").includes("memory") === true)
  if (line === undefined) return { current: [], peak: [], swap: [] }
  const path = line.split(":").slice(2).join(":")
  const both = (file: string) => [`${mount}/memory${path === "/" ? "" : path}/${file}`, `${mount}/memory/${file}`]
  return { current: both("memory.usage_in_bytes"), peak: both("memory.max_usage_in_bytes"), swap: [] }
}

const sourcesOf = (output: TraceOutput): Sources => {
  const own = output.cgroup()
  if (!("path" in own)) return ofVersion1(output)
  const { path } = own
  return { current: [`${path}/memory.current`], peak: [`${path}/memory.peak`], swap: [`${path}/memory.swap.current`] }
}

/** A number of bytes in a file that holds nothing else; `max` is none. */
const bytesIn = (text: string | undefined): number | null => {
  const number = text?.trim() ?? ""
  return number === "" || !Number.isFinite(Number(number)) ? null : Number(number)
}

/** What `processMemory` says of all processes. */
const fieldsOf = (texts: ReadonlyArray<string>): Fields => {
  const sums = new Map<string, number>()
  let nproc = 0
  for (const line of texts.join("\n").split("\n")) {
    const space = line.indexOf(" ")
    if (space < 0) continue
    const comm = line.slice(space + 1)
    sums.set(comm, (sums.get(comm) ?? 0) + Number(line.slice(0, space)))
    nproc++
  }
  const by_comm = [...sums].sort(([a], [b]) => a < b ? -1 : 1).map(([comm, rss_kib]) => ({ comm, rss_kib }))
  const rss_sum_bytes = by_comm.reduce((sum, { rss_kib }) => sum + rss_kib * 1024, 0)
  return { nproc, rss_sum_bytes, by_comm }
}

export class Memory {
  // It may have to be looked for, and does not change.
  private sources: Sources | undefined
  private readonly output: TraceOutput

  constructor(output: TraceOutput) {
    this.output = output
  }

  /**
   * Looks at the cgroup and at processes, those that we have made among them or not, and calls `done` now or some turns
   * later, with what makes all fields but the label of what was read.
   */
  snapshot(which: "all" | "not ours", done: (fields: () => Fields) => void): void {
    const { current, peak, swap } = this.sources ??= sourcesOf(this.output)
    const cgroup = [this.read(current), this.read(peak), this.read(swap)]
    const texts: Array<string> = []
    const finish = (): void =>
      done(() => {
        const [current = null, peak = null, swap = null] = cgroup.map(bytesIn)
        return {
          cgroup_current_bytes: current,
          cgroup_peak_bytes: peak,
          cgroup_swap_bytes: swap,
          ...fieldsOf(texts)
        }
      })
    const look = (which: "all" | "not ours" | "next"): void => {
      const text = this.output.processMemory(which, atOnce)
      if (text === "") return finish()
      texts.push(text)
      // Fewer than asked for: these were the last, or some have gone meanwhile.
      if (text.split("\n").length <= atOnce) return look("next")
      this.output.after(0, () => look("next"))
    }
    look(which)
  }

  private read(paths: ReadonlyArray<string>): string | undefined {
    for (const path of paths) {
      const text = this.output.read(path)
      if (text !== undefined) return text
    }
    return undefined
  }
}
