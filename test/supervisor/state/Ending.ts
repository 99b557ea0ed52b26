/** The end of who is left, and rest. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { control, main } = C
const aborts = "TimeoutStopFailureMode=abort\nTimeoutAbortSec=3"
const stubborn = "SendSIGKILL=no\nRestart=always"
const again = "Restart=always\nRestartSec=2"
const asked = { stopAsked: true }

export const ending: Cases = {
  "final-watchdog": [
    ["the end of everybody is the end", "", { result: "timeout" }, C.emptied, "failed +empty: end, disarm"],
    [
      "the end of a command is not that of everybody",
      "",
      { control, controlKey: "ExecStopPost", result: "timeout" },
      C.dies(control, 6),
      "final-watchdog control=0: "
    ],
    [
      "who does not abort is killed",
      "TimeoutStopSec=5",
      { result: "timeout" },
      C.timedOut,
      "final-sigkill: arm 5000, tell all KILL"
    ],
    [
      "who does not abort is left behind with SendSIGKILL=no",
      stubborn,
      { result: "timeout" },
      C.timedOut,
      "failed: end, disarm"
    ],
    ["who aborts may ask for more time", "", {}, C.says({ extendMillis: 500 }), "final-watchdog: arm 500"],
    ["a start waits for the end of the stop", "", {}, C.start, "final-watchdog +startWanted: "],
    ["a stop is under way", "", {}, C.stop, "final-watchdog +stopAsked: "],
    ["a kill ends it", "", {}, C.kill, "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"]
  ],
  "final-sigterm": [
    ["the end of everybody is the end", "", { ...asked }, C.emptied, "dead +empty: end, disarm"],
    [
      "the end of everybody leads to another run",
      again,
      {},
      C.emptied,
      "auto-restart +empty restarts=1: end, arm 2000"
    ],
    [
      "a stop that somebody has asked for is not followed by another run",
      again,
      { ...asked },
      C.emptied,
      "dead +empty: end, disarm"
    ],
    ["a shutdown is not followed by another run", again, { closing: true }, C.emptied, "dead +empty: end, disarm"],
    [
      "a failure leads to another run",
      "Restart=on-failure\nRestartSec=2",
      { result: "exit-code" },
      C.emptied,
      "auto-restart +empty restarts=1: end, arm 2000"
    ],
    [
      "a success does not lead to another run with Restart=on-failure",
      "Restart=on-failure",
      {},
      C.emptied,
      "dead +empty: end, disarm"
    ],
    [
      "the next pause is longer",
      "Restart=always\nRestartSec=1\nRestartSteps=2\nRestartMaxDelaySec=4",
      { restarts: 1 },
      C.emptied,
      "auto-restart +empty restarts=2: end, arm 2000"
    ],
    [
      "a start that somebody waits for follows",
      again,
      { startWanted: true, ...asked },
      C.emptied,
      "dead +empty -startWanted: end, disarm, start again"
    ],
    [
      "a start that somebody waits for follows a failure",
      "",
      { startWanted: true, result: "exit-code" },
      C.emptied,
      "failed +empty -startWanted: end, disarm, start again"
    ],
    [
      "the end of the main process is not that of everybody",
      "",
      { main, ...asked },
      C.exits(main, 0),
      "final-sigterm main=0: "
    ],
    [
      "the end of the main process is the end with KillMode=process",
      "KillMode=process",
      { main, ...asked },
      C.exits(main, 0),
      "dead main=0: end, disarm"
    ],
    [
      "the end of the main process leads to that of everybody with KillMode=mixed",
      "KillMode=mixed\nTimeoutStopSec=5",
      { main, ...asked },
      C.exits(main, 0),
      "final-sigkill main=0: arm 5000, tell all KILL"
    ],
    [
      "the end of the main process is not all with SendSIGKILL=no",
      "KillMode=mixed\nSendSIGKILL=no",
      { main, ...asked },
      C.exits(main, 0),
      "dead main=0: end, disarm"
    ],
    [
      "who does not end is killed",
      "TimeoutStopSec=5",
      { ...asked },
      C.timedOut,
      "final-sigkill result=timeout: arm 5000, tell all KILL"
    ],
    [
      "who does not end is told to abort",
      `${aborts}\nWatchdogSignal=SIGQUIT`,
      { ...asked },
      C.timedOut,
      "final-watchdog result=timeout: arm 3000, tell all QUIT CONT"
    ],
    [
      "who does not end is left behind with SendSIGKILL=no, and no other run follows",
      stubborn,
      {},
      C.timedOut,
      "failed result=timeout: end, disarm"
    ],
    ["who ends may ask for more time", "", {}, C.says({ extendMillis: 500 }), "final-sigterm: arm 500"],
    ["a start waits for the end of the stop", "", {}, C.start, "final-sigterm +startWanted: "],
    ["a stop is under way", "", {}, C.stop, "final-sigterm +stopAsked: "],
    ["a kill ends it", "", {}, C.kill, "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"]
  ],
  "final-sigkill": [
    ["the end of everybody is the end", "", { ...asked }, C.emptied, "dead +empty +forced: end, disarm"],
    ["the end of everybody before that is no force", "", { ...asked }, C.emptyAlready, "dead +empty: end, disarm"],
    [
      "the end of those whom KillMode=mixed kills as a matter of course is no force",
      "KillMode=mixed",
      { ...asked, late: false },
      C.emptied,
      "dead +empty: end, disarm"
    ],
    [
      "the end of everybody leads to another run",
      again,
      { result: "timeout" },
      C.emptied,
      "auto-restart +empty restarts=1 +forced: end, arm 2000"
    ],
    [
      "the end of the main process is not that of everybody",
      "",
      { main, ...asked },
      C.dies(main, 9),
      "final-sigkill main=0 result=signal +forced: "
    ],
    [
      "the end of the main process is the end with KillMode=process",
      "KillMode=process",
      { main, ...asked, result: "timeout" },
      C.dies(main, 9),
      "failed main=0 +forced: end, disarm"
    ],
    [
      "who survives SIGKILL is given up",
      again,
      { result: "timeout" },
      C.timedOut,
      "auto-restart restarts=1 +forced: end, arm 2000"
    ],
    ["who is killed may ask for more time", "", {}, C.says({ extendMillis: 500 }), "final-sigkill: arm 500"],
    ["a start waits for the end of the stop", "", {}, C.start, "final-sigkill +startWanted: "],
    ["a stop is under way", "", {}, C.stop, "final-sigkill +stopAsked: "],
    [
      "a kill kills once more",
      "TimeoutStopSec=5",
      {},
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ]
}
