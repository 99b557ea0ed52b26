import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CalendarEvent from "../../src/unit/grammar/CalendarEvent.ts"

const micros = (time: string): number => Date.parse(`${time}Z`) * 1_000

const time = (at: number | undefined): string => {
  if (at === undefined) return "never"
  const fraction = at % 1_000_000
  const whole = new Date((at - fraction) / 1_000).toISOString().slice(0, 19).replace("T", " ")
  return fraction === 0 ? whole : `${whole}.${String(fraction).padStart(6, "0")}`
}

describe("CalendarEvent.format", () => {
  for (
    const [text, form] of [
      // The examples of systemd.time(7).
      ["minutely", "*-*-* *:*:00"],
      ["hourly", "*-*-* *:00:00"],
      ["daily", "*-*-* 00:00:00"],
      ["monthly", "*-*-01 00:00:00"],
      ["weekly", "Mon *-*-* 00:00:00"],
      ["yearly", "*-01-01 00:00:00"],
      ["annually", "*-01-01 00:00:00"],
      ["quarterly", "*-01,04,07,10-01 00:00:00"],
      ["semiannually", "*-01,07-01 00:00:00"],
      ["Sat,Thu,Mon..Wed,Sat..Sun", "Mon..Thu,Sat,Sun *-*-* 00:00:00"],
      ["Mon,Sun 12-*-* 2,1:23", "Mon,Sun 2012-*-* 01,02:23:00"],
      ["Wed *-1", "Wed *-*-01 00:00:00"],
      ["Wed..Wed,Wed *-1", "Wed *-*-01 00:00:00"],
      ["Wed, 17:48", "Wed *-*-* 17:48:00"],
      ["Wed..Sat,Tue 12-10-15 1:2:3", "Tue..Sat 2012-10-15 01:02:03"],
      ["*-*-7 0:0:0", "*-*-07 00:00:00"],
      ["10-15", "*-10-15 00:00:00"],
      ["monday *-12-* 17:00", "Mon *-12-* 17:00:00"],
      ["Mon,Fri *-*-3,1,2 *:30:45", "Mon,Fri *-*-01,02,03 *:30:45"],
      ["12,14,13,12:20,10,30", "*-*-* 12,13,14:10,20,30:00"],
      ["12..14:10,20,30", "*-*-* 12..14:10,20,30:00"],
      ["mon,fri *-1/2-1,3 *:30:45", "Mon,Fri *-01/2-01,03 *:30:45"],
      ["03-05 08:05:40", "*-03-05 08:05:40"],
      ["08:05:40", "*-*-* 08:05:40"],
      ["05:40", "*-*-* 05:40:00"],
      ["Sat,Sun 12-05 08:05:40", "Sat,Sun *-12-05 08:05:40"],
      ["2003-03-05 05:40", "2003-03-05 05:40:00"],
      ["05:40:23.4200004/3.1700005", "*-*-* 05:40:23.420000/3.170001"],
      ["2003-02..04-05", "2003-02..04-05 00:00:00"],
      ["2003-03-05 05:40 UTC", "2003-03-05 05:40:00 UTC"],
      ["daily utc", "*-*-* 00:00:00 UTC"],
      ["weekly Pacific/Auckland", "Mon *-*-* 00:00:00 Pacific/Auckland"],
      ["*:2/3", "*-*-* *:02/3:00"],
      // What it says of them in words.
      ["*-02~03", "*-02~03 00:00:00"],
      ["Mon *-05~07/1", "Mon *-05~07/1 00:00:00"],
      ["Mon-Fri 9:00", "Mon..Fri *-*-* 09:00:00"],
      ["70-1-1", "1970-01-01 00:00:00"],
      ["69-1-1", "2069-01-01 00:00:00"],
      ["1..10/4:0", "*-*-* 01..09/4:00:00"],
      ["1..10/20:0", "*-*-* 01:00:00"],
      ["*:*:*", "*-*-* *:*:*"],
      ["*:*:0/1,5.5", "*-*-* *:*:00/1,05.500000"],
      ["@1700000000", "2023-11-14 22:13:20 UTC"],
      ["Tue @1700000000 Europe/Berlin", "Tue 2023-11-14 22:13:20 UTC"]
    ] as const
  ) {
    it(`writes ${text} as ${form}`, () => {
      const event = CalendarEvent.parse(text)
      assert(event !== undefined)
      assert.strictEqual(CalendarEvent.format(event), form)
      assert.deepStrictEqual(CalendarEvent.parse(form), event)
    })
  }
})

