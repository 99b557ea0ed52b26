/**
 * Random sets of units, up to forty, with all relations that units can have. The order has no cycle: every edge of it
 * leads from a later unit to an earlier one. For whoever runs many of them there are units made without the parser.
 */
import * as FastCheck from "effect/FastCheck"
import type { UnitGraph } from "../../src/graph/UnitGraph.ts"
import * as Graph from "../../src/graph/UnitGraph.ts"
import type { Unit, UnitName, UnitReference } from "../../src/unit/Unit.ts"
import { unitName } from "../unit/Support.ts"
import { unit } from "./Units.ts"

export const relations = [
  "Requires",
  "Requisite",
  "Wants",
  "BindsTo",
  "PartOf",
  "Upholds",
  "Conflicts",
  "PropagatesReloadTo",
  "PropagatesStopTo",
  "OnFailure",
  "OnSuccess"
] as const

export type Relation = (typeof relations)[number]
export type Directive = Relation | "After" | "Before"

/** `from` names `to` in this directive. */
export interface Edge {
  readonly from: number
  readonly directive: Directive
  readonly to: number
}

/** What a unit is besides its relations: lines of its file. */
export interface Traits {
  readonly suffix: "service" | "target"
  readonly lines: ReadonlyArray<string>
}

export interface RelationGraph {
  readonly names: ReadonlyArray<UnitName>
  readonly traits: ReadonlyArray<Traits>
  readonly edges: ReadonlyArray<Edge>
}

export const largest = 40

const orders: ReadonlyArray<Directive> = ["After", "Before"]

/** Requirements mostly come with an order. */
const shapes: ReadonlyArray<ReadonlyArray<Directive>> = [
  ...relations.map((relation) => [relation]),
  ["After"],
  ["After"],
  ["Before"],
  ["Requires", "After"],
  ["Requires", "After"],
  ["BindsTo", "After"],
  ["Requisite", "After"],
  ["Wants", "After"],
  ["PartOf", "After"],
  ["Conflicts", "Before"],
  ["Conflicts", "After"]
]

const types = [[], [], [], ["Type=oneshot"], ["Type=oneshot", "RemainAfterExit=yes"]] as const
const restarts = [[], [], ["Restart=always"], ["Restart=on-failure"], ["Restart=always", "RestartMode=direct"]] as const

/** From one number, so that a shrunk set is a simple one: 0 is a plain service. */
const traitsOf = (code: number): Traits => {
  const unneeded = code % 16 === 15 ? ["StopWhenUnneeded=yes"] : []
  if (code % 8 === 7) return { suffix: "target", lines: unneeded }
  const type = types[Math.floor(code / 16) % types.length] ?? []
  const restart = type[0] === "Type=oneshot" ? [] : restarts[Math.floor(code / 128) % restarts.length] ?? []
  const reload = code % 4 === 2 ? ["ExecReload=/bin/reload"] : []
  return { suffix: "service", lines: [...unneeded, ...type, ...restart, ...reload] }
}

const build = (
  codes: ReadonlyArray<number>,
  pairs: ReadonlyArray<readonly [number, number, number]>
): RelationGraph => {
  const traits = codes.map(traitsOf)
  const names = traits.map(({ suffix }, index) => unitName(`u${String(index).padStart(2, "0")}.${suffix}`))
  const edges: Array<Edge> = []
  for (const [one, other, shape] of pairs) {
    const [from, to] = [one % names.length, other % names.length]
    if (from === to) continue
    const directives = shapes[shape % shapes.length] ?? []
    // A target is after all that it pulls in, though nobody wrote so.
    const isOrdered = directives.some((directive) => orders.includes(directive)) || traits[from]?.suffix === "target"
    const down = directives.includes("Before") ? from > to : from < to
    for (const directive of directives) {
      edges.push(isOrdered && down ? { from: to, directive, to: from } : { from, directive, to })
    }
  }
  return { names, traits, edges }
}

export const arbitrary: FastCheck.Arbitrary<RelationGraph> = FastCheck.tuple(
  FastCheck.array(FastCheck.nat(1023), { minLength: 2, maxLength: largest, size: "max" }),
  FastCheck.array(
    FastCheck.tuple(FastCheck.nat(largest - 1), FastCheck.nat(largest - 1), FastCheck.nat(shapes.length - 1)),
    { maxLength: 80, size: "max" }
  )
).map(([codes, pairs]) => build(codes, pairs))

/** The lines of each unit's file, as Units.ts takes them. */
export const filesOf = ({ edges, names, traits }: RelationGraph): Readonly<Record<string, string>> => {
  const lines = traits.map((one) => [...one.lines])
  for (const { directive, from, to } of edges) lines[from]?.push(`${directive}=${names[to] ?? ""}`)
  return Object.fromEntries(names.map((name, index) => [name, lines[index]?.join("\n") ?? ""]))
}

/** Parsed once for all units with the same traits. */
const models = new Map<string, Unit>()

const modelOf = ({ lines, suffix }: Traits): Unit => {
  const key = [suffix, ...lines].join("\n")
  const known = models.get(key)
  if (known !== undefined) return known
  const model = unit(`model.${suffix}`, lines.join("\n"))
  models.set(key, model)
  return model
}

/** The units that `filesOf` describes, without positions and without reading. */
export const unitsOf = ({ edges, names, traits }: RelationGraph): ReadonlyMap<UnitName, Unit> => {
  const sections = names.map((): Partial<Record<Directive, Array<UnitReference>>> => ({}))
  for (const { directive, from, to } of edges) {
    const name = names[to]
    const section = sections[from]
    if (name === undefined || section === undefined) continue
    const reference = { name, at: { file: "", line: 0, column: 0 } }
    const list = section[directive]
    if (list === undefined) section[directive] = [reference]
    else list.push(reference)
  }
  const units = new Map<UnitName, Unit>()
  names.forEach((name, index) => {
    const model = modelOf(traits[index] ?? { suffix: "service", lines: [] })
    units.set(name, { ...model, name, file: name, Unit: { ...model.Unit, ...sections[index] } })
  })
  return units
}

export const graphOf = (units: ReadonlyMap<UnitName, Unit>): UnitGraph => Graph.make(units)
