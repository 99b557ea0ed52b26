/**
 * The lessons of the program before this one, 1 to 27: each is a test whose name begins with its number. Those of the
 * pure parts and of the scripted kernel are in the Lessons*.test.ts beside this file, those that only a real kernel can
 * show in test/native, test/parity and test/binary.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

const test = fileURLToPath(new URL("..", import.meta.url))
const sources = readdirSync(test, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts") || (name.startsWith("native") && name.endsWith(".c")))
  .map((name) => ({ name, text: readFileSync(join(test, name), "utf8") }))

const last = 27

/** Lessons without a test, and why. */
const without: Readonly<Record<number, string>> = {}

/**
 * Files with tests that may be skipped: they read unit files of packages, which are not everywhere, or make calls that not
 * every kernel takes, those of 32 bits.
 */
const mayBeSkipped = ["unit/Corpus.test.ts", "unit/UnitJson.test.ts", "native/Seccomp.test.ts"]

/** Files by the number that the name of one of their tests begins with. */
const told = new Map<number, Set<string>>()
for (const { name, text } of sources) {
  for (const [, number] of text.matchAll(/\b(?:it|effect|scoped|TEST)\((?:\w+, )?["`](\d+)\. /g)) {
    const files = told.get(Number(number)) ?? new Set()
    told.set(Number(number), files.add(name))
  }
}

describe("lessons", () => {
  for (let number = 1; number <= last; number++) {
    it(`27. a test that must not be skipped asserts that it ran: lesson ${number}`, () => {
      const files = [...told.get(number) ?? []]
      const reason = without[number]
      assert.strictEqual(files.length > 0, reason === undefined, `${reason ?? "no test"}; ${files.join(", ")}`)
    })
  }

  it("27. and no test is skipped, put off or run alone that is not known to be", () => {
    assert.isAbove(sources.length, 100)
    const words = /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|skipIf|runIf|todo|only|fails)\b|\bctx\.skip\(/
    assert.sameMembers(sources.filter(({ text }) => words.test(text)).map(({ name }) => name), mayBeSkipped)
  })

  it("are those of the real kernel where only that can tell", () => {
    for (const number of [1, 2, 7, 20, 21, 22, 23]) {
      assert.isTrue([...told.get(number) ?? []].some((name) => /^(?:native|parity|binary)/.test(name)), String(number))
    }
  })
})
