/** Up without a process, `RemainAfterExit=`. */
import type { Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const remains = "Type=oneshot\nRemainAfterExit=yes"
const stops = "ExecStop=/bin/a\nExecStop=/bin/b\nTimeoutStopSec=5"

export const exited: Cases = {
  "exited": [
    ["others that end are nobody's business", remains, { empty: false }, C.exits(77, 1), "exited: "],
    [
      "what others say is nobody's business",
      `${remains}\nNotifyAccess=all`,
      { empty: false },
      C.says({ stopping: true, ready: true }),
      "exited: "
    ],
    ["a watchdog has nobody to watch", remains, {}, C.missesWatchdog, "exited: "],
    [
      "somebody that was left behind may ask for the watchdog",
      remains,
      { empty: false },
      C.asksForWatchdog,
      "stop-watchdog result=watchdog: arm 5000, tell all ABRT CONT"
    ],
    [
      "a reload runs ExecReload=",
      `${remains}\nExecReload=/bin/a`,
      {},
      C.reload,
      "reload -empty: disarm, spawn ExecReload 0"
    ],
    ["a stop runs ExecStop=", `${remains}\n${stops}`, {}, C.stop, "stop -empty +stopAsked: arm 5000, spawn ExecStop 0"],
    ["a stop of nobody is done", remains, {}, C.stop, "dead +stopAsked: end"],
    [
      "a stop of nobody leads to ExecStopPost=",
      `${remains}\nExecStopPost=/bin/c`,
      {},
      C.stop,
      "stop-post -empty +stopAsked: arm 5000, spawn ExecStopPost 0"
    ],
    [
      "a stop signals who was left behind",
      remains,
      { empty: false },
      C.stop,
      "stop-sigterm +stopAsked: arm 5000, tell all TERM CONT"
    ],
    [
      "a stop of the main process kills who was left behind with KillMode=mixed",
      `${remains}\nKillMode=mixed`,
      { empty: false },
      C.stop,
      "stop-sigkill +stopAsked: arm 5000, tell all KILL"
    ],
    [
      "a stop of the main process leaves who was left behind with KillMode=process",
      `${remains}\nKillMode=process`,
      { empty: false },
      C.stop,
      "dead +stopAsked: end"
    ],
    ["a restart stops, too", remains, {}, C.restart, "dead +stopAsked +restarting: end"],
    ["a kill of nobody is done", remains, {}, C.kill, "dead +stopAsked +closing: end"],
    [
      "a kill ends who was left behind",
      remains,
      { empty: false },
      C.kill,
      "final-sigkill result=timeout +stopAsked +closing: arm 5000, tell all KILL"
    ],
    ["the last one's end is taken note of", remains, { empty: false }, C.emptied, "exited +empty: "]
  ]
}
