/** What the rules have to know of a unit beforehand: of its file, and of what its programs do. */
import type { Program } from "../Script.ts"
import type { Slot } from "./History.ts"
import type { Directive, Drawn, Life } from "./Lives.ts"
import { startedBy } from "./Lives.ts"

export interface Facts {
  readonly name: string
  readonly stem: string
  readonly kind: Drawn["kind"]
  readonly type: string
  /** How many commands each list has. */
  readonly lists: Readonly<Record<Exclude<Slot, "left">, number>>
  /** Commands whose failure is none: `pre.0`. */
  readonly ignored: ReadonlySet<string>
  readonly after: ReadonlySet<string>
  /** By directive, the units that it names. */
  readonly to: ReadonlyMap<Directive, ReadonlySet<string>>
  readonly killMode: string
  /** Processes may outlive what ends them: `KillMode=none`, `SendSIGKILL=no`, or a process that cannot be killed. */
  readonly isLoose: boolean
  readonly cannotBeKilled: boolean
  readonly remains: boolean
  readonly okCodes: ReadonlySet<number>
  readonly restart: string
  readonly restartMillis: number
  readonly limit: { readonly burst: number; readonly millis: number }
  /** Ends by itself, or says what leads to its end: its stop need be nobody's order. */
  readonly endsItself: boolean
  /** Only runs, until it is stopped. */
  readonly isCalm: boolean
  /** No relation leads to it or from it, no timer, and it needs nobody to need it. */
  readonly isAlone: boolean
  readonly lines: ReadonlySet<string>
}

const slots: Readonly<Record<string, Exclude<Slot, "left">>> = {
  ExecCondition: "condition",
  ExecStartPre: "pre",
  ExecStart: "main",
  ExecStartPost: "post",
  ExecReload: "reload",
  ExecStop: "stop",
  ExecStopPost: "after"
}

const millisOf = (span: string): number => {
  const value = Number.parseFloat(span)
  return span.endsWith("ms") ? value : value * 1000
}

const programsOf = (life: Life, stem: string): ReadonlyArray<Program> =>
  Object.entries(life.script.programs ?? {}).filter(([path]) => path.startsWith(`/bin/${stem}.`))
    .flatMap(([, program]) => program)
    .flatMap((program) => [program, ...[program.leaves ?? []].flat()])

const pulling: ReadonlyArray<Directive> = ["Requires", "Requisite", "BindsTo", "Wants", "Upholds"]

const orderOf = ({ edges, units }: Life, index: number): ReadonlySet<string> => {
  const after = new Set<string>()
  const name = (at: number) => units[at]?.name ?? ""
  for (const { directive, from, to } of edges) {
    if (directive === "After" && from === index) after.add(name(to))
    else if (directive === "Before" && to === index) after.add(name(from))
    else if (from === index && units[from]?.kind === "target" && pulling.includes(directive)) after.add(name(to))
  }
  return after
}

export const factsOf = (life: Life, unit: Drawn, index: number): Facts => {
  const lists = { condition: 0, pre: 0, main: 0, post: 0, reload: 0, stop: 0, after: 0 }
  const ignored = new Set<string>()
  const last = new Map<string, string>()
  for (const line of unit.lines) {
    const at = line.indexOf("=")
    const key = line.slice(0, at)
    const value = line.slice(at + 1)
    last.set(key, value)
    const slot = slots[key]
    if (slot === undefined) continue
    if (value.startsWith("-")) ignored.add(`${slot}.${lists[slot]}`)
    lists[slot]++
  }
  const to = new Map<Directive, Set<string>>()
  for (const edge of life.edges) {
    if (edge.from !== index) continue
    const set = to.get(edge.directive) ?? new Set()
    to.set(edge.directive, set.add(life.units[edge.to]?.name ?? ""))
  }
  const programs = programsOf(life, unit.stem)
  const get = (key: string, otherwise = "") => last.get(key) ?? otherwise
  const cannotBeKilled = programs.some(({ ignores }) => ignores?.includes(9))
  const killMode = get("KillMode", "control-group")
  return {
    name: unit.name,
    stem: unit.stem,
    kind: unit.kind,
    type: get("Type", "simple"),
    lists,
    ignored,
    after: orderOf(life, index),
    to,
    killMode,
    isLoose: killMode === "none" || last.has("SendSIGKILL") || cannotBeKilled,
    cannotBeKilled,
    remains: last.has("RemainAfterExit"),
    okCodes: new Set(last.has("SuccessExitStatus") ? [0, 1] : [0]),
    restart: get("Restart", "no"),
    restartMillis: last.has("RestartSteps") ? 0 : millisOf(get("RestartSec", "100ms")),
    limit: { burst: Number(get("StartLimitBurst", "5")), millis: millisOf(get("StartLimitIntervalSec", "10s")) },
    endsItself: last.has("RuntimeMaxSec") || last.has("WatchdogSec"),
    isCalm: unit.kind === "service" && unit.features.every(({ calm }) => calm === true),
    isAlone: !last.has("StopWhenUnneeded") && !life.edges.some(({ from, to }) => from === index || to === index) &&
      !life.units.some((one) => one.kind === "timer" && startedBy(life.units, one) === unit.name),
    lines: new Set(unit.lines)
  }
}
