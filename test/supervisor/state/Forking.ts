/** `Type=forking`: the main process has to be found, by `PIDFile=` or by looking who is left. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { control, main } = C
const guess = "Type=forking"
const file = "Type=forking\nPIDFile=/run/web.pid"
const post = "ExecStartPost=/bin/a"
const unknown = { mainKnown: false }

export const forking: Cases = {
  "start": [
    ["the first process is a helper", guess, {}, C.controlSpawned, "start control=200: "],
    [
      "its end asks for who is left",
      guess,
      { ...unknown, control },
      C.exits(control, 0),
      "start control=0: find main at last"
    ],
    [
      "its end asks for the PID file",
      file,
      { ...unknown, control },
      C.exits(control, 0),
      "start control=0: find main at last"
    ],
    [
      "its end asks for the PID file, which ExecStartPost= may still write",
      `${file}\n${post}`,
      { ...unknown, control },
      C.exits(control, 0),
      "start control=0: find main"
    ],
    [
      "its failure is that of the unit",
      guess,
      { ...unknown, control },
      C.exits(control, 1),
      "stop-sigterm control=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "its failure may be ignored",
      "Type=forking\nExecStart=-/bin/web",
      { ...unknown, control },
      C.exits(control, 1),
      "start control=0: find main at last"
    ],
    [
      "SIGTERM is a clean end for it as it is for a daemon",
      guess,
      { ...unknown, control },
      C.dies(control, 15),
      "start control=0: find main at last"
    ],
    [
      "the one that is found is the service",
      guess,
      unknown,
      C.mainFound,
      "running main=300 +mainKnown upSince=1000: disarm"
    ],
    [
      "the one that is found is the service, and ExecStartPost= follows",
      `${guess}\n${post}`,
      unknown,
      C.mainFound,
      "start-post main=300 +mainKnown: arm 90000, spawn ExecStartPost 0"
    ],
    [
      "the one that names itself ahead of time is the service, but not up",
      guess,
      { ...unknown, control },
      C.mainFound,
      "start main=300 +mainKnown: "
    ],
    [
      "the one that named itself may be gone ahead of the helper",
      guess,
      { main: 300, control },
      C.exits(300, 0),
      "start main=0: "
    ],
    [
      "a service without a known main process lives as long as its group",
      guess,
      unknown,
      C.mainMissing,
      "running upSince=1000: disarm, watch"
    ],
    ["a PID file that is not there yet is waited for", file, unknown, C.mainAwaited, "start: watch"],
    [
      "a PID file that cannot be waited for breaks the protocol",
      file,
      unknown,
      C.mainMissing,
      "stop-sigterm result=protocol: arm 5000, tell all TERM CONT"
    ],
    [
      "a PID file that ExecStartPost= may still write is no worry",
      `${file}\n${post}`,
      unknown,
      C.mainMissing,
      "start-post: arm 90000, spawn ExecStartPost 0"
    ],
    [
      "nobody is left who could write the PID file",
      file,
      unknown,
      C.emptied,
      "failed result=protocol +empty: end, disarm"
    ],
    ["a watch of earlier says nothing", file, unknown, { _tag: "Emptied", sweep: 1, already: false }, "start: "]
  ],
  "start-post": [
    [
      "a second look finds out who is left",
      `${guess}\n${post}`,
      { ...unknown, control },
      C.exits(control, 0),
      "start-post control=0: find main at last"
    ],
    [
      "a second look is not needed for one that is known",
      `${guess}\n${post}`,
      { main: 300, control },
      C.exits(control, 0),
      "running control=0 upSince=1000: disarm"
    ],
    [
      "ExecStartPost= may have written the PID file",
      `${file}\n${post}`,
      { ...unknown, control },
      C.exits(control, 0),
      "start-post control=0: find main at last"
    ],
    [
      "the one that the PID file names is the service",
      `${file}\n${post}`,
      unknown,
      C.mainFound,
      "running main=300 +mainKnown upSince=1000: disarm"
    ],
    [
      "the one that names itself is the service, while ExecStartPost= works",
      `${guess}\n${post}`,
      { ...unknown, control },
      C.mainFound,
      "start-post main=300 +mainKnown: "
    ],
    [
      "a service without a known main process lives as long as its group",
      `${guess}\n${post}`,
      unknown,
      C.mainMissing,
      "running upSince=1000: disarm, watch"
    ],
    ["a PID file that is not there yet is waited for", `${file}\n${post}`, unknown, C.mainAwaited, "start-post: watch"],
    [
      "a PID file that cannot be waited for breaks the protocol",
      `${file}\n${post}\nExecStop=/bin/c`,
      unknown,
      C.mainMissing,
      "stop result=protocol: arm 5000, spawn ExecStop 0"
    ],
    [
      "nobody is left who could write the PID file",
      `${file}\n${post}\nExecStop=/bin/c`,
      unknown,
      C.emptied,
      "stop result=protocol: arm 5000, spawn ExecStop 0"
    ]
  ],
  "running": [
    [
      "the end of the last process is the end of a service without a main process",
      guess,
      unknown,
      C.emptied,
      "dead +empty: end, disarm"
    ],
    [
      "a service without a main process may still name it",
      guess,
      unknown,
      C.says({ mainPid: 300 }),
      "running: adopt 300"
    ],
    ["the one that was named is the main process", guess, unknown, C.mainFound, "running main=300 +mainKnown: "],
    ["the PID file may name a successor", file, { main }, C.exits(main, 1), "running main=0 left=exit-code: find main"],
    ["the successor is the service", file, { left: "exit-code" }, C.mainFound, "running main=300 left=undefined: "],
    [
      "without a successor the service has ended as its main process has",
      file,
      { left: "exit-code" },
      C.mainMissing,
      "stop-sigterm left=undefined result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "without a successor a clean end is one",
      `${file}\nExecStop=/bin/c`,
      { left: "success" },
      C.mainMissing,
      "stop left=undefined: arm 5000, spawn ExecStop 0"
    ],
    ["a successor that nobody looks for is none", file, { main }, C.mainMissing, "running: "]
  ]
}
