/**
 * What a process is told of the run that it is part of: the variables of systemd.exec(5), "Environment Variables in
 * Spawned Processes", that differ from run to run, and the descriptors that are handed over. Pure.
 */
import type { ExitStatus } from "../kernel/Processes.ts"
import type { Step } from "../kernel/Step.ts"
import * as Signal from "../unit/grammar/Signal.ts"
import type { ServiceSection, UnitName } from "../unit/Unit.ts"
import * as Stdio from "./exec/Stdio.ts"
import type { Result } from "./ExitClass.ts"
import type { Handed } from "./Listeners.ts"
import type { Role } from "./notify/Access.ts"
import * as Access from "./notify/Access.ts"
import type { DescriptorStore } from "./notify/DescriptorStore.ts"

/** The directives whose commands are run. */
export type ExecKey =
  | "ExecCondition"
  | "ExecStartPre"
  | "ExecStart"
  | "ExecStartPost"
  | "ExecReload"
  | "ExecStop"
  | "ExecStopPost"

/** How a run has come out, or has up to now. */
export interface Outcome {
  readonly result: Result
  /** Of the main process, once it has ended. */
  readonly status: ExitStatus | undefined
}

/** The one unit that has made this one be started by its `OnFailure=` or `OnSuccess=`. */
export interface Monitored {
  readonly unit: UnitName
  /** As `Outcome` has it, and of units without processes what they have instead. */
  readonly result: string
  readonly status: ExitStatus | undefined
  readonly invocationId: string
}

export interface RunContext extends Outcome {
  /** Path of the unit's cgroup; empty where there is none. */
  readonly cgroup: string
  /** The service itself, `ExecStart=` of `Type=forking` included, or a command beside it. */
  readonly role: Role
  readonly key: ExecKey
  /** Empty: not said. */
  readonly invocationId: string
  /** The main process, 0 where it is not known. */
  readonly mainPid: number
  /** Where notifications are taken, told to those whose notifications are believed; empty: nowhere. */
  readonly notifyAddress: string
  /** What its sockets have bound. */
  readonly listeners: ReadonlyArray<Handed>
  /** What the service has left with us, for its main process. */
  readonly stored: DescriptorStore
  /** Where the service has changed them while it ran, else what its unit says. */
  readonly access?: Access.Access
  readonly watchdogMillis?: number
  readonly monitored?: Monitored | undefined
  /** `TRIGGER_UNIT` and the like, from the timer or path that has started the unit. */
  readonly trigger?: Entries
}

export type Entries = ReadonlyArray<readonly [name: string, value: string]>

/** Of a run of which nothing is known but its command: for tests, and for what is not a run. */
export const plain: RunContext = {
  cgroup: "",
  role: "main",
  key: "ExecStart",
  invocationId: "",
  mainPid: 0,
  notifyAddress: "",
  listeners: [],
  stored: [],
  result: "success",
  status: undefined
}

/** The child puts its own process id in the place of these digits, see `SpawnRequest.environment`. */
const ownPid = "0000000000"

/** Variables whose value is known before the process is there: its command line may use them. */
export const variables = (service: ServiceSection, run: RunContext): Entries => {
  const { invocationId, key, mainPid, notifyAddress, role } = run
  const entries: Array<readonly [name: string, value: string]> = []
  if (invocationId !== "") entries.push(["INVOCATION_ID", invocationId])
  if (mainPid !== 0) entries.push(["MAINPID", String(mainPid)])
  if (service.PIDFile !== undefined) entries.push(["PIDFILE", service.PIDFile])
  if (notifyAddress !== "" && Access.isHeard(run.access ?? Access.effective(service), role)) {
    entries.push(["NOTIFY_SOCKET", notifyAddress])
    if (service.FileDescriptorStoreMax > 0) entries.push(["FDSTORE", String(service.FileDescriptorStoreMax)])
  }
  if (hasWatchdog(service, run)) entries.push(["WATCHDOG_USEC", String(Math.round(watchdogOf(service, run) * 1000))])
  const handed = handedOf(service, run)
  if (handed.length > 0) {
    entries.push(["LISTEN_FDS", String(handed.length)], ["LISTEN_FDNAMES", handed.map(({ name }) => name).join(":")])
  }
  if (key === "ExecStop" || key === "ExecStopPost") pushOutcome(entries, "", run)
  if (run.monitored !== undefined && (key === "ExecStart" || key === "ExecStartPre")) {
    pushOutcome(entries, "MONITOR_", run.monitored)
    entries.push(["MONITOR_INVOCATION_ID", run.monitored.invocationId], ["MONITOR_UNIT", run.monitored.unit])
  }
  if (run.trigger !== undefined) { for (const entry of run.trigger) entries.push(entry) }
  return entries
}

