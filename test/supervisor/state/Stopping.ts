/** `ExecStop=`, and the way down that a watchdog begins. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { control, main } = C
const stops = "ExecStop=/bin/a\nExecStop=/bin/b\nTimeoutStopSec=5"
const post = "ExecStopPost=/bin/c\nTimeoutStopSec=5"
const aborts = "TimeoutStopFailureMode=abort\nTimeoutAbortSec=3"
const stubborn = "SendSIGKILL=no"
const asked = { stopAsked: true }

export const stopping: Cases = {
  "stop": [
    ["ExecStop= has a process", stops, { main }, C.controlSpawned, "stop control=200: "],
    [
      "ExecStop= that cannot be forked is no way around the signals",
      stops,
      { main },
      C.controlRefused,
      "stop-sigterm result=resources: arm 5000, tell all TERM CONT"
    ],
    ["ExecStop= that is no program is about to exit", stops, { main, control }, C.execFails, "stop: "],
    [
      "the next ExecStop= follows",
      stops,
      { main, control },
      C.exits(control, 0),
      "stop control=0: arm 5000, spawn ExecStop 1"
    ],
    [
      "the last ExecStop= leads to the signals",
      stops,
      { main, control, index: 1 },
      C.exits(control, 0),
      "stop-sigterm control=0: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecStop= that fails leads to the signals",
      stops,
      { main, control },
      C.exits(control, 1),
      "stop-sigterm control=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecStop= may fail where that is ignored",
      "ExecStop=-/bin/a\nExecStop=/bin/b",
      { main, control },
      C.exits(control, 1),
      "stop control=0: arm 5000, spawn ExecStop 1"
    ],
    [
      "ExecStop= that has ended everybody leads on to ExecStopPost=",
      `${stops}\n${post}`,
      { control, index: 1, empty: true },
      C.exits(control, 0),
      "stop-post control=0 -empty: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "ExecStop= is seen through though the service has ended",
      stops,
      { main, control },
      C.exits(main, 0),
      "stop main=0: "
    ],
    [
      "ExecStop= is seen through though the service fails at last",
      stops,
      { main, control },
      C.exits(main, 3),
      "stop main=0 result=exit-code: "
    ],
    ["ExecStop= may ask for more time", stops, { main, control }, C.says({ extendMillis: 500 }), "stop: arm 500"],
    ["ExecStop= may not name another main process", stops, { main, control }, C.says({ mainPid: 300 }), "stop: "],
    [
      "ExecStop= may take too long",
      stops,
      { main, control },
      C.timedOut,
      "stop-sigterm result=timeout: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecStop= that takes too long is told to abort",
      `${stops}\n${aborts}`,
      { main, control },
      C.timedOut,
      "stop-watchdog result=timeout: arm 3000, tell all ABRT CONT"
    ],
    [
      "ExecStop= that takes too long is killed",
      `${stops}\nTimeoutStopFailureMode=kill`,
      { main, control },
      C.timedOut,
      "stop-sigkill result=timeout: arm 5000, tell all KILL"
    ],
    [
      "ExecStop= that takes too long is left alone with SendSIGKILL=no",
      `${stops}\n${post}\nTimeoutStopFailureMode=kill\n${stubborn}`,
      { main, control },
      C.timedOut,
      "stop-post control=0 result=timeout: arm 5000, spawn ExecStopPost 0"
    ],
    ["a start waits for the end of the stop", stops, { main, control, ...asked }, C.start, "stop +startWanted: "],
    [
      "a start is not waited for once the shutdown has begun",
      stops,
      { main, control, closing: true },
      C.start,
      "stop: "
    ],
    [
      "one more stop takes back the start that was to follow",
      stops,
      { main, control, startWanted: true },
      C.stop,
      "stop +stopAsked -startWanted: "
    ],
    ["a stop may become half of a restart", stops, { main, control }, C.restart, "stop +stopAsked +restarting: "],
    [
      "a kill ends ExecStop=",
      stops,
      { main, control },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ],
    [
      "a shutdown takes back the start that was to follow",
      stops,
      { main, control, startWanted: true },
      C.shutdown,
      "stop -startWanted +closing: "
    ]
  ],
  "stop-watchdog": [
    [
      "the end of the main process leads to ExecStopPost=",
      post,
      { main, result: "watchdog" },
      C.dies(main, 6, { coreDumped: true }),
      "stop-post main=0: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the end of everybody leads to ExecStopPost=",
      post,
      { result: "watchdog" },
      C.emptied,
      "stop-post: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "who does not abort is killed",
      "TimeoutStopSec=5",
      { main, result: "watchdog" },
      C.timedOut,
      "stop-sigkill: arm 5000, tell all KILL"
    ],
    [
      "who does not abort is left alone with SendSIGKILL=no",
      `${stubborn}\n${post}`,
      { main, result: "watchdog" },
      C.timedOut,
      "stop-post: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "who aborts may ask for more time",
      "",
      { main, result: "watchdog" },
      C.says({ extendMillis: 500 }),
      "stop-watchdog: arm 500"
    ],
    [
      "a start waits for the end of the stop",
      "",
      { main, result: "watchdog" },
      C.start,
      "stop-watchdog +startWanted: "
    ],
    [
      "a stop that somebody asks for does not wait for the watchdog",
      "TimeoutStopSec=5",
      { main, result: "watchdog" },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"
    ],
    [
      "a kill ends it",
      "",
      { main, result: "watchdog" },
      C.kill,
      "final-sigkill +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ]
}
