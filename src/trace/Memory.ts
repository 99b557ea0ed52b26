/**
 * How much memory there is in use, of the container's own cgroup and by name of program. There may be thousands of
 * processes: they are looked at a few at a time, with everything else in between.
 */
import type { TraceOutput } from "../kernel/TraceOutput.ts"
import type { Fields } from "./Writer.ts"

/** Under a millisecond's worth of /proc. */
const atOnce = 32

const mount = "/sys/fs/cgroup"

/** A number of bytes in a file that holds nothing else; `max` is none. */
const bytesIn = (output: TraceOutput, path: string): number | null => {
  const text = output.read(path)?.trim() ?? ""
  return text === "" || !Number.isFinite(Number(text)) ? null : Number(text)
}

/** Where version 1 has the memory controller: as the host names it, or right at the mount where that is not to be seen. */
const ofVersion1 = (output: TraceOutput, file: string): number | null => {
  const lines = (output.read("/proc/self/cgroup") ?? "").split("\n")
  const line = lines.find((one) => one.split(":")[1]?.split(",").includes("memory") === true)
  if (line === undefined) return null
  const path = line.split(":").slice(2).join(":")
  return bytesIn(output, `${mount}/memory${path === "/" ? "" : path}/${file}`) ??
    bytesIn(output, `${mount}/memory/${file}`)
}

/** Version 2 where it has the memory controller, else version 1. */
const ofCgroup = (output: TraceOutput): Fields => {
  const own = output.cgroup()
  const at = (file: string): number | null => "path" in own ? bytesIn(output, `${own.path}/${file}`) : null
  return {
    cgroup_current_bytes: at("memory.current") ?? ofVersion1(output, "memory.usage_in_bytes"),
    cgroup_peak_bytes: at("memory.peak") ?? ofVersion1(output, "memory.max_usage_in_bytes"),
    cgroup_swap_bytes: at("memory.swap.current")
  }
}

/** Calls `done` with all fields but the label, now or some turns later. */
export const snapshot = (output: TraceOutput, done: (fields: Fields) => void): void => {
  const cgroup = ofCgroup(output)
  const sums = new Map<string, number>()
  let nproc = 0
  const finish = (): void => {
    const by_comm = [...sums].sort(([a], [b]) => a < b ? -1 : 1).map(([comm, rss_kib]) => ({ comm, rss_kib }))
    const rss_sum_bytes = by_comm.reduce((sum, { rss_kib }) => sum + rss_kib * 1024, 0)
    done({ ...cgroup, nproc, rss_sum_bytes, by_comm })
  }
  const look = (first: boolean): void => {
    const text = output.processMemory(first, atOnce)
    if (text === "") return finish()
    const before = nproc
    for (const line of text.split("\n")) {
      const space = line.indexOf(" ")
      if (space < 0) continue
      const comm = line.slice(space + 1)
      sums.set(comm, (sums.get(comm) ?? 0) + Number(line.slice(0, space)))
      nproc++
    }
    // Fewer than asked for: these were the last, or some have gone meanwhile.
    if (nproc - before < atOnce) return look(false)
    output.after(0, () => look(false))
  }
  look(true)
}
