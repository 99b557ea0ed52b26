/** What PID 1 has, looked at every few seconds, and whether it was more at the end than at the beginning. */
import { readdirSync, readFileSync } from "node:fs"

export interface Sample {
  /** Of memory, in kB. */
  readonly resident: number
  readonly dirty: number
  readonly descriptors: number
  readonly children: number
}

export const measures = ["resident", "dirty", "descriptors", "children"] as const

type Measure = typeof measures[number]

/** `/proc/PID/smaps_rollup` of proc(5). Nothing of a process that has ended. */
export const take = (pid: number): Sample | undefined => {
  try {
    return read(pid)
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) {
      return undefined
    }
    throw error
  }
}

const read = (pid: number): Sample => {
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1")
  const of = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(memory)?.[1])
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean)
  return {
    resident: of("Rss"),
    dirty: of("Private_Dirty"),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    children: children.length
  }
}

export const median = (numbers: ReadonlyArray<number>): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

const least = (numbers: ReadonlyArray<number>): number => Math.min(...numbers)

interface Rule {
  /** What stands for many samples. Descriptors and children come and go with the load, but what leaks does not go. */
  readonly of: (numbers: ReadonlyArray<number>) => number
  /** More than both is growth: a few percent may be chance, and so may be some pages. */
  readonly share: number
  readonly amount: number
}

const rules: Readonly<Record<Measure, Rule>> = {
  resident: { of: median, share: 0.03, amount: 300 },
  dirty: { of: median, share: 0.03, amount: 300 },
  descriptors: { of: least, share: 0, amount: 5 },
  children: { of: least, share: 0, amount: 3 }
}

export interface Trend {
  readonly measure: Measure
  /** Of the second fifth of all samples, as the first one is warming up, and of the last. */
  readonly early: number
  readonly late: number
  readonly grew: boolean
}

export const trends = (samples: ReadonlyArray<Sample>): ReadonlyArray<Trend> => {
  const fifth = Math.floor(samples.length / 5)
  return measures.map((measure) => {
    const numbers = samples.map((sample) => sample[measure])
    const { amount, of, share } = rules[measure]
    const early = of(numbers.slice(fifth, 2 * fifth))
    const late = of(numbers.slice(-fifth))
    return { measure, early, late, grew: !(late - early <= Math.max(amount, early * share)) }
  })
}