/** Variables that hold the number of the process itself: nobody knows it before the process is there. */
export const ownPidVariables = (service: ServiceSection, run: RunContext): Entries => {
  const entries: Array<readonly [name: string, value: string]> = [["SYSTEMD_EXEC_PID", ownPid]]
  if (hasWatchdog(service, run)) entries.push(["WATCHDOG_PID", ownPid])
  if (handedOf(service, run).length > 0) entries.push(["LISTEN_PID", ownPid])
  return entries
}

/** Handed over as 3, 4, ..., in the order of their names. */
export const descriptors = (service: ServiceSection, run: RunContext): ReadonlyArray<number> => {
  const handed = handedOf(service, run)
  return handed.length > 0 ? handed.map(({ descriptor }) => descriptor) : none
}

/** `NonBlocking=`, for the listeners alone: what the service has left with us stays as it was. */
export const blockingSteps = (service: ServiceSection, { listeners, role }: RunContext): ReadonlyArray<Step> => {
  if (role !== "main" || listeners.length === 0) return none
  const nonBlocking = service.NonBlocking === true
  return [{
    action: { _tag: "Blocking", count: listeners.length, nonBlocking },
    directive: `NonBlocking=${nonBlocking ? "yes" : "no"}`,
    exitCode: exitDescriptors,
    leniency: "fail"
  }]
}

/** systemd.exec(5), EXIT_FDS. */
const exitDescriptors = 202

const none: ReadonlyArray<never> = []

/** The listeners first, sd_listen_fds(3); nothing besides the socket that is a standard stream. */
const handedOf = (service: ServiceSection, { listeners, role, stored }: RunContext): ReadonlyArray<Handed> => {
  if (role !== "main" || Stdio.takesSocket(service)) return none
  return listeners.length === 0 ? stored : stored.length === 0 ? listeners : [...listeners, ...stored]
}

const watchdogOf = (service: ServiceSection, run: RunContext): number => run.watchdogMillis ?? service.WatchdogSec

/** Only the service itself has to say that it is well. */
const hasWatchdog = (service: ServiceSection, run: RunContext): boolean => {
  if (run.role !== "main") return false
  const millis = watchdogOf(service, run)
  return millis > 0 && millis < Infinity
}

const pushOutcome = (
  entries: Array<readonly [name: string, value: string]>,
  prefix: string,
  { result, status }: Pick<Monitored, "result" | "status">
): void => {
  entries.push([`${prefix}SERVICE_RESULT`, result])
  if (status === undefined) return
  if (status._tag === "Exited") {
    entries.push([`${prefix}EXIT_CODE`, "exited"], [`${prefix}EXIT_STATUS`, String(status.code)])
  } else {
    const signal = Signal.nameOf(status.signal)
    entries.push(
      [`${prefix}EXIT_CODE`, status.coreDumped ? "dumped" : "killed"],
      // Without "SIG", as systemd has it.
      [`${prefix}EXIT_STATUS`, signal.startsWith("SIG") ? signal.slice(3) : signal]
    )
  }
}
