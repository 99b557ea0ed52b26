/** Random sets of units without a cycle: every edge leads from a later unit to an earlier one. */
import * as FastCheck from "effect/FastCheck"
import type { UnitSet } from "./Units.ts"
import { set } from "./Units.ts"

export interface RandomSet extends UnitSet {
  /** `[from, to]`: from is ordered after to. */
  readonly after: ReadonlyArray<readonly [from: string, to: string]>
  /** `[from, to]`: from requires to. */
  readonly requires: ReadonlyArray<readonly [from: string, to: string]>
}

const size = 9

export const unitNames = Array.from({ length: size }, (_, index) => `u${index}.service`)

const name = (index: number): string => unitNames[index] ?? ""

const edge = FastCheck.tuple(
  FastCheck.integer({ min: 1, max: size - 1 }),
  FastCheck.nat(1000),
  FastCheck.constantFrom("After", "Before", "Requires", "Both")
)

const build = (edges: ReadonlyArray<readonly [number, number, string]>): RandomSet => {
  const files: Record<string, string> = Object.fromEntries(unitNames.map((unit) => [unit, ""]))
  const write = (unit: string, line: string) => {
    files[unit] = `${files[unit] ?? ""}${line}\n`
  }
  const after: Array<readonly [string, string]> = []
  const requires: Array<readonly [string, string]> = []
  for (const [index, choice, kind] of edges) {
    const [from, to] = [name(index), name(choice % index)]
    if (kind !== "Requires") after.push([from, to])
    if (kind === "Requires" || kind === "Both") requires.push([from, to])
    if (kind === "Before") write(to, `Before=${from}`)
    if (kind === "After" || kind === "Both") write(from, `After=${to}`)
    if (kind === "Requires" || kind === "Both") write(from, `Requires=${to}`)
  }
  return { ...set(files), after, requires }
}

export const arbitrary: FastCheck.Arbitrary<RandomSet> = FastCheck.array(edge, { maxLength: 20 }).map(build)
