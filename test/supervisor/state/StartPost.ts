/** `ExecStartPost=`. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { main } = C
const post = "ExecStartPost=/bin/a\nExecStartPost=/bin/b"

export const startPost: Cases = {
  "start-post": [
    ["ExecStartPost= has a process", post, { main }, C.controlSpawned, "start-post control=200: "],
    [
      "ExecStartPost= that cannot be forked fails the unit",
      post,
      { main },
      C.controlRefused,
      "stop-sigterm result=resources: arm 5000, tell all TERM CONT"
    ],
    ["ExecStartPost= that is no program is about to exit", post, { main, control: 200 }, C.execFails, "start-post: "],
    [
      "the next ExecStartPost= follows",
      post,
      { main, control: 200 },
      C.exits(200, 0),
      "start-post control=0: arm 90000, spawn ExecStartPost 1"
    ],
    [
      "the last ExecStartPost= is the end of the start",
      post,
      { main, control: 200, index: 1 },
      C.exits(200, 0),
      "running control=0 upSince=1000: disarm"
    ],
    [
      "ExecStartPost= that fails fails the unit",
      post,
      { main, control: 200 },
      C.exits(200, 1),
      "stop-sigterm control=0 result=exit-code: arm 5000, tell all TERM CONT"
    ],
    [
      "ExecStartPost= may fail where that is ignored",
      "ExecStartPost=-/bin/a",
      { main, control: 200 },
      C.exits(200, 1),
      "running control=0 upSince=1000: disarm"
    ],
    [
      "ExecStartPost= is seen through though the service has ended",
      post,
      { main, control: 200 },
      C.exits(main, 0),
      "start-post main=0: "
    ],
    [
      "ExecStartPost= is seen through though the service has failed",
      post,
      { main, control: 200 },
      C.exits(main, 3),
      "start-post main=0 result=exit-code: "
    ],
    [
      "a service that has failed meanwhile is not up",
      post,
      { control: 200, index: 1, result: "exit-code" },
      C.exits(200, 0),
      "stop-sigterm control=0: arm 5000, tell all TERM CONT"
    ],
    [
      "a service that has ended meanwhile stops",
      `${post}\nExecStop=/bin/c`,
      { control: 200, index: 1 },
      C.exits(200, 0),
      "stop control=0: arm 5000, spawn ExecStop 0"
    ],
    [
      "a oneshot that remains is up after ExecStartPost=",
      `Type=oneshot\nRemainAfterExit=yes\n${post}`,
      { control: 200, index: 1 },
      C.exits(200, 0),
      "exited control=0: disarm, watch"
    ],
    [
      "a service that said so meanwhile is about to end",
      post,
      { main, control: 200, index: 1, said: "stopping" },
      C.exits(200, 0),
      "stop-sigterm control=0: arm 5000"
    ],
    [
      "a service that said so meanwhile reloads",
      `TimeoutStartSec=7\n${post}`,
      { main, control: 200, index: 1, said: "reloading" },
      C.exits(200, 0),
      "reload-notify control=0 upSince=1000: arm 7000"
    ],
    [
      "a service that is about to end says so for later",
      post,
      { main, control: 200 },
      C.says({ stopping: true }),
      "start-post said=stopping: "
    ],
    [
      "a service that reloads says so for later",
      post,
      { main, control: 200 },
      C.says({ reloading: true }),
      "start-post said=reloading: "
    ],
    [
      "ExecStartPost= may take too long",
      post,
      { main, control: 200 },
      C.timedOut,
      "stop-sigterm result=timeout: arm 5000, tell all TERM CONT"
    ],
    [
      "a service that misses its watchdog is told to abort",
      post,
      { main, control: 200 },
      C.missesWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    [
      "a stop ends ExecStartPost=, without ExecStop=",
      `${post}\nExecStop=/bin/c`,
      { main, control: 200 },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"
    ],
    [
      "a kill ends ExecStartPost=",
      post,
      { main, control: 200 },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ]
  ]
}
