/**
 * The processes of the scripted kernel: who lives, in which group, and what signals do to them. A process that nobody
 * spawned or adopted has no observer; one whose parent is gone is a child of ours by adoption.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type * as Scope from "effect/Scope"
import type { ProcessObserver, SpawnRequest } from "../../../src/kernel/Processes.ts"
import { ExitStatus } from "../../../src/kernel/Processes.ts"
import type { Program } from "../Script.ts"

const [SIGKILL, SIGCONT] = [9, 18]

export interface Running {
  readonly pid: number
  /** Who forked it; 1 is us. */
  readonly parent: number
  /** Its process group. */
  readonly leader: number
  readonly cgroup: string
  readonly program: Program
  readonly exit: Deferred.Deferred<ExitStatus>
  /** Who is told; undefined: nobody knows it. */
  observer: ProcessObserver | undefined
  /** What it was spawned with. */
  readonly request: SpawnRequest | undefined
  started: boolean
  stopped: boolean
  ending: boolean
  /** Signals that wait for SIGCONT. */
  readonly pending: Array<number>
}

export interface NewProcess {
  readonly pid: number
  readonly parent: number
  readonly leader: number
  readonly cgroup: string
  readonly program: Program
  readonly observer?: ProcessObserver
  readonly request?: SpawnRequest
}

/** In this cgroup or one below it. */
export const isIn = (cgroup: string, of: string): boolean => cgroup === of || cgroup.startsWith(`${of}/`)

export class Living {
  /** Who wants to look again whenever a process has ended. */
  readonly looks = new Set<() => void>()
  private readonly byPid = new Map<number, Running>()
  private readonly freePids: Array<number>
  private lastPid = 99
  private readonly calls: Array<string>
  private readonly scope: Scope.Scope

  constructor(pids: ReadonlyArray<number>, calls: Array<string>, scope: Scope.Scope) {
    this.freePids = [...pids]
    this.calls = calls
    this.scope = scope
  }

  get all(): ReadonlyArray<Running> {
    return [...this.byPid.values()]
  }

  get(pid: number): Running | undefined {
    return this.byPid.get(pid)
  }

  nextPid(): number {
    return this.freePids.shift() ?? ++this.lastPid
  }

  add(process: NewProcess): Running {
    const running: Running = {
      pid: process.pid,
      parent: process.parent,
      leader: process.leader,
      cgroup: process.cgroup,
      program: process.program,
      observer: process.observer,
      request: process.request,
      exit: Deferred.unsafeMake<ExitStatus>(FiberId.none),
      started: false,
      stopped: process.program.stopped === true,
      ending: false,
      pending: []
    }
    this.byPid.set(process.pid, running)
    return running
  }

  /** What a cgroup and some process groups hold. */
  members(cgroup: string, leaders: ReadonlyArray<number>): ReadonlyArray<Running> {
    // A number whose leader was reaped is somebody else's once there is a process of that number again.
    const groups = leaders.map((leader) => leader < 0 && this.byPid.has(-leader) ? 0 : Math.abs(leader))
    return this.all.filter((process) =>
      (cgroup !== "" && isIn(process.cgroup, cgroup)) || groups.includes(process.leader)
    )
  }

  /** Our children by adoption that nobody knows. */
  orphans(cgroup: string): ReadonlyArray<Running> {
    return this.all.filter((process) =>
      process.observer === undefined && !this.byPid.has(process.parent) &&
      (cgroup === "" || isIn(process.cgroup, cgroup))
    )
  }

  end(process: Running, status: ExitStatus): void {
    if (this.byPid.get(process.pid) !== process) return
    this.byPid.delete(process.pid)
    this.calls.push(`end ${process.pid}`)
    // As the native core does: whatever became of it, first that it started, then that it is gone, then who is left.
    if (!process.started) process.observer?.started()
    process.started = true
    process.observer?.exited(status, this.members("", [process.leader]).length === 0)
    Deferred.unsafeDone(process.exit, Effect.succeed(status))
    for (const look of [...this.looks]) look()
  }

  /** What goes on in the background goes on whatever its caller is in the middle of, and ends with the test. */
  inBackground(effect: Effect.Effect<unknown>): Effect.Effect<void> {
    return Effect.asVoid(Effect.forkIn(Effect.interruptible(effect), this.scope))
  }

  private endAfter(process: Running, millis: number, status: ExitStatus): Effect.Effect<void> {
    if (process.ending) return Effect.void
    process.ending = true
    const end = Effect.sync(() => this.end(process, status))
    return millis === 0 ? end : this.inBackground(Effect.zipRight(Effect.sleep(millis), end))
  }

  /** A signal arrives. */
  take(process: Running, signal: number): Effect.Effect<void> {
    const { codeWhenAsked, endsAfter = 0, ignores = [] } = process.program
    if (ignores.includes(signal) || signal === 0) return Effect.void
    if (signal === SIGCONT) {
      process.stopped = false
      return Effect.forEach(process.pending.splice(0), (waiting) => this.take(process, waiting), { discard: true })
    }
    if (process.stopped && signal !== SIGKILL) return Effect.sync(() => void process.pending.push(signal))
    const killed = ExitStatus.Signaled({ signal, coreDumped: false })
    // SIGKILL does not wait for what TERM has begun.
    if (signal === SIGKILL) return Effect.sync(() => this.end(process, killed))
    const status = codeWhenAsked === undefined ? killed : ExitStatus.Exited({ code: codeWhenAsked })
    return this.endAfter(process, endsAfter, status)
  }
}
