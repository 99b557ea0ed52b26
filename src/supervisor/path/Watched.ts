/**
 * One path of a path unit on the file system, systemd.path(5): whether it has what is looked for, and being told when
 * that may have changed, inotify(7).
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { FileWatch } from "../../kernel/FileWatches.ts"
import { Change, FileWatches } from "../../kernel/FileWatches.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import type { Watch } from "../../unit/Unit.ts"
import * as Glob from "../Glob.ts"

export type Ports = Files | FileWatches

/** A directory on the way to what is not there yet. */
const onTheWay = Change.MoveSelf | Change.DeleteSelf | Change.Attributes | Change.Create | Change.MovedTo
/** One on the way to what is there: only its own leaving matters. */
const passed = Change.MoveSelf
const itself = Change.DeleteSelf | Change.MoveSelf | Change.Attributes
const changed = itself | Change.CloseWrite | Change.Create | Change.Delete | Change.MovedFrom | Change.MovedTo

const masks: Readonly<Record<Watch["type"], number>> = {
  PathExists: itself,
  PathExistsGlob: itself,
  PathChanged: changed,
  PathModified: changed | Change.Modify,
  DirectoryNotEmpty: itself | Change.Create | Change.MovedTo
}

/** By errno(3): there is nothing, or nothing to be seen. */
const absences: ReadonlyArray<number> = [2, 13, 20, 40]

/** `/`, `/a`, `/a/b` for `/a/b`. */
export const stations = (path: string): ReadonlyArray<string> => {
  const found = ["/"]
  for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) found.push(path.slice(0, at))
  if (path !== "/") found.push(path)
  return found
}

const leftovers = [
  ...["~", ".rpmnew", ".rpmsave", ".rpmorig", ".dpkg-old", ".dpkg-new", ".dpkg-tmp", ".dpkg-dist", ".dpkg-bak"],
  ...[".dpkg-backup", ".dpkg-remove", ".ucf-new", ".ucf-old", ".ucf-dist", ".swp", ".bak", ".old", ".new"]
]
const furniture = ["lost+found", "aquota.user", "aquota.group"]

/** What systemd overlooks in a directory: hidden files, and what editors and package managers leave. */
export const isOverlooked = (name: string): boolean =>
  name.startsWith(".") || furniture.includes(name) || leftovers.some((end) => name.endsWith(end))

export class Watched {
  readonly watch: Watch
  /** Of `PathChanged=` and `PathModified=`: whether there was something at the last look. */
  private existed = false
  private watches: ReadonlyArray<FileWatch> = []

  constructor(watch: Watch) {
    this.watch = watch
  }

  /** Whether the old state is what is only looked at for the next time. */
  get isEdge(): boolean {
    return this.watch.type === "PathChanged" || this.watch.type === "PathModified"
  }

  /**
   * The path that has what is looked for. `note`: what has changed since the last look is only noted, where changes are
   * what is looked for.
   */
  check(note: boolean): Effect.Effect<string | undefined, never, Files> {
    const { path, type } = this.watch
    return Effect.gen(this, function*() {
      const files = yield* Files
      switch (type) {
        case "PathExists":
          return (yield* files.status(path, true)) === undefined ? undefined : path
        case "PathExistsGlob":
          return (yield* Glob.expand(path))[0]
        case "DirectoryNotEmpty": {
          const names = yield* Effect.orElseSucceed(files.list(path), () => [])
          return names.some((name) => !isOverlooked(name)) ? path : undefined
        }
        case "PathChanged":
        case "PathModified": {
          const exists = (yield* files.status(path, true)) !== undefined
          const differs = exists !== this.existed
          this.existed = exists
          return differs && !note ? path : undefined
        }
      }
    })
  }

  /**
   * Watches the path and, as long as it is not all there, the way to it. `told`: whether it is the path itself that has
   * changed. Watches from before are given up afterwards, so that nothing is missed in between.
   */
  observe(told: (itself: boolean) => void): Effect.Effect<void, KernelError, Ports> {
    return Effect.gen(this, function*() {
      const before = this.watches
      const fresh: Array<FileWatch> = []
      this.watches = fresh
      const add = (path: string, mask: number, isItself: boolean) =>
        Effect.flatMap(
          FileWatches,
          (watches) =>
            Effect.map(watches.watch(path, mask, () => told(isItself)), (watch) => {
              fresh.push(watch)
              return watch
            })
        )
      const all = stations(this.watch.path)
      let above: { readonly station: string; readonly watches: ReadonlyArray<FileWatch> } | undefined
      for (const [index, station] of all.entries()) {
        const last = index + 1 === all.length
        const mask = last ? masks[this.watch.type] : onTheWay
        const these = yield* this.addStation(station, mask, last && this.isEdge, add)
        if (these === undefined) break
        if (above !== undefined) {
          for (const watch of above.watches) watch.cancel()
          // It may be gone already; then what is below it has told so.
          yield* Effect.ignore(add(above.station, passed, false))
        }
        above = { station, watches: these }
      }
      for (const watch of before) watch.cancel()
    })
  }

  /** A link is watched as well as what it leads to. `undefined`: there is nothing yet. */
  private addStation(
    station: string,
    mask: number,
    isItself: boolean,
    add: (path: string, mask: number, isItself: boolean) => Effect.Effect<FileWatch, KernelError, Ports>
  ): Effect.Effect<ReadonlyArray<FileWatch> | undefined, KernelError, Ports> {
    return Effect.gen(function*() {
      const files = yield* Files
      const these: Array<FileWatch> = []
      const kind = yield* Effect.orElseSucceed(files.kind(station), () => "absent" as const)
      if (kind === "link") these.push(yield* add(station, mask | Change.DontFollow, false))
      these.push(yield* add(station, mask, isItself))
      return these
    }).pipe(
      Effect.catchAll((error) => absences.includes(error.errno) ? Effect.succeed(undefined) : Effect.fail(error))
    )
  }

  unobserve(): void {
    for (const watch of this.watches) watch.cancel()
    this.watches = []
  }
}
