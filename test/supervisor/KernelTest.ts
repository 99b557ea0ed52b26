/**
 * A scripted kernel: every port of src/kernel, with programs that do what a test says, on the test's clock. What is
 * asked of it is noted as strings, in one list, so that a test reads like the protocol it is about.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { Cgroups } from "../../src/kernel/Cgroups.ts"
import { FdHandoff } from "../../src/kernel/FdHandoff.ts"
import { Files } from "../../src/kernel/Files.ts"
import { Change, FileWatches } from "../../src/kernel/FileWatches.ts"
import type { NotifyMessage } from "../../src/kernel/Notify.ts"
import { Notify } from "../../src/kernel/Notify.ts"
import type { SpawnRequest } from "../../src/kernel/Processes.ts"
import { ExitStatus, Processes } from "../../src/kernel/Processes.ts"
import { Relays } from "../../src/kernel/Relays.ts"
import { Signals } from "../../src/kernel/Signals.ts"
import { System } from "../../src/kernel/System.ts"
import * as Inbox from "../../src/supervisor/Inbox.ts"
import * as FilesTest from "./FilesTest.ts"
import * as CgroupsTest from "./kernel/CgroupsTest.ts"
import * as FdHandoffTest from "./kernel/FdHandoffTest.ts"
import * as FileWatchesTest from "./kernel/FileWatchesTest.ts"
import { Living } from "./kernel/Living.ts"
import * as NotifyTest from "./kernel/NotifyTest.ts"
import * as ProcessesTest from "./kernel/ProcessesTest.ts"
import * as RelaysTest from "./kernel/RelaysTest.ts"
import * as SystemTest from "./kernel/SystemTest.ts"
import type { Script } from "./Script.ts"

/** Every port of kernel/ that the supervisor uses. */
export type Ports = Cgroups | FdHandoff | Files | FileWatches | Notify | Processes | Relays | Signals | System

export interface Kernel {
  /**
   * What was asked of the kernel, and which processes ended: `spawn web /bin/web`, `signal 100 15` (a group, by its
   * leaders), `kill 100 15` (one process), `adopt 101`, `end 100`.
   */
  readonly calls: Array<string>
  readonly requests: Array<SpawnRequest>
  /** Log lines: `INFO web.service: started, pid 100`. */
  readonly log: Array<string>
  readonly printed: { stdout: string; stderr: string }
  /** Pids of processes that live. */
  readonly alive: () => ReadonlyArray<number>
  /** A process of nobody here comes to life under this pid. */
  readonly adopt: (pid: number) => void
  /** A process dies this instant, of a signal that was on its way. */
  readonly die: (pid: number) => void
  /** The kernel kills a process for want of memory, and counts it in its cgroup. */
  readonly oomKill: (pid: number) => void
  /** A process says this to the NOTIFY_SOCKET= of its environment. */
  readonly notify: (pid: number, text: string, more?: Partial<NotifyMessage>) => void
  /** What was sent to other supervisors: `@address text`. */
  readonly sent: Array<string>
  /** Descriptors that came with messages and are open. */
  readonly descriptors: ReadonlySet<number>
  /** The other end of a descriptor is gone. */
  readonly hangUp: (descriptor: number) => void
  /** The files, to be changed by the test. Nobody is told of it: see `change`. */
  readonly files: FilesTest.MutableTree
  /** Tells those that watch this path: bits of `Change`. */
  readonly change: (path: string, mask: number) => void
  /** The paths that are watched now. */
  readonly watched: () => ReadonlyArray<string>
  /** Listeners, and who comes to them. */
  readonly sockets: Omit<FdHandoffTest.FdHandoffTest, "port">
  /** Proxies. */
  readonly relays: Omit<RelaysTest.RelaysTest, "port">
  /** Somebody sets the wall clock. */
  readonly setClock: () => void
  /** Units that had two main processes at a time. */
  readonly overlaps: Array<string>
  readonly signals: Inbox.Inbox<number>
  readonly layer: Layer.Layer<Ports>
}

