/** The pause before another run. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const again = "Restart=always\nRestartSec=2"

export const autoRestart: Cases = {
  "auto-restart": [
    ["the end of the pause asks for a start", again, { restarts: 1 }, C.timedOut, "auto-restart: report restart due"],
    [
      "a start starts, and is counted as a restart",
      again,
      { restarts: 1, result: "exit-code" },
      C.start,
      "start result=success -empty: begin, arm 90000, spawn main ExecStart 0"
    ],
    [
      "a start looks at conditions",
      `${again}\nConditionPathExists=/a`,
      { restarts: 1 },
      C.start,
      "condition -mainKnown +testing: test"
    ],
    [
      "the start limit is that of all starts",
      `${again}\nStartLimitBurst=1\nStartLimitIntervalSec=10`,
      { restarts: 1 },
      C.start,
      "failed result=start-limit-hit: disarm, end, report unchanged"
    ],
    ["a stop calls the start off", again, { restarts: 1, result: "exit-code" }, C.stop, "dead +stopAsked: disarm, end"],
    [
      "a restart calls the start off, for there is another to follow",
      again,
      { restarts: 1 },
      C.restart,
      "dead +stopAsked +restarting: disarm, end"
    ],
    ["a kill calls the start off", again, { restarts: 1 }, C.kill, "dead +stopAsked: disarm, end"],
    [
      "a shutdown calls the start off",
      again,
      { restarts: 1, result: "exit-code" },
      C.shutdown,
      "dead +closing: disarm, end"
    ],
    [
      "that the last run was ended by force is not of the stop that calls the start off",
      again,
      { forced: true, restarts: 1, result: "timeout" },
      C.shutdown,
      "dead +closing -forced: disarm, end"
    ],
    [
      "the end of somebody who was left behind is taken note of",
      again,
      { empty: false },
      C.emptied,
      "auto-restart +empty: "
    ]
  ]
}
