/** One boot, put together from the records of a trace: what each unit was when. Pure; times are milliseconds since its beginning. */
import type { Record } from "./TraceFile.ts"

export type Stage = "activating" | "active" | "deactivating" | "pausing"

/** A unit was something for a while; without an end it still is when the trace ends. */
export interface Span {
  readonly stage: Stage
  readonly from: number
  to: number | undefined
}

/** Something went wrong, or came to nothing, at one moment. */
export interface Mark {
  readonly kind: "failed" | "skipped" | "denied"
  readonly at: number
  readonly text: string
}

export interface Life {
  readonly unit: string
  readonly kind: string
  readonly after: ReadonlyArray<string>
  readonly requires: ReadonlyArray<string>
  readonly wants: ReadonlyArray<string>
  /** Why the boot left it alone. */
  readonly notStarted: string | undefined
  readonly spans: Array<Span>
  readonly marks: Array<Mark>
  /** When it was first told to start. */
  started: number | undefined
  /** When it was first up, and how long that start took. */
  ready: number | undefined
  took: number | undefined
  /** When others no longer had to wait for it: it was up, or would not be. */
  settled: number | undefined
  restarts: number
}

export interface Boot {
  /** Wall-clock time of its beginning, as it was written. */
  readonly date: string
  /** When the unit files were read, and units began to start. */
  readonly loaded: number | undefined
  readonly begun: number
  /** When all that was to start had; undefined if the trace ends before. */
  readonly complete: number | undefined
  /** The last moment that the trace tells of. */
  readonly end: number
  readonly exitCode: number | undefined
  readonly dropped: number
  /** By name. */
  readonly units: ReadonlyMap<string, Life>
}

const text = (value: unknown): string => typeof value === "string" ? value : ""
const list = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : []

class Units {
  readonly lives = new Map<string, Life>()

  add(unit: string, fields: Record["fields"]): Life {
    const life: Life = {
      unit,
      kind: text(fields["kind"]) || unit.slice(unit.lastIndexOf(".") + 1),
      after: list(fields["after"]),
      requires: list(fields["requires"]),
      wants: list(fields["wants"]),
      notStarted: typeof fields["not_started"] === "string" ? fields["not_started"] : undefined,
      spans: [],
      marks: [],
      started: undefined,
      ready: undefined,
      took: undefined,
      settled: undefined,
      restarts: 0
    }
    this.lives.set(unit, life)
    return life
  }

  of(unit: string): Life {
    return this.lives.get(unit) ?? this.add(unit, {})
  }
}

const end = (life: Life, at: number): void => {
  const last = life.spans.at(-1)
  if (last !== undefined && last.to === undefined) last.to = at
}

const enter = (life: Life, stage: Stage, at: number): void => {
  end(life, at)
  life.spans.push({ stage, from: at, to: undefined })
}

const fail = (life: Life, kind: Mark["kind"], at: number, why: unknown): void => {
  life.marks.push({ kind, at, text: text(why) })
  life.settled ??= at
}

/** What a record says of the unit it is about. */
const take = (life: Life, { fields, millis, phase }: Record, at: number): void => {
  switch (phase) {
    case "start":
      life.started ??= at
      return enter(life, "activating", at)
    case "ready":
      life.started ??= at - millis
      if (life.spans.length === 0 && millis > 0) enter(life, "activating", at - millis)
      life.ready ??= at
      life.took ??= millis
      life.settled ??= at
      return enter(life, "active", at)
    case "stopping":
      return enter(life, "deactivating", at)
    case "restart":
      life.restarts++
      return
    case "exited":
      if (fields["failed"] === true) fail(life, "failed", at, fields["err"])
      life.settled ??= at
      return fields["will_restart"] === true ? enter(life, "pausing", at) : end(life, at)
    case "stopped":
      life.settled ??= at
      return end(life, at)
    case "start_failed":
    case "failed":
    case "bind_failed":
    case "socket_failed":
      fail(life, "failed", at, fields["err"] ?? fields["reason"])
      return end(life, at)
    case "skipped":
      fail(life, "skipped", at, fields["reason"])
      return end(life, at)
    case "dependency_failed":
      return fail(life, "denied", at, fields["reason"])
  }
}

/** Undefined where the records tell of no boot. */
export const make = (records: ReadonlyArray<Record>): Boot | undefined => {
  const [first] = records
  if (first?.phase !== "boot_start") return undefined
  const units = new Units()
  let loaded: number | undefined
  let begun: number | undefined
  let complete: number | undefined
  let exitCode: number | undefined
  let dropped = 0
  let last = 0
  for (const record of records) {
    const { fields, phase } = record
    const at = Math.max(0, record.at - first.at)
    last = Math.max(last, at)
    if (phase === "units_loaded") loaded = at
    else if (phase === "supervisor_start") begun = at
    else if (phase === "boot_complete") complete ??= at
    else if (phase === "boot_done") exitCode = Number(fields["exit"])
    else if (phase === "trace_dropped") dropped = Number(fields["total"])
    const unit = fields["unit"]
    if (typeof unit !== "string") continue
    if (phase === "unit_loaded") units.add(unit, fields)
    else take(units.of(unit), record, at)
  }
  const lives = new Map([...units.lives].sort(([a], [b]) => a < b ? -1 : 1))
  const date = text(first.fields["wall_utc"])
  return { date, loaded, begun: begun ?? loaded ?? 0, complete, end: last, exitCode, dropped, units: lives }
}

/** The last that was heard of it is a failure: it was not up again. */
export const hasFailed = ({ marks, spans }: Life): boolean => {
  const last = marks.at(-1)
  return last?.kind === "failed" && !spans.some(({ from, stage }) => stage === "active" && from >= last.at)
}

/** Those that the boot started, or meant to. */
export const atBoot = ({ complete, units }: Boot): ReadonlyArray<Life> =>
  [...units.values()].filter(({ marks, notStarted, started }) =>
    started === undefined ? marks.length > 0 : notStarted === undefined || started <= (complete ?? Infinity)
  )

/** `1.234s`, `12.3ms`, `2min 3s`. */
export const span = (millis: number): string => {
  if (millis < 1000) return `${millis < 10 ? millis.toFixed(2) : millis.toFixed(1)}ms`
  const seconds = millis / 1000
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 3 : 2)}s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}min ${whole % 60}s`
}
