/** Random units with random lives: what they are, what goes wrong, and what people do. All by small numbers, to shrink. */
import * as FastCheck from "effect/FastCheck"
import type { Program, Script } from "../Script.ts"
import type { Feature } from "./Features.ts"
import { features } from "./Features.ts"
import type { Slot } from "./History.ts"

export type Directive =
  | "Requires"
  | "Requisite"
  | "Wants"
  | "BindsTo"
  | "PartOf"
  | "Upholds"
  | "Conflicts"
  | "PropagatesReloadTo"
  | "PropagatesStopTo"
  | "OnFailure"
  | "OnSuccess"
  | "After"
  | "Before"

export interface Edge {
  readonly from: number
  readonly directive: Directive
  readonly to: number
}

export type Kind = "service" | "target" | "timer"

/** One unit as it was drawn. */
export interface Drawn {
  readonly stem: string
  readonly name: string
  readonly kind: Kind
  readonly features: ReadonlyArray<Feature>
  /** Of its file, without those that name others. */
  readonly lines: ReadonlyArray<string>
  /** Of the unit that a timer starts. */
  readonly starts: number
}

export interface Event {
  /** Milliseconds after the one before it. */
  readonly after: number
  readonly act: "start" | "stop" | "restart" | "reload" | "kill" | "hangup"
  /** Whom it is about, one way or another. */
  readonly pick: number
}

export interface Life {
  readonly units: ReadonlyArray<Drawn>
  readonly edges: ReadonlyArray<Edge>
  readonly events: ReadonlyArray<Event>
  readonly script: Script & { readonly reusesPids: boolean }
  /** Before the end everything has time to come to rest. */
  readonly settles: boolean
  /** How long after the last event everything is told to stop. */
  readonly stopAfter: number
  readonly stopTimeoutMillis: number
  /** How long after the first signal there is a second one. */
  readonly again: number | undefined
  /** 0: fibers take turns in order. */
  readonly turns: number
}

/** Requirements mostly come with an order. */
const shapes: ReadonlyArray<ReadonlyArray<Directive>> = [
  ["After"],
  ["Before"],
  ["Requires", "After"],
  ["Wants", "After"],
  ["BindsTo", "After"],
  ["Requisite", "After"],
  ["PartOf", "After"],
  ["Requires", "After"],
  ["After"],
  ["Conflicts", "After"],
  ["Conflicts", "Before"],
  ["Requires"],
  ["Requisite"],
  ["Wants"],
  ["BindsTo"],
  ["PartOf"],
  ["Upholds"],
  ["Conflicts"],
  ["PropagatesReloadTo"],
  ["PropagatesStopTo"],
  ["OnFailure"],
  ["OnFailure"],
  ["OnSuccess"]
]

const gaps = [0, 1, 5, 20, 50, 100, 130, 160, 300, 500, 1000, 3000]
const acts: ReadonlyArray<Event["act"]> = [
  "start",
  "stop",
  "restart",
  "kill",
  "reload",
  "kill",
  "start",
  "stop",
  "restart",
  "hangup"
]
/** Longer than whatever has an end. */
export const longestTimeout = 3_600_000
const stopTimeouts = [longestTimeout, 8000, longestTimeout, 250]
const kinds: ReadonlyArray<Kind> = [...Array.from({ length: 10 }, () => "service" as const), "target", "timer"]

/** Nothing hangs for longer than this by default, so that a life is short. */
const defaults = ["TimeoutStartSec=4s", "TimeoutStopSec=3s"]

const merged = (parts: ReadonlyArray<Feature>, type: Feature["type"], stem: string): Program => {
  const own: Program = Object.assign({}, ...parts.flatMap(({ main, once }) => main === undefined || once ? [] : [main]))
  const childOf = (more: Program): Program => ({ ...own, leaves: [], ...more })
  switch (type) {
    case "oneshot":
      return { exitsAfter: 30, ...own }
    case "forking":
      return { exitsAfter: 20, leaves: childOf({}) }
    case "forking-file":
      return { exitsAfter: 20, leaves: childOf({ writes: { [`/run/${stem}.pid`]: "%pid\n" } }) }
    case "notify":
      return { notifies: [[30, "READY=1"]], ...own }
    default:
      return own
  }
}

