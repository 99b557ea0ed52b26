import { assert, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as TimeSpan from "../../src/unit/grammar/TimeSpan.ts"
import { ask, damaged, describeOracle, refused, sample } from "./Tool.ts"

const units =
  "usec us µs μs msec ms seconds second sec s minutes minute min m hours hour hr h days day d weeks week w " +
  "months month M years year y"

const chosen = [
  ...["0", "5", "+5", "2 h", "2hours", "48hr", "1y 12month", "55s500ms", "300ms20s 5day", "5min 20s", "1.5s", ".5"],
  ...[
    "5.",
    "5 .5",
    "5.5 .5s",
    "1.2.3",
    "+.5",
    "1.+5s",
    "5s+3",
    "5+3",
    "5s -3",
    "-0",
    "1e3",
    "0x10",
    "5S",
    "5Min",
    "5x"
  ],
  ...["", " ", " 7 ", "\t7\n", "infinity", " infinity ", "infinity 5", "5 infinity", "infinit", "Infinity", "5s,3s"],
  ...["0.3", "0.1us", "0.12345678min", "0.333333333333h", "0.9999999s", "1.999999999us", "0.00000000000000000001y"],
  ...["584541y", "584542y", "584541y 200d", "9223372036854780000us", "9223372036854774000us", "18446744073709540ms"],
  ...["00000000000000000000005", "1nsec", "1ns", "m", "5 m m", "5sm", "5mon", "5 s5", "5 s 5", "3 4", "1M 1m", "1 μs"]
]

const part = FastCheck.tuple(
  FastCheck.constantFrom("", "", "", " ", "+"),
  FastCheck.oneof(FastCheck.nat(200), FastCheck.nat(1_000_000)).map(String),
  FastCheck.oneof({ weight: 3, arbitrary: FastCheck.constant("") }, FastCheck.nat().map((digits) => `.${digits}`)),
  FastCheck.constantFrom("", "", " "),
  FastCheck.constantFrom("", ...units.split(" "))
).map((parts) => parts.join(""))

const span = FastCheck.array(part, { minLength: 1, maxLength: 4 }).chain((parts) =>
  FastCheck.constantFrom("", " ").map((gap) => parts.join(gap))
)

const askFor = (texts: ReadonlyArray<string>) => ask("systemd-analyze", ["timespan", "--", ...texts])

/** Microseconds and their form, by text. The tool stops at what it refuses, and says nothing of what comes after. */
const spans = (texts: ReadonlyArray<string>) => {
  const { err, out, status } = askFor(texts)
  assert.strictEqual(err, "")
  assert.strictEqual(status, 0)
  const micros = [...out.matchAll(/^ +μs: ([0-9]+)$/gmu)].map(([, digits]) => Number(digits))
  const human = [...out.matchAll(/^ +Human: (.*)$/gmu)].map(([, shown = ""]) => shown)
  assert.strictEqual(micros.length, texts.length)
  return texts.map((text, at) => ({ text, micros: micros[at] ?? NaN, human: human[at] ?? "" }))
}

/** In systemd's 64 bits infinity is the last number. */
const infinity = 2 ** 64
/** Beyond 278 years a number of milliseconds does not tell one microsecond from the next: only the size is compared. */
const exact = 2 ** 43 * 1_000

const microsOf = (text: string): number => {
  const millis = TimeSpan.parse(text)
  return millis === undefined ? NaN : millis === Infinity ? infinity : Math.round(millis * 1_000)
}

describeOracle("TimeSpan against systemd-analyze timespan", () => {
  const texts = [...chosen, ...sample(span, 400), ...sample(damaged(span, " .-+5smµ,x"), 400)]
  const good = texts.filter((text) => TimeSpan.parse(text) !== undefined)
  const bad = texts.filter((text) => TimeSpan.parse(text) === undefined)

  it("tries both kinds", () => {
    assert.isAbove(good.length, 400)
    assert.isAbove(bad.length, 100)
  })

  it("reads what systemd reads as the same number of microseconds", () => {
    for (const { micros, text } of spans(good)) {
      if (micros < exact) assert.strictEqual(microsOf(text), micros, text)
      else assert.approximately(microsOf(text) / micros, 1, 1e-15, text)
    }
  })

  it("refuses what systemd refuses", () => {
    assert.deepStrictEqual(refused(bad, (text) => askFor([text])), bad)
  })

  it("writes the same form, but for a fraction of a second: systemd has 1.500000s for our 1s 500ms", () => {
    for (const { human, micros } of spans(good)) {
      if (micros >= exact) continue
      const ours = TimeSpan.format(micros === infinity ? Infinity : micros / 1_000)
      if (human.includes(".")) assert.strictEqual(TimeSpan.parse(human), micros / 1_000)
      else assert.strictEqual(ours, human)
    }
  })
})
