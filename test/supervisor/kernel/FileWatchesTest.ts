/** `FileWatches` of the scripted kernel: the test says what changes. */
import * as Effect from "effect/Effect"
import type { FileKind } from "../../../src/kernel/Files.ts"
import type { FileWatches } from "../../../src/kernel/FileWatches.ts"
import { Change } from "../../../src/kernel/FileWatches.ts"
import { KernelError } from "../../../src/kernel/KernelError.ts"

export interface FileWatchesTest {
  readonly port: typeof FileWatches.Service
  /** Something happened to what is at this path: bits of `Change`. */
  readonly change: (path: string, mask: number) => void
  /** The paths that are watched now. */
  readonly watched: () => ReadonlyArray<string>
}

const ENOENT = 2
const always = Change.Overflow | Change.Ignored

/** `errno`: nothing can be watched, and why. */
export const make = (kindOf: (path: string) => FileKind, errno: number | undefined): FileWatchesTest => {
  const watchers = new Set<{ readonly path: string; readonly mask: number; readonly changed: (mask: number) => void }>()
  return {
    watched: () => [...watchers].map(({ path }) => path).sort(),
    change: (path, mask) => {
      for (const watcher of [...watchers]) {
        const told = mask & (watcher.mask | always)
        if (watcher.path !== path || told === 0) continue
        if ((told & Change.Ignored) !== 0) watchers.delete(watcher)
        watcher.changed(told)
      }
    },
    port: {
      watch: (path, mask, changed) =>
        Effect.suspend(() => {
          if (errno !== undefined) return new KernelError({ operation: `watch ${path}`, errno })
          if (kindOf(path) === "absent") return new KernelError({ operation: `watch ${path}`, errno: ENOENT })
          const watcher = { path, mask, changed }
          watchers.add(watcher)
          return Effect.succeed({ cancel: () => void watchers.delete(watcher) })
        })
    }
  }
}
