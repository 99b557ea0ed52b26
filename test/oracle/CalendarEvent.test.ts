import { assert, it } from "@effect/vitest"
import * as CalendarEvent from "../../src/unit/grammar/CalendarEvent.ts"
import { chosen, event } from "./CalendarTexts.ts"
import { ask, damaged, describeOracle, sample } from "./Tool.ts"

const texts = [
  ...new Set([...chosen, ...sample(event, 600), ...sample(damaged(event, " .,-~:/*0123456789MonUTC@"), 600)])
]

interface Verdict {
  readonly form: string
  /** The next five times, as systemd shows them: to the second. */
  readonly times: ReadonlyArray<string>
}

const rounds = 5

/** What systemd says of each text; one that is missing was refused. It names those on stderr and goes on. */
const verdicts = (base: string, texts: ReadonlyArray<string>): ReadonlyMap<string, Verdict> => {
  const options = [`--base-time=${base}`, `--iterations=${rounds}`]
  const { err, out } = ask("systemd-analyze", ["calendar", ...options, "--", ...texts])
  const faults = new Set(
    [...err.matchAll(/^Failed to parse calendar specification '(.*)': /gmu)].map((match) => match[1])
  )
  const good = texts.filter((text) => !faults.has(text))
  const blocks = out.split("Normalized form: ").slice(1)
  assert.strictEqual(blocks.length, good.length)
  return new Map(good.map((text, at) => [text, readBlock(blocks[at] ?? "")]))
}

