import { assert, describe, it } from "@effect/vitest"
import type { Action } from "../../../src/kernel/Step.ts"
import * as Resources from "../../../src/supervisor/exec/Resources.ts"
import { service } from "../Units.ts"

const show = (action: Action): string => {
  const { _tag, ...operands } = action
  return [_tag, ...Object.values(operands).flat()].join(" ")
}

/** Steps for directives, each with what it is for in messages. */
const cases: Readonly<Record<string, ReadonlyArray<string>>> = {
  "": [],
  "LimitNOFILE=1024": ["Limit 7 1024 1024: LimitNOFILE=1024"],
  "LimitNOFILE=1024:4096": ["Limit 7 1024 4096: LimitNOFILE=1024:4096"],
  "LimitCORE=infinity": ["Limit 4 Infinity Infinity: LimitCORE=infinity"],
  "LimitAS=1G:infinity": ["Limit 9 1073741824 Infinity: LimitAS=1073741824:infinity"],
  "Nice=-5": ["Nice -5: Nice=-5"],
  "OOMScoreAdjust=-900": ["WriteFile /proc/self/oom_score_adj -900: OOMScoreAdjust=-900"],
  "CoredumpFilter=0x33": ["WriteFile /proc/self/coredump_filter 0x33: CoredumpFilter=0x33"],
  "CPUSchedulingPolicy=batch": ["Scheduler 3 0 false: CPUSchedulingPolicy=batch"],
  // The least there is of a policy that has priorities.
  "CPUSchedulingPolicy=rr": ["Scheduler 2 1 false: CPUSchedulingPolicy=rr"],
  "CPUSchedulingPolicy=fifo\nCPUSchedulingPriority=50\nCPUSchedulingResetOnFork=yes": [
    "Scheduler 1 50 true: CPUSchedulingPolicy=fifo CPUSchedulingPriority=50 CPUSchedulingResetOnFork=yes"
  ],
  "CPUSchedulingResetOnFork=yes": ["Scheduler 0 0 true: CPUSchedulingResetOnFork=yes"],
  "CPUAffinity=0 2-3": ["Affinity 0 2 3: CPUAffinity=0,2-3"],
  "IOSchedulingClass=idle": ["IoPriority 3 4: IOSchedulingClass=idle"],
  "IOSchedulingPriority=1": ["IoPriority 2 1: IOSchedulingPriority=1"],
  "IOSchedulingClass=none\nIOSchedulingPriority=1": ["IoPriority 2 4: IOSchedulingClass=none IOSchedulingPriority=1"],
  "TimerSlackNSec=1ms": ["TimerSlack 1000000: TimerSlackNSec=1000000"]
}

const steps = (lines: string) => {
  const { Service } = service(lines)
  return [...Resources.steps(Service), ...Resources.limitSteps(Service)]
}

describe("resources", () => {
  for (const [lines, wanted] of Object.entries(cases)) {
    it(`of ${lines.replaceAll("\n", ", ") || "nothing"} are steps that say what they are for`, () => {
      assert.deepStrictEqual(steps(lines).map(({ action, directive }) => `${show(action)}: ${directive}`), wanted)
    })
  }

  it("come in systemd's order, each with its exit code, and none is a reason not to start", () => {
    const lines = "TimerSlackNSec=1\nIOSchedulingClass=idle\nCPUAffinity=0\nCPUSchedulingPolicy=idle\nNice=1\n" +
      "CoredumpFilter=0x1\nOOMScoreAdjust=1\nLimitNOFILE=1\nLimitCPU=1"
    assert.deepStrictEqual(steps(lines).map(({ action, exitCode }) => `${action._tag} ${exitCode}`), [
      ...["WriteFile 206", "WriteFile 205", "Nice 201", "Scheduler 214", "Affinity 215", "IoPriority 211"],
      ...["TimerSlack 212", "Limit 205", "Limit 205"]
    ])
    assert.isTrue(steps(lines).every(({ leniency }) => leniency === "forgive"))
  })
})