describe("CalendarEvent.read", () => {
  for (
    const [text, fault] of [
      ["", "it is empty"],
      [" UTC", "it is empty"],
      ["fortnightly", "weekdays are Mon to Sun"],
      ["Fri..Mon", "weekdays run from Mon to Sun: a range cannot go over the end of the week"],
      ["Mon..", "a range of weekdays has two ends, as in Mon..Fri"],
      ["Mon..Wed..Fri", "a range of weekdays has two ends, as in Mon..Fri"],
      ["Mon;Tue", "weekdays are written as in Mon..Wed,Fri"],
      ["24:00", "the hour 24 is not from 0 to 23"],
      ["10:60", "the minute 60 is not from 0 to 59"],
      ["10:00:60", "the second 60 is not from 0 to 59"],
      ["2-30,32", "the day 32 is not from 1 to 31"],
      ["13-1", "the month 13 is not from 1 to 12"],
      ["2200-1-1", "the year 2200 is not from 1970 to 2199"],
      ["17..9:00", "the hours 17..9 run backwards"],
      ["*:0/60", "the minute 0/60 has no second value from 0 to 59"],
      ["*:0/0", "after `/` comes a number above 0"],
      ["1..:0", "a range has two ends, as in 1..5"],
      ["*:*:1..1.5", "a range within one second says its steps, as in 1..1.5/0.1"],
      ["10:0a", "`a` has no place there: a field is `*`, or a list of values (5), ranges (1..5) and repetitions (0/5)"],
      ["10.30", "`.` has no place there: a field is `*`, or a list of values (5), ranges (1..5) and repetitions (0/5)"],
      ["1,,2:0", "a field is `*`, or a list of values (5), ranges (1..5) and repetitions (0/5)"],
      ["10", "it is written as in `Mon..Fri *-*-* 18:00:00`"],
      ["10:00:00:00", "it is written as in `Mon..Fri *-*-* 18:00:00`"],
      ["2024~1-1", "it is written as in `Mon..Fri *-*-* 18:00:00`"],
      ["10:00 PM", "it is written as in `Mon..Fri *-*-* 18:00:00`"],
      ["*-*~29", "the days from the end of a month are from 1 to 28"],
      [
        "*-*~7..1",
        "the days from the end of a month count backwards: `~1..3` is its last three, `~07/1` its last seven"
      ],
      ["@1.5", "after `@` come whole seconds since 1970, up to 2199"],
      ["@9999999999", "after `@` come whole seconds since 1970, up to 2199"],
      [`*:${"1,".repeat(241)}1`, "a list has at most 241 values"]
    ] as const
  ) {
    it(`says of ${JSON.stringify(text).slice(0, 40)}: ${fault}`, () => {
      assert.strictEqual(CalendarEvent.read(text), fault)
      assert.isUndefined(CalendarEvent.parse(text))
    })
  }
})

