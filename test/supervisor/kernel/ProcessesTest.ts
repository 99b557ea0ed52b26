/** `Processes` of the scripted kernel: programs do what the script says of their path. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { KernelError } from "../../../src/kernel/KernelError.ts"
import type { Processes, ProcessObserver, SpawnRequest } from "../../../src/kernel/Processes.ts"
import { ExitStatus, SpawnError } from "../../../src/kernel/Processes.ts"
import { nameWithoutSuffix } from "../../../src/unit/UnitName.ts"
import type { Program, Script } from "../Script.ts"
import type { Living, Running } from "./Living.ts"

/** What the scripted kernel notes, and what it asks of its other parts. */
export interface Notes {
  readonly calls: Array<string>
  readonly requests: Array<SpawnRequest>
  /** Units that had two main processes at a time. */
  readonly overlaps: Array<string>
  /** A process says something to the socket that it was given. */
  readonly notify: (from: Running, text: string) => void
  /** A program writes a file, as a PID file. */
  readonly write: (path: string, text: string) => void
}

const isList = (programs: Program | ReadonlyArray<Program>): programs is ReadonlyArray<Program> =>
  Array.isArray(programs)

export const make = (script: Script, living: Living, notes: Notes): typeof Processes.Service => {
  const runs = new Map<string, number>()

  const programOf = (file: string): Program => {
    // It does its steps and ends.
    if (file === "") return { exitsAfter: 0 }
    const programs = script.programs?.[file] ?? {}
    if (!isList(programs)) return programs
    const run = runs.get(file) ?? 0
    runs.set(file, run + 1)
    return programs[Math.min(run, programs.length - 1)] ?? {}
  }

  /** What a program does once it is one; `request` is that of the process that was spawned for it. */
  const act = (process: Running): Effect.Effect<void> =>
    Effect.gen(function*() {
      const { code = 0, diesOf, exitsAfter, leaves, notifies = [], writes = {} } = process.program
      process.started = true
      for (const [path, text] of Object.entries(writes)) notes.write(path, text.replaceAll("%pid", String(process.pid)))
      for (const left of leaves === undefined ? [] : isList(leaves) ? leaves : [leaves]) {
        const pid = living.nextPid()
        const child = living.add({
          pid,
          parent: process.pid,
          leader: left.ownSession === true ? pid : process.leader,
          cgroup: process.cgroup,
          program: left,
          ...(process.request === undefined ? {} : { request: process.request })
        })
        yield* living.inBackground(act(child))
      }
      for (const [millis, text] of notifies) {
        const say = Effect.sync(() => {
          if (living.get(process.pid) === process) notes.notify(process, text)
        })
        yield* millis === 0 ? say : living.inBackground(Effect.zipRight(Effect.sleep(millis), say))
      }
      if (exitsAfter === undefined) return
      if (exitsAfter > 0) yield* Effect.sleep(exitsAfter)
      if (process.ending) return
      const status = diesOf === undefined
        ? ExitStatus.Exited({ code })
        : ExitStatus.Signaled({ signal: diesOf, coreDumped: process.program.dumps === true })
      living.end(process, status)
    })

  const live = (process: Running, observer: ProcessObserver, file: string): Effect.Effect<void> =>
    Effect.gen(function*() {
      const { execErrno, startsAfter = 0 } = process.program
      if (startsAfter > 0) yield* Effect.sleep(startsAfter)
      if (living.get(process.pid) !== process) return
      if (execErrno !== undefined) {
        process.started = true
        observer.failed(new SpawnError({ file, directory: "", step: "exec", errno: execErrno }))
        return living.end(process, ExitStatus.Exited({ code: 203 }))
      }
      process.started = true
      observer.started()
      yield* act(process)
    })

  return {
    spawn: (request, observer) =>
      Effect.gen(function*() {
        const program = programOf(request.file)
        const label = nameWithoutSuffix(request.unit)
        notes.calls.push(`spawn ${label} ${request.argv.join(" ")}`)
        notes.requests.push(request)
        if (program.defect !== undefined) return yield* Effect.die(new Error(program.defect))
        if (program.forkErrno !== undefined) {
          return yield* new KernelError({ operation: `start a process for ${request.file}`, errno: program.forkErrno })
        }
        if (living.all.some((other) => other.parent === 1 && other.request?.unit === request.unit)) {
          notes.overlaps.push(label)
        }
        const pid = living.nextPid()
        const { cgroup } = request
        const process = living.add({ pid, parent: 1, leader: pid, cgroup, program, observer, request })
        yield* living.inBackground(live(process, observer, request.file))
        return { pid, exit: Deferred.await(process.exit) }
      }),
    adopt: (pid, exited) =>
      Effect.sync(() => {
        const process = living.get(pid)
        if (process === undefined || process.observer !== undefined) return undefined
        notes.calls.push(`adopt ${pid}`)
        process.observer = { started: () => {}, failed: () => {}, refused: () => {}, exited }
        return { group: process.leader }
      }),
    signal: (pid, signal) =>
      Effect.suspend(() => {
        const process = living.get(pid)
        if (process?.observer === undefined) return Effect.void
        notes.calls.push(`kill ${pid} ${signal}`)
        return living.take(process, signal)
      }),
    orphansReaped: Effect.succeed(0),
    reopenFiles: Effect.sync(() => script.movedFiles ?? 0),
    resetTerminal: ({ terminal }) => Effect.sync(() => void notes.calls.push(`reset ${terminal}`)),
    terminateRest: () =>
      Effect.sync(() => {
        notes.calls.push("terminate the rest")
        return script.strays === true
      })
  }
}
