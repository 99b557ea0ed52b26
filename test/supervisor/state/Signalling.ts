/** The signals up to when the processes of the service itself are gone. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { control, main } = C
const post = "ExecStopPost=/bin/c\nTimeoutStopSec=5"
const aborts = "TimeoutStopFailureMode=abort\nTimeoutAbortSec=3"
const stubborn = "SendSIGKILL=no"
const asked = { stopAsked: true }

export const signalling: Cases = {
  "stop-sigterm": [
    [
      "the end of the main process leads to ExecStopPost=, whoever else is left",
      post,
      { main, ...asked },
      C.dies(main, 15),
      "stop-post main=0: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the end of the main process leads to the signals for who else is left",
      "TimeoutStopSec=5",
      { main, ...asked },
      C.dies(main, 15),
      "final-sigterm main=0: arm 5000, tell all TERM CONT"
    ],
    [
      "the end of the main process leads to the end of who else is left with KillMode=mixed",
      "KillMode=mixed\nTimeoutStopSec=5",
      { main, ...asked },
      C.dies(main, 15),
      "final-sigkill main=0: arm 5000, tell all KILL"
    ],
    [
      "the end of the main process is all that counts with KillMode=process",
      "KillMode=process",
      { main, ...asked },
      C.dies(main, 15),
      "dead main=0: end, disarm"
    ],
    [
      "the end of the main process is waited for by the last with ExitType=cgroup",
      `ExitType=cgroup\n${post}`,
      { main, ...asked },
      C.dies(main, 15),
      "stop-sigterm main=0: watch"
    ],
    [
      "the end of the main process is not all while a command is there",
      post,
      { main, control, ...asked },
      C.exits(main, 0),
      "stop-sigterm main=0: "
    ],
    [
      "the end of a command is not all while the main process is there",
      post,
      { main, control, controlKey: "ExecStartPost", ...asked },
      C.exits(control, 0),
      "stop-sigterm control=0: "
    ],
    [
      "the end of a command that was told to end is a failure",
      post,
      { control, controlKey: "ExecStartPre", ...asked },
      C.dies(control, 15),
      "stop-post control=0 result=signal: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the end of a command that was told to end may be ignored",
      `${post}\nExecStartPre=-/bin/a`,
      { control, controlKey: "ExecStartPre", ...asked },
      C.dies(control, 15),
      "stop-post control=0: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the end of the first process of a forking service is clean",
      `${post}\nType=forking`,
      { control, controlKey: "ExecStart", ...asked },
      C.dies(control, 15),
      "stop-post control=0: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the service may fail at last",
      post,
      { main, ...asked },
      C.exits(main, 3),
      "stop-post main=0 result=exit-code: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "a oneshot that is told to end has failed",
      "Type=oneshot",
      { main, ...asked },
      C.dies(main, 15),
      "final-sigterm main=0 result=signal: arm 5000, tell all TERM CONT"
    ],
    [
      "the first failure is the one that counts",
      post,
      { main, result: "timeout" },
      C.exits(main, 3),
      "stop-post main=0: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the end of everybody leads to ExecStopPost=",
      post,
      { ...asked },
      C.emptied,
      "stop-post: arm 5000, spawn ExecStopPost 0"
    ],
    ["the end of everybody is the end", "", { ...asked }, C.emptied, "dead +empty: end, disarm"],
    [
      "the end of everybody is the end of a failure",
      "",
      { result: "exit-code" },
      C.emptied,
      "failed +empty: end, disarm"
    ],
    [
      "the end of everybody that ExecCondition= has skipped is no failure",
      "Restart=always",
      { result: "exec-condition" },
      C.emptied,
      "dead +empty: end, disarm"
    ],
    [
      "a sweep of earlier says nothing",
      "",
      { ...asked },
      { _tag: "Emptied", sweep: 1, already: false },
      "stop-sigterm: "
    ],
    ["a timer of earlier says nothing", "", { main, ...asked }, { _tag: "TimedOut", timer: 3 }, "stop-sigterm: "],
    [
      "who does not end is killed",
      "TimeoutStopSec=5",
      { main, ...asked },
      C.timedOut,
      "stop-sigkill result=timeout: arm 5000, tell all KILL"
    ],
    [
      "who does not end is killed as the unit says",
      "TimeoutStopSec=5\nFinalKillSignal=SIGQUIT",
      { main, ...asked },
      C.timedOut,
      "stop-sigkill result=timeout: arm 5000, tell all QUIT CONT"
    ],
    [
      "who does not end is told to abort",
      aborts,
      { main, ...asked },
      C.timedOut,
      "stop-watchdog result=timeout: arm 3000, tell all ABRT CONT"
    ],
    [
      "who does not end is left alone with SendSIGKILL=no",
      `${stubborn}\n${post}`,
      { main, ...asked },
      C.timedOut,
      "stop-post result=timeout: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the main process alone is killed with KillMode=process",
      "KillMode=process",
      { main, ...asked },
      C.timedOut,
      "stop-sigkill result=timeout: arm 5000, tell processes KILL"
    ],
    [
      "everybody is killed with KillMode=mixed",
      "KillMode=mixed",
      { main, ...asked },
      C.timedOut,
      "stop-sigkill result=timeout: arm 5000, tell all KILL"
    ],
    [
      "who ends may ask for more time",
      "",
      { main, ...asked },
      C.says({ extendMillis: 500, stopping: true }),
      "stop-sigterm: arm 500"
    ],
    ["a start waits for the end of the stop", "", { main, ...asked }, C.start, "stop-sigterm +startWanted: "],
    ["one more stop changes nothing", "", { main, ...asked }, C.stop, "stop-sigterm: "],
    ["a kill ends it", "", { main, ...asked }, C.kill, "final-sigkill result=timeout +closing: arm 5000, tell all KILL"]
  ],
  "stop-sigkill": [
    [
      "the end of the main process leads to ExecStopPost=",
      post,
      { main, result: "timeout" },
      C.dies(main, 9),
      "stop-post main=0 +forced: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the end of the main process by itself is no force",
      post,
      { main, result: "timeout" },
      C.exits(main, 0),
      "stop-post main=0: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the end of everybody leads to ExecStopPost=",
      post,
      { result: "timeout" },
      C.emptied,
      "stop-post +forced: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the end of everybody before that is no force",
      post,
      { result: "timeout" },
      C.emptyAlready,
      "stop-post: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "the end of those whom KillMode=mixed kills as a matter of course is no force",
      "KillMode=mixed",
      { late: false },
      C.emptied,
      "dead +empty: end, disarm"
    ],
    [
      "who survives SIGKILL is left behind",
      post,
      { main, result: "timeout" },
      C.timedOut,
      "stop-post: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "who is killed may ask for more time",
      "",
      { main, result: "timeout" },
      C.says({ extendMillis: 500 }),
      "stop-sigkill: arm 500"
    ],
    ["a start waits for the end of the stop", "", { main, result: "timeout" }, C.start, "stop-sigkill +startWanted: "],
    ["a stop is under way", "", { main, result: "timeout" }, C.stop, "stop-sigkill +stopAsked: "],
    [
      "a kill ends it",
      "",
      { main, result: "timeout" },
      C.kill,
      "final-sigkill +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ]
}
