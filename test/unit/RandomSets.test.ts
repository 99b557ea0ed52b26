import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { Content } from "./Sets.ts"
import { both, good } from "./Sets.ts"

const stem = FastCheck.constantFrom("a", "b", "a-b", "a@", "a@x", "b@", "b@x", "a-b@x", "c")
const name = FastCheck.tuple(stem, FastCheck.constantFrom("service", "service", "service", "target", "socket", "mount"))
  .map((parts) => parts.join("."))
const link: FastCheck.Arbitrary<Content> = FastCheck.tuple(FastCheck.constantFrom("", "../", "/lib/"), name)
  .map(([way, target]) => ({ link: way + target }))
const reference = FastCheck.tuple(FastCheck.constantFrom("Wants", "After", "Requires", "OnFailure"), name)
  .map(([directive, target]) => `[Unit]\n${directive}=${target}\n`)
const text = FastCheck.oneof(
  FastCheck.constant(good),
  FastCheck.constant(""),
  FastCheck.string(),
  FastCheck.array(reference, { maxLength: 3 }).map((lines) => lines.join("") + good)
)
const content: FastCheck.Arbitrary<Content> = FastCheck.oneof(text, link, FastCheck.constant(undefined))
const path = FastCheck.oneof(
  name,
  FastCheck.tuple(
    name,
    FastCheck.constantFrom("d", "wants", "requires", "x"),
    FastCheck.oneof(name, FastCheck.constant("1.conf"))
  )
    .map(([owner, kind, file]) => `${owner}.${kind}/${file}`)
)
const directory = FastCheck.dictionary(path, content, { maxKeys: 12 })

describe("random sets", () => {
  it("come to an end with every name in one place, and with no unit that goes by another one's name", () => {
    FastCheck.assert(
      FastCheck.property(directory, directory, (core, dropIn) => {
        const set = both(core, dropIn)
        const masked = new Set(set.masked)
        for (const [name, unit] of set.units) {
          assert.strictEqual(unit.name, name)
          assert.isFalse(masked.has(name), name)
          assert.isFalse(set.aliases.has(name), name)
          for (const key of ["Wants", "After", "Requires", "OnFailure"] as const) {
            for (const other of unit.Unit[key]) assert.isFalse(set.aliases.has(other.name), `${name} ${other.name}`)
          }
        }
        for (const real of set.aliases.values()) assert.isFalse(set.aliases.has(real), real)
        assert.deepStrictEqual([...set.units.keys()], [...set.units.keys()].sort())
      }),
      { numRuns: 1000 }
    )
  }, 60_000)

  it("mean the same in whatever order their files come", () => {
    FastCheck.assert(
      FastCheck.property(directory, directory, (core, dropIn) => {
        const backwards = (files: Readonly<Record<string, Content>>) =>
          Object.fromEntries(Object.entries(files).reverse())
        const [one, other] = [both(core, dropIn), both(backwards(core), backwards(dropIn))]
        assert.deepStrictEqual(other.units, one.units)
        assert.deepStrictEqual(other.aliases, one.aliases)
        assert.deepStrictEqual(other.masked, one.masked)
      }),
      { numRuns: 300 }
    )
  }, 60_000)
})
