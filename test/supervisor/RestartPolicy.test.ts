import { assert, describe, it } from "@effect/vitest"
import { ExitStatus } from "../../src/kernel/Processes.ts"
import type { Result } from "../../src/supervisor/ExitClass.ts"
import { classify } from "../../src/supervisor/ExitClass.ts"
import type { Setting } from "../../src/supervisor/RestartPolicy.ts"
import { delayMillis, restarts, shallRestart } from "../../src/supervisor/RestartPolicy.ts"
import { service } from "./Units.ts"

const exited = (code: number) => ExitStatus.Exited({ code })
const killed = (signal: number, coreDumped = false) => ExitStatus.Signaled({ signal, coreDumped })

const section = (lines: string) => service(lines).Service

const settings: ReadonlyArray<Setting> = [
  "no",
  "always",
  "on-success",
  "on-failure",
  "on-abnormal",
  "on-abort",
  "on-watchdog"
]

const rules = { daemon: true, success: [] }

/** The ends of a run: what the causes of the manual's table come to. */
const causes: Readonly<Record<string, Result>> = {
  "clean code or signal": classify(killed(15), rules),
  "unclean exit code": classify(exited(1), rules),
  "unclean signal": classify(killed(9), rules),
  "core dump": classify(killed(11, true), rules),
  "timeout": "timeout",
  "watchdog": "watchdog",
  "out of memory": "oom-kill",
  "start limit": "start-limit-hit",
  "condition says no": "exec-condition"
}

/** systemd.service(5), "Exit causes and the effect of the Restart= settings". */
const table = `
                       no  always  on-success  on-failure  on-abnormal  on-abort  on-watchdog
clean code or signal    -     X        X           -            -          -           -
unclean exit code       -     X        -           X            -          -           -
unclean signal          -     X        -           X            X          X           -
core dump               -     X        -           X            X          X           -
timeout                 -     X        -           X            X          -           -
watchdog                -     X        -           X            X          -           X
out of memory           -     X        -           X            X          -           -
start limit             -     -        -           -            -          -           -
condition says no       -     -        -           -            -          -           -
`

/** The lines of the table as cells, which stand at least two blanks apart. */
const rows = table.trim().split("\n").map((line) => line.trim().split(/ {2,}/))

describe("restarts", () => {
  it("has the table of the manual, seven settings for nine causes", () => {
    const wanted = Object.entries(causes).map(([cause, result]) => [
      cause,
      ...settings.map((setting) => restarts(setting, result) ? "X" : "-")
    ])
    assert.deepStrictEqual([settings, ...wanted], rows)
    assert.strictEqual(wanted.flat().filter((cell) => cell === "X" || cell === "-").length, 63)
  })

  it("takes what could not be had, and what does not add up, for an abnormal end", () => {
    for (const result of ["resources", "protocol"] as const) {
      assert.deepStrictEqual(
        settings.filter((setting) => restarts(setting, result)),
        ["always", "on-failure", "on-abnormal"]
      )
    }
  })
})

describe("shallRestart", () => {
  const end = (result: Result, status: ExitStatus | undefined) => ({ result, status })

  it("follows the table where no exit status is listed", () => {
    const onFailure = section("Restart=on-failure")
    assert.isTrue(shallRestart(onFailure, end("exit-code", exited(1))))
    assert.isFalse(shallRestart(onFailure, end("success", exited(0))))
  })

  it("never restarts after what RestartPreventExitStatus= lists, whatever forces it", () => {
    const both = section("Restart=always\nRestartPreventExitStatus=1 SIGABRT\nRestartForceExitStatus=1")
    assert.isFalse(shallRestart(both, end("exit-code", exited(1))))
    assert.isFalse(shallRestart(both, end("core-dump", killed(6, true))))
    assert.isTrue(shallRestart(both, end("exit-code", exited(2))))
  })

  it("restarts after what RestartForceExitStatus= lists, whatever Restart= says", () => {
    const forced = section("RestartForceExitStatus=133 SIGUSR1")
    assert.isTrue(shallRestart(forced, end("exit-code", exited(133))))
    assert.isTrue(shallRestart(forced, end("signal", killed(10))))
    assert.isFalse(shallRestart(forced, end("exit-code", exited(1))))
    // The list is held against the main process, whatever else the result comes from.
    assert.isTrue(shallRestart(forced, end("timeout", exited(133))))
  })

  it("looks at no list where there was no main process, and never beyond the start limit", () => {
    const forced = section("RestartForceExitStatus=0 1")
    assert.isFalse(shallRestart(forced, end("resources", undefined)))
    assert.isFalse(shallRestart(forced, end("start-limit-hit", exited(1))))
  })
})

describe("delayMillis", () => {
  const delays = (lines: string, count: number) => {
    const made = section(lines)
    return Array.from({ length: count }, (_, before) => delayMillis(made, before))
  }

  it("is RestartSec= every time without steps", () => {
    assert.deepStrictEqual(delays("", 3), [100, 100, 100])
    assert.deepStrictEqual(delays("RestartSec=2\nRestartSteps=4", 3), [2000, 2000, 2000])
    assert.deepStrictEqual(delays("RestartSec=2\nRestartMaxDelaySec=8", 3), [2000, 2000, 2000])
  })

  it("grows by the same factor up to the maximum in as many steps as are said, and stays there", () => {
    assert.deepStrictEqual(
      delays("RestartSec=1\nRestartSteps=4\nRestartMaxDelaySec=16", 7),
      [1000, 2000, 4000, 8000, 16_000, 16_000, 16_000]
    )
    assert.deepStrictEqual(delays("RestartSteps=3\nRestartMaxDelaySec=10", 4), [100, 464, 2154, 10_000])
    assert.deepStrictEqual(delays("RestartSec=1\nRestartSteps=1\nRestartMaxDelaySec=5", 3), [1000, 5000, 5000])
  })

  it("stays at once where it begins at once, and is cut down to the maximum", () => {
    assert.deepStrictEqual(delays("RestartSec=0\nRestartSteps=4\nRestartMaxDelaySec=16", 3), [0, 0, 0])
    assert.deepStrictEqual(delays("RestartSec=9\nRestartSteps=4\nRestartMaxDelaySec=3", 3), [3000, 3000, 3000])
  })
})