const readBlock = (block: string): Verdict => ({
  form: block.slice(0, block.indexOf("\n")),
  times: [...block.matchAll(/(?:Next elapse|Iter\. #[0-9]+): (.*)/gu)].map(([, time = ""]) => time)
})

const shortDays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

const shown = (micros: number): string => {
  const date = new Date(Math.floor(micros / 1_000_000) * 1_000)
  return `${shortDays[date.getUTCDay()]} ${date.toISOString().slice(0, 19).replace("T", " ")} UTC`
}

const microsOf = (time: string): number => Date.parse(time.replace(/^[A-Z][a-z]+ /u, "").replace(" UTC", "Z")) * 1_000

/** Whether the event has a time in that second. */
const happens = (parsed: CalendarEvent.CalendarEvent, time: string): boolean => {
  const at = CalendarEvent.next(parsed, microsOf(time) - 1)
  return at !== undefined && shown(at) === time
}

const timesOf = (parsed: CalendarEvent.CalendarEvent, base: string): ReadonlyArray<string> => {
  const times: Array<string> = []
  let at: number | undefined = microsOf(base)
  while (times.length < rounds) {
    at = CalendarEvent.next(parsed, at)
    if (at === undefined) return times.length === 0 ? ["never"] : times
    times.push(shown(at))
  }
  return times
}

const bases = [
  "2024-02-28 23:59:58 UTC",
  "2025-12-31 12:34:56 UTC",
  "2099-06-30 00:00:00 UTC",
  "2199-12-24 18:00:00 UTC"
]
const first = verdicts(bases[0] ?? "", texts)

/** Why a text is read here though systemd refuses it. */
const excuse = (text: string): string | undefined => {
  const parsed = CalendarEvent.parse(text)
  if (parsed === undefined) return undefined
  // systemd looks for a file; only how a name looks is known here.
  if (parsed.zone !== undefined && !known.includes(parsed.zone)) return "a zone that is none"
  // The limit of 28 days from the end of a month is meant for each value. systemd takes three off for every further
  // value of the list: 28, 25, 22. What the author means is plain, so it is read.
  return parsed.fromEnd && parsed.days.length > 1 ? "a list of days from the end of a month" : undefined
}
const known = ["UTC", "Europe/Berlin"]

/**
 * Where a repetition runs over the end of its field and that is the end of a larger one too (a minute of the hour's
 * last, midnight, the year), systemd 252 carries the rest over, and skips the values before it. The fraction of a
 * second is carried over every minute. So it may miss times, and those it finds are true.
 */
const missesTimes = (parsed: CalendarEvent.CalendarEvent): boolean =>
  [parsed.days, parsed.hours, parsed.minutes, parsed.micros].some((field) =>
    field.some(({ repeat, stop }) => repeat > 0 && stop === undefined)
  )

/** Every second, and more beside it: systemd writes `*`, which is every second alone. */
const losesValues = ({ micros }: CalendarEvent.CalendarEvent): boolean =>
  micros.length > 1 && micros.some(({ repeat, start, stop }) => start === 0 && repeat === 1e6 && stop === undefined)

describeOracle("CalendarEvent against systemd-analyze calendar", () => {
  it("tries both kinds", () => {
    assert.isAbove(first.size, 600)
    assert.isAbove(texts.length - first.size, 200)
  })

  it("reads what systemd reads, and refuses what systemd refuses", () => {
    const good = texts.filter((text) => CalendarEvent.parse(text) !== undefined)
    assert.deepStrictEqual(good.filter((text) => first.has(text) || excuse(text) === undefined), [...first.keys()])
  })

  for (const text of ["10:00 Europe/Berln", "*-02~27,08,25"]) {
    it(`reads ${text}, which systemd refuses: ${excuse(text)}`, () => {
      assert.isUndefined(verdicts(bases[0] ?? "", [text]).get(text))
      assert.isDefined(excuse(text))
    })
  }

  it("keeps values beside those of every second, which systemd's normalized form loses", () => {
    const text = "*:*:0/1,5.5"
    const parsed = CalendarEvent.parse(text)
    assert(parsed !== undefined && losesValues(parsed))
    assert.strictEqual(CalendarEvent.format(parsed), "*-*-* *:*:00/1,05.500000")
    assert.strictEqual(verdicts(bases[0] ?? "", [text]).get(text)?.form, "*-*-* *:*:*")
  })

  for (
    const [text, base, missed] of [
      ["*:1/9", "2024-01-01 23:54:00 UTC", "Tue 2024-01-02 00:01:00 UTC"],
      ["*:*:2/7", "2024-01-01 00:59:57 UTC", "Mon 2024-01-01 01:00:02 UTC"],
      ["*:*:0.1/7.3", "2024-01-01 00:00:58 UTC", "Mon 2024-01-01 00:01:00 UTC"],
      ["*-*-2/13", "2024-12-28 00:00:00 UTC", "Thu 2025-01-02 00:00:00 UTC"]
    ] as const
  ) {
    it(`finds ${missed} of ${text}, which systemd misses`, () => {
      const parsed = CalendarEvent.parse(text)
      assert(parsed !== undefined && missesTimes(parsed))
      assert.include(timesOf(parsed, base), missed)
      assert.notInclude(verdicts(base, [text]).get(text)?.times ?? [], missed)
    })
  }

  it("writes the same normalized form", () => {
    const ours: Record<string, string> = {}
    const theirs: Record<string, string> = {}
    for (const [text, { form }] of first) {
      const parsed = CalendarEvent.parse(text)
      if (parsed === undefined || losesValues(parsed)) continue
      ours[text] = CalendarEvent.format(parsed)
      theirs[text] = form
    }
    assert.deepStrictEqual(ours, theirs)
  })

  for (const base of bases) {
    it(`finds the same ${rounds} times after ${base}`, () => {
      const ours: Record<string, ReadonlyArray<string>> = {}
      const theirs: Record<string, ReadonlyArray<string>> = {}
      for (const [text, { times }] of base === bases[0] ? first : verdicts(base, texts)) {
        const parsed = CalendarEvent.parse(text)
        if (parsed === undefined || parsed.zone !== undefined && parsed.zone !== "UTC") continue
        ours[text] = timesOf(parsed, base)
        theirs[text] = times
        if (ours[text].join() === times.join() || !missesTimes(parsed)) continue
        if (times.every((time) => happens(parsed, time))) ours[text] = times
      }
      assert.isAbove(Object.keys(ours).length, 500)
      assert.deepStrictEqual(ours, theirs)
    })
  }
})
