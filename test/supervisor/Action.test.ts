import { assert, describe, it } from "@effect/vitest"
import { ExitStatus } from "../../src/kernel/Processes.ts"
import type { Cause } from "../../src/supervisor/Action.ts"
import { decide } from "../../src/supervisor/Action.ts"
import { codeOf } from "../../src/supervisor/ContainerExit.ts"
import { service } from "./Units.ts"

const exited = (code: number) => ExitStatus.Exited({ code })
const killed = (signal: number) => ExitStatus.Signaled({ signal, coreDumped: false })

const decided = (lines: string, cause: Cause, status?: ExitStatus) => decide(service(lines).Unit, cause, status)

describe("what a unit's end does to the container", () => {
  it("is nothing unless the unit says so, each for its own cause", () => {
    assert.strictEqual(decided("", "failure", exited(1)), undefined)
    assert.strictEqual(decided("SuccessAction=exit", "failure", exited(1)), undefined)
    assert.strictEqual(decided("FailureAction=exit", "success", exited(0)), undefined)
    assert.strictEqual(decided("FailureAction=exit", "start-limit", exited(0)), undefined)
    assert.strictEqual(decided("FailureAction=none", "failure", exited(1)), undefined)
  })

  it("is an end with the exit code of the main process", () => {
    assert.deepStrictEqual(decided("FailureAction=exit", "failure", exited(42)), { force: false, code: 42 })
    assert.deepStrictEqual(decided("SuccessAction=exit", "success", exited(0)), { force: false, code: 0 })
    assert.deepStrictEqual(decided("SuccessAction=exit", "success", exited(7)), { force: false, code: 7 })
  })

  it("is an end with code 255 where the main process has not exited by itself", () => {
    assert.deepStrictEqual(decided("FailureAction=exit", "failure", killed(9)), { force: false, code: 255 })
    assert.deepStrictEqual(decided("SuccessAction=exit", "success", killed(15)), { force: false, code: 255 })
  })

  it("is an end with code 1 where a failure has no code of its own", () => {
    assert.deepStrictEqual(decided("FailureAction=exit", "failure"), { force: false, code: 1 })
    assert.deepStrictEqual(decided("FailureAction=exit", "failure", exited(0)), { force: false, code: 1 })
    assert.deepStrictEqual(decided("StartLimitAction=exit", "start-limit", exited(0)), { force: false, code: 1 })
    assert.deepStrictEqual(decided("SuccessAction=exit", "success"), { force: false, code: 0 })
  })

  it("is an end with the code that the unit says, 0 included", () => {
    const lines = "FailureAction=exit\nFailureActionExitStatus=0\nSuccessAction=exit-force\nSuccessActionExitStatus=9"
    assert.deepStrictEqual(decided(lines, "failure", exited(3)), { force: false, code: 0 })
    assert.deepStrictEqual(decided(lines, "success", exited(0)), { force: true, code: 9 })
  })

  it("kills at once where force is asked for, and ends the container where the machine was meant", () => {
    assert.deepStrictEqual(decided("StartLimitAction=exit-force", "start-limit"), { force: true, code: 1 })
    assert.deepStrictEqual(decided("FailureAction=reboot", "failure", exited(3)), { force: false, code: 3 })
    assert.deepStrictEqual(decided("FailureAction=poweroff-immediate", "failure"), { force: true, code: 1 })
  })
})

describe("the exit code of a container that a failure takes down", () => {
  it("is that of the process, 128 and the signal's number for a death by signal, else 1", () => {
    for (let code = 1; code < 256; code++) assert.strictEqual(codeOf(exited(code)), code)
    assert.strictEqual(codeOf(killed(9)), 137)
    assert.strictEqual(codeOf(killed(15)), 143)
    assert.strictEqual(codeOf(exited(0)), 1)
    assert.strictEqual(codeOf(undefined), 1)
  })
})
