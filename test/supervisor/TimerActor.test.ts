import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { hasEnded } from "./KernelTest.ts"
import { asText, berlin } from "./timer/Zones.ts"
import * as Triggers from "./Triggers.ts"
import { beginning, down, shutdownBegan, startRequested, stopRequested, up } from "./Triggers.ts"

const stamp = "/var/lib/container-init/timers/stamp-job.timer"
const modified = (files: Readonly<Record<string, unknown>>): unknown =>
  (files[stamp] as { readonly status: { readonly modified: number } } | undefined)?.status.modified

describe("a timer that is started", () => {
  it.scoped("is active, and starts its unit when it elapses", () =>
    Effect.gen(function*() {
      const { after, kernel, news, variables } = yield* Triggers.timer("OnActiveSec=5min")
      assert.deepStrictEqual(news(), ["inactive -> active"])
      yield* after("299s")
      assert.deepStrictEqual(news(), [])
      yield* after("1s")
      assert.deepStrictEqual(news(), ["start job.service"])
      assert.deepStrictEqual(kernel.log, ["INFO job.timer: elapsed, starting job.service"])
      assert.deepStrictEqual(variables(), {
        TRIGGER_UNIT: "job.timer",
        TRIGGER_TIMER_REALTIME_USEC: String((beginning + 300_000) * 1000),
        TRIGGER_TIMER_MONOTONIC_USEC: String((beginning + 300_000) * 1000)
      })
    }))

  it.scoped("does nothing while the unit runs, and goes on once it has ended", () =>
    Effect.gen(function*() {
      const { after, news, tell } = yield* Triggers.timer("OnActiveSec=10\nOnUnitActiveSec=30")
      yield* after("10s")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      yield* tell(up)
      yield* after("100s")
      assert.deepStrictEqual(news(), [])
      // Its time is over by 70 seconds.
      yield* tell(down)
      yield* after("0s")
      assert.deepStrictEqual(news(), ["start job.service"])
      yield* tell(up, down)
      yield* after("29s")
      assert.deepStrictEqual(news(), [])
      yield* after("1s")
      assert.deepStrictEqual(news(), ["start job.service"])
    }))

  it.scoped("counts from the end of the unit with OnUnitInactiveSec=, whoever had started it", () =>
    Effect.gen(function*() {
      const { after, news, tell } = yield* Triggers.timer("OnUnitInactiveSec=20")
      assert.deepStrictEqual(news(), ["inactive -> active"])
      yield* after("1h")
      yield* tell(up)
      yield* after("1h")
      assert.deepStrictEqual(news(), [])
      yield* tell(down)
      yield* after("19s")
      assert.deepStrictEqual(news(), [])
      yield* after("1s")
      assert.deepStrictEqual(news(), ["start job.service"])
    }))

  it.scoped("is over once nothing more can come, and stays", () =>
    Effect.gen(function*() {
      const { after, news, tell } = yield* Triggers.timer("OnActiveSec=1")
      yield* after("1s")
      yield* tell(up, down)
      yield* after("10d")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      yield* tell(startRequested)
      yield* after("10d")
      assert.deepStrictEqual(news(), [])
    }))

  it.scoped("is inactive then with RemainAfterElapse=no, and may be started again", () =>
    Effect.gen(function*() {
      const { after, news, tell } = yield* Triggers.timer("OnActiveSec=1\nRemainAfterElapse=no")
      yield* after("1s")
      yield* tell(up, down)
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service", "active -> inactive"])
      yield* tell(startRequested)
      yield* after("1s")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
    }))

  it.scoped("tells the end of a start that leaves nothing to wait for", () =>
    Effect.gen(function*() {
      const { news } = yield* Triggers.timer("OnCalendar=2020-01-01\nRemainAfterElapse=no")
      assert.deepStrictEqual(news(), ["inactive -> inactive"])
    }))

  it.scoped("elapses at once if its time after the boot is over", () =>
    Effect.gen(function*() {
      const { after, news, tell } = yield* Triggers.timer("OnBootSec=5")
      yield* tell(stopRequested)
      yield* after("1min")
      assert.deepStrictEqual(news(), ["inactive -> active", "active -> inactive"])
      yield* tell(startRequested)
      yield* after("0s")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
    }))

  it.scoped("fails if it is started too often", () =>
    Effect.gen(function*() {
      const { kernel, news, tell } = yield* Triggers.timer("OnActiveSec=1h\nStartLimitBurst=2")
      yield* tell(stopRequested, startRequested, stopRequested)
      news()
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["inactive -> failed (start-limit-hit)"])
      assert.deepStrictEqual(kernel.log, ["WARN job.timer: failed (start-limit-hit): 2 starts within 10s"])
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["failed -> failed (start-limit-hit)"])
    }))
})

