/** Core, host and engine under AddressSanitizer and UndefinedBehaviorSanitizer, with the real program of the ports. */
import { execFile, spawnSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { promisify } from "node:util"
import { assert, beforeAll, describe, it } from "vitest"
import { makeScratch, programs, root } from "../support/Places.ts"

const program = `${programs}/ports-sanitized`
const peer = `${programs}/peer`

/** Not execFileSync: a worker that does not answer vitest for a minute is taken for dead. */
const execute = promisify(execFile)

beforeAll(async () => {
  mkdirSync(programs, { recursive: true })
  const strict = ["-std=c11", "-O1", "-static", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
  await execute("musl-gcc", [...strict, "-o", peer, `${root}/fixtures/programs/peer.c`])
  const arguments_ = ["--entry", "fixtures/programs/ports.ts", "--out", program, "--sanitize"]
  await execute(process.execPath, ["scripts/build-host.mjs", ...arguments_], { cwd: root })
}, 600_000)

describe("the host under the sanitizers", () => {
  it("keeps every promise of the kernel ports without a report", () => {
    // The heap of the engine is one of our own and ends with the process: leaks are looked for in the C tests.
    const { stderr, stdout } = spawnSync(program, [peer, makeScratch()], {
      encoding: "utf8",
      timeout: 50_000,
      env: { ...process.env, ASAN_OPTIONS: "detect_leaks=0" }
    })
    assert.notMatch(stderr, /ERROR: AddressSanitizer|runtime error/, stderr)
    const lines = stdout.split("\n").filter(Boolean)
    assert.isAbove(lines.length, 8, stderr)
    assert.deepStrictEqual(lines.filter((line) => !line.startsWith("ok - ")), [], stderr)
  })
})
