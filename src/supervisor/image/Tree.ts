/**
 * Paths as processes of the image will see them: below a root directory, in which absolute links begin anew and none
 * leads out.
 */
import * as Effect from "effect/Effect"
import type { FileKind } from "../../kernel/Files.ts"
import { Files } from "../../kernel/Files.ts"

export interface Found {
  /** Links are followed; `unknown` where we may not look. */
  readonly kind: Exclude<FileKind, "link"> | "unknown"
  /** The path below the root without links, as far as it is there. */
  readonly path: string
}

export interface Tree {
  /** What is behind a path of the image. */
  readonly find: (path: string) => Effect.Effect<Found, never, Files>
  /** The names in a directory that `find` has found; none where it cannot be read. */
  readonly list: (path: string) => Effect.Effect<ReadonlyArray<string>, never, Files>
  /** Where that is for us. */
  readonly outside: (path: string) => string
}

/** As many links as the kernel follows in one path, path_resolution(7). */
const mostLinks = 40

interface Entry {
  readonly kind: FileKind | "unknown"
  readonly link: string
}

/** What was seen is kept: the tree is taken to stand still meanwhile. */
export const make = (root: string): Tree => {
  const prefix = root.replace(/\/+$/, "")
  const outside = (path: string) => path === "" ? prefix || "/" : prefix + path
  const entries = new Map<string, Entry>()
  const lists = new Map<string, ReadonlyArray<string>>()

  const look = (path: string): Effect.Effect<Entry, never, Files> =>
    Effect.gen(function*() {
      const known = entries.get(path)
      if (known !== undefined) return known
      const files = yield* Files
      const kind = yield* Effect.orElseSucceed(files.kind(outside(path)), () => "unknown" as const)
      const link = kind === "link" ? yield* Effect.orElseSucceed(files.readLink(outside(path)), () => "") : ""
      const entry = { kind, link }
      entries.set(path, entry)
      return entry
    })

  const find = (path: string): Effect.Effect<Found, never, Files> =>
    Effect.gen(function*() {
      // The components still to go, the next one last.
      const ahead = path.split("/").reverse()
      let at = ""
      let kind: Found["kind"] = "directory"
      let links = 0
      while (ahead.length > 0) {
        const name = ahead.pop() ?? ""
        if (name === "" || name === ".") continue
        if (kind !== "directory") return { kind: kind === "unknown" ? kind : "absent", path: at }
        if (name === "..") {
          at = at.slice(0, at.lastIndexOf("/"))
          continue
        }
        const next = `${at}/${name}`
        const entry = yield* look(next)
        if (entry.kind === "link") {
          if (++links > mostLinks) return { kind: "absent", path: at }
          if (entry.link.startsWith("/")) at = ""
          for (const part of entry.link.split("/").reverse()) ahead.push(part)
        } else if (entry.kind === "absent") {
          return { kind: "absent", path: at }
        } else {
          at = next
          kind = entry.kind
        }
      }
      return { kind, path: at }
    })

  const list = (path: string): Effect.Effect<ReadonlyArray<string>, never, Files> =>
    Effect.gen(function*() {
      const known = lists.get(path)
      if (known !== undefined) return known
      const files = yield* Files
      const names = yield* Effect.orElseSucceed(files.list(outside(path)), (): ReadonlyArray<string> => [])
      lists.set(path, names)
      return names
    })

  return { find, list, outside }
}
