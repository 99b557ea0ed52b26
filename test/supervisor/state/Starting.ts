/** `ExecStart=`, by type. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { main } = C
const post = "ExecStartPost=/bin/a\nExecStartPost=/bin/b"
const waiting = { waitsForIdle: true, empty: true }

export const starting: Cases = {
  "start": [
    ["the command has a process", "", {}, C.mainSpawned, "start main=100: "],
    [
      "a command that cannot be forked fails the unit",
      "ExecStopPost=/bin/c",
      {},
      C.mainRefused,
      "stop-sigterm result=resources: arm 5000, tell all TERM CONT"
    ],
    ["a command that is no program is about to exit", "", { main }, C.execFails, "start: "],
    ["a simple service is up once its program runs", "", { main }, C.programRuns, "running upSince=1000: disarm"],
    [
      "a service of Type=exec is up once its program runs",
      "Type=exec",
      { main },
      C.programRuns,
      "running upSince=1000: disarm"
    ],
    [
      "an idle service is up once its program runs",
      "Type=idle",
      { main },
      C.programRuns,
      "running upSince=1000: disarm"
    ],
    [
      "a service may run for a limited time only",
      "RuntimeMaxSec=60",
      { main },
      C.programRuns,
      "running upSince=1000: arm 60000"
    ],
    [
      "a limited time may be longer at random",
      "RuntimeMaxSec=60\nRuntimeRandomizedExtraSec=5",
      { main },
      C.programRuns,
      "running upSince=1000: arm 60000 to 5000 more"
    ],
    [
      "a service that runs has to ping",
      "WatchdogSec=2",
      { main },
      C.programRuns,
      "running upSince=1000: watchdog, disarm"
    ],
    [
      "ExecStartPost= follows once the program runs",
      post,
      { main },
      C.programRuns,
      "start-post: arm 90000, spawn ExecStartPost 0"
    ],
    ["a oneshot that runs is not up", "Type=oneshot", { main }, C.programRuns, "start: "],
    ["a notifying service that runs is not up", "Type=notify", { main }, C.programRuns, "start: "],
    [
      "the first process of a forking service that runs means nothing",
      "Type=forking",
      { control: main },
      C.programRuns,
      "start: "
    ],
    ["the program of an earlier process means nothing", "", { main: 101 }, C.programRuns, "start: "],
    [
      "a failed exec fails a simple service",
      "ExecStop=/bin/c",
      { main },
      C.exits(main, 203),
      "stop-sigterm main=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "an end before the program ran is never a success",
      "",
      { main },
      C.exits(main, 0),
      "stop-sigterm main=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "a notifying service is up once it says so",
      "Type=notify",
      { main },
      C.says({ ready: true }),
      "running said=ready upSince=1000: disarm"
    ],
    [
      "a notifying service that reloads is up once it says so",
      "Type=notify-reload",
      { main },
      C.says({ ready: true }),
      "running said=ready upSince=1000: disarm"
    ],
    [
      "a notifying service goes on with ExecStartPost= once it says so",
      `Type=notify\n${post}`,
      { main },
      C.says({ ready: true }),
      "start-post said=ready: arm 90000, spawn ExecStartPost 0"
    ],
    [
      "a simple service has nothing to say to that",
      "NotifyAccess=main",
      { main },
      C.says({ ready: true }),
      "start said=ready: "
    ],
    [
      "a notifying service that ends ahead of that breaks the protocol",
      "Type=notify",
      { main },
      C.exits(main, 0),
      "stop-sigterm main=0 result=protocol: arm 5000, tell all TERM CONT"
    ],
    [
      "a notifying service that fails ahead of that has failed",
      "Type=notify",
      { main },
      C.exits(main, 4),
      "stop-sigterm main=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "another process may still say it, where the service remains",
      "Type=notify\nNotifyAccess=all\nRemainAfterExit=yes",
      { main },
      C.exits(main, 0),
      "start main=0: watch"
    ],
    [
      "another process may still say it with ExitType=cgroup",
      "Type=notify\nNotifyAccess=all\nExitType=cgroup",
      { main },
      C.exits(main, 0),
      "start main=0: watch"
    ],
    [
      "nobody is left who could say it",
      "Type=notify\nNotifyAccess=all\nExitType=cgroup",
      {},
      C.emptied,
      "failed result=protocol +empty: end, disarm"
    ],
    [
      "a service that is about to end before it was up says so for later",
      "Type=notify",
      { main },
      C.says({ stopping: true }),
      "start said=stopping: "
    ],
    [
      "a service that names its main process is not up by that",
      "Type=notify",
      { main },
      C.says({ mainPid: 300 }),
      "start: adopt 300"
    ],
    [
      "a service may name its main process and be up",
      "Type=notify",
      { main },
      C.says({ mainPid: 300, ready: true }),
      "running said=ready upSince=1000: disarm, adopt 300"
    ],
    [
      "a service that names its main process and is up is not done before ExecStartPost= runs",
      "Type=notify\nExecStartPost=/bin/a",
      { main },
      C.says({ mainPid: 300, ready: true }),
      "start-post said=ready: arm 90000, spawn ExecStartPost 0, adopt 300"
    ],
    ["a main process that is named already is no news", "Type=notify", { main }, C.says({ mainPid: main }), "start: "],
    ["a main process that was named is the main process", "Type=notify", { main }, C.mainFound, "start main=300: "],
    ["a start may ask for more time", "", { main }, C.says({ extendMillis: 500 }), "start: arm 500"],
    ["more time is not less time", "", { main }, C.says({ extendMillis: 50 }), "start: "],
    [
      "a start without a limit needs no more time",
      "",
      { main, deadline: Infinity },
      C.says({ extendMillis: 500 }),
      "start: "
    ],
    [
      "a start may take too long",
      "ExecStop=/bin/c",
      { main },
      C.timedOut,
      "stop-sigterm result=timeout: arm 5000, tell all TERM CONT"
    ],
    [
      "a start that takes too long is told to abort",
      "TimeoutStartFailureMode=abort\nWatchdogSignal=SIGQUIT\nTimeoutAbortSec=3",
      { main },
      C.timedOut,
      "stop-watchdog result=timeout: arm 3000, tell all QUIT CONT"
    ],
    [
      "a start that takes too long is killed",
      "TimeoutStartFailureMode=kill",
      { main },
      C.timedOut,
      "stop-sigkill result=timeout: arm 5000, tell all KILL"
    ],
    [
      "a start that takes too long is left alone with SendSIGKILL=no",
      "TimeoutStartFailureMode=kill\nSendSIGKILL=no",
      { main },
      C.timedOut,
      "final-sigterm result=timeout: arm 5000, tell all TERM CONT"
    ],
    [
      "the wait of an idle service ends",
      "Type=idle\nTimeoutStartSec=7",
      waiting,
      C.idle,
      "start -empty -waitsForIdle: arm 7000, spawn main ExecStart 0"
    ],
    [
      "the wait of an idle service ends after five seconds at the latest",
      "Type=idle",
      waiting,
      C.timedOut,
      "start -empty -waitsForIdle: arm 90000, spawn main ExecStart 0"
    ],
    ["an idle service that waits no more has no use for quiet", "Type=idle", { main }, C.idle, "start: "],
    [
      "a stop ends the wait of an idle service",
      "Type=idle",
      waiting,
      C.stop,
      "dead -waitsForIdle +stopAsked: end, disarm"
    ],
    [
      "a oneshot without anything to do is done at once",
      "Type=oneshot\nExecStart=\nSuccessAction=exit",
      { empty: true },
      C.timedOut,
      "dead: end, disarm"
    ],
    [
      "a service may ask for its watchdog",
      "",
      { main },
      C.asksForWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    [
      "a stop ends a start, without ExecStop=",
      "ExecStop=/bin/c",
      { main },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"
    ],
    [
      "a kill ends a start",
      "",
      { main },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ]
}
