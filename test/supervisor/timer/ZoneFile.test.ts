import { assert, describe, it } from "@effect/vitest"
import * as PosixZone from "../../../src/supervisor/timer/PosixZone.ts"
import * as ZoneFile from "../../../src/supervisor/timer/ZoneFile.ts"
import type { Zone } from "../../../src/unit/grammar/CalendarEvent.ts"
import { berlin, berlinRules, file, oldFile } from "./Zones.ts"

const at = (time: string): number => Date.parse(`${time}Z`) / 1000
const hours = (zone: Zone | undefined, time: string): number | undefined =>
  zone === undefined ? undefined : zone(at(time)).offset / 3600
const shown = (seconds: number): string =>
  Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ") : String(seconds)

describe("a time zone as rules", () => {
  for (
    const [rules, time, offset, from, until] of [
      ["UTC0", "2024-07-01 00:00", 0, "-Infinity", "Infinity"],
      ["EST5", "2024-07-01 00:00", -5, "-Infinity", "Infinity"],
      ["<+0530>-5:30", "2024-07-01 00:00", 5.5, "-Infinity", "Infinity"],
      [berlinRules, "2024-01-01 00:00", 1, "2023-10-29 01:00", "2024-03-31 01:00"],
      [berlinRules, "2024-03-31 00:59", 1, "2023-10-29 01:00", "2024-03-31 01:00"],
      [berlinRules, "2024-03-31 01:00", 2, "2024-03-31 01:00", "2024-10-27 01:00"],
      [berlinRules, "2024-12-31 23:30", 1, "2024-10-27 01:00", "2025-03-30 01:00"],
      ["EST5EDT", "2024-03-10 07:00", -4, "2024-03-10 07:00", "2024-11-03 06:00"],
      ["EST5EDT,M3.2.0,M11.1.0", "2024-11-03 06:00", -5, "2024-11-03 06:00", "2025-03-09 07:00"],
      // The south, and half an hour of summer time.
      ["<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2024-01-01 00:00", 11, "2023-09-30 15:30", "2024-04-06 15:00"],
      // Summer time behind winter time, as Dublin has it.
      ["IST-1GMT0,M10.5.0,M3.5.0/1", "2024-12-01 00:00", 0, "2024-10-27 01:00", "2025-03-30 01:00"],
      // A time of day on another day, days of the year with and without the 29th of February.
      ["<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31 01:00", -1, "2024-03-31 01:00", "2024-10-27 01:00"],
      ["AAA0BBB,J60/0,J365/24", "2024-03-01 00:00", 1, "2024-03-01 00:00", "2024-12-31 23:00"],
      ["AAA0BBB,59/0,364/0", "2024-02-29 00:00", 1, "2024-02-29 00:00", "2024-12-29 23:00"]
    ] as const
  ) {
    it(`${rules} is at ${offset} h at ${time}`, () => {
      const period = PosixZone.parse(rules)?.(at(time))
      assert(period !== undefined)
      assert.strictEqual(period.offset / 3600, offset)
      assert.deepStrictEqual([shown(period.from), shown(period.until)], [from, until])
    })
  }

  for (
    const text of ["", "Europe/Berlin", "CET", "C1", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,X,Y"]
  ) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.isUndefined(PosixZone.parse(text))
    })
  }
})

describe("a file of the time zone database", () => {
  const table = file(
    [[at("1990-01-01"), 1], [at("2000-01-01"), 2]],
    [{ offset: 600 }, { offset: 3600 }, { offset: 7200 }],
    ""
  )

  it("has an offset ahead of its first change, between changes, and after the last one", () => {
    const zone = ZoneFile.parse(table)
    assert.strictEqual(hours(zone, "1980-01-01"), 1 / 6)
    assert.strictEqual(hours(zone, "1990-01-01"), 1)
    assert.strictEqual(hours(zone, "1999-12-31 23:59:59"), 1)
    assert.strictEqual(hours(zone, "2050-01-01"), 2)
    assert.deepStrictEqual(zone?.(at("1995-01-01")), { offset: 3600, from: at("1990-01-01"), until: at("2000-01-01") })
    assert.deepStrictEqual(zone?.(at("2050-01-01")), { offset: 7200, from: at("2000-01-01"), until: Infinity })
  })

  it("goes on with its rules after the last change", () => {
    const zone = ZoneFile.parse(berlin)
    assert.strictEqual(hours(zone, "2040-07-01"), 2)
    assert.strictEqual(hours(zone, "2040-12-01"), 1)
    assert.strictEqual(shown(zone?.(at("1996-11-01")).from ?? 0), "1996-10-27 01:00")
  })

  it("knows 32 bits only in its first version", () => {
    const zone = ZoneFile.parse(
      oldFile([[at("1990-01-01"), 0], [at("2000-01-01"), 1]], [{ offset: -3600 }, { offset: 0 }])
    )
    assert.strictEqual(hours(zone, "1950-01-01"), -1)
    assert.strictEqual(hours(zone, "2001-01-01"), 0)
  })

  it("is none if it is something else, or cut off anywhere in its table", () => {
    assert.isUndefined(ZoneFile.parse(new Uint8Array()))
    assert.isUndefined(ZoneFile.parse(Uint8Array.from("#!/bin/sh\n".repeat(10), (one) => one.charCodeAt(0))))
    for (let length = 0; length < table.length - 6; length += 7) {
      const zone = ZoneFile.parse(table.subarray(0, length))
      assert.isTrue(zone === undefined || length > table.length - 12, String(length))
    }
  })
})
