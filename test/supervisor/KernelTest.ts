/**
 * A scripted kernel: every port of src/kernel, with programs that do what a test says, on the test's clock. What is
 * asked of it is noted as strings, in one list, so that a test reads like the protocol it is about.
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Mailbox from "effect/Mailbox"
import type { UnitGroup } from "../../src/kernel/Cgroups.ts"
import { Cgroups } from "../../src/kernel/Cgroups.ts"
import { Files } from "../../src/kernel/Files.ts"
import { KernelError } from "../../src/kernel/KernelError.ts"
import type { ProcessObserver, SpawnRequest } from "../../src/kernel/Processes.ts"
import { ExitStatus, Processes, SpawnError } from "../../src/kernel/Processes.ts"
import { Signals } from "../../src/kernel/Signals.ts"
import { System } from "../../src/kernel/System.ts"
import * as FilesTest from "./FilesTest.ts"
import type { Program, Script } from "./Script.ts"

interface Running {
  readonly pid: number
  readonly leader: number
  readonly cgroup: string
  readonly program: Program
  readonly exit: Deferred.Deferred<ExitStatus>
  readonly observer: ProcessObserver | undefined
  /** Of a main process, whose it is. */
  readonly label: string | undefined
  started: boolean
  stopped: boolean
  ending: boolean
  /** Signals that wait for SIGCONT. */
  readonly pending: Array<number>
}

export interface Kernel {
  /** What was asked of the kernel, and which processes ended: `spawn web /bin/web`, `signal 100 15`, `end 100`. */
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
  /** Units that had two main processes at a time. */
  readonly overlaps: Array<string>
  readonly signals: Mailbox.Mailbox<number>
  readonly layer: Layer.Layer<Cgroups | Files | Processes | Signals | System>
}

const [SIGKILL, SIGCONT] = [9, 18]

const isList = (programs: Program | ReadonlyArray<Program>): programs is ReadonlyArray<Program> =>
  Array.isArray(programs)

const logger = (log: Array<string>) =>
  Logger.make(({ logLevel, message }) => {
    const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message]
    log.push(`${logLevel.label} ${parts.map(String).join(" ")}`)
  })

