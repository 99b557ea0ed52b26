/** `ExecStart=` of a oneshot: each command has to end well before the next. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { main } = C
const post = "ExecStartPost=/bin/a\nExecStartPost=/bin/b"
const steps = "Type=oneshot\nTimeoutStartSec=7\nExecStart=/bin/a\nExecStart=-/bin/b\nExecStart=/bin/c"

export const oneshot: Cases = {
  "start": [
    [
      "a oneshot that is done is down again",
      "Type=oneshot",
      { main },
      C.exits(main, 0),
      "stop-sigterm main=0: arm 5000, tell all TERM CONT"
    ],
    [
      "a oneshot that is done runs ExecStop= on its way down",
      "Type=oneshot\nExecStop=/bin/c",
      { main },
      C.exits(main, 0),
      "stop main=0: arm 5000, spawn ExecStop 0"
    ],
    [
      "a oneshot that is done remains if it is to",
      "Type=oneshot\nRemainAfterExit=yes",
      { main },
      C.exits(main, 0),
      "exited main=0: disarm, watch"
    ],
    [
      "a oneshot that is done goes on with ExecStartPost=",
      `Type=oneshot\n${post}`,
      { main },
      C.exits(main, 0),
      "start-post main=0: disarm, spawn ExecStartPost 0"
    ],
    [
      "the next command of a oneshot follows",
      steps,
      { main },
      C.exits(main, 0),
      "start main=0: arm 7000, spawn main ExecStart 1"
    ],
    [
      "a command of a oneshot may fail where that is ignored",
      steps,
      { main, mainIndex: 1 },
      C.dies(main, 9),
      "start main=0: arm 7000, spawn main ExecStart 2"
    ],
    [
      "the last command of a oneshot is its end",
      steps,
      { main, mainIndex: 2 },
      C.exits(main, 0),
      "stop-sigterm main=0: arm 5000, tell all TERM CONT"
    ],
    [
      "a command of a oneshot that fails is the last",
      steps,
      { main },
      C.exits(main, 3),
      "stop-sigterm main=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "a oneshot that SIGTERM ends has failed",
      "Type=oneshot",
      { main },
      C.dies(main, 15),
      "stop-sigterm main=0 result=signal: arm 5000, tell all TERM CONT"
    ],
    [
      "a oneshot may have an exit status of its own for success",
      "Type=oneshot\nSuccessExitStatus=3",
      { main },
      C.exits(main, 3),
      "stop-sigterm main=0: arm 5000, tell all TERM CONT"
    ],
    [
      "a oneshot that dumps core has done so",
      "Type=oneshot",
      { main },
      C.dies(main, 11, { coreDumped: true }),
      "stop-sigterm main=0 result=core-dump: arm 5000, tell all TERM CONT"
    ],
    ["the next command of a oneshot has a process", steps, { mainIndex: 1 }, C.mainSpawned, "start main=100: "]
  ]
}