describe("CalendarEvent.next", () => {
  for (
    const [text, after, expected] of [
      ["daily", "2024-02-28 00:00:00", "2024-02-29 00:00:00"],
      ["daily", "2024-02-28 23:59:59.999", "2024-02-29 00:00:00"],
      ["minutely", "2024-12-31 23:59:30", "2025-01-01 00:00:00"],
      ["weekly", "2024-05-01 00:00:00", "2024-05-06 00:00:00"],
      ["Mon..Fri 18:00", "2024-05-03 18:00:00", "2024-05-06 18:00:00"],
      ["Mon..Fri 18:00", "2024-05-03 17:59:59", "2024-05-03 18:00:00"],
      ["*-02~1", "2023-01-01 00:00:00", "2023-02-28 00:00:00"],
      ["*-02~1", "2024-01-01 00:00:00", "2024-02-29 00:00:00"],
      ["Mon *-05~07/1", "2024-01-01 00:00:00", "2024-05-27 00:00:00"],
      ["*-*~1..3 12:00", "2024-04-28 12:00:00", "2024-04-29 12:00:00"],
      ["*-*-31", "2024-01-31 00:00:00", "2024-03-31 00:00:00"],
      ["*-2-29", "2097-01-01 00:00:00", "2104-02-29 00:00:00"],
      ["Fri *-*-13", "2024-01-01 00:00:00", "2024-09-13 00:00:00"],
      ["*:0/15", "2024-01-01 10:59:00", "2024-01-01 11:00:00"],
      ["9..17/4:30", "2024-01-01 13:30:00", "2024-01-01 17:30:00"],
      ["9..17/4:30", "2024-01-01 17:30:00", "2024-01-02 09:30:00"],
      ["*:*:0/7.5", "2024-01-01 00:00:07.5", "2024-01-01 00:00:15"],
      ["*:*:0/7.5", "2024-01-01 00:00:15", "2024-01-01 00:00:22.500000"],
      ["*:1/9", "2024-01-01 23:55:00", "2024-01-02 00:01:00"],
      ["2020/3-1-1", "2024-01-01 00:00:00", "2026-01-01 00:00:00"],
      ["2024-01-01", "2024-01-01 00:00:00", "never"],
      ["2024-01-01", "2023-12-31 23:59:59", "2024-01-01 00:00:00"],
      ["@1700000000", "2023-11-14 22:13:19", "2023-11-14 22:13:20"],
      ["Wed @1700000000", "2023-01-01 00:00:00", "never"],
      ["*-02-30", "2024-01-01 00:00:00", "never"],
      ["yearly", "2199-01-01 00:00:00", "never"],
      ["daily", "1960-01-01 00:00:00", "1970-01-01 00:00:00"],
      ["daily Europe/Berlin", "2024-01-01 12:00:00", "2024-01-02 00:00:00"]
    ] as const
  ) {
    it(`finds ${expected} for ${text} after ${after}`, () => {
      const event = CalendarEvent.parse(text)
      assert(event !== undefined)
      assert.strictEqual(time(CalendarEvent.next(event, micros(after))), expected)
    })
  }

  it("finds nothing after what is no time", () => {
    const event = CalendarEvent.parse("daily")
    assert(event !== undefined)
    assert.isUndefined(CalendarEvent.next(event, NaN))
    assert.isUndefined(CalendarEvent.next(event, Infinity))
    assert.isUndefined(CalendarEvent.next(event, Number.MAX_VALUE))
  })
})

describe("CalendarEvent", () => {
  const field = (from: number, to: number, grain = 1): FastCheck.Arbitrary<CalendarEvent.Values> =>
    FastCheck.tuple(FastCheck.integer({ min: from, max: to }), FastCheck.nat(to - from), FastCheck.nat(6)).map(
      ([start, length, repeat]) => {
        const step = (repeat + 1) * grain
        if (length === 0) return start + step <= to ? { start, stop: undefined, repeat: step } : single(start)
        const last = start + Math.floor(Math.min(length, to - start) / step) * step
        return last === start ? single(start) : { start, stop: last, repeat: step }
      }
    )
  const single = (start: number): CalendarEvent.Values => ({ start, stop: undefined, repeat: 0 })
  const list = (values: FastCheck.Arbitrary<CalendarEvent.Values>, minLength = 0) =>
    FastCheck.uniqueArray(values, { minLength, maxLength: 4, selector: ({ start }) => start }).map((some) =>
      some.sort((a, b) => a.start - b.start)
    )
  const event: FastCheck.Arbitrary<CalendarEvent.CalendarEvent> = FastCheck.record({
    weekdays: FastCheck.integer({ min: 1, max: 127 }),
    years: list(field(1970, 2199)),
    months: list(field(1, 12)),
    days: list(field(1, 31)),
    fromEnd: FastCheck.constant(false),
    hours: list(field(0, 23)),
    minutes: list(field(0, 59)),
    micros: list(field(0, 59_999_999, 250_000), 1),
    zone: FastCheck.constantFrom(undefined, "UTC", "Europe/Berlin", "America/Port-au-Prince", "EST5EDT")
  })

  it("is read as what was written", () => {
    FastCheck.assert(FastCheck.property(event, (one) => {
      assert.deepStrictEqual(CalendarEvent.parse(CalendarEvent.format(one)), one)
    }))
  })

  it("comes in order, and never at or before the moment it is asked for", () => {
    FastCheck.assert(FastCheck.property(event, FastCheck.nat(7_000_000_000), (one, seconds) => {
      const first = CalendarEvent.next(one, seconds * 1e6)
      if (first === undefined) return
      assert.isAbove(first, seconds * 1e6)
      assert.strictEqual(CalendarEvent.next(one, first - 1), first)
      assert.strictEqual(CalendarEvent.next(one, (seconds * 1e6 + first) / 2), first)
    }))
  })

  it("is never thrown out of a text", () => {
    const noise = FastCheck.string({
      unit: FastCheck.constantFrom(..."0123456789*-~:.,/@ MonSuTEQé", "..", "UTC", "Mon")
    })
    FastCheck.assert(FastCheck.property(FastCheck.oneof(noise, FastCheck.string()), (text) => {
      const parsed = CalendarEvent.parse(text)
      if (parsed !== undefined) assert.deepStrictEqual(CalendarEvent.parse(CalendarEvent.format(parsed)), parsed)
    }))
  })
})

