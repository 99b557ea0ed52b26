/** The scripted kernel of a whole life: the same parts as KernelTest's, put together so that all that happens is noted. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { Cgroups } from "../../../src/kernel/Cgroups.ts"
import { FdHandoff } from "../../../src/kernel/FdHandoff.ts"
import { Files } from "../../../src/kernel/Files.ts"
import { FileWatches } from "../../../src/kernel/FileWatches.ts"
import { Notify } from "../../../src/kernel/Notify.ts"
import { ExitStatus, Processes } from "../../../src/kernel/Processes.ts"
import { Relays } from "../../../src/kernel/Relays.ts"
import { Signals } from "../../../src/kernel/Signals.ts"
import { System } from "../../../src/kernel/System.ts"
import * as FilesTest from "../FilesTest.ts"
import * as CgroupsTest from "../kernel/CgroupsTest.ts"
import * as FdHandoffTest from "../kernel/FdHandoffTest.ts"
import * as FileWatchesTest from "../kernel/FileWatchesTest.ts"
import type { NewProcess, Running } from "../kernel/Living.ts"
import { Living } from "../kernel/Living.ts"
import * as NotifyTest from "../kernel/NotifyTest.ts"
import * as ProcessesTest from "../kernel/ProcessesTest.ts"
import * as RelaysTest from "../kernel/RelaysTest.ts"
import * as SystemTest from "../kernel/SystemTest.ts"
import type { Ports } from "../KernelTest.ts"
import type { Script } from "../Script.ts"
import type { History, Slot } from "./History.ts"

const socketVariable = "NOTIFY_SOCKET="

/** Calls whose words say more than the process table does. */
const isNotable = (call: string): boolean =>
  call.startsWith("open") || call.startsWith("close") || call.startsWith("ad")

/** An array, as that is what the parts write to. */
class Calls extends Array<string> {
  history: History | undefined
  override push(...calls: ReadonlyArray<string>): number {
    for (const text of calls) if (isNotable(text)) this.history?.add({ _tag: "Call", text })
    return 0
  }
}

/** Pids are given out again, but not at the same moment, and not as long as a process group has the number. */
class Processing extends Living {
  private readonly history: History
  private readonly now: () => number
  private readonly reuses: boolean
  private readonly free: Array<readonly [pid: number, since: number]> = []

  constructor(calls: Array<string>, scope: Scope.Scope, history: History, now: () => number, reuses: boolean) {
    super([], calls, scope)
    this.history = history
    this.now = now
    this.reuses = reuses
  }

  override nextPid(): number {
    const at = this.free.findIndex(([pid, since]) =>
      since < this.now() && this.get(pid) === undefined && this.members("", [pid]).length === 0
    )
    const [found] = at < 0 ? [] : this.free.splice(at, 1)
    return found?.[0] ?? super.nextPid()
  }

  override add(process: NewProcess): Running {
    const { pid, request } = process
    const [, unit = "", slot = "", index = ""] = /^\/bin\/([^.]*)\.([a-z]*)\.(\d)$/.exec(request?.file ?? "") ?? []
    this.history.add({
      _tag: "Born",
      unit,
      pid,
      slot: process.parent === 1 ? slot as Slot : "left",
      index: Number(index)
    })
    const running = super.add(process)
    let started = running.started
    // Whoever ends before being a program is called started then, too.
    return Object.defineProperty(running, "started", {
      get: () => started,
      set: (value: boolean) => {
        if (!started && this.get(pid) === running && process.program.execErrno === undefined) {
          this.history.add({ _tag: "Execed", pid })
        }
        started = value
      }
    })
  }

  override end(process: Running, status: ExitStatus): void {
    if (this.get(process.pid) !== process) return
    this.history.add({ _tag: "Ended", pid: process.pid, status })
    super.end(process, status)
    if (this.reuses) this.free.push([process.pid, this.now()])
  }

  override take(process: Running, signal: number): Effect.Effect<void> {
    if (signal !== 0) this.history.add({ _tag: "Signalled", pid: process.pid, signal })
    return super.take(process, signal)
  }
}

export interface LifeKernel {
  readonly context: Context.Context<Ports>
  readonly alive: () => ReadonlyArray<number>
  /** A process dies of somebody's SIGKILL. */
  readonly kill: (pid: number) => void
  /** Told to whoever supervises us. */
  readonly sent: ReadonlyArray<string>
}

export interface Options {
  readonly script: Script & { readonly reusesPids: boolean }
  readonly history: History
  readonly now: () => number
}

export const make = ({ history, now, script }: Options): LifeKernel => {
  const scope = Effect.runSync(Scope.make())
  const calls = new Calls()
  calls.history = history
  const files: FilesTest.MutableTree = { ...script.files }
  const living = new Processing(calls, scope, history, now, script.reusesPids)
  const cgroups = CgroupsTest.make(script.cgroups !== false, living, calls)
  const notifications = NotifyTest.make(calls)
  const watches = FileWatchesTest.make((path) => FilesTest.kindIn(files, path), undefined)

  const processes = ProcessesTest.make(script, living, {
    calls,
    requests: [],
    overlaps: [],
    notify: ({ pid }, text) => {
      const entry = living.get(pid)?.request?.environment.find((one) => one.startsWith(socketVariable))
      if (entry === undefined) return
      history.add({ _tag: "Said", pid, text })
      const address = entry.slice(socketVariable.length)
      notifications.deliver(address, {
        pid,
        uid: 0,
        gid: 0,
        text: text.replaceAll("%pid", String(pid)),
        descriptors: []
      })
    },
    write: (path, text) => void (files[path] = text)
  })

  const context = Context.empty().pipe(
    Context.add(Cgroups, cgroups.port),
    Context.add(FdHandoff, FdHandoffTest.make(calls).port),
    Context.add(Files, FilesTest.make(files)),
    Context.add(FileWatches, watches.port),
    Context.add(Notify, notifications.port),
    Context.add(Processes, processes),
    Context.add(Relays, RelaysTest.make(calls).port),
    Context.add(Signals, { take: () => Effect.void }),
    Context.add(System, SystemTest.make(script).port)
  )
  return {
    context,
    alive: () => living.all.map(({ pid }) => pid),
    kill: (pid) => {
      const process = living.get(pid)
      if (process === undefined) return
      history.add({ _tag: "KilledFromOutside", pid })
      living.end(process, ExitStatus.Signaled({ signal: 9, coreDumped: false }))
    },
    sent: notifications.sent
  }
}
