/** What the engine is compiled by: it does a day's work, and its work is sound. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"
import { buildProgram } from "../support/Build.ts"

describe("a rehearsal", () => {
  it("boots, restarts and stops units without a report of the sanitizers", async () => {
    const program = await buildProgram("rehearsal", "--sanitize")
    // The heap of the engine is one of our own and ends with the process: leaks are looked for in the C tests.
    const env = { ...process.env, ASAN_OPTIONS: "detect_leaks=0" }
    const { stderr, stdout } = await promisify(execFile)(program, [], { env })
    assert.strictEqual(stderr, "")
    const said = /^(\d+) days, (\d+) processes\n$/.exec(stdout)
    assert(said !== null, stdout)
    assert.isAtLeast(Number(said[1]), 10)
    // Two dozen units, some of which end and are started again.
    assert.isAtLeast(Number(said[2]), 40 * Number(said[1]))
  }, 600_000)
})
