/** Units for tests, read by the real parser from the few lines that matter. */
import { assert } from "@effect/vitest"
import type { UnitGraph } from "../../src/graph/UnitGraph.ts"
import * as Graph from "../../src/graph/UnitGraph.ts"
import * as Directives from "../../src/unit/Directives.ts"
import * as Instances from "../../src/unit/Instances.ts"
import type { Path, Service, Socket, Timer, Unit, UnitName } from "../../src/unit/Unit.ts"
import { isTemplate } from "../../src/unit/UnitName.ts"
import { codes, parse } from "../unit/Support.ts"

const isOfUnit = (line: string): boolean => Directives.find("Unit", line.slice(0, line.indexOf("="))) !== undefined

/** The lines sorted into their sections; a service without a command runs `/bin/<its name>`. */
const textOf = (name: string, lines: string): string => {
  const all = lines.split("\n").filter((line) => line !== "")
  const service = all.filter((line) => !isOfUnit(line))
  const head = `[Unit]\n${all.filter(isOfUnit).join("\n")}\n`
  if (name.endsWith(".timer")) return `${head}[Timer]\n${service.join("\n")}\n`
  if (name.endsWith(".socket")) return `${head}[Socket]\n${service.join("\n")}\n`
  if (name.endsWith(".path")) return `${head}[Path]\n${service.join("\n")}\n`
  if (!name.endsWith(".service")) return head
  const bare = !service.some((line) => line.startsWith("ExecStart="))
  if (bare) service.push(`ExecStart=/bin/${name.slice(0, name.lastIndexOf("."))}`)
  return `${head}[Service]\n${service.join("\n")}\n`
}

export const unit = (name: string, lines = ""): Unit => {
  const parsed = parse(textOf(name, lines), { name })
  assert.deepStrictEqual(codes(parsed.diagnostics).filter((code) => code.startsWith("error")), [])
  assert(parsed.unit !== undefined)
  return parsed.unit
}

export const service = (lines = "", name = "web.service"): Service => {
  const parsed = unit(name, lines)
  assert(parsed._tag === "Service")
  return parsed
}

export const timer = (lines: string, name = "job.timer"): Timer => {
  const parsed = unit(name, lines)
  assert(parsed._tag === "Timer")
  return parsed
}

export const path = (lines: string, name = "job.path"): Path => {
  const parsed = unit(name, lines)
  assert(parsed._tag === "Path")
  return parsed
}

export const socket = (lines: string, name = "web.socket"): Socket => {
  const parsed = unit(name, lines)
  assert(parsed._tag === "Socket")
  return parsed
}

export interface UnitSet {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly instances: Instances.Instances
  readonly graph: UnitGraph
}

export const set = (files: Readonly<Record<string, string>>): UnitSet => {
  const units = new Map<UnitName, Unit>()
  const sources = new Map<UnitName, Instances.Source>()
  for (const [name, lines] of Object.entries(files)) {
    const parsed = unit(name, lines)
    if (isTemplate(name)) {
      sources.set(parsed.name, { file: `/units/${name}`, text: textOf(name, lines), fragments: [], links: undefined })
    } else units.set(parsed.name, parsed)
  }
  const instances = Instances.of(sources, (name) => name, { lookup: () => undefined })
  return { units, graph: Graph.make(units), instances }
}
