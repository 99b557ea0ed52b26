/** Calendar events in time zones, against systemd and the machine's own database: the days on which clocks are changed. */
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as ZoneFile from "../../src/supervisor/timer/ZoneFile.ts"
import * as CalendarEvent from "../../src/unit/grammar/CalendarEvent.ts"
import { ask, describeOracle } from "./Tool.ts"

const rounds = 6

/** The next times in UTC, to the second. With a zone in the text a second line says each in UTC. */
const theirs = (text: string, zone: string, base: string): ReadonlyArray<string> => {
  const options = [`--base-time=${base}`, `--iterations=${rounds}`]
  const { out } = ask("systemd-analyze", ["calendar", ...options, "--", text], { TZ: zone })
  return [...out.matchAll(/\(in UTC\): \S+ (.*) UTC/gu)].map(([, time = ""]) => time)
}

const ours = (text: string, zone: string, base: string): ReadonlyArray<string> => {
  const event = CalendarEvent.parse(text)
  const rules = ZoneFile.parse(readFileSync(`/usr/share/zoneinfo/${zone}`))
  assert(event !== undefined && rules !== undefined)
  const times: Array<string> = []
  let at: number | undefined = Date.parse(base.replace(" UTC", "Z")) * 1_000
  while (times.length < rounds) {
    at = CalendarEvent.next(event, at, rules)
    if (at === undefined) break
    times.push(new Date(Math.floor(at / 1e6) * 1_000).toISOString().slice(0, 19).replace("T", " "))
  }
  return times
}

const texts = [
  "daily",
  "hourly",
  "*:0/20",
  "02:30",
  "00:30",
  "01:15",
  "03:00",
  "2,3:0/30",
  "Sun 2:0:0/30",
  "*-*-31 02:45",
  "*-*~1 23:30",
  "2024-07-01 12:00"
]

describeOracle("CalendarEvent in time zones against systemd-analyze calendar", () => {
  for (
    const [zone, bases] of [
      ["Europe/Berlin", ["2024-03-30 12:00:00", "2024-10-26 20:00:00", "2037-03-28 20:00:00", "2061-10-29 23:40:00"]],
      ["America/New_York", ["2024-03-10 05:50:00", "2024-11-03 05:00:00"]],
      ["Australia/Lord_Howe", ["2024-04-06 14:00:00", "2024-10-05 14:00:00"]],
      // Clocks changed at midnight: days without one, and days with two.
      ["America/Sao_Paulo", ["2018-02-17 12:00:00", "2018-11-03 12:00:00"]],
      // A whole day was left out.
      ["Pacific/Apia", ["2011-12-29 20:00:00"]],
      // Changes are listed one by one for decades.
      ["Africa/Casablanca", ["2025-02-22 12:00:00", "2031-12-13 12:00:00"]],
      ["Asia/Kolkata", ["2024-01-01 00:00:00"]]
    ] as const
  ) {
    for (const base of bases) {
      it(`finds the same ${rounds} times in ${zone} after ${base} UTC`, () => {
        const pairs = texts.map((text) => [text, theirs(text, zone, `${base} UTC`), ours(text, zone, `${base} UTC`)])
        const wrong = pairs.filter(([, a, b]) => String(a) !== String(b))
        assert.deepStrictEqual(wrong, [])
        assert.isTrue(pairs.every(([, times = []]) => times.length > 0 || base > "2024-07"))
      })
    }
  }
})
