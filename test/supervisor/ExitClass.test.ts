import { assert, describe, it } from "@effect/vitest"
import { ExitStatus } from "../../src/kernel/Processes.ts"
import type { Result } from "../../src/supervisor/ExitClass.ts"
import { classify, describe as describeExit, isListed } from "../../src/supervisor/ExitClass.ts"
import type { ExitStatus as Listed } from "../../src/unit/Unit.ts"

const exited = (code: number) => ExitStatus.Exited({ code })
const killed = (signal: number, coreDumped = false) => ExitStatus.Signaled({ signal, coreDumped })

const daemon = { daemon: true, success: [] }
const command = { daemon: false, success: [] }

describe("classify", () => {
  const table: ReadonlyArray<readonly [status: ExitStatus, daemon: Result, command: Result]> = [
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
  for (const [status, ofDaemon, ofCommand] of table) {
    it(`takes "${describeExit(status)}" of a daemon for ${ofDaemon}, of a command for ${ofCommand}`, () => {
      assert.strictEqual(classify(status, daemon), ofDaemon)
      assert.strictEqual(classify(status, command), ofCommand)
    })
  }

  it("knows no exit code but 0 as success", () => {
    for (let code = 1; code < 256; code++) assert.strictEqual(classify(exited(code), daemon), "exit-code")
  })

  const success: ReadonlyArray<Listed> = [
    { kind: "code", code: 75 },
    { kind: "signal", signal: 9 },
    { kind: "signal", signal: 6 }
  ]

  it("takes what SuccessExitStatus= lists for success, of daemons and commands alike", () => {
    for (const isDaemon of [true, false]) {
      const rules = { daemon: isDaemon, success }
      assert.strictEqual(classify(exited(75), rules), "success")
      assert.strictEqual(classify(exited(0), rules), "success")
      assert.strictEqual(classify(exited(9), rules), "exit-code")
      assert.strictEqual(classify(killed(9), rules), "success")
      assert.strictEqual(classify(killed(75 - 64), rules), "signal")
    }
  })

  it("never takes a core dump for success", () => {
    assert.strictEqual(classify(killed(6), { daemon: true, success }), "success")
    assert.strictEqual(classify(killed(6, true), { daemon: true, success }), "core-dump")
    assert.strictEqual(classify(killed(15, true), daemon), "core-dump")
  })
})

describe("isListed", () => {
  it("tells codes from signals of the same number, and counts a core dump by its signal", () => {
    const list: ReadonlyArray<Listed> = [{ kind: "code", code: 1 }, { kind: "signal", signal: 6 }]
    assert.isTrue(isListed(list, exited(1)))
    assert.isTrue(isListed(list, killed(6, true)))
    assert.isFalse(isListed(list, killed(1)))
    assert.isFalse(isListed(list, exited(6)))
    assert.isFalse(isListed([], exited(0)))
  })
})

describe("describe", () => {
  it("says what happened in words, with the signal's name", () => {
    assert.strictEqual(describeExit(exited(3)), "exited with code 3")
    assert.strictEqual(describeExit(killed(9)), "was killed by SIGKILL")
    assert.strictEqual(describeExit(killed(11, true)), "was killed by SIGSEGV and dumped core")
  })

  it("names the codes by which a child says why it never became the program", () => {
    assert.strictEqual(describeExit(exited(200)), "exited with code 200/CHDIR")
    assert.strictEqual(describeExit(exited(203)), "exited with code 203/EXEC")
    assert.strictEqual(describeExit(exited(217)), "exited with code 217/USER")
    assert.strictEqual(describeExit(exited(245)), "exited with code 245")
    assert.strictEqual(describeExit(exited(255)), "exited with code 255")
    assert.strictEqual(describeExit(exited(64)), "exited with code 64")
  })
})