export const make = Effect.fnUntraced(function*(script: Script = {}) {
  const scope = yield* Effect.scope
  const signals = yield* Mailbox.make<number>()
  const calls: Array<string> = []
  const requests: Array<SpawnRequest> = []
  const log: Array<string> = []
  const overlaps: Array<string> = []
  const printed = { stdout: "", stderr: "" }
  const living = new Map<number, Running>()
  /** Who wants to look again whenever a process has ended. */
  const looks = new Set<() => void>()
  const runs = new Map<string, number>()
  const freePids = [...script.pids ?? []]
  let lastPid = 99

  const programOf = (file: string): Program => {
    const programs = script.programs?.[file] ?? {}
    if (!isList(programs)) return programs
    const run = runs.get(file) ?? 0
    runs.set(file, run + 1)
    return programs[Math.min(run, programs.length - 1)] ?? {}
  }

  const end = (process: Running, status: ExitStatus) => {
    if (living.get(process.pid) !== process) return
    living.delete(process.pid)
    calls.push(`end ${process.pid}`)
    // As the native core does: whatever became of it, first that it started, then that it is gone, then who is left.
    if (!process.started) process.observer?.started()
    process.started = true
    process.observer?.exited(status, members("", process.leader).length === 0)
    Deferred.unsafeDone(process.exit, Effect.succeed(status))
    for (const look of [...looks]) look()
  }

  /** What goes on in the background goes on whatever its caller is in the middle of, and ends with the test. */
  const inBackground = (effect: Effect.Effect<unknown>) =>
    Effect.asVoid(Effect.forkIn(Effect.interruptible(effect), scope))

  const endAfter = (process: Running, millis: number, status: ExitStatus) => {
    if (process.ending) return Effect.void
    process.ending = true
    return millis === 0
      ? Effect.sync(() => end(process, status))
      : inBackground(Effect.zipRight(Effect.sleep(millis), Effect.sync(() => end(process, status))))
  }

  const take = (process: Running, signal: number): Effect.Effect<void> => {
    const { codeWhenAsked, endsAfter = 0, ignores = [] } = process.program
    if (ignores.includes(signal)) return Effect.void
    if (signal === SIGCONT) {
      process.stopped = false
      return Effect.forEach(process.pending.splice(0), (waiting) => take(process, waiting), { discard: true })
    }
    if (process.stopped && signal !== SIGKILL) return Effect.sync(() => void process.pending.push(signal))
    const killed = ExitStatus.Signaled({ signal, coreDumped: false })
    // SIGKILL does not wait for what TERM has begun.
    if (signal === SIGKILL) return Effect.sync(() => end(process, killed))
    const status = codeWhenAsked === undefined ? killed : ExitStatus.Exited({ code: codeWhenAsked })
    return endAfter(process, endsAfter, status)
  }

  const add = (
    pid: number,
    leader: number,
    cgroup: string,
    program: Program,
    observer: ProcessObserver | undefined,
    label?: string
  ): Running => {
    const exit = Deferred.unsafeMake<ExitStatus>(FiberId.none)
    const stopped = program.stopped === true
    const state = { started: false, stopped, ending: false, pending: [] }
    const process: Running = { pid, leader, cgroup, program, exit, observer, label, ...state }
    living.set(pid, process)
    return process
  }

  const nextPid = () => freePids.shift() ?? ++lastPid

  const live = (process: Running, observer: ProcessObserver, file: string) =>
    Effect.gen(function*() {
      const { code = 0, execErrno, exitsAfter, leaves, startsAfter = 0 } = process.program
      if (startsAfter > 0) yield* Effect.sleep(startsAfter)
      if (living.get(process.pid) !== process) return
      process.started = true
      if (execErrno !== undefined) {
        observer.failed(new SpawnError({ file, directory: "", step: "exec", errno: execErrno }))
        return end(process, ExitStatus.Exited({ code: 203 }))
      }
      observer.started()
      if (leaves !== undefined) add(nextPid(), process.pid, process.cgroup, leaves, undefined)
      if (exitsAfter === undefined) return
      if (exitsAfter > 0) yield* Effect.sleep(exitsAfter)
      if (!process.ending) end(process, ExitStatus.Exited({ code }))
    })

  const spawn = (request: SpawnRequest, observer: ProcessObserver) =>
    Effect.gen(function*() {
      const program = programOf(request.file)
      calls.push(`spawn ${request.label} ${request.argv.join(" ")}`)
      requests.push(request)
      if (program.defect !== undefined) return yield* Effect.die(new Error(program.defect))
      if (program.forkErrno !== undefined) {
        return yield* new KernelError({ operation: `start a process for ${request.file}`, errno: program.forkErrno })
      }
      if ([...living.values()].some(({ label }) => label === request.label)) overlaps.push(request.label)
      const pid = nextPid()
      const process = add(pid, pid, request.cgroup, program, observer, request.label)
      yield* inBackground(live(process, observer, request.file))
      return { pid, exit: Deferred.await(process.exit) }
    })

  const members = (path: string, leader: number) =>
    [...living.values()].filter((process) =>
      (path !== "" && process.cgroup === path) || (leader > 0 && process.leader === leader)
    )

  const group = (unit: string, path: string): UnitGroup => {
    let look: (() => void) | undefined
    const forget = () => {
      if (look !== undefined) looks.delete(look)
      look = undefined
    }
    return {
      path,
      sweep: (leader, signal, emptied) =>
        Effect.suspend(() => {
          forget()
          const reached = members(path, leader)
          if (reached.length === 0) return Effect.succeed(true)
          if (signal !== 0) calls.push(`signal ${leader} ${signal}`)
          look = () => {
            if (members(path, leader).length > 0) return
            forget()
            emptied()
          }
          looks.add(look)
          // As the real one does: whoever is stopped is let go on, to act on the signal.
          const sent = signal === 0 ? [] : signal === SIGKILL ? [signal] : [signal, SIGCONT]
          const all = sent.flatMap((one) => reached.map((process) => Effect.suspend(() => take(process, one))))
          return Effect.as(Effect.all(all, { discard: true }), false)
        }),
      close: Effect.sync(() => {
        forget()
        const left = members(path, 0).length
        calls.push(left > 0 ? `close ${unit}, ${left} left` : `close ${unit}`)
      })
    }
  }

  const cgroups: typeof Cgroups.Service = {
    open: (unit) =>
      Effect.sync(() => {
        calls.push(`open ${unit}`)
        return group(unit, script.cgroups === false ? "" : `/cgroup/${unit}`)
      })
  }

  const system: typeof System.Service = {
    pid: Effect.succeed(1),
    identity: Effect.succeed(script.identity ?? { uid: 0, gid: 0 }),
    hostname: Effect.succeed("box"),
    environment: Effect.succeed(new Map(Object.entries(script.environment ?? {}))),
    print: (text) => Effect.sync(() => void (printed.stdout += text)),
    printError: (text) => Effect.sync(() => void (printed.stderr += text)),
    log: (text) => Effect.sync(() => void (printed.stderr += text))
  }

  const processes: typeof Processes.Service = {
    spawn,
    orphansReaped: Effect.succeed(0),
    terminateRest: () =>
      Effect.sync(() => {
        calls.push("terminate the rest")
        return script.strays === true
      })
  }

  const ports = Context.empty().pipe(
    Context.add(Cgroups, cgroups),
    Context.add(Files, FilesTest.make(script.files ?? {})),
    Context.add(Processes, processes),
    Context.add(Signals, {
      take: (wanted) =>
        Effect.sync(() => {
          calls.push(`take ${wanted.join(" ")}`)
          return signals
        })
    }),
    Context.add(System, system)
  )
  const kernel: Kernel = {
    calls,
    requests,
    log,
    printed,
    alive: () => [...living.keys()],
    adopt: (pid) => void add(pid, pid, "", {}, undefined),
    die: (pid) => {
      const process = living.get(pid)
      if (process !== undefined) end(process, ExitStatus.Signaled({ signal: 15, coreDumped: false }))
    },
    overlaps,
    signals,
    layer: Layer.merge(Layer.succeedContext(ports), Logger.replace(Logger.defaultLogger, logger(log)))
  }
  return kernel
})

/** Whether the fiber has ended, without waiting for it. */
export const hasEnded = (fiber: Fiber.RuntimeFiber<unknown, unknown>): Effect.Effect<boolean> =>
  Effect.map(Fiber.poll(fiber), (exit) => exit._tag === "Some")
