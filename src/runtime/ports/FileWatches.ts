/** `FileWatches` over the native core, inotify(7): one watch of the kernel's a file, however many want to know. */
import * as Effect from "effect/Effect"
import type { FileWatches } from "../../kernel/FileWatches.ts"
import { Change } from "../../kernel/FileWatches.ts"
import { KernelError } from "../../kernel/KernelError.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import * as Call from "../Call.ts"
import type { Events } from "../Events.ts"

interface Watcher {
  readonly mask: number
  readonly changed: (mask: number) => void
}

/** The core's number for what happened to no file in particular. */
const everything = -1
/** What the errno alone would not say. */
const limits: Readonly<Record<number, string>> = {
  24: " (the limit is fs.inotify.max_user_instances)",
  28: " (the limit is fs.inotify.max_user_watches)"
}
const always = Change.Overflow | Change.Ignored

export const make = (binding: Binding, events: Events): typeof FileWatches.Service => {
  const watches = new Map<number, Set<Watcher>>()

  const tell = (watch: number, watchers: Set<Watcher>, mask: number) => {
    if ((mask & Change.Ignored) !== 0) {
      watches.delete(watch)
      events.off(EventKind.File, watch)
    }
    for (const watcher of [...watchers]) {
      const told = mask & (watcher.mask | always)
      // An earlier one may have taken this one back.
      if (told !== 0 && watchers.has(watcher)) watcher.changed(told)
    }
    if ((mask & Change.Ignored) !== 0) watchers.clear()
  }

  const add = (watch: number, watcher: Watcher) => {
    const known = watches.get(watch)
    const watchers = known ?? new Set<Watcher>()
    if (known === undefined) {
      watches.set(watch, watchers)
      events.on(EventKind.File, watch, (_, mask) => tell(watch, watchers, mask))
    }
    watchers.add(watcher)
    return {
      cancel: () => {
        if (!watchers.delete(watcher) || watchers.size > 0 || watches.get(watch) !== watchers) return
        watches.delete(watch)
        events.off(EventKind.File, watch)
        binding.file_unwatch(watch)
      }
    }
  }

  events.on(EventKind.File, everything, (_, mask) => {
    for (const [watch, watchers] of [...watches]) tell(watch, watchers, mask)
  })

  return {
    watch: (path, mask, changed) =>
      Effect.map(
        Effect.mapError(
          Call.number(`watch ${path}`, () => binding.file_watch(path, mask)),
          ({ errno, operation }) => new KernelError({ operation: `${operation}${limits[errno] ?? ""}`, errno })
        ),
        (watch) => add(watch, { mask, changed })
      )
  }
}
