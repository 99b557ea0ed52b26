import { assert, describe, it } from "@effect/vitest"
import type { Past } from "../../../src/supervisor/timer/Schedule.ts"
import * as Schedule from "../../../src/supervisor/timer/Schedule.ts"
import * as ZoneFile from "../../../src/supervisor/timer/ZoneFile.ts"
import * as Units from "../Units.ts"
import { berlin } from "./Zones.ts"

/** The wall clock is at this time when the monotonic one is at 1,000 s, where every case asks. */
const wallNow = Date.parse("2024-05-01T12:00:00Z")
const now = { monotonic: 1_000_000, wall: wallNow }
const wall = (time: string): number => Date.parse(`2024-${time}Z`)

const fresh: Past = {
  began: 0,
  active: undefined,
  triggered: {},
  unitActive: undefined,
  unitInactive: undefined,
  spent: new Set()
}

const ask = (lines: string, past: Partial<Past> = {}, more: Partial<Schedule.Question> = {}) =>
  Schedule.next({
    timer: Units.timer(lines),
    past: { ...fresh, ...past },
    now,
    zone: (name) => name === "Europe/Berlin" ? ZoneFile.parse(berlin) : undefined,
    share: 0,
    clockSet: false,
    ...more
  })

const shown = ({ monotonic, over, wall: at }: Schedule.Next): string =>
  over
    ? "over"
    : `${Number.isFinite(monotonic) ? monotonic / 1000 : "-"} ${
      Number.isFinite(at) ? new Date(at).toISOString().slice(5, 19).replace("T", " ") : "-"
    }`

