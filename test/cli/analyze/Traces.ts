/** Traces in short: `12 ready web.service 3` is a record of that phase at 12 ms, of something that took 3 ms. */
import type { Boot } from "../../../src/cli/analyze/Timeline.ts"
import * as Timeline from "../../../src/cli/analyze/Timeline.ts"
import type { Record } from "../../../src/cli/analyze/TraceFile.ts"
import * as TraceFile from "../../../src/cli/analyze/TraceFile.ts"

const beginning = 1_800_000_000_000

const lineOf = (text: string): string => {
  const [at = "", phase = "", unit, millis = "0", ...more] = text.split(" ")
  const fields = more.join(" ") === "" ? {} : JSON.parse(more.join(" ")) as object
  const about = unit === undefined || unit === "-" ? {} : { unit }
  const t_start_ms = beginning + Number(at) - Number(millis)
  return JSON.stringify({ phase, t_start_ms, dt_ms: Number(millis), status: "ok", ...about, ...fields })
}

/** The text of a file; each unit's `After=` first. */
export const text = (after: Readonly<{ [unit: string]: string }>, ...records: ReadonlyArray<string>): string =>
  [
    "0 boot_start - 0 {\"wall_utc\":\"2026-11-28T16:37:52.482Z\"}",
    "10 units_loaded - 10",
    ...Object.entries(after).map(([unit, names]) =>
      `10 unit_loaded ${unit} 0 ${
        JSON.stringify({ kind: "service", starts: true, after: names.split(" ").filter(Boolean) })
      }`
    ),
    "10 supervisor_start",
    ...records
  ].map((record) => `${lineOf(record)}\n`).join("")

export const records = (file: string): ReadonlyArray<Record> => {
  const parsed = TraceFile.parse(file)
  if (TraceFile.isFault(parsed)) throw new Error(`line ${parsed.line}: ${parsed.text}`)
  return parsed.records
}

export const boot = (after: Readonly<{ [unit: string]: string }>, ...lines: ReadonlyArray<string>): Boot => {
  const made = Timeline.make(records(text(after, ...lines)))
  if (made === undefined) throw new Error("no boot")
  return made
}

/** A chain of three that holds the boot up, one beside it, and one that fails, starts again, and is up late. */
export const usual = (): Boot =>
  boot(
    {
      "db.service": "",
      "web.service": "db.service side.service",
      "side.service": "",
      "proxy.service": "web.service",
      "bad.service": ""
    },
    "10 start db.service",
    "10 start side.service",
    "11 start bad.service",
    "12 ready side.service 2",
    "20 exited bad.service 0 {\"failed\":true,\"err\":\"exit-code: exited with code 3\",\"will_restart\":true}",
    "50 ready db.service 40",
    "50.2 start web.service",
    "80 ready web.service 29.8",
    "80.1 start proxy.service",
    "81 ready proxy.service 0.9",
    "81 boot_complete - 71",
    "120 start bad.service",
    "130 ready bad.service 10",
    "900 stopping proxy.service",
    "910 exited proxy.service 0 {\"failed\":false,\"will_restart\":false}",
    "1000 boot_done - 0 {\"exit\":0}"
  )
