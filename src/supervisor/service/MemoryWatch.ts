/**
 * Being told that the kernel may have killed a process of a service for want of memory: memory.events of its cgroup,
 * which there is only with cgroup v2 and its memory controller. systemd.service(5), `OOMPolicy=`.
 */
import * as Effect from "effect/Effect"
import type { FileWatch } from "../../kernel/FileWatches.ts"
import { Change, FileWatches } from "../../kernel/FileWatches.ts"

/** The file tells of more than deaths; the inbox has to look what it was. */
export interface MemoryChanged {
  readonly _tag: "MemoryChanged"
}

const memoryChanged: MemoryChanged = { _tag: "MemoryChanged" }

/** Of a cgroup that has no such file: it is not looked for again. */
const nothing: FileWatch = { cancel: () => {} }

export class MemoryWatch {
  private watch: FileWatch | undefined
  private readonly offer: (message: MemoryChanged) => void

  constructor(offer: (message: MemoryChanged) => void) {
    this.offer = offer
  }

  /** From now on until `cancel`; `undefined` if that is so already. */
  follow(cgroup: string): Effect.Effect<void, never, FileWatches> | undefined {
    if (this.watch !== undefined) return undefined
    this.watch = nothing
    return Effect.flatMap(
      FileWatches,
      (watches) =>
        Effect.match(watches.watch(`${cgroup}/memory.events`, Change.Modify, () => this.offer(memoryChanged)), {
          onSuccess: (watch) => void (this.watch = watch),
          onFailure: () => {}
        })
    )
  }

  cancel(): void {
    this.watch?.cancel()
    this.watch = undefined
  }
}
