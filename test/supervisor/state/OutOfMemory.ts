/** A process of the service other than the one that is looked at was killed for want of memory, `OOMPolicy=`. */
import type { Case, Cases } from "./Cases.ts"
import * as C from "./Cases.ts"

const { main } = C
const [term, kill] = ["arm 5000, tell all TERM CONT", "arm 5000, tell all KILL"]
const name = (policy: string) => `a process that was killed for want of memory, OOMPolicy=${policy}`

/** What each policy comes to. */
const under = (lines: string, stop: string, killed: string, goesOn: string): ReadonlyArray<Case> => [
  [name("stop"), lines, { main }, C.starved, stop],
  [name("kill"), `OOMPolicy=kill\n${lines}`, { main }, C.starved, killed],
  [name("continue"), `OOMPolicy=continue\n${lines}`, { main }, C.starved, goesOn]
]

const result = "result=oom-kill"
const early = (phase: string) =>
  under("", `stop-sigterm ${result}: ${term}`, `stop-sigkill ${result}: ${kill}`, `${phase}: `)
const up = (phase: string) =>
  under(
    "ExecStop=/bin/a",
    `stop ${result}: arm 5000, spawn ExecStop 0`,
    `stop-sigkill ${result}: ${kill}`,
    `${phase}: `
  )
const told = (phase: string) =>
  under("", `stop-sigkill ${result}: ${kill}`, `stop-sigkill ${result}: ${kill}`, `${phase}: `)
const late = (phase: string) =>
  under("", `final-sigkill ${result}: ${kill}`, `final-sigkill ${result}: ${kill}`, `${phase}: `)
const killed = (phase: string) => under("", `${phase} ${result}: `, `${phase} ${result}: `, `${phase}: `)

export const outOfMemory: Cases = {
  "condition": early("condition"),
  "start-pre": early("start-pre"),
  "start": early("start"),
  "start-post": early("start-post"),
  "running": up("running"),
  "reload": early("reload"),
  "reload-signal": early("reload-signal"),
  "reload-notify": early("reload-notify"),
  "stop": early("stop"),
  "stop-watchdog": told("stop-watchdog"),
  "stop-sigterm": told("stop-sigterm"),
  "stop-sigkill": killed("stop-sigkill"),
  "stop-post": late("stop-post"),
  "final-watchdog": late("final-watchdog"),
  "final-sigterm": late("final-sigterm"),
  "final-sigkill": killed("final-sigkill"),
  "exited": [[
    name("stop"),
    "RemainAfterExit=yes\nExecStop=/bin/a",
    { empty: false },
    C.starved,
    `stop ${result}: arm 5000, spawn ExecStop 0`
  ]]
}
