/** The engine with what scripts/patch-engine.mjs makes shorter, against the one that runs this test. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { assert, beforeAll, describe, it } from "vitest"
import { results } from "../../fixtures/programs/language.ts"
import { buildProgram } from "../support/Build.ts"

const builds = [
  { what: "with a heap image", flags: [] },
  { what: "under AddressSanitizer and UndefinedBehaviorSanitizer", flags: ["--sanitize"] }
] as const

describe.each(builds)("the engine, $what", ({ flags }) => {
  let said: ReadonlyArray<string> = []
  beforeAll(async () => {
    const program = await buildProgram("language", ...flags)
    // The heap of the engine is one of our own and ends with the process: leaks are looked for in the C tests.
    const env = { ...process.env, ASAN_OPTIONS: "detect_leaks=0" }
    const { stderr, stdout } = await promisify(execFile)(program, [], { env })
    assert.strictEqual(stderr, "")
    said = stdout.trimEnd().split("\n")
  }, 600_000)

  it("tries all there is", () => {
    assert.strictEqual(said.length, results().length)
    assert.isAbove(said.length, 20)
  })

  it.each(results().map((line, at) => [line.slice(0, line.indexOf(":")), line, at] as const))(
    "has %s as the language does",
    (_, line, at) => {
      assert.strictEqual(said[at], line)
    }
  )
})