/** What systemd refuses beside `Type=oneshot`, or makes no sense beside another type. */
const isFit = (line: string, type: Feature["type"]): boolean =>
  (type !== "oneshot" || !/^(Restart=(always|on-success)|RestartForce|ExitType|RuntimeMaxSec)/.test(line)) &&
  (type === undefined || !line.startsWith("Type=")) && (!type?.startsWith("forking") || !line.startsWith("ExitType"))

const slotKeys: Readonly<Record<Exclude<Slot, "left" | "main">, string>> = {
  condition: "ExecCondition",
  pre: "ExecStartPre",
  post: "ExecStartPost",
  reload: "ExecReload",
  stop: "ExecStop",
  after: "ExecStopPost"
}

const types: Readonly<Record<Exclude<Feature["type"], undefined>, string>> = {
  "oneshot": "oneshot",
  "forking": "forking",
  "forking-file": "forking",
  "notify": "notify",
  "exec": "exec",
  "idle": "idle"
}

interface Made {
  readonly drawn: Drawn
  readonly programs: Readonly<Record<string, Program | ReadonlyArray<Program>>>
}

const service = (stem: string, parts: ReadonlyArray<Feature>): Made => {
  const type = parts.filter((part) => part.type !== undefined).at(-1)?.type
  const lines = [...defaults]
  const programs: Record<string, Program | ReadonlyArray<Program>> = {}
  if (type !== undefined) lines.push(`Type=${types[type]}`)
  if (type === "forking-file") lines.push(`PIDFile=/run/${stem}.pid`)
  const counts = new Map<Slot, number>()
  for (const { command, lines: more = [] } of parts) {
    for (const line of more) if (isFit(line, type)) lines.push(line)
    if (command === undefined || command.slot === "main" || command.slot === "left") continue
    const index = counts.get(command.slot) ?? 0
    counts.set(command.slot, index + 1)
    const path = `/bin/${stem}.${command.slot}.${index}`
    lines.push(`${slotKeys[command.slot]}=${command.ignored === true ? "-" : ""}${path}`)
    programs[path] = command.program
  }
  const path = `/bin/${stem}.main.0`
  lines.push(`ExecStart=${path}`)
  const usual = merged(parts, type, stem)
  const first = parts.filter(({ once }) => once).at(-1)?.main
  programs[path] = first === undefined ? usual : [first, usual]
  return { drawn: { stem, name: `${stem}.service`, kind: "service", features: parts, lines, starts: 0 }, programs }
}

const timerLines = ["OnActiveSec=200ms", "OnActiveSec=1s", "OnUnitInactiveSec=500ms", "OnUnitActiveSec=700ms"]

const make = (index: number, [kindCode, ...codes]: ReadonlyArray<number>, size: number): Made => {
  const stem = `u${String(index).padStart(2, "0")}`
  const kind = kinds[(kindCode ?? 0) % kinds.length] ?? "service"
  if (kind === "service") return service(stem, codes.map((code) => features[code % features.length] ?? {}))
  const name = `${stem}.${kind}`
  if (kind === "target") return { drawn: { stem, name, kind, features: [], lines: [], starts: 0 }, programs: {} }
  const lines = new Set(["OnActiveSec=100ms"])
  for (const code of codes) lines.add(timerLines[code % timerLines.length] ?? "OnActiveSec=100ms")
  return {
    drawn: { stem, name, kind, features: [], lines: [...lines, "AccuracySec=1us"], starts: (codes[0] ?? 0) % size },
    programs: {}
  }
}

const edgesOf = (units: ReadonlyArray<Drawn>, pairs: ReadonlyArray<readonly [number, number, number]>) => {
  const edges: Array<Edge> = []
  for (const [one, other, shape] of pairs) {
    const [from, to] = [one % units.length, other % units.length]
    if (from === to) continue
    const directives = shapes[shape] ?? []
    // A target is after all that it pulls in, though nobody wrote so; a timer is before what it starts.
    const [a, b] = [units[from], units[to]]
    if (a?.kind === "timer" || b?.kind === "timer") continue
    const isOrdered = directives.some((one) => one === "After" || one === "Before") || a?.kind === "target"
    const down = directives.includes("Before") ? from > to : from < to
    for (const directive of directives) {
      edges.push(isOrdered && down ? { from: to, directive, to: from } : { from, directive, to })
    }
  }
  return edges
}