describe("a timer that is stopped", () => {
  it.scoped("is inactive, and starts nothing any more", () =>
    Effect.gen(function*() {
      const { after, fiber, news, tell } = yield* Triggers.timer("OnActiveSec=1\nOnUnitActiveSec=1")
      yield* tell(stopRequested)
      yield* after("1min")
      yield* tell(up, down)
      yield* after("1min")
      assert.deepStrictEqual(news(), ["inactive -> active", "active -> inactive"])
      assert.isFalse(yield* hasEnded(fiber))
    }))

  it.scoped("starts nothing once the shutdown has begun, and is gone after its stop", () =>
    Effect.gen(function*() {
      const { after, fiber, news, tell } = yield* Triggers.timer("OnActiveSec=1\nOnClockChange=yes")
      yield* tell(shutdownBegan)
      yield* after("1min")
      yield* tell(up, down, startRequested)
      yield* after("1min")
      assert.deepStrictEqual(news(), ["inactive -> active"])
      assert.isFalse(yield* hasEnded(fiber))
      yield* tell(stopRequested)
      assert.deepStrictEqual(news(), ["active -> inactive"])
      assert.isTrue(yield* hasEnded(fiber))
    }))
})

describe("a calendar timer", () => {
  it.scoped("elapses at its times, day after day", () =>
    Effect.gen(function*() {
      const { after, news, tell } = yield* Triggers.timer("OnCalendar=18:00")
      for (const span of ["6h", "24h", "24h"]) {
        yield* after(span)
        assert.include(news(), "start job.service")
        yield* tell(up, down)
      }
      yield* after("86399s")
      assert.deepStrictEqual(news(), [])
    }))

  it.scoped("keeps the time of the machine's zone, through a change of the clock", () =>
    Effect.gen(function*() {
      const files = { "/etc/localtime": { link: "../zone" }, "/zone": asText(berlin) }
      const { after, kernel, news, tell } = yield* Triggers.timer("OnCalendar=*-*-1 08:00", { files })
      assert.deepStrictEqual(kernel.log, [])
      // Until June in summer time, then until November in winter time: 06:00 and 07:00 UTC.
      yield* after("30d")
      yield* after("18h")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      yield* tell(up, down)
      for (let month = 0; month < 4; month++) {
        yield* after("31d")
        yield* tell(up, down)
      }
      news()
      yield* after("29d")
      yield* after("59min")
      assert.deepStrictEqual(news(), [])
      yield* after("1min")
      assert.deepStrictEqual(news(), ["start job.service"])
    }))

  it.scoped("takes TZ= of PID 1 for the machine's zone", () =>
    Effect.gen(function*() {
      const files = { "/usr/share/zoneinfo/Europe/Berlin": asText(berlin) }
      for (
        const TZ of [
          "Europe/Berlin",
          ":Europe/Berlin",
          "CET-1CEST,M3.5.0,M10.5.0/3",
          "/usr/share/zoneinfo/Europe/Berlin"
        ]
      ) {
        const { after, kernel, news } = yield* Triggers.timer("OnCalendar=18:00", { files, environment: { TZ } })
        yield* after("4h")
        assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"], TZ)
        assert.deepStrictEqual(kernel.log.length, 1)
      }
    }))

  it.scoped("says that a zone is not there, and takes UTC", () =>
    Effect.gen(function*() {
      const { after, kernel, news } = yield* Triggers.timer("OnCalendar=18:00 Asia/Tokyo\nOnCalendar=19:00 Asia/Tokyo")
      assert.deepStrictEqual(kernel.log, [
        "WARN job.timer: time zone Asia/Tokyo: cannot read /usr/share/zoneinfo/Asia/Tokyo: no such file or directory " +
        "(ENOENT); its times are taken for those of UTC"
      ])
      yield* after("6h")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
    }))

  it.scoped("elapses once when the clock is set over its times", () =>
    Effect.gen(function*() {
      const { after, news, setClock, tell } = yield* Triggers.timer("OnCalendar=*:0/10")
      yield* setClock(3 * 3_600_000 + 1000)
      yield* after("0s")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      yield* tell(up, down)
      yield* after("598s")
      assert.deepStrictEqual(news(), [])
      yield* after("1s")
      assert.deepStrictEqual(news(), ["start job.service"])
    }))

  it.scoped("comes again when the clock is set back", () =>
    Effect.gen(function*() {
      const { after, news, setClock, tell } = yield* Triggers.timer("OnCalendar=13:00")
      yield* after("1h")
      yield* tell(up, down)
      yield* setClock(-1_800_000)
      yield* after("29min")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      yield* after("1min")
      assert.deepStrictEqual(news(), ["start job.service"])
    }))

  it.scoped("waits on if the clock on the wall is slower than the one it sleeps by", () =>
    Effect.gen(function*() {
      const { after, news, setClock } = yield* Triggers.timer("OnCalendar=13:00")
      yield* setClock(-60_000, true)
      yield* after("1h")
      assert.deepStrictEqual(news(), ["inactive -> active"])
      yield* after("1min")
      assert.deepStrictEqual(news(), ["start job.service"])
    }))
})

