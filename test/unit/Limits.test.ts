import { assert, describe, it } from "@effect/vitest"
import * as FineSpan from "../../src/unit/grammar/FineSpan.ts"
import * as NumberSet from "../../src/unit/grammar/NumberSet.ts"
import * as ResourceLimit from "../../src/unit/grammar/ResourceLimit.ts"
import { refused, table } from "./Table.ts"

const of = (soft: number, hard = soft) => ({ soft, hard })

describe("ResourceLimit in bytes", () => {
  const parse = (text: string) => ResourceLimit.parse(text, "bytes")
  table(parse, [
    ["1.5G", of(1.5 * 2 ** 30)],
    ["0", of(0)],
    ["infinity", of(Infinity)],
    ["1K:2M", of(1024, 2 * 2 ** 20)],
    ["2:infinity", of(2, Infinity)],
    ["1 : 2", of(1, 2)]
  ])
  refused(parse, ["", "5KB", "-1", ":", "1G:", ":1G", "1:2:3", "10%", "0x10", "unlimited"])
})

describe("ResourceLimit of a count", () => {
  const parse = (text: string) => ResourceLimit.parse(text, "count")
  table(parse, [
    ["1024:524288", of(1024, 524288)],
    ["0x10", of(16)],
    ["+1", of(1)],
    ["infinity", of(Infinity)]
  ])
  refused(parse, ["1K", "-1", "unlimited", "1.5", "\"1024\""])
})

describe("ResourceLimit of time", () => {
  const seconds = (text: string) => ResourceLimit.parse(text, "seconds")
  const micros = (text: string) => ResourceLimit.parse(text, "microseconds")
  table(seconds, [["5", of(5)], ["1min 30s", of(90)], ["1:2min", of(1, 120)], ["infinity", of(Infinity)]])
  table(micros, [["500", of(500)], ["5ms", of(5_000)], ["1s:2s", of(1_000_000, 2_000_000)]])
  refused(seconds, ["-5", "x", "5 apples"])
  refused(micros, ["-5", "99999999999999999999"])

  it("rounds seconds up", () => assert.deepStrictEqual(seconds("100ms"), of(1)))
})

describe("ResourceLimit of niceness", () => {
  const parse = (text: string) => ResourceLimit.parse(text, "niceness")
  table(parse, [
    ["+5", of(15)],
    ["-5", of(25)],
    ["-20", of(40)],
    ["+19", of(1)],
    ["40", of(40)],
    ["1", of(1)],
    ["+5:-5", of(15, 25)]
  ])
  refused(parse, ["+20", "-21", "41", "infinity", ""])
})

describe("ResourceLimit", () => {
  it("tells a soft limit above the hard one", () => {
    assert.isTrue(ResourceLimit.isReversed(of(2, 1)))
    assert.isFalse(ResourceLimit.isReversed(of(1, 1)))
  })

  it("says what to write instead", () => {
    assert.strictEqual(ResourceLimit.hint("unlimited", "bytes"), "write \"infinity\"")
    assert.strictEqual(ResourceLimit.hint("5kB", "bytes"), "write \"5K\"")
  })
})

describe("FineSpan", () => {
  table((text) => FineSpan.parse(text, "ns"), [
    ["5", 5],
    ["5ns", 5],
    ["5nsec", 5],
    ["5us", 5_000],
    ["1.5ms", 1_500_000],
    ["1ms 5", 1_000_005],
    ["infinity", Infinity]
  ])
  table((text) => FineSpan.parse(text, "us"), [["5", 5_000], ["5ns", 5]])
  refused((text) => FineSpan.parse(text, "ns"), ["", "x", "-5", "5.", "5+5", "5 apples", "1ms infinity"])
})

describe("NumberSet", () => {
  table(NumberSet.parse, [
    ["0", [[0, 0]]],
    ["0-3", [[0, 3]]],
    ["0,2", [[0, 0], [2, 2]]],
    ["0, 2 4-5", [[0, 0], [2, 2], [4, 5]]],
    ["0x3 010", [[3, 3], [8, 8]]],
    ["8191", [[8191, 8191]]],
    [",", []]
  ])
  refused(NumberSet.parse, ["3-0", "-1", "a", "8192", "0-", "0-3:2", "numa"])

  it("lists its members once and in order", () => {
    assert.deepStrictEqual(NumberSet.members([[6, 6], [0, 3], [2, 4], [3, 3]]), [0, 1, 2, 3, 4, 6])
  })

  it("reads what it has written", () => {
    const ranges = [[0, 3], [6, 6]] as const
    assert.deepStrictEqual(NumberSet.parse(NumberSet.format(ranges)), ranges)
  })
})
