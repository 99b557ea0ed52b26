/** `ExecReload=`, and the handshake of `Type=notify-reload`. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { control, main } = C
const command = "ExecReload=/bin/a\nExecReload=/bin/b\nTimeoutStartSec=7\nRuntimeMaxSec=60"
const handshake = "Type=notify-reload\nTimeoutStartSec=7"
const both = `Type=notify-reload\n${command}`

export const reloading: Cases = {
  "reload": [
    ["ExecReload= has a process", command, { main }, C.controlSpawned, "reload control=200: "],
    ["ExecReload= that cannot be forked changes nothing", command, { main }, C.controlRefused, "running: arm 59500"],
    ["ExecReload= that is no program is about to exit", command, { main, control }, C.execFails, "reload: "],
    [
      "the next ExecReload= follows",
      command,
      { main, control },
      C.exits(control, 0),
      "reload control=0: arm 7000, spawn ExecReload 1"
    ],
    [
      "the last ExecReload= ends the reload, and the time to run goes on",
      command,
      { main, control, index: 1 },
      C.exits(control, 0),
      "running control=0: arm 59500"
    ],
    [
      "ExecReload= that fails changes nothing",
      command,
      { main, control },
      C.exits(control, 1),
      "running control=0: arm 59500"
    ],
    [
      "ExecReload= may fail where that is ignored",
      "ExecReload=-/bin/a\nExecReload=/bin/b",
      { main, control },
      C.exits(control, 1),
      "reload control=0: arm 90000, spawn ExecReload 1"
    ],
    [
      "a service that has not spoken meanwhile is waited for",
      both,
      { main, control, index: 1 },
      C.exits(control, 0),
      "reload-signal control=0: arm 7000"
    ],
    [
      "a service that said meanwhile that it reloads is waited for",
      both,
      { main, control, index: 1, said: "reloading" },
      C.exits(control, 0),
      "reload-notify control=0: arm 7000"
    ],
    [
      "a service that has reloaded meanwhile is up",
      both,
      { main, control, index: 1, said: "reloaded" },
      C.exits(control, 0),
      "running control=0: arm 59500"
    ],
    [
      "a service of another type that said meanwhile that it reloads is waited for",
      command,
      { main, control, index: 1, said: "reloading" },
      C.exits(control, 0),
      "reload-notify control=0: arm 7000"
    ],
    [
      "a reload that a service tells of is kept in mind",
      both,
      { main, control },
      C.says({ reloading: true }),
      "reload said=reloading: "
    ],
    [
      "the end of a reload that a service tells of is kept in mind",
      both,
      { main, control, said: "reloading" },
      C.says({ ready: true }),
      "reload said=reloaded: "
    ],
    [
      "ExecReload= is seen through though the service has ended",
      command,
      { main, control },
      C.exits(main, 0),
      "reload main=0: "
    ],
    [
      "a service that has ended meanwhile stops",
      `${command}\nExecStop=/bin/c`,
      { control, index: 1 },
      C.exits(control, 0),
      "stop control=0: arm 5000, spawn ExecStop 0"
    ],
    [
      "a service that has failed meanwhile has failed",
      `${command}\nExecStop=/bin/c`,
      { control, index: 1, result: "exit-code" },
      C.exits(control, 0),
      "stop-sigterm control=0: arm 5000, tell all TERM CONT"
    ],
    [
      "a service without a process stays up",
      "Type=oneshot\nRemainAfterExit=yes\nExecReload=/bin/a",
      { control, empty: true },
      C.exits(control, 0),
      "exited control=0: disarm"
    ],
    ["a service may name another main process", command, { main, control }, C.mainFound, "reload main=300: "],
    [
      "ExecReload= that takes too long is killed, and nothing else changes",
      command,
      { main, control },
      C.timedOut,
      "running control=0: signal 200 KILL, arm 59500"
    ],
    [
      "a service that misses its watchdog is told to abort",
      command,
      { main, control },
      C.missesWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    [
      "a stop ends a reload, without ExecStop=",
      `${command}\nExecStop=/bin/c`,
      { main, control },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"
    ],
    [
      "a kill ends a reload",
      command,
      { main, control },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ],
  "reload-signal": [
    [
      "a service tells that it reloads",
      handshake,
      { main },
      C.says({ reloading: true }),
      "reload-notify said=reloading: "
    ],
    [
      "a service tells that it has reloaded",
      handshake,
      { main },
      C.says({ reloading: true, ready: true }),
      "running said=reloaded: disarm"
    ],
    [
      "a service that is ready has not reloaded by that",
      handshake,
      { main },
      C.says({ ready: true }),
      "reload-signal said=ready: "
    ],
    [
      "a service that is about to end has the time of a stop",
      handshake,
      { main },
      C.says({ stopping: true }),
      "stop-sigterm said=stopping: arm 5000"
    ],
    ["a reload may ask for more time", handshake, { main }, C.says({ extendMillis: 500 }), "reload-signal: arm 500"],
    ["a reload that takes too long changes nothing", handshake, { main }, C.timedOut, "running: disarm"],
    [
      "the end of the service is the end of the reload",
      `${handshake}\nExecStop=/bin/c`,
      { main },
      C.exits(main, 0),
      "stop main=0: arm 5000, spawn ExecStop 0"
    ],
    [
      "the failure of the service is the end of the reload, and ExecStop= undoes what it was",
      `${handshake}\nExecStop=/bin/c`,
      { main },
      C.exits(main, 3),
      "stop main=0 result=exit-code: arm 5000, spawn ExecStop 0"
    ],
    [
      "with ExitType=cgroup others may go on",
      `${handshake}\nExitType=cgroup`,
      { main },
      C.exits(main, 0),
      "reload-signal main=0: "
    ],
    ["a service may name another main process", handshake, { main }, C.mainFound, "reload-signal main=300: "],
    [
      "a service that misses its watchdog is told to abort",
      handshake,
      { main },
      C.missesWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    ["a stop ends a reload", handshake, { main }, C.stop, "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"],
    [
      "a kill ends a reload",
      handshake,
      { main },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ],
  "reload-notify": [
    [
      "a service is ready again",
      handshake,
      { main, said: "reloading" },
      C.says({ ready: true }),
      "running said=reloaded: disarm"
    ],
    [
      "a service that is about to end has the time of a stop",
      handshake,
      { main, said: "reloading" },
      C.says({ stopping: true }),
      "stop-sigterm said=stopping: arm 5000"
    ],
    [
      "a service that is about to end and has nobody left is over",
      handshake,
      { empty: true, said: "reloading" },
      C.says({ stopping: true }),
      "dead said=stopping: end, disarm"
    ],
    [
      "a service that reloads once more is no news",
      handshake,
      { main, said: "reloading" },
      C.says({ reloading: true }),
      "reload-notify: "
    ],
    [
      "a reload that takes too long changes nothing",
      handshake,
      { main, said: "reloading" },
      C.timedOut,
      "running said=nothing: disarm"
    ],
    [
      "the end of the service is the end of the reload",
      handshake,
      { main },
      C.exits(main, 0),
      "stop-sigterm main=0: arm 5000, tell all TERM CONT"
    ],
    ["a service may name another main process", handshake, { main }, C.mainFound, "reload-notify main=300: "],
    [
      "a service that misses its watchdog is told to abort",
      handshake,
      { main },
      C.missesWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    ["a stop ends a reload", handshake, { main }, C.stop, "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"],
    [
      "a kill ends a reload",
      handshake,
      { main },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ]
}
