/** `Files` over a tree in memory, with the refusals of the real one. */
import * as Effect from "effect/Effect"
import type { FileKind, Files } from "../../src/kernel/Files.ts"
import { KernelError } from "../../src/kernel/KernelError.ts"

/** A text is a regular file. */
export type Node = string | { readonly link: string } | { readonly kind: FileKind } | { readonly errno: number }

/** By path. A directory is there if something is below it, or if it is a node of its own. */
export type Tree = Readonly<Record<string, Node>>

const [ENOENT, ENOTDIR, EINVAL, EFBIG] = [2, 20, 22, 27]

export const make = (tree: Tree): typeof Files.Service => {
  const fail = (verb: string, path: string, errno: number) => new KernelError({ operation: `${verb} ${path}`, errno })
  const namesBelow = (path: string) => {
    const below = Object.keys(tree).filter((other) => other.startsWith(`${path}/`))
    return [...new Set(below.map((other) => other.slice(path.length + 1).split("/")[0] ?? ""))].sort()
  }
  const kindOf = (path: string): FileKind => {
    const node = tree[path]
    if (node === undefined) return namesBelow(path).length > 0 ? "directory" : "absent"
    if (typeof node === "string" || "errno" in node) return "file"
    return "link" in node ? "link" : node.kind
  }
  const read = (path: string, limit: number): Effect.Effect<string, KernelError> => {
    const node = tree[path]
    if (node === undefined) return fail("read", path, kindOf(path) === "directory" ? EINVAL : ENOENT)
    if (typeof node === "string") return node.length > limit ? fail("read", path, EFBIG) : Effect.succeed(node)
    if ("errno" in node) return fail("read", path, node.errno)
    if ("kind" in node) return fail("read", path, EINVAL)
    return node.link === "/dev/null" ? fail("read", path, EINVAL) : read(node.link, limit)
  }
  return {
    read,
    write: (path) => Effect.die(new Error(`nobody writes ${path} in these tests`)),
    list: (path) => {
      const node = tree[path]
      if (node !== undefined && typeof node !== "string" && "errno" in node) return fail("list", path, node.errno)
      const kind = kindOf(path)
      if (kind === "absent") return fail("list", path, ENOENT)
      return kind === "directory" ? Effect.succeed(namesBelow(path)) : fail("list", path, ENOTDIR)
    },
    kind: (path) => Effect.sync(() => kindOf(path)),
    readLink: (path) => {
      const node = tree[path]
      return node !== undefined && typeof node !== "string" && "link" in node
        ? Effect.succeed(node.link)
        : fail("read the link", path, EINVAL)
    }
  }
}
