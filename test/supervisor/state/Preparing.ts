/** `ExecStartPre=`, and what all commands have in common. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { control } = C
const pre = "ExecStartPre=/bin/a\nExecStartPre=-/bin/b"

export const preparing: Cases = {
  "start-pre": [
    ["ExecStartPre= has a process", pre, {}, C.controlSpawned, "start-pre control=200: "],
    [
      "ExecStartPre= that cannot be forked fails the unit",
      pre,
      {},
      C.controlRefused,
      "stop-sigterm result=resources: arm 5000, tell all TERM CONT"
    ],
    ["ExecStartPre= that is no program is about to exit", pre, { control }, C.execFails, "start-pre: "],
    [
      "the next ExecStartPre= follows",
      pre,
      { control },
      C.exits(control, 0),
      "start-pre control=0: arm 90000, spawn ExecStartPre 1"
    ],
    [
      "ExecStartPre= that fails fails the unit",
      pre,
      { control },
      C.exits(control, 1),
      "stop-sigterm control=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecStartPre= that fails leads to ExecStopPost= at once if nobody is left",
      `${pre}\nExecStopPost=/bin/c`,
      { control, empty: true },
      C.exits(control, 1),
      "stop-post control=0 result=exit-code -empty: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "ExecStartPre= that SIGTERM ends has failed",
      pre,
      { control },
      C.dies(control, 15),
      "stop-sigterm control=0 result=signal: arm 5000, tell all TERM CONT"
    ],
    [
      "a listed exit status is a success of ExecStartPre=, too",
      `SuccessExitStatus=7\n${pre}`,
      { control },
      C.exits(control, 7),
      "start-pre control=0: arm 90000, spawn ExecStartPre 1"
    ],
    [
      "ExecStartPre= may fail where that is ignored",
      pre,
      { control, index: 1 },
      C.exits(control, 1),
      "start control=0: arm 90000, spawn main ExecStart 0"
    ],
    [
      "the kernel's want of memory is not ignored",
      pre,
      { control, index: 1 },
      C.dies(control, 9, { oom: true }),
      "stop-sigterm control=0 result=oom-kill: arm 5000, tell all TERM CONT"
    ],
    [
      "the kernel's want of memory is a signal like any other with OOMPolicy=continue",
      `OOMPolicy=continue\n${pre}`,
      { control, index: 1 },
      C.dies(control, 9, { oom: true }),
      "start control=0: arm 90000, spawn main ExecStart 0"
    ],
    [
      "the last ExecStartPre= leads to the wait of an idle service",
      `Type=idle\n${pre}`,
      { control, index: 1 },
      C.exits(control, 0),
      "start control=0 +waitsForIdle: arm 5000, wait for idle"
    ],
    [
      "the last ExecStartPre= of a oneshot without a command leads to what follows",
      "Type=oneshot\nRemainAfterExit=yes\nExecStart=\nExecStop=/bin/b\nExecStartPre=/bin/a\nExecStartPost=/bin/c",
      { control },
      C.exits(control, 0),
      "start-post control=0: disarm, spawn ExecStartPost 0"
    ],
    ["others that end are nobody's business", pre, { control }, C.exits(77, 1), "start-pre: "],
    [
      "ExecStartPre= cannot say that the service is ready",
      `Type=notify\nNotifyAccess=all\n${pre}`,
      { control },
      C.says({ ready: true }),
      "start-pre: "
    ],
    ["ExecStartPre= may ask for more time", pre, { control }, C.says({ extendMillis: 500 }), "start-pre: arm 500"],
    [
      "ExecStartPre= may take too long",
      pre,
      { control },
      C.timedOut,
      "stop-sigterm result=timeout: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecStartPre= that takes too long is told to abort",
      `TimeoutStartFailureMode=abort\nTimeoutAbortSec=3\n${pre}`,
      { control },
      C.timedOut,
      "stop-watchdog result=timeout: arm 3000, tell all ABRT CONT"
    ],
    [
      "ExecStartPre= that takes too long is killed",
      `TimeoutStartFailureMode=kill\n${pre}`,
      { control },
      C.timedOut,
      "stop-sigkill result=timeout: arm 5000, tell all KILL"
    ],
    [
      "ExecStartPre= that takes too long is left alone with SendSIGKILL=no",
      `TimeoutStartFailureMode=kill\nSendSIGKILL=no\nExecStopPost=/bin/c\n${pre}`,
      { control },
      C.timedOut,
      "stop-post control=0 result=timeout: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "ExecStartPre= may ask for its watchdog",
      pre,
      { control },
      C.asksForWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    [
      "a stop ends ExecStartPre=, without ExecStop=",
      `ExecStop=/bin/c\n${pre}`,
      { control },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"
    ],
    [
      "a kill ends ExecStartPre=",
      pre,
      { control },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ],
    [
      "a shutdown lets ExecStartPre= go on until the unit's turn comes",
      pre,
      { control },
      C.shutdown,
      "start-pre +closing: "
    ],
    [
      "nothing follows ExecStartPre= once the shutdown has begun",
      pre,
      { control, closing: true },
      C.exits(control, 0),
      "start-pre control=0: arm 90000"
    ]
  ]
}