/** Seconds on the monotonic clock, a time on the wall. */
describe("a timer elapses next", () => {
  for (
    const [lines, past, expected] of [
      // Each kind alone; the timer is just being started.
      ["OnActiveSec=30", {}, "1030 -"],
      ["OnActiveSec=30", { active: { monotonic: 990_000, wall: wallNow - 10_000 } }, "1020 -"],
      ["OnBootSec=30", {}, "30 -"],
      ["OnBootSec=30min", {}, "1800 -"],
      ["OnBootSec=30", { began: 995_000 }, "1025 -"],
      ["OnStartupSec=30", { began: 995_000 }, "1025 -"],
      ["OnUnitActiveSec=30", {}, "over"],
      ["OnUnitActiveSec=30", { unitActive: 980_000 }, "1010 -"],
      ["OnUnitActiveSec=30", { unitActive: 980_000, triggered: { monotonic: 985_000, wall: 1 } }, "1015 -"],
      ["OnUnitActiveSec=30", { triggered: { monotonic: 985_000, wall: 1 } }, "1015 -"],
      ["OnUnitInactiveSec=30", {}, "over"],
      ["OnUnitInactiveSec=30", { unitActive: 980_000 }, "over"],
      ["OnUnitInactiveSec=30", { unitInactive: 990_000 }, "1020 -"],
      ["OnCalendar=daily", {}, "- 05-02 00:00:00"],
      ["OnCalendar=daily Europe/Berlin", {}, "- 05-01 22:00:00"],
      ["OnCalendar=2020-01-01", {}, "over"],
      ["OnClockChange=yes", {}, "over"],
      // Together: the earliest of each clock.
      ["OnBootSec=2000\nOnActiveSec=30\nOnCalendar=12:30\nOnCalendar=12:15", {}, "1030 05-01 12:15:00"],
      [
        "OnBootSec=30\nOnUnitActiveSec=1h",
        { triggered: { monotonic: 900_000, wall: 1 }, unitActive: 900_000 },
        "4500 -"
      ],
      // What comes once and has come.
      [
        "OnActiveSec=30",
        { active: { monotonic: 900_000, wall: 1 }, triggered: { monotonic: 930_000, wall: 1 } },
        "over"
      ],
      ["OnBootSec=30", { triggered: { monotonic: 30_000, wall: 1 } }, "over"],
      ["OnBootSec=1000", { triggered: { monotonic: 1_000_000, wall: 1 } }, "over"],
      // What passed while the unit ran is not made up for; what is still to come comes.
      ["OnBootSec=30\nOnBootSec=500", { triggered: { monotonic: 30_000, wall: 1 } }, "over"],
      ["OnBootSec=30\nOnBootSec=1500", { triggered: { monotonic: 30_000, wall: 1 } }, "1500 -"],
      // A stamp of an earlier life is no reason to leave out what counts from this boot.
      [
        "OnBootSec=30\nOnCalendar=daily\nPersistent=yes",
        { triggered: { wall: wall("05-01T00:00:00") } },
        "30 05-02 00:00:00"
      ],
      // From when the timer became active, or last elapsed.
      ["OnCalendar=hourly", { active: { monotonic: 900_000, wall: wall("05-01T10:30:00") } }, "- 05-01 11:43:20"],
      ["OnCalendar=hourly", { triggered: { monotonic: 1, wall: wallNow } }, "- 05-01 13:00:00"],
      // Missed while the container was down, once or often: at once, which counts from the start of PID 1.
      ["OnCalendar=daily\nPersistent=yes", { triggered: { wall: wall("04-01T00:00:00") } }, "- 05-01 11:43:20"],
      ["OnCalendar=daily\nPersistent=yes", { triggered: { wall: wall("05-01T00:00:00") } }, "- 05-02 00:00:00"],
      // What passed while the unit ran elapses at its end, unless that is not wanted.
      [
        "OnCalendar=*:0/5",
        { triggered: { monotonic: 1, wall: wallNow - 420_000 }, unitInactive: 999_000 },
        "- 05-01 11:55:00"
      ],
      [
        "OnCalendar=*:0/5\nDeferReactivation=yes",
        { triggered: { monotonic: 1, wall: wallNow - 420_000 }, unitInactive: 999_000 },
        "- 05-01 12:00:00"
      ]
    ] as const
  ) {
    it(`${JSON.stringify(lines)} ${JSON.stringify(past)}: ${expected}`, () => {
      assert.strictEqual(shown(ask(lines, past)), expected)
    })
  }

  it("may return from the end if it counts from a run of the unit", () => {
    assert.isTrue(ask("OnUnitActiveSec=30").mayReturn)
    assert.isTrue(ask("OnBootSec=30\nOnUnitInactiveSec=30", { triggered: { monotonic: 30_000, wall: 1 } }).mayReturn)
    assert.isFalse(ask("OnBootSec=30", { triggered: { monotonic: 30_000, wall: 1 } }).mayReturn)
  })

  it("remembers what came once, and does not if only the clock was set", () => {
    const past = { triggered: { monotonic: 30_000, wall: 1 } }
    assert.deepStrictEqual([...ask("OnUnitActiveSec=1\nOnBootSec=30", past).spent], [1])
    assert.deepStrictEqual([...ask("OnBootSec=30", past, { clockSet: true }).spent], [])
    assert.strictEqual(shown(ask("OnBootSec=30", { ...past, spent: new Set([0]) }, { clockSet: true })), "over")
  })

  it("waits a share of RandomizedDelaySec= longer, on either clock", () => {
    const lines = "OnActiveSec=30\nOnCalendar=daily\nRandomizedDelaySec=100"
    assert.strictEqual(shown(ask(lines, {}, { share: 0.25 })), "1055 05-02 00:00:25")
    assert.strictEqual(shown(ask(lines)), "1030 05-02 00:00:00")
  })

  it("waits that long for a missed time as well, from the start of PID 1", () => {
    const lines = "OnCalendar=daily\nPersistent=yes\nRandomizedDelaySec=2000"
    const past = { triggered: { wall: wall("04-01T00:00:00") } }
    assert.strictEqual(shown(ask(lines, past, { share: 0.75 })), "- 05-01 12:08:20")
  })
})

describe("a fixed delay", () => {
  it("is the same for a timer each time, another for others, and spread evenly", () => {
    assert.strictEqual(Schedule.fixedShare("m", "a.timer"), Schedule.fixedShare("m", "a.timer"))
    const shares = Array.from({ length: 1000 }, (_, index) => Schedule.fixedShare("m", `job-${index}.timer`))
    assert.strictEqual(new Set(shares).size, 1000)
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => shares.filter((share) => share >= tenth / 10 && share < (tenth + 1) / 10).length
    )
    assert.strictEqual(tenths.reduce((sum, count) => sum + count), 1000)
    for (const count of tenths) assert.isTrue(count > 60 && count < 140, String(tenths))
    assert.notStrictEqual(Schedule.fixedShare("n", "a.timer"), Schedule.fixedShare("m", "a.timer"))
  })
})