interface Numbers {
  readonly units: ReadonlyArray<ReadonlyArray<number>>
  readonly pairs: ReadonlyArray<readonly [number, number, number]>
  readonly events: ReadonlyArray<readonly [gap: number, act: number, pick: number]>
  readonly end: readonly [settles: boolean, stopAfter: number, timeout: number, again: number]
  readonly world: readonly [cgroups: boolean, pids: boolean, turns: number]
}

const build = ({ end, events, pairs, units: codes, world }: Numbers): Life => {
  const made = codes.map((numbers, index) => make(index, numbers, codes.length))
  const units = made.map(({ drawn }) => drawn)
  const [settles, stopAfter, timeout, again] = end
  const [bare, reusesPids, turns] = world
  const program = Object.assign({}, ...made.map(({ programs }) => programs))
  return {
    units,
    edges: edgesOf(units, pairs),
    events: events.map(([gap, act, pick]) => ({
      after: gaps[gap % gaps.length] ?? 0,
      act: acts[act % acts.length] ?? "start",
      pick
    })),
    script: {
      programs: program,
      cgroups: !bare,
      reusesPids,
      files: { "/there": "" },
      environment: { NOTIFY_SOCKET: "@outer" }
    },
    settles,
    stopAfter: gaps[stopAfter % gaps.length] ?? 0,
    stopTimeoutMillis: stopTimeouts[timeout % stopTimeouts.length] ?? longestTimeout,
    again: again < gaps.length ? gaps[again] : undefined,
    turns
  }
}

const numbers = (most: number) => {
  const unit = FastCheck.array(FastCheck.nat(3 * features.length - 1), { minLength: 1, maxLength: 6, size: "max" })
  const place = FastCheck.nat(most - 1)
  return FastCheck.record({
    units: FastCheck.array(unit, { minLength: 1, maxLength: most, size: "max" }),
    pairs: FastCheck.array(FastCheck.tuple(place, place, FastCheck.nat(shapes.length - 1)), {
      maxLength: most * 2,
      size: "max"
    }),
    events: FastCheck.array(
      FastCheck.tuple(FastCheck.nat(gaps.length - 1), FastCheck.nat(acts.length - 1), FastCheck.nat(9999)),
      { maxLength: 10, size: "max" }
    ),
    end: FastCheck.tuple(
      FastCheck.boolean(),
      FastCheck.nat(gaps.length - 1),
      FastCheck.nat(stopTimeouts.length - 1),
      FastCheck.nat(5 * gaps.length)
    ),
    world: FastCheck.tuple(
      FastCheck.boolean(),
      FastCheck.boolean(),
      FastCheck.nat(9).chain((seed) => seed < 6 ? FastCheck.constant(0) : FastCheck.nat(2 ** 30))
    )
  })
}

/** Most are small: what can go wrong mostly takes few. */
export const arbitrary: FastCheck.Arbitrary<Life> = FastCheck.oneof(
  { weight: 50, arbitrary: numbers(4) },
  { weight: 40, arbitrary: numbers(9) },
  { weight: 3, arbitrary: numbers(40) }
).map(build)

/** The lines of each unit's file that name others. */
export const relationLines = ({ edges, units }: Life, index: number): ReadonlyArray<string> => {
  const own = edges.filter(({ from }) => from === index).map(({ directive, to }) =>
    `${directive}=${units[to]?.name ?? ""}`
  )
  const unit = units[index]
  if (unit?.kind === "timer") own.push(`Unit=${startedBy(units, unit)}`)
  return own
}

/** Timers start services: where a number says otherwise, the next best. */
export const startedBy = (units: ReadonlyArray<Drawn>, timer: Drawn): string => {
  const first = units[timer.starts]
  return (first?.kind === "service" ? first : units.find(({ kind }) => kind === "service"))?.name ?? "none.service"
}

/** For people: the units as files, and what their programs do. */
export const shown = (life: Life): string => {
  const files = life.units.map((unit, index) =>
    [`[${unit.name}]`, ...unit.lines, ...relationLines(life, index)].join("\n")
  )
  const { edges: __, events, script, units: _, ...rest } = life
  const { programs, ...world } = script
  return [
    ...files,
    ...Object.entries(programs ?? {}).map(([path, program]) => `${path}: ${JSON.stringify(program)}`),
    ...events.map((event) => JSON.stringify(event)),
    JSON.stringify({ ...world, ...rest })
  ].join("\n")
}
