/** The jobs of a few units, and their news in short: what comes of each is a list of lines. */
import * as Relations from "../../src/graph/Relations.ts"
import * as StartPlan from "../../src/graph/StartPlan.ts"
import type { ActiveState } from "../../src/supervisor/ActiveState.ts"
import type { Answer, JobKind } from "../../src/supervisor/jobs/Jobs.ts"
import * as Jobs from "../../src/supervisor/jobs/Jobs.ts"
import type { UnitName } from "../../src/unit/Unit.ts"
import { unitName } from "../unit/Support.ts"
import { set } from "./Units.ts"

export type Lines = ReadonlyArray<string>

const short = (name: string): string => name.replace(".service", "")

const full = (name: string): UnitName => unitName(name.includes(".") ? name : `${name}.service`)

/** `start a` is an order, `a start: done` a result, `OnFailure of a: start b` what was caused. */
const linesOf = ({ caused, finished, tell }: Answer): Lines => [
  ...caused.map(({ by, directive, kind, unit }) => `${directive} of ${short(by)}: ${kind} ${short(unit)}`),
  ...finished.map(({ because, kind, result, unit }) =>
    `${short(unit)} ${kind}: ${result}${because === undefined ? "" : ` (${short(because.unit)} ${because.how})`}`
  ),
  ...tell.map(({ order, restarts, unit }) => `${order} ${short(unit)}${restarts ? " to restart" : ""}`)
]

export interface World {
  readonly jobs: Jobs.Jobs
  /** All that starts at boot. */
  readonly boot: () => Lines
  readonly ask: (kind: JobKind, ...units: ReadonlyArray<string>) => Lines
  /** A change; what is not said went well and is not followed by a restart. */
  readonly to: (unit: string, state: ActiveState, result?: string, willRestart?: boolean) => Lines
  /** activating, then active. */
  readonly up: (...units: ReadonlyArray<string>) => Lines
  /** deactivating, then inactive or failed. */
  readonly down: (unit: string, state?: "inactive" | "failed") => Lines
  /** Failed and activating: it will start again by itself. */
  readonly pauses: (unit: string) => Lines
  readonly skipped: (unit: string, failed?: boolean) => Lines
  readonly due: (unit: string) => Lines
  readonly shutdown: () => Lines
  /** Lets time pass, milliseconds. */
  readonly pass: (millis: number) => void
}

/** `files` as in Units.ts; names without a suffix are services'. */
export const make = (files: Readonly<Record<string, string>>): World => {
  const named: Record<string, string> = {}
  for (const [name, lines] of Object.entries(files)) named[full(name)] = lines
  const { graph, units } = set(named)
  let time = 0
  const jobs = Jobs.make({ units, graph, relations: Relations.make(units), now: () => time })
  const states = new Map<UnitName, ActiveState>()
  const to: World["to"] = (name, state, result = state === "failed" ? "exit-code" : "success", willRestart = false) => {
    const unit = full(name)
    const from = states.get(unit) ?? "inactive"
    states.set(unit, state)
    return linesOf(jobs.changed({ unit, from, to: state, result, willRestart }))
  }
  return {
    jobs,
    to,
    boot: () =>
      linesOf(
        jobs.request(StartPlan.plan(graph, units).units.map((unit) => ({ unit, kind: "start" as const })))
      ),
    ask: (kind, ...names) => linesOf(jobs.request(names.map((name) => ({ unit: full(name), kind })))),
    up: (...names) => names.flatMap((name) => [...to(name, "activating"), ...to(name, "active")]),
    down: (name, state = "inactive") => [...to(name, "deactivating"), ...to(name, state)],
    pauses: (name) => [...to(name, "failed", "exit-code", true), ...to(name, "activating", "exit-code", true)],
    skipped: (name, failed = false) => {
      const unit = full(name)
      if (states.get(unit) !== "failed") states.set(unit, "inactive")
      return linesOf(jobs.skipped(unit, failed))
    },
    due: (name) => linesOf(jobs.restartDue(full(name))),
    shutdown: () => linesOf(jobs.shutdown()),
    pass: (millis) => {
      time += millis
    }
  }
}

/** A world whose named units are up, in this order. */
export const running = (files: Readonly<Record<string, string>>, ...names: ReadonlyArray<string>): World => {
  const world = make(files)
  for (const name of names) {
    world.ask("start", name)
    world.up(name)
  }
  return world
}
