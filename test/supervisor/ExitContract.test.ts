/** What the container exits with: the contract of the README, each path through a whole supervisor. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"
import type { Program } from "./Script.ts"

interface Case {
  readonly what: string
  readonly lines: string
  readonly program?: Program
  /** `undefined`: the container lives on. */
  readonly code: number | undefined
  /** Further programs, by path. */
  readonly programs?: Readonly<Record<string, Program>>
  readonly units?: Readonly<Record<string, string>>
  /** What befalls the unit's process, pid 100, once it runs. */
  readonly then?: (run: Runs.Run) => void
}

const minute = 60_000
const exits = (code: number): Program => ({ exitsAfter: 10, code })

/** `unit.service` with a bystander, who has to be stopped well whatever happens. */
const begin = ({ lines, program = {}, programs = {}, units = {} }: Case) =>
  Runs.begin({
    units: { "unit.service": lines, "zzz.service": "", ...units },
    programs: { "/bin/unit": program, ...programs }
  })

const holds = (cases: ReadonlyArray<Case>): void => {
  for (const one of cases) {
    const end = one.code === undefined ? "does not end it" : `ends it with ${one.code}`
    it.scoped(`${end}: ${one.what}`, () =>
      Effect.gen(function*() {
        const run = yield* begin(one)
        one.then?.(run)
        yield* run.after(minute)
        assert.strictEqual(yield* run.exitCode, one.code)
        assert.strictEqual(run.kernel.alive().length > 0, one.code === undefined)
      }))
  }
}

const gate = "ExitContainerOnFailure=yes\n"

describe("a failure that takes the container down", () => {
  holds([
    { what: "an exit with a code", lines: gate, program: exits(42), code: 42 },
    { what: "the highest code", lines: gate, program: exits(255), code: 255 },
    { what: "a death by signal", lines: gate, program: { exitsAfter: 10, diesOf: 11 }, code: 139 },
    { what: "a death that dumps core", lines: gate, program: { exitsAfter: 10, diesOf: 6, dumps: true }, code: 134 },
    { what: "a program that cannot be executed", lines: gate, program: { execErrno: 2 }, code: 203 },
    { what: "a process that cannot be made", lines: gate, program: { forkErrno: 11 }, code: 1 },
    { what: "a user that is not there", lines: `${gate}User=carol`, code: 1 },
    {
      what: "a oneshot that fails",
      lines: `${gate}Type=oneshot\nExecStart=/bin/first\nExecStart=/bin/unit`,
      programs: { "/bin/first": exits(0) },
      program: exits(7),
      code: 7
    },
    {
      what: "a command ahead of it that fails",
      lines: `${gate}ExecStartPre=/bin/pre`,
      programs: { "/bin/pre": exits(9) },
      code: 9
    },
    {
      what: "a command behind it that fails",
      lines: `${gate}ExecStopPost=/bin/post`,
      programs: { "/bin/post": exits(5) },
      program: exits(0),
      code: 5
    },
    {
      what: "the code of what failed first, whatever fails then",
      lines: `${gate}ExecStopPost=/bin/post`,
      programs: { "/bin/post": exits(5) },
      program: exits(42),
      code: 42
    },
    {
      what: "a start that takes too long",
      lines: `${gate}TimeoutStartSec=1`,
      program: { startsAfter: minute },
      code: 1
    },
    {
      what: "a start that takes too long, and has to be killed",
      lines: `${gate}TimeoutStartSec=1`,
      program: { startsAfter: minute, ignores: [15] },
      code: 1
    },
    { what: "a run that takes too long", lines: `${gate}RuntimeMaxSec=1`, code: 1 },
    {
      what: "a run that takes too long, with a code of its own at the end",
      lines: `${gate}RuntimeMaxSec=1`,
      program: { codeWhenAsked: 33 },
      code: 33
    },
    {
      what: "an end before it was ready",
      lines: `${gate}Type=notify`,
      program: exits(0),
      code: 1
    },
    {
      what: "a watchdog that was not fed",
      lines: `${gate}Type=notify\nWatchdogSec=1`,
      program: { notifies: [[0, "READY=1"]] },
      code: 134
    },
    { what: "want of memory", lines: gate, then: ({ kernel }) => kernel.oomKill(100), code: 137 },
    {
      what: "the start limit, with the code of the last run",
      lines: `${gate}Restart=on-failure\nRestartSec=0`,
      program: exits(42),
      code: 42
    },
    {
      what: "the start limit of one that always ended well",
      lines: `${gate}Restart=always\nRestartSec=0`,
      program: exits(0),
      code: 1
    },
    {
      what: "a requirement that fails",
      lines: `${gate}Requires=db.service\nAfter=db.service`,
      units: { "db.service": "" },
      programs: { "/bin/db": { execErrno: 2 } },
      code: 1
    },
    { what: "a requirement that is not there", lines: `${gate}Requires=gone.service\nAfter=gone.service`, code: 1 },
    { what: "an assertion", lines: `${gate}AssertPathExists=/none`, code: 1 }
  ])
})

