import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Integer from "../../src/unit/grammar/Integer.ts"
import * as Limit from "../../src/unit/grammar/Limit.ts"
import * as OctalMode from "../../src/unit/grammar/OctalMode.ts"
import * as Percent from "../../src/unit/grammar/Percent.ts"
import * as Port from "../../src/unit/grammar/Port.ts"
import * as Size from "../../src/unit/grammar/Size.ts"
import { refused, table } from "./Table.ts"

describe("OctalMode", () => {
  table(OctalMode.parse, [
    ["0755", 0o755],
    ["755", 0o755],
    ["0", 0],
    ["00022", 0o22],
    ["07777", 0o7777],
    ["02775", 0o2775]
  ])
  refused(OctalMode.parse, ["", "10000", "888", "-1", "+022", "0o022", "u=rwx", "0755 "])

  it("reads what it has written", () => {
    for (const mode of [0, 0o22, 0o755, 0o7777]) assert.strictEqual(OctalMode.parse(OctalMode.format(mode)), mode)
  })
})

describe("Size", () => {
  table((text) => Size.parse(text), [
    ["0", 0],
    ["4096", 4096],
    ["010", 10],
    ["1K", 1024],
    ["5B", 5],
    ["5 K", 5120],
    ["1.5G", 1.5 * 2 ** 30],
    ["1.G", 2 ** 30],
    ["0.1K", 102],
    ["1G 5M", 2 ** 30 + 5 * 2 ** 20],
    ["1G5M", 2 ** 30 + 5 * 2 ** 20],
    ["1K5", 1029],
    ["2T", 2 * 2 ** 40],
    ["1P", 2 ** 50],
    ["15E", 15 * 2 ** 60]
  ])
  refused((text) => Size.parse(text), [
    "",
    "5KB",
    "5k",
    "5Ki",
    "K",
    "-1",
    ".5G",
    "5M1G",
    "1 5",
    "0x10",
    "16E",
    "10%",
    "1e3"
  ])

  it("counts in steps of 1000 where it is told to", () => {
    assert.strictEqual(Size.parse("5M", 1000), 5_000_000)
  })

  it("says what to write instead of other people's suffixes", () => {
    assert.strictEqual(Size.hint("5MiB"), "write \"5M\"")
    assert.strictEqual(Size.hint("64kb"), "write \"64K\"")
    assert.strictEqual(Size.hint("lots"), "sizes look like \"4096\", \"512M\" or \"1.5G\"")
  })

  it("writes sizes in the largest unit that leaves no fraction", () => {
    assert.strictEqual(Size.format(0), "0")
    assert.strictEqual(Size.format(1000), "1000")
    assert.strictEqual(Size.format(1536 * 2 ** 20), "1536M")
    assert.strictEqual(Size.format(2 ** 60), "1E")
  })

  it("reads what it has written", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.maxSafeNat(), (bytes) => {
        assert.strictEqual(Size.parse(Size.format(bytes)), bytes)
      })
    )
  })
})

describe("Percent", () => {
  table(Percent.parse, [
    ["10%", 10],
    ["0%", 0],
    ["12.5%", 12.5],
    ["10.55%", 10.55],
    ["200%", 200],
    ["5‰", 0.5],
    ["12.5‰", 1.25],
    ["125‱", 1.25]
  ])
  refused(Percent.parse, ["", "10", "%", "10.555%", "1.25‰", "1.5‱", "-5%", "20 %", "100000000%"])

  it("reads what it has written", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.nat(100_000), (hundredths) => {
        assert.strictEqual(Percent.parse(Percent.format(hundredths / 100)), hundredths / 100)
      })
    )
  })
})

describe("Limit", () => {
  const parse = (text: string) => Limit.parse(text, (amount) => Size.parse(amount))
  table(parse, [
    ["1G", { _tag: "Amount", amount: 2 ** 30 }],
    ["0", { _tag: "Amount", amount: 0 }],
    ["infinity", { _tag: "Amount", amount: Infinity }],
    ["100%", { _tag: "Percent", percent: 100 }],
    ["10.5%", { _tag: "Percent", percent: 10.5 }]
  ])
  refused(parse, ["", "101%", "max", "unlimited", "-1", "10.555%"])

  it("reads what it has written", () => {
    for (const text of ["1G", "0", "infinity", "10.5%"]) {
      const limit = parse(text)
      assert(limit !== undefined)
      assert.strictEqual(Limit.format(limit, Size.format), text)
    }
  })
})

describe("Port", () => {
  table(Port.parse, [["1", 1], ["80", 80], ["65535", 65535]])
  refused(Port.parse, ["", "0", "65536", "-1", "http", "80/tcp"])
})

describe("Integer.within", () => {
  const nice = (text: string) => Integer.within(text, -20, 19)
  table(nice, [["-20", -20], ["19", 19], ["+5", 5], ["0", 0], ["-0", 0], ["0x5", 5], ["010", 8], ["-010", -8]])
  refused(nice, ["", "20", "-21", "5.5", "- 5", "--5", "five"])

  it("reads the ranges of the table of directives", () => {
    assert.deepStrictEqual(Integer.parseRange("-20..19"), [-20, 19])
    assert.isUndefined(Integer.parseRange("idle"))
  })
})
