/** `ExecStopPost=`. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { control, main } = C
const post = "ExecStopPost=/bin/a\nExecStopPost=/bin/b\nTimeoutStopSec=5"
const aborts = "TimeoutStopFailureMode=abort\nTimeoutAbortSec=3"
const stubborn = "SendSIGKILL=no\nRestart=always"

export const stopPost: Cases = {
  "stop-post": [
    ["ExecStopPost= has a process", post, {}, C.controlSpawned, "stop-post control=200: "],
    [
      "ExecStopPost= that cannot be forked fails the unit",
      post,
      {},
      C.controlRefused,
      "final-sigterm result=resources: arm 5000, tell all TERM CONT"
    ],
    ["ExecStopPost= that is no program is about to exit", post, { control }, C.execFails, "stop-post: "],
    [
      "the next ExecStopPost= follows",
      post,
      { control },
      C.exits(control, 0),
      "stop-post control=0: arm 5000, spawn ExecStopPost 1"
    ],
    [
      "the last ExecStopPost= leads to the signals",
      post,
      { control, index: 1 },
      C.exits(control, 0),
      "final-sigterm control=0: arm 5000, tell all TERM CONT"
    ],
    [
      "the last ExecStopPost= leads to SIGKILL with KillMode=mixed",
      `${post}\nKillMode=mixed`,
      { control, index: 1 },
      C.exits(control, 0),
      "final-sigkill control=0: arm 5000, tell all KILL"
    ],
    [
      "the last ExecStopPost= is the end with KillMode=process",
      `${post}\nKillMode=process`,
      { control, index: 1 },
      C.exits(control, 0),
      "dead control=0: end, disarm"
    ],
    [
      "the last ExecStopPost= is the end if nobody is left",
      post,
      { control, index: 1, empty: true },
      C.exits(control, 0),
      "dead control=0: end, disarm"
    ],
    [
      "a restart's signal is not for who is left now",
      `${post}\nRestartKillSignal=SIGUSR2`,
      { control, index: 1, restarting: true },
      C.exits(control, 0),
      "final-sigterm control=0: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecStopPost= that fails fails the unit",
      post,
      { control },
      C.exits(control, 1),
      "final-sigterm control=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecStopPost= may fail where that is ignored",
      "ExecStopPost=-/bin/a\nExecStopPost=/bin/b",
      { control },
      C.exits(control, 1),
      "stop-post control=0: arm 5000, spawn ExecStopPost 1"
    ],
    [
      "the main process may end as late as this",
      post,
      { main, control, result: "timeout" },
      C.exits(main, 0),
      "stop-post main=0: "
    ],
    ["ExecStopPost= may ask for more time", post, { control }, C.says({ extendMillis: 500 }), "stop-post: arm 500"],
    [
      "ExecStopPost= may take too long",
      post,
      { control },
      C.timedOut,
      "final-sigterm result=timeout: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecStopPost= that takes too long is told to abort",
      `${post}\n${aborts}`,
      { control },
      C.timedOut,
      "final-watchdog result=timeout: arm 3000, tell all ABRT CONT"
    ],
    [
      "ExecStopPost= that takes too long is killed",
      `${post}\nTimeoutStopFailureMode=kill`,
      { control },
      C.timedOut,
      "final-sigkill result=timeout: arm 5000, tell all KILL"
    ],
    [
      "ExecStopPost= that takes too long is left behind with SendSIGKILL=no",
      `${post}\nTimeoutStopFailureMode=kill\n${stubborn}`,
      { control },
      C.timedOut,
      "failed control=0 result=timeout: end, disarm"
    ],
    ["a start waits for the end of the stop", post, { control }, C.start, "stop-post +startWanted: "],
    ["a stop is under way", post, { control }, C.stop, "stop-post +stopAsked: "],
    [
      "a kill ends ExecStopPost=",
      post,
      { control },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ]
}