describe("CalendarEvent.next in a time zone", () => {
  /** One hour ahead of UTC, and two from 2024-03-31 01:00 UTC to 2024-10-27 01:00 UTC. */
  const [spring, autumn] = [micros("2024-03-31 01:00:00") / 1e6, micros("2024-10-27 01:00:00") / 1e6]
  const zone: CalendarEvent.Zone = (seconds) =>
    seconds < spring
      ? { offset: 3600, from: -Infinity, until: spring }
      : seconds < autumn
      ? { offset: 7200, from: spring, until: autumn }
      : { offset: 3600, from: autumn, until: Infinity }

  for (
    const [text, after, expected] of [
      ["daily", "2024-01-01 12:00:00", "2024-01-01 23:00:00"],
      ["daily", "2024-06-01 12:00:00", "2024-06-01 22:00:00"],
      ["daily", "2024-03-30 23:00:00", "2024-03-31 22:00:00"],
      // A time that the clock leaps over is left out.
      ["02:30", "2024-03-30 12:00:00", "2024-04-01 00:30:00"],
      ["02:00", "2024-03-30 12:00:00", "2024-04-01 00:00:00"],
      ["03:00", "2024-03-30 12:00:00", "2024-03-31 01:00:00"],
      ["*:0/30", "2024-03-31 00:30:00", "2024-03-31 01:00:00"],
      ["2024-03-31 02:30", "2024-01-01 00:00:00", "never"],
      ["2..3:0/20", "2024-03-31 00:00:00", "2024-03-31 01:00:00"],
      // One that it shows twice comes once.
      ["02:30", "2024-10-26 12:00:00", "2024-10-27 00:30:00"],
      ["02:30", "2024-10-27 00:30:00", "2024-10-28 01:30:00"],
      ["02:30", "2024-10-27 01:00:00", "2024-10-28 01:30:00"],
      ["hourly", "2024-10-27 00:00:00", "2024-10-27 02:00:00"],
      ["hourly", "2024-10-27 01:15:00", "2024-10-27 02:00:00"],
      ["*:*:0/0.001", "2024-10-27 00:59:59.999", "2024-10-27 02:00:00"],
      // Far away, over many changes, and never.
      ["2150-07-01", "2024-01-01 00:00:00", "2150-06-30 23:00:00"],
      ["*-02-30", "2024-01-01 00:00:00", "never"]
    ] as const
  ) {
    it(`finds ${expected} UTC for ${text} after ${after} UTC`, () => {
      const event = CalendarEvent.parse(text)
      assert(event !== undefined)
      assert.strictEqual(time(CalendarEvent.next(event, micros(after), zone)), expected)
    })
  }
})