describe("a container that nobody takes down", () => {
  holds([
    { what: "a failure without ExitContainerOnFailure=", lines: "", program: exits(42), code: undefined },
    { what: "a good end of one with it", lines: gate, program: exits(0), code: undefined },
    {
      what: "a code that counts as success",
      lines: `${gate}SuccessExitStatus=42`,
      program: exits(42),
      code: undefined
    },
    { what: "a condition that is not met", lines: `${gate}ConditionPathExists=/none`, code: undefined },
    {
      what: "ExecCondition= that skips it",
      lines: `${gate}ExecCondition=/bin/test`,
      programs: { "/bin/test": exits(1) },
      code: undefined
    },
    {
      what: "an end that is followed by a restart",
      lines: `${gate}Restart=on-failure\nRestartSec=1h`,
      program: exits(42),
      code: undefined
    }
  ])
})

describe("an action that a unit names", () => {
  holds([
    { what: "FailureAction=exit with a code", lines: "FailureAction=exit", program: exits(42), code: 42 },
    {
      what: "FailureAction=exit with FailureActionExitStatus=",
      lines: "FailureAction=exit\nFailureActionExitStatus=9",
      program: exits(42),
      code: 9
    },
    {
      what: "FailureAction=exit without a code of its own",
      lines: "FailureAction=exit",
      program: { exitsAfter: 10, diesOf: 11 },
      code: 255
    },
    { what: "FailureAction=exit-force", lines: "FailureAction=exit-force", program: exits(42), code: 42 },
    { what: "FailureAction= of one that ends well", lines: "FailureAction=exit", program: exits(0), code: undefined },
    { what: "SuccessAction=exit of a good end", lines: "SuccessAction=exit", program: exits(0), code: 0 },
    {
      what: "SuccessAction=exit-force with SuccessActionExitStatus=",
      lines: "SuccessAction=exit-force\nSuccessActionExitStatus=7",
      program: exits(0),
      code: 7
    },
    { what: "SuccessAction= of one that fails", lines: "SuccessAction=exit", program: exits(42), code: undefined },
    {
      what: "StartLimitAction=exit",
      lines: "StartLimitAction=exit\nRestart=always\nRestartSec=0",
      program: exits(42),
      code: 1
    },
    {
      what: "StartLimitAction=exit-force",
      lines: "StartLimitAction=exit-force\nRestart=always\nRestartSec=0",
      program: exits(42),
      code: 1
    },
    {
      what: "FailureAction= of one whose start limit is hit",
      lines: "FailureAction=exit\nFailureActionExitStatus=4\nRestart=always\nRestartSec=0",
      program: exits(42),
      code: 4
    }
  ])

  for (const [action, killed] of [["exit", false], ["exit-force", true]] as const) {
    it.scoped(`${killed ? "kills" : "stops"} the others with FailureAction=${action}`, () =>
      Effect.gen(function*() {
        const run = yield* Runs.begin({
          units: { "a.service": `FailureAction=${action}`, "b.service": "ExecStop=/bin/stop" },
          programs: { "/bin/a": exits(3), "/bin/stop": { exitsAfter: 5 } }
        })
        run.fresh()
        yield* run.after(100)
        assert.deepStrictEqual(
          run.fresh("spawn", "signal"),
          killed ? ["signal 101 9"] : ["spawn b /bin/stop", "signal 101 15"]
        )
        assert.strictEqual(yield* run.exitCode, 3)
      }))
  }
})
