/**
 * Finding the main process of a service that has not told us by being our child: by its PID file, or by looking at who
 * is left in the unit's group. systemd.service(5), `PIDFile=` and `GuessMainPID=`.
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { FileWatch } from "../../kernel/FileWatches.ts"
import { Change, FileWatches } from "../../kernel/FileWatches.ts"
import { Processes } from "../../kernel/Processes.ts"
import { System } from "../../kernel/System.ts"
import type { Service } from "../../unit/Unit.ts"
import * as PidFile from "../PidFile.ts"
import type { Event } from "../StateEvent.ts"
import * as Owner from "./Owner.ts"
import type { UnitProcesses } from "./UnitProcesses.ts"

/** A PID file is a number and a newline. */
const sizeLimit = 4096

export class MainProcess {
  private watch: FileWatch | undefined
  private readonly processes: UnitProcesses
  private readonly offer: (event: Event | { readonly _tag: "PidFileChanged" }) => void

  constructor(
    processes: UnitProcesses,
    offer: (event: Event | { readonly _tag: "PidFileChanged" }) => void
  ) {
    this.processes = processes
    this.offer = offer
  }

  /** `last`: no later command could still write the PID file, so that it has to be waited for. */
  find(service: Service, last: boolean): Effect.Effect<Event, never, Files | FileWatches | Processes | System> {
    const { GuessMainPID, PIDFile } = service.Service
    if (PIDFile !== undefined) return this.byFile(PIDFile, last)
    return GuessMainPID === false ? Effect.succeed(missing("")) : this.byGuess()
  }

  /** A process that the service has named, `MAINPID=`; it may be one that was the main process before. */
  named(pid: number): Effect.Effect<Event | undefined, never, Processes> {
    if (this.processes.knows(pid)) return Effect.succeed({ _tag: "MainFound", pid })
    return Effect.flatMap(this.processes.has(pid), (ours) => ours ? this.adopt(pid) : Effect.succeed(undefined))
  }

  /** Of a service that is down the file names nobody, and the next start must not take it for news. */
  static removeFile(path: string): Effect.Effect<void, never, Files> {
    return Effect.ignore(Effect.flatMap(Files, (files) => files.remove(path)))
  }

  forget(): void {
    this.watch?.cancel()
    this.watch = undefined
  }

  private byFile(
    path: string,
    last: boolean
  ): Effect.Effect<Event, never, Files | FileWatches | Processes | System> {
    return Effect.gen(this, function*() {
      // Watched for ahead of the look: what is written in between is seen either way.
      const waits = last && (yield* this.await(path))
      const read = yield* this.read(path)
      if (typeof read === "number") {
        const found = (yield* this.isOurs(read, path)) ? yield* this.named(read) : undefined
        if (found !== undefined) {
          this.forget()
          return found
        }
      }
      const text = typeof read === "string"
        ? `PIDFile=${path}: ${read}`
        : `PIDFile=${path}: ${read} is no process of this unit`
      return last ? { ...missing(text), waits } : missing("")
    })
  }

  /** By its cgroup; without one, by who wrote the file. */
  private isOurs(pid: number, path: string): Effect.Effect<boolean, never, Files> {
    if (this.processes.isWhole) return Effect.succeed(true)
    return Effect.gen(function*() {
      const status = yield* (yield* Files).status(path, true)
      return status !== undefined && (yield* Owner.maySignal(status.uid, pid))
    })
  }

  private read(path: string): Effect.Effect<number | string, never, Files | System> {
    return Effect.gen(function*() {
      const files = yield* Files
      const system = yield* System
      const text = yield* Effect.either(files.read(path, sizeLimit))
      if (text._tag === "Left") return text.left.message
      return PidFile.parse(text.right, yield* system.pid)
    })
  }

  /** Told of every change in the file's directory, which is there as a rule; the file may be renamed into place. */
  private await(path: string): Effect.Effect<boolean, never, FileWatches> {
    if (this.watch !== undefined) return Effect.succeed(true)
    const directory = path.slice(0, path.lastIndexOf("/")) || "/"
    const mask = Change.Create | Change.MovedTo | Change.CloseWrite | Change.Modify
    return Effect.flatMap(
      FileWatches,
      (watches) =>
        Effect.match(watches.watch(directory, mask, () => this.offer({ _tag: "PidFileChanged" })), {
          onSuccess: (watch) => {
            this.watch = watch
            return true
          },
          onFailure: () => false
        })
    )
  }

  /** Exactly one process that its parent has left to us. */
  private byGuess(): Effect.Effect<Event, never, Processes> {
    return Effect.gen(this, function*() {
      const orphans = yield* this.processes.orphans
      const [only] = orphans
      if (only === undefined || orphans.length > 1) {
        return missing(
          orphans.length === 0 ? "" : `which of ${orphans.join(", ")} is the main process is not to be told`
        )
      }
      return (yield* this.adopt(only)) ?? missing("")
    })
  }

  private adopt(pid: number): Effect.Effect<Event | undefined, never, Processes> {
    return Effect.flatMap(Processes, (processes) =>
      Effect.map(
        processes.adopt(pid, (status, alone) => {
          this.offer({ _tag: "Exited", pid, status, oom: false })
          this.processes.remove(pid, alone)
        }),
        (adopted): Event | undefined => {
          if (adopted === undefined) return undefined
          this.processes.adopt(pid, adopted.group)
          return { _tag: "MainFound", pid }
        }
      ))
  }
}

const missing = (text: string): Event => ({ _tag: "MainMissing", waits: false, text })
