/** `Files` over a tree in memory, with the refusals of the real one. */
import * as Effect from "effect/Effect"
import type { FileKind, Files, FileStatus } from "../../src/kernel/Files.ts"
import { KernelError } from "../../src/kernel/KernelError.ts"

/** A text is a regular file; `runs` is a program's interpreter. */
export type Node =
  | string
  | { readonly link: string }
  | { readonly kind: FileKind }
  | { readonly errno: number }
  | { readonly runs: string }
  /** Who reads it waits for ever: a file system that has gone away. */
  | { readonly hangs: true }
  /** A file with what stat(2) says of it; not said: a regular file of root's, mode 0644, changed in 1970. */
  | { readonly text: string; readonly status: Partial<FileStatus> }

/** By path. A directory is there if something is below it, or if it is a node of its own. */
export type Tree = Readonly<Record<string, Node>>
/** The same, while a test changes it. */
export type MutableTree = Record<string, Node>

const [ENOENT, ENOEXEC, EACCES, EEXIST, ENOTDIR, EINVAL, EFBIG, ELOOP] = [2, 8, 13, 17, 20, 22, 27, 40]

/** Where a link at `path` leads. */
const resolve = (path: string, link: string): string => {
  const parts: Array<string> = []
  for (const part of (link.startsWith("/") ? link : `${path}/../${link}`).split("/").slice(1)) {
    if (part === "..") parts.pop()
    else if (part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}

const namesIn = (tree: Tree, path: string): ReadonlyArray<string> => {
  const folder = path === "/" ? path : `${path}/`
  const below = Object.keys(tree).filter((other) => other.startsWith(folder) && other !== folder)
  return [...new Set(below.map((other) => other.slice(folder.length).split("/")[0] ?? ""))].sort()
}

/** What is at a path; a link is told as a link. */
export const kindIn = (tree: Tree, path: string): FileKind => {
  const node = tree[path]
  if (node === undefined) return namesIn(tree, path).length > 0 ? "directory" : "absent"
  if (typeof node === "string" || "errno" in node || "runs" in node || "text" in node || "hangs" in node) {
    return "file"
  }
  return "link" in node ? "link" : node.kind
}

/** What is mounted, by path; all else is on the root, which can be written to. */
export type MountTable = Readonly<Record<string, "read-only" | "read-write">>

/** Writing changes `tree` itself. */
export const make = (tree: MutableTree, mounts: MountTable = {}): typeof Files.Service => {
  const fail = (verb: string, path: string, errno: number) => new KernelError({ operation: `${verb} ${path}`, errno })
  const namesBelow = (path: string) => namesIn(tree, path)
  const kindOf = (path: string) => kindIn(tree, path)
  /** What links along `path` lead to in the end; `undefined` where they lead in a circle. */
  const follow = (path: string): string | undefined => {
    let at = path
    for (let hops = 0; hops < 40; hops++) {
      const parts = at.split("/")
      const linked = parts.map((_, index) => parts.slice(0, index + 1).join("/")).find((part) =>
        kindOf(part) === "link"
      )
      const node = linked === undefined ? undefined : tree[linked]
      if (linked === undefined || typeof node !== "object" || !("link" in node)) return at
      at = resolve(linked, node.link) + at.slice(linked.length)
    }
    return undefined
  }
  const read = (path: string, limit: number): Effect.Effect<string, KernelError> => {
    const at = follow(path)
    if (at === undefined) return fail("read", path, ELOOP)
    const node = tree[at]
    if (node === undefined) return fail("read", path, at === "/dev/null" || kindOf(at) !== "absent" ? EINVAL : ENOENT)
    if (typeof node === "object" && "hangs" in node) return Effect.never
    const content = typeof node === "object" && "text" in node ? node.text : node
    if (typeof content === "string") return content.length > limit ? fail("read", path, EFBIG) : Effect.succeed(content)
    return fail("read", path, typeof node === "object" && "errno" in node ? node.errno : EINVAL)
  }
  const list = (path: string): Effect.Effect<ReadonlyArray<string>, KernelError> => {
    const at = follow(path)
    if (at === undefined) return fail("list", path, ELOOP)
    const node = tree[at]
    if (node !== undefined && typeof node !== "string" && "errno" in node) return fail("list", path, node.errno)
    const kind = kindOf(at)
    if (kind === "absent") return fail("list", path, ENOENT)
    return kind === "directory" ? Effect.succeed(namesBelow(at)) : fail("list", path, ENOTDIR)
  }
  const put = (verb: string, path: string, node: Node): Effect.Effect<void, KernelError> =>
    Effect.suspend(() => {
      const there = tree[path]
      if (typeof there === "object" && "errno" in there) return fail(verb, path, there.errno)
      tree[path] = node
      return Effect.void
    })
  const statusOf = (path: string, following: boolean): FileStatus | undefined => {
    const at = following ? follow(path) : path
    const kind = at === undefined ? "absent" : kindOf(at)
    if (at === undefined || kind === "absent") return undefined
    const node = tree[at]
    const size = typeof node === "string"
      ? node.length
      : typeof node === "object" && "text" in node
      ? node.text.length
      : 0
    const mode = kind === "directory" || (typeof node === "object" && "runs" in node) ? 0o755 : 0o644
    const said = typeof node === "object" && "status" in node ? node.status : {}
    return { kind, mode, size, uid: 0, gid: 0, modified: 0, device: 1, ...said }
  }
  return {
    read,
    // Of a text that holds bytes, one a character.
    readBytes: (path, limit) =>
      Effect.map(read(path, limit), (text) => Uint8Array.from(text, (character) => character.charCodeAt(0))),
    readAll: (paths, limit) => Effect.forEach(paths, (path) => Effect.merge(read(path, limit))),
    write: (path, text) => put("write", path, text),
    list,
    scan: (path) =>
      Effect.map(list(path), (names) => {
        const directory = follow(path) ?? path
        const those = (kind: FileKind) => new Set(names.filter((name) => kindOf(`${directory}/${name}`) === kind))
        return { names, links: those("link"), folders: those("directory") }
      }),
    kind: (path) => Effect.sync(() => kindOf(path)),
    readLink: (path) => {
      const node = tree[path]
      return node !== undefined && typeof node !== "string" && "link" in node
        ? Effect.succeed(node.link)
        : fail("read the link", path, EINVAL)
    },
    makeLink: (target, path) =>
      Effect.suspend(() => {
        if (tree[path] !== undefined) return fail("make the link", path, EEXIST)
        tree[path] = { link: target }
        return Effect.void
      }),
    interpreter: (path) => {
      const node = tree[path]
      if (node === undefined) return fail("look into", path, ENOENT)
      if (typeof node === "object" && "text" in node) return fail("look into", path, ENOEXEC)
      if (typeof node === "string") return fail("look into", path, node.startsWith("#!") ? EACCES : ENOEXEC)
      return "runs" in node ? Effect.succeed(node.runs) : fail("look into", path, "errno" in node ? node.errno : EINVAL)
    },
    status: (path, following) => Effect.sync(() => statusOf(path, following)),
    modified: (path) => Effect.sync(() => statusOf(path, true)?.modified),
    isMountPoint: (path) =>
      Effect.suspend(() => {
        const at = follow(path)
        if (at === undefined || kindOf(at) === "absent") return fail("look for a mount at", path, ENOENT)
        return Effect.succeed(at === "/" || mounts[at] !== undefined)
      }),
    isReadOnly: (path) =>
      Effect.suspend(() => {
        let at = follow(path) ?? path
        if (at !== "/" && kindOf(at) === "absent") return fail("look whether read-only", path, ENOENT)
        while (at !== "" && mounts[at] === undefined) at = at.slice(0, at.lastIndexOf("/"))
        return Effect.succeed(mounts[at] === "read-only")
      }),
    makeDirectory: (path) =>
      Effect.suspend(() => {
        const kind = kindOf(follow(path) ?? path)
        if (kind !== "absent" && kind !== "directory") return fail("make the directory", path, EEXIST)
        if (kind === "absent") tree[path] = { kind: "directory" }
        return Effect.void
      }),
    touch: (path, modified) =>
      Effect.suspend(() => {
        const node = tree[path]
        const text = typeof node === "string" ? node : typeof node === "object" && "text" in node ? node.text : ""
        return put("touch", path, { text, status: { modified } })
      }),
    remove: (path) =>
      Effect.suspend(() => {
        if (tree[path] === undefined) return fail("remove", path, ENOENT)
        delete tree[path]
        return Effect.void
      })
  }
}
