import { assert, describe, it } from "@effect/vitest"
import { levelsOf } from "../../src/unit/Levels.ts"

// In the order in which systemd 252 looks through the folders of one directory.
const cases: ReadonlyArray<readonly [name: string, levels: string]> = [
  ["a.service", "a.service"],
  ["a-b.service", "a-b.service a-.service"],
  ["a-b-c.service", "a-b-c.service a-b-.service a-.service"],
  ["a-.service", "a-.service"],
  ["a-b-.service", "a-b-.service a-.service"],
  ["a--b.service", "a--b.service a--.service a-.service"],
  ["-a.service", "-a.service"],
  ["a@.service", "a@.service"],
  ["a@x.service", "a@x.service a@.service"],
  ["a@x-y.service", "a@x-y.service a@.service"],
  ["a-b@.service", "a-b@.service a-.service"],
  ["a-b@x.service", "a-b@x.service a-b@.service a-.service a-@x.service a-@.service"],
  [
    "a-b-c@x.service",
    "a-b-c@x.service a-b-c@.service a-b-.service a-.service a-b-@x.service a-b-@.service a-@x.service a-@.service"
  ]
]

describe("levelsOf", () => {
  for (const [name, levels] of cases) {
    it(`gives ${name} the folders of ${levels}`, () => {
      assert.strictEqual([...levelsOf(name)].join(" "), levels)
    })
  }

  it("takes the longest names with nothing but dashes", () => {
    assert.isAtMost(levelsOf(`${"-".repeat(120)}@${"-".repeat(120)}.service`).size, 400)
    assert.isAtMost(levelsOf(`${"a-".repeat(60)}@x.service`).size, 400)
  })
})
