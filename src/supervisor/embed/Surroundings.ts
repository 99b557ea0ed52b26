/**
 * The kernel ports as an embedded supervisor sees them: what belongs to the program around it is left alone. Its stdout
 * gets no lines of services, and what its own supervisor has told it by its environment is not ours to answer or to use.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { Processes } from "../../kernel/Processes.ts"
import type { Stdio, Streams } from "../../kernel/Stdio.ts"
import { System } from "../../kernel/System.ts"
import type { Ports } from "../Actors.ts"

/**
 * Where lines of services go whose units send them to the journal, as they do unless they say otherwise: to the program's
 * stderr; to its stdout and stderr, as in a container; or nowhere.
 */
export type Output = "stderr" | "stdio" | "null"

/** sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3) and what comes with them. */
const ofTheProgram = [
  "NOTIFY_SOCKET",
  "WATCHDOG_PID",
  "WATCHDOG_USEC",
  "LISTEN_PID",
  "LISTEN_FDS",
  "LISTEN_FDNAMES",
  "INVOCATION_ID",
  "MAINPID",
  "MANAGERPID",
  "SYSTEMD_EXEC_PID",
  "JOURNAL_STREAM"
] as const

const redirect = (output: Exclude<Output, "stdio">, stdio: Stdio): Stdio =>
  stdio === "prefixed" ? output === "stderr" ? "prefixed-stderr" : "null" : stdio

const redirectAll = (output: Exclude<Output, "stdio">, [stdin, stdout, stderr]: Streams): Streams => [
  stdin,
  redirect(output, stdout),
  redirect(output, stderr)
]

const processesOf = (port: typeof Processes.Service, output: Output): typeof Processes.Service =>
  output === "stdio" ? port : {
    ...port,
    spawn: (request, observer) => port.spawn({ ...request, stdio: redirectAll(output, request.stdio) }, observer)
  }

const systemOf = (port: typeof System.Service): typeof System.Service => ({
  ...port,
  environment: Effect.map(port.environment, (variables) => {
    const own = new Map(variables)
    for (const name of ofTheProgram) own.delete(name)
    return own
  })
})

/** The ports that are there, with these two in place of the program's own. */
export const adapt = (ports: Context.Context<Ports>, output: Output): Context.Context<Ports> =>
  ports.pipe(
    Context.add(Processes, processesOf(Context.get(ports, Processes), output)),
    Context.add(System, systemOf(Context.get(ports, System)))
  )
