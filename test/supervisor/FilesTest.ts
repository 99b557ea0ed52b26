/** `Files` over a tree in memory, with the refusals of the real one. */
import * as Effect from "effect/Effect"
import type { FileKind, Files } from "../../src/kernel/Files.ts"
import { KernelError } from "../../src/kernel/KernelError.ts"

/** A text is a regular file; `runs` is a program's interpreter. */
export type Node =
  | string
  | { readonly link: string }
  | { readonly kind: FileKind }
  | { readonly errno: number }
  | { readonly runs: string }

/** By path. A directory is there if something is below it, or if it is a node of its own. */
export type Tree = Readonly<Record<string, Node>>

const [ENOENT, ENOEXEC, EACCES, ENOTDIR, EINVAL, EFBIG, ELOOP] = [2, 8, 13, 20, 22, 27, 40]

/** Where a link at `path` leads. */
const resolve = (path: string, link: string): string => {
  const parts: Array<string> = []
  for (const part of (link.startsWith("/") ? link : `${path}/../${link}`).split("/").slice(1)) {
    if (part === "..") parts.pop()
    else if (part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}

export const make = (tree: Tree): typeof Files.Service => {
  const fail = (verb: string, path: string, errno: number) => new KernelError({ operation: `${verb} ${path}`, errno })
  const namesBelow = (path: string) => {
    const folder = path === "/" ? path : `${path}/`
    const below = Object.keys(tree).filter((other) => other.startsWith(folder))
    return [...new Set(below.map((other) => other.slice(folder.length).split("/")[0] ?? ""))].sort()
  }
  const kindOf = (path: string): FileKind => {
    const node = tree[path]
    if (node === undefined) return namesBelow(path).length > 0 ? "directory" : "absent"
    if (typeof node === "string" || "errno" in node || "runs" in node) return "file"
    return "link" in node ? "link" : node.kind
  }
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
    if (typeof node === "string") return node.length > limit ? fail("read", path, EFBIG) : Effect.succeed(node)
    return fail("read", path, "errno" in node ? node.errno : EINVAL)
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
  return {
    read,
    readAll: (paths, limit) => Effect.forEach(paths, (path) => Effect.merge(read(path, limit))),
    write: (path) => Effect.die(new Error(`nobody writes ${path} in these tests`)),
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
    interpreter: (path) => {
      const node = tree[path]
      if (node === undefined) return fail("look into", path, ENOENT)
      if (typeof node === "string") return fail("look into", path, node.startsWith("#!") ? EACCES : ENOEXEC)
      return "runs" in node ? Effect.succeed(node.runs) : fail("look into", path, "errno" in node ? node.errno : EINVAL)
    }
  }
}
