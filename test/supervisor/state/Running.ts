/** Up with a process. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { main } = C
const stops = "ExecStop=/bin/a\nExecStop=/bin/b\nTimeoutStopSec=5"
const cgroup = "ExitType=cgroup"

export const running: Cases = {
  "running": [
    [
      "an end by itself leads to ExecStop=",
      stops,
      { main },
      C.exits(main, 0),
      "stop main=0: arm 5000, spawn ExecStop 0"
    ],
    [
      "an end by itself leads to the end of what is left",
      "",
      { main },
      C.exits(main, 0),
      "stop-sigterm main=0: arm 5000, tell all TERM CONT"
    ],
    [
      "SIGTERM is a clean end for a daemon",
      "",
      { main },
      C.dies(main, 15),
      "stop-sigterm main=0: arm 5000, tell all TERM CONT"
    ],
    [
      "a failure skips ExecStop=",
      stops,
      { main },
      C.exits(main, 3),
      "stop-sigterm main=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "a failure may be ignored",
      "ExecStart=-/bin/web",
      { main },
      C.exits(main, 3),
      "stop-sigterm main=0: arm 5000, tell all TERM CONT"
    ],
    [
      "a listed exit status is a success",
      "SuccessExitStatus=3",
      { main },
      C.exits(main, 3),
      "stop-sigterm main=0: arm 5000, tell all TERM CONT"
    ],
    [
      "a signal is a failure",
      "",
      { main },
      C.dies(main, 9),
      "stop-sigterm main=0 result=signal: arm 5000, tell all TERM CONT"
    ],
    [
      "a core dump is a failure of its own",
      "",
      { main },
      C.dies(main, 6, { coreDumped: true }),
      "stop-sigterm main=0 result=core-dump: arm 5000, tell all TERM CONT"
    ],
    [
      "the kernel's want of memory is a failure of its own",
      "ExecStart=-/bin/web",
      { main },
      C.dies(main, 9, { oom: true }),
      "stop-sigterm main=0 result=oom-kill: arm 5000, tell all TERM CONT"
    ],
    [
      "the kernel's want of memory is a signal like any other with OOMPolicy=continue",
      "OOMPolicy=continue",
      { main },
      C.dies(main, 9, { oom: true }),
      "stop-sigterm main=0 result=signal: arm 5000, tell all TERM CONT"
    ],
    [
      "a service that remains is up without a process",
      "RemainAfterExit=yes",
      { main },
      C.exits(main, 0),
      "exited main=0: disarm, watch"
    ],
    [
      "a service that remains has failed all the same",
      "RemainAfterExit=yes",
      { main },
      C.exits(main, 3),
      "stop-sigterm main=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    ["with ExitType=cgroup others may go on", cgroup, { main }, C.exits(main, 0), "running main=0: watch"],
    [
      "with ExitType=cgroup others may go on, though the main process has failed",
      cgroup,
      { main },
      C.exits(main, 3),
      "running main=0 result=exit-code: watch"
    ],
    ["with ExitType=cgroup the last one ends it", cgroup, {}, C.emptied, "dead +empty: end, disarm"],
    [
      "with ExitType=cgroup the last one ends it with the failure of the main process",
      cgroup,
      { result: "exit-code" },
      C.emptied,
      "failed +empty: end, disarm"
    ],
    ["others that end are nobody's business", "", { main }, C.exits(77, 1), "running: "],
    [
      "a service that is about to end has the time of a stop",
      "TimeoutStopSec=5",
      { main },
      C.says({ stopping: true }),
      "stop-sigterm said=stopping: arm 5000"
    ],
    [
      "what a service says of its end goes before the rest",
      "",
      { main },
      C.says({ stopping: true, ready: true, reloading: true }),
      "stop-sigterm said=stopping: arm 5000"
    ],
    [
      "a service may reload by itself",
      "TimeoutStartSec=7",
      { main },
      C.says({ reloading: true }),
      "reload-notify said=reloading: arm 7000"
    ],
    [
      "a service that has reloaded already is up",
      "",
      { main },
      C.says({ reloading: true, ready: true }),
      "running said=reloaded: "
    ],
    ["a service that is ready is no news", "Type=notify", { main }, C.says({ ready: true }), "running said=ready: "],
    ["a service may name another main process", "", { main }, C.says({ mainPid: 300 }), "running: adopt 300"],
    ["a service may ask for more time to run", "", { main }, C.says({ extendMillis: 500 }), "running: arm 500"],
    ["the time to run is over", stops, { main }, C.timedOut, "stop result=timeout: arm 5000, spawn ExecStop 0"],
    [
      "a service that misses its watchdog is told to abort",
      "TimeoutStopSec=5",
      { main },
      C.missesWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    [
      "a service that misses its watchdog has its own time for that",
      "TimeoutAbortSec=3\nWatchdogSignal=SIGQUIT",
      { main },
      C.missesWatchdog,
      "stop-watchdog result=watchdog: arm 3000, tell all QUIT CONT"
    ],
    [
      "a service may ask for its watchdog",
      "",
      { main },
      C.asksForWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    [
      "a reload runs ExecReload=",
      "ExecReload=/bin/a\nTimeoutStartSec=7",
      { main },
      C.reload,
      "reload: arm 7000, spawn ExecReload 0"
    ],
    [
      "a reload signals a service that says when it is done",
      "Type=notify-reload\nTimeoutStartSec=7",
      { main },
      C.reload,
      "reload-signal: signal 100 HUP, arm 7000"
    ],
    [
      "a reload signals as the unit says",
      "Type=notify-reload\nReloadSignal=SIGUSR1\nExecReload=/bin/a",
      { main },
      C.reload,
      "reload: signal 100 USR1, arm 90000, spawn ExecReload 0"
    ],
    ["a reload needs something to do", "", { main }, C.reload, "running: report unchanged"],
    ["a reload needs somebody to signal", "Type=notify-reload", {}, C.reload, "running: report unchanged"],
    ["a stop runs ExecStop=", stops, { main }, C.stop, "stop +stopAsked: arm 5000, spawn ExecStop 0"],
    [
      "a stop signals the whole group",
      "TimeoutStopSec=5",
      { main },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"
    ],
    [
      "a stop may signal the main process only",
      "KillMode=mixed",
      { main },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell processes TERM CONT"
    ],
    [
      "a stop with KillMode=process signals the main process only",
      "KillMode=process",
      { main },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell processes TERM CONT"
    ],
    [
      "a stop may signal nobody",
      "KillMode=none\nExecStopPost=/bin/c",
      { main },
      C.stop,
      "stop-post +stopAsked: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "a stop signals as the unit says",
      "KillSignal=SIGINT\nSendSIGHUP=yes",
      { main },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all INT CONT HUP"
    ],
    [
      "SIGHUP is not sent twice",
      "KillSignal=SIGHUP\nSendSIGHUP=yes",
      { main },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all HUP CONT"
    ],
    [
      "a stop by SIGKILL has no use for SIGCONT",
      "KillSignal=SIGKILL",
      { main },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all KILL"
    ],
    [
      "a restart may have a signal of its own",
      "RestartKillSignal=SIGUSR2\nSendSIGHUP=yes",
      { main },
      C.restart,
      "stop-sigterm +stopAsked +restarting: arm 5000, tell all USR2 CONT"
    ],
    [
      "a restart has the signal of a stop otherwise",
      "KillSignal=SIGINT",
      { main },
      C.restart,
      "stop-sigterm +stopAsked +restarting: arm 5000, tell all INT CONT"
    ],
    [
      "a stop takes back the start that was to follow",
      "",
      { main, restarting: true, startWanted: true },
      C.stop,
      "stop-sigterm +stopAsked -restarting -startWanted: arm 5000, tell all TERM CONT"
    ],
    [
      "a kill ends a service",
      stops,
      { main },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ],
    [
      "a kill ends a service whatever KillMode= says",
      "KillMode=none\nTimeoutStopSec=5",
      { main },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ],
    ["a shutdown lets a service run until its turn comes", "", { main }, C.shutdown, "running +closing: "]
  ]
}
