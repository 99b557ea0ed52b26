/** Down, admission, conditions, `ExecCondition=`. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { control } = C
const pre = "ExecStartPre=/bin/a\nExecStartPre=-/bin/b"
const condition = "ExecCondition=/bin/a\nExecCondition=/bin/b"

export const admission: Cases = {
  "dead": [
    [
      "a simple service starts with its command",
      "TimeoutStartSec=7",
      {},
      C.start,
      "start -empty: begin, arm 7000, spawn main ExecStart 0"
    ],
    [
      "a oneshot may take as long as it likes",
      "Type=oneshot",
      {},
      C.start,
      "start -empty: begin, disarm, spawn main ExecStart 0"
    ],
    [
      "a forking service starts with a process that helps",
      "Type=forking",
      {},
      C.start,
      "start -mainKnown -empty: begin, arm 90000, spawn control ExecStart 0"
    ],
    [
      "an idle service waits for the others",
      "Type=idle",
      {},
      C.start,
      "start -mainKnown +waitsForIdle: begin, arm 5000, wait for idle"
    ],
    ["conditions are looked at first", "ConditionPathExists=/a", {}, C.start, "condition -mainKnown +testing: test"],
    ["asserts are looked at first", "AssertPathExists=/a", {}, C.start, "condition -mainKnown +testing: test"],
    [
      "ExecCondition= goes before ExecStartPre=",
      `${condition}\n${pre}`,
      {},
      C.start,
      "condition -mainKnown -empty: begin, arm 90000, spawn ExecCondition 0"
    ],
    [
      "ExecStartPre= goes before ExecStart=",
      pre,
      {},
      C.start,
      "start-pre -mainKnown -empty: begin, arm 90000, spawn ExecStartPre 0"
    ],
    [
      "a oneshot without a command is up at once if it remains",
      "Type=oneshot\nRemainAfterExit=yes\nExecStart=\nExecStop=/bin/a",
      {},
      C.start,
      "exited: begin"
    ],
    [
      "a oneshot without anything to do is seen to start",
      "Type=oneshot\nExecStart=\nSuccessAction=exit",
      {},
      C.start,
      "start: begin, arm 0"
    ],
    [
      "the start limit refuses one start more",
      "StartLimitBurst=1\nStartLimitIntervalSec=10",
      {},
      C.start,
      "failed result=start-limit-hit: report unchanged"
    ],
    [
      "a start forgets what the last run came to",
      "",
      {
        result: "exit-code",
        stopAsked: true,
        restarting: true,
        forced: true,
        said: "stopping",
        restarts: 3,
        upSince: 5
      },
      C.start,
      "start result=success -empty restarts=0 said=nothing upSince=undefined -stopAsked -restarting -forced: begin, arm 90000, spawn main ExecStart 0"
    ],
    ["nothing starts once the shutdown has begun", "", { closing: true }, C.start, "dead: "],
    ["a shutdown is taken note of", "", {}, C.shutdown, "dead +closing: "]
  ],
  "failed": [
    [
      "a failed service starts like any other",
      "",
      { result: "exit-code" },
      C.start,
      "start result=success -empty: begin, arm 90000, spawn main ExecStart 0"
    ],
    [
      "a failed service stays so at the start limit, and says so",
      "StartLimitBurst=1\nStartLimitIntervalSec=10",
      { result: "exit-code" },
      C.start,
      "failed result=start-limit-hit: report unchanged"
    ]
  ],
  "condition": [
    [
      "met conditions lead to the command",
      "ConditionPathExists=/a",
      { testing: true, empty: true },
      C.conditionsMet,
      "start -empty -testing: begin, arm 90000, spawn main ExecStart 0"
    ],
    [
      "met conditions lead to ExecCondition=",
      `ConditionPathExists=/a\n${condition}`,
      { testing: true, empty: true },
      C.conditionsMet,
      "condition -empty -testing: begin, arm 90000, spawn ExecCondition 0"
    ],
    [
      "an unmet condition calls the start off",
      "ConditionPathExists=/a",
      { testing: true, empty: true },
      C.conditionUnmet,
      "dead -testing: disarm, report skipped"
    ],
    [
      "an unmet condition leaves a failed service failed",
      "ConditionPathExists=/a",
      { testing: true, before: "failed", empty: true },
      C.conditionUnmet,
      "failed -testing: disarm, report skipped"
    ],
    [
      "an unmet condition of a restart ends what the run before it has left",
      "ConditionPathExists=/a",
      { testing: true, before: "activating", empty: true },
      C.conditionUnmet,
      "dead -testing: end, disarm, report skipped"
    ],
    [
      "an unmet assert fails the start, and not the unit",
      "AssertPathExists=/a",
      { testing: true, empty: true },
      C.assertUnmet,
      "dead -testing: disarm, report failed assert"
    ],
    ["ExecCondition= has a process", condition, {}, C.controlSpawned, "condition control=200: "],
    [
      "ExecCondition= that cannot be forked fails the unit",
      condition,
      {},
      C.controlRefused,
      "stop-sigterm result=resources: arm 5000, tell all TERM CONT"
    ],
    ["ExecCondition= that is no program is about to exit", condition, { control }, C.execFails, "condition: "],
    [
      "the next ExecCondition= follows",
      condition,
      { control },
      C.exits(control, 0),
      "condition control=0: arm 90000, spawn ExecCondition 1"
    ],
    [
      "the last ExecCondition= leads to ExecStartPre=",
      `${condition}\n${pre}`,
      { control, index: 1 },
      C.exits(control, 0),
      "start-pre control=0: arm 90000, spawn ExecStartPre 0"
    ],
    [
      "the last ExecCondition= leads to ExecStart=",
      condition,
      { control, index: 1 },
      C.exits(control, 0),
      "start control=0: arm 90000, spawn main ExecStart 0"
    ],
    [
      "ExecCondition= with 1 skips the unit",
      condition,
      { control },
      C.exits(control, 1),
      "stop-sigterm control=0 result=exec-condition: report skipped, arm 5000, tell all TERM CONT"
    ],
    [
      "ExecCondition= with 254 skips the unit",
      condition,
      { control },
      C.exits(control, 254),
      "stop-sigterm control=0 result=exec-condition: report skipped, arm 5000, tell all TERM CONT"
    ],
    [
      "ExecCondition= with 255 fails the unit",
      condition,
      { control },
      C.exits(control, 255),
      "stop-sigterm control=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecCondition= that is killed fails the unit",
      condition,
      { control },
      C.dies(control, 9),
      "stop-sigterm control=0 result=signal: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecCondition= may fail where that is ignored",
      "ExecCondition=-/bin/a",
      { control },
      C.exits(control, 1),
      "start control=0: arm 90000, spawn main ExecStart 0"
    ],
    [
      "ExecCondition= may ask for more time",
      condition,
      { control },
      C.says({ extendMillis: 500 }),
      "condition: arm 500"
    ],
    [
      "ExecCondition= may take too long",
      condition,
      { control },
      C.timedOut,
      "stop-sigterm result=timeout: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecCondition= may ask for its watchdog",
      condition,
      { control },
      C.asksForWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    [
      "a stop ends ExecCondition=",
      condition,
      { control },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"
    ],
    [
      "a kill ends ExecCondition=",
      condition,
      { control },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ]
}
