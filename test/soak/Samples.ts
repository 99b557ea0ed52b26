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

/** `/proc/PID/smaps_rollup` of proc(5). */
export const take = (pid: number): Sample => {
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

/** More than both is growth: a few percent may be chance, and so may be some pages. */
const allowed: Readonly<Record<Measure, { readonly share: number; readonly amount: number }>> = {
  resident: { share: 0.03, amount: 300 },
  dirty: { share: 0.03, amount: 300 },
  descriptors: { share: 0, amount: 3 },
  children: { share: 0, amount: 3 }
}

export interface Trend {
  readonly measure: Measure
  /** Medians: of the second fifth of all samples, as the first one is warming up, and of the last. */
  readonly early: number
  readonly late: number
  readonly grew: boolean
}

export const trends = (samples: ReadonlyArray<Sample>): ReadonlyArray<Trend> => {
  const fifth = Math.floor(samples.length / 5)
  return measures.map((measure) => {
    const numbers = samples.map((sample) => sample[measure])
    const early = median(numbers.slice(fifth, 2 * fifth))
    const late = median(numbers.slice(-fifth))
    const { amount, share } = allowed[measure]
    return { measure, early, late, grew: !(late - early <= Math.max(amount, early * share)) }
  })
}
