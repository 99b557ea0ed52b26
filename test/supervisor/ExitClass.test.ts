import { assert, describe, it } from "@effect/vitest"
import { ExitStatus } from "../../src/kernel/Processes.ts"
import type { Result } from "../../src/supervisor/ExitClass.ts"
import { classify, describe as describeExit } from "../../src/supervisor/ExitClass.ts"

const exited = (code: number) => ExitStatus.Exited({ code })
const killed = (signal: number, coreDumped = false) => ExitStatus.Signaled({ signal, coreDumped })

describe("classify", () => {
  const table: ReadonlyArray<readonly [status: ExitStatus, daemon: Result, oneshot: Result]> = [
    [exited(0), "success", "success"],
    [exited(1), "exit-code", "exit-code"],
    [exited(143), "exit-code", "exit-code"],
    [exited(255), "exit-code", "exit-code"],
    // systemd.service(5), Restart=: these four are a clean end, "for all services which are not Type=oneshot".
    [killed(1), "success", "signal"],
    [killed(2), "success", "signal"],
    [killed(13), "success", "signal"],
    [killed(15), "success", "signal"],
    [killed(9), "signal", "signal"],
    [killed(3), "signal", "signal"],
    [killed(10), "signal", "signal"],
    [killed(6, true), "core-dump", "core-dump"],
    [killed(11, true), "core-dump", "core-dump"],
    [killed(11), "signal", "signal"],
    [killed(37), "signal", "signal"]
  ]
  for (const [status, daemon, oneshot] of table) {
    it(`takes "${describeExit(status)}" of a daemon for ${daemon}, of a oneshot for ${oneshot}`, () => {
      assert.strictEqual(classify(status, false), daemon)
      assert.strictEqual(classify(status, true), oneshot)
    })
  }

  it("knows no exit code but 0 as success", () => {
    for (let code = 1; code < 256; code++) assert.strictEqual(classify(exited(code), false), "exit-code")
  })
})

describe("describe", () => {
  it("says what happened in words, with the signal's name", () => {
    assert.strictEqual(describeExit(exited(3)), "exited with code 3")
    assert.strictEqual(describeExit(killed(9)), "was killed by SIGKILL")
    assert.strictEqual(describeExit(killed(11, true)), "was killed by SIGSEGV and dumped core")
  })
})