const socketVariable = "NOTIFY_SOCKET="

const logger = (log: Array<string>) =>
  Logger.make(({ logLevel, message }) => {
    const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message]
    log.push(`${logLevel.label} ${parts.map(String).join(" ")}`)
  })

export const make = Effect.fnUntraced(function*(script: Script = {}) {
  const scope = yield* Effect.scope
  const signals = Inbox.make<number>()
  const calls: Array<string> = []
  const requests: Array<SpawnRequest> = []
  const log: Array<string> = []
  const overlaps: Array<string> = []
  const files: FilesTest.MutableTree = { ...script.files }

  const living = new Living(script.pids ?? [], calls, scope)
  const cgroups = CgroupsTest.make(script.cgroups !== false, living, calls, script.uncontrolled)
  const notifications = NotifyTest.make(calls)
  const watches = FileWatchesTest.make((path) => FilesTest.kindIn(files, path), script.unwatchable)
  const system = SystemTest.make(script)
  const { port: handoff, ...sockets } = FdHandoffTest.make(calls, script)
  const { port: relaysPort, ...relays } = RelaysTest.make(calls, script.unbindable)

  const notify = (pid: number, text: string, more: Partial<NotifyMessage> = {}) => {
    const entry = living.get(pid)?.request?.environment.find((one) => one.startsWith(socketVariable))
    if (entry === undefined) return
    const message = { pid, uid: 0, gid: 0, text: text.replaceAll("%pid", String(pid)), descriptors: [], ...more }
    notifications.deliver(entry.slice(socketVariable.length), message)
  }

  const processes = ProcessesTest.make(script, living, {
    calls,
    requests,
    overlaps,
    notify: (from, text) => notify(from.pid, text),
    write: (path, text) => void (files[path] = text)
  })

  const ports = Context.empty().pipe(
    Context.add(Cgroups, cgroups.port),
    Context.add(FdHandoff, handoff),
    Context.add(Files, FilesTest.make(files)),
    Context.add(FileWatches, watches.port),
    Context.add(Notify, notifications.port),
    Context.add(Processes, processes),
    Context.add(Relays, relaysPort),
    Context.add(Signals, {
      take: (wanted, received) =>
        Effect.sync(() => {
          calls.push(`take ${wanted.join(" ")}`)
          Inbox.handOn(signals, received)
        })
    }),
    Context.add(System, system.port)
  )

  const dieOf = (pid: number, signal: number) => {
    const process = living.get(pid)
    if (process !== undefined) living.end(process, ExitStatus.Signaled({ signal, coreDumped: false }))
  }
  const kernel: Kernel = {
    calls,
    requests,
    log,
    printed: system.printed,
    alive: () => living.all.map(({ pid }) => pid),
    adopt: (pid) => void living.add({ pid, parent: 0, leader: pid, cgroup: "", program: {} }),
    die: (pid) => dieOf(pid, 15),
    oomKill: (pid) => {
      const cgroup = living.get(pid)?.cgroup ?? ""
      cgroups.countOomKill(cgroup)
      dieOf(pid, 9)
      watches.change(`${cgroup}/memory.events`, Change.Modify)
    },
    notify,
    sent: notifications.sent,
    descriptors: notifications.descriptors,
    hangUp: notifications.hangUp,
    files,
    change: watches.change,
    watched: watches.watched,
    sockets,
    relays,
    setClock: system.setClock,
    overlaps,
    signals,
    layer: Layer.merge(Layer.succeedContext(ports), Logger.replace(Logger.defaultLogger, logger(log)))
  }
  return kernel
})

/** Whether the fiber has ended, without waiting for it. */
export const hasEnded = (fiber: Fiber.RuntimeFiber<unknown, unknown>): Effect.Effect<boolean> =>
  Effect.map(Fiber.poll(fiber), (exit) => exit._tag === "Some")