describe("a timer with OnClockChange=", () => {
  it.scoped("starts its unit whenever the clock is set", () =>
    Effect.gen(function*() {
      const { news, setClock, tell } = yield* Triggers.timer("OnClockChange=yes")
      assert.deepStrictEqual(news(), ["inactive -> active"])
      yield* setClock(5000)
      assert.deepStrictEqual(news(), ["start job.service"])
      yield* setClock(5000)
      assert.deepStrictEqual(news(), [])
      yield* tell(up, down)
      yield* setClock(-5000)
      assert.deepStrictEqual(news(), ["start job.service"])
    }))
})

describe("a timer with RandomizedDelaySec=", () => {
  it.scoped("draws a new delay each time", () =>
    Effect.gen(function*() {
      const { after, lastStart, tell } = yield* Triggers.timer(
        "OnCalendar=*:0/10\nRandomizedDelaySec=400",
        {},
        Random.make("a seed")
      )
      const delays = new Set<number>()
      for (let round = 0; round < 4; round++) {
        yield* after("10min")
        yield* after("400s")
        delays.add(lastStart() % 600_000)
        yield* tell(up, down)
      }
      assert.strictEqual(delays.size, 4)
      for (const delay of delays) assert.isBelow(delay, 401_000)
    }))

  it.scoped("keeps one with FixedRandomDelay=, of the machine's own", () =>
    Effect.gen(function*() {
      const lines = "OnActiveSec=10\nOnUnitActiveSec=1h\nRandomizedDelaySec=1000\nFixedRandomDelay=yes"
      const when = (id: string) =>
        Effect.gen(function*() {
          const { after, lastStart } = yield* Triggers.timer(lines, { files: { "/etc/machine-id": `${id}\n` } })
          yield* after("20min")
          return lastStart() - beginning
        })
      const first = yield* when("4a1f")
      assert.isAbove(first, 10_000)
      assert.isBelow(first, 1_011_000)
      assert.strictEqual(yield* when("4a1f"), first)
      assert.notStrictEqual(yield* when("77b0"), first)
    }))
})

describe("a timer with Persistent=", () => {
  const lines = "OnCalendar=daily\nPersistent=yes"

  it.scoped("notes when it was first started and when it elapses", () =>
    Effect.gen(function*() {
      const { after, kernel, news } = yield* Triggers.timer(lines)
      assert.deepStrictEqual(news(), ["inactive -> active"])
      assert.strictEqual(modified(kernel.files), beginning)
      yield* after("12h")
      assert.strictEqual(modified(kernel.files), beginning + 12 * 3_600_000)
    }))

  it.scoped("makes up for what was missed, once", () =>
    Effect.gen(function*() {
      const files = { [stamp]: { text: "", status: { modified: beginning - 10 * 86_400_000 } } }
      const { after, news, tell } = yield* Triggers.timer(lines, { files })
      yield* after("0s")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      yield* tell(up, down)
      yield* after("11h")
      assert.deepStrictEqual(news(), [])
    }))

  it.scoped("does not believe a stamp of the future", () =>
    Effect.gen(function*() {
      const files = { [stamp]: { text: "", status: { modified: beginning + 1000 } } }
      const { after, kernel, news } = yield* Triggers.timer(lines, { files })
      assert.deepStrictEqual(kernel.log, [
        "WARN job.timer: its stamp file is of a time to come, and does not count: is the clock right?"
      ])
      yield* after("12h")
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
    }))

  it.scoped("elapses as well where nothing can be written, and says so once", () =>
    Effect.gen(function*() {
      const { after, kernel, news, tell } = yield* Triggers.timer(lines, { files: { [stamp]: { errno: 30 } } })
      yield* after("12h")
      yield* tell(up, down)
      yield* after("24h")
      assert.strictEqual(news().filter((one) => one === "start job.service").length, 2)
      assert.deepStrictEqual(kernel.log.filter((line) => line.startsWith("WARN")).length, 1, kernel.log.join("\n"))
      assert.include(kernel.log.join("\n"), "read-only file system")
    }))

  it.scoped("writes nothing if no time of it can be missed", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* Triggers.timer("OnActiveSec=1\nPersistent=yes")
      yield* after("1s")
      assert.isUndefined(kernel.files[stamp])
    }))
})
