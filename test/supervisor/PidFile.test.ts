import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { parse } from "../../src/supervisor/PidFile.ts"

const own = 77

describe("a PID file", () => {
  for (const text of ["4711", "4711\n", "  4711 \t\r\n", "4711\n4712\n", "04711\n"]) {
    it(`is read as 4711 from ${JSON.stringify(text)}`, () => {
      assert.strictEqual(parse(text, own), 4711)
    })
  }

  for (
    const [text, why] of [
      ["", "its first line is empty"],
      ["\n4711\n", "its first line is empty"],
      [" \n", "its first line is empty"],
      ["-5\n", "\"-5\" is no process id"],
      ["4711 4712", "\"4711 4712\" is no process id"],
      ["0x10", "\"0x10\" is no process id"],
      ["4711;rm -rf /", "\"4711;rm -rf /\" is no process id"],
      ["\u001b[2J", "\"\\x1b[2J\" is no process id"],
      ["4711\0", "\"4711\\x00\" is no process id"],
      ["0", "\"0\" cannot be a process id"],
      ["4194305", "\"4194305\" cannot be a process id"],
      ["99999999999999999999", "\"99999999999999999999\" cannot be a process id"],
      ["1\n", "it names process 1, which is no service"],
      ["77", "it names process 77, which is container-init"]
    ] as const
  ) {
    it(`is refused with ${JSON.stringify(text)} in it: ${why}`, () => {
      assert.strictEqual(parse(text, own), why)
    })
  }

  it("gives a process id that may be one, or a short reason, whatever is in it", () => {
    FastCheck.assert(FastCheck.property(FastCheck.string({ unit: "binary", maxLength: 300 }), (text) => {
      const read = parse(text, own)
      if (typeof read === "number") assert(read > 1 && read <= 4_194_304 && read !== own)
      else assert.isAtMost(read.length, 500)
    }))
  })
})
