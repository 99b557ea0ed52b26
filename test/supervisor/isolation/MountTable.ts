/**
 * A model of mount_namespaces(7), as far as steps of Mounts.ts change them: file systems are sets of paths, and a mount
 * shows a directory of one of them at a place of another mount.
 */
import type { Action, Step } from "../../../src/kernel/Step.ts"
import * as Rules from "../../../src/supervisor/isolation/Rules.ts"

export const readOnly = 1
export const noExec = 8

export interface FileSystem {
  readonly name: string
  readonly paths: Set<string>
}

interface Mount {
  readonly parent: Mount | undefined
  /** Where it is, an absolute path. */
  readonly point: string
  readonly fileSystem: FileSystem
  /** The directory of the file system that is seen there. */
  readonly root: string
  attributes: number
}

/** What is seen at a path. */
export interface Seen {
  /** `disk:/usr/bin`. */
  readonly file: string
  readonly attributes: number
}

/** A copy: the mount itself, first, and those below it. */
type Tree = Array<Mount>

const join = (root: string, rest: string): string => (root === "/" ? "" : root) + rest || "/"

const prefixes = (path: string): ReadonlyArray<string> =>
  path === "/" ? ["/"] : ["/", ...path.split("/").slice(1).map((_, at, all) => `/${all.slice(0, at + 1).join("/")}`)]

export class MountTable {
  private mounts: Array<Mount>
  private readonly slots = new Map<number, Tree>()
  private fresh = 0

  constructor(root: FileSystem) {
    this.mounts = [{ parent: undefined, point: "/", fileSystem: root, root: "/", attributes: 0 }]
  }

  mount(fileSystem: FileSystem, point: string, attributes = 0): void {
    this.mounts.push({ parent: this.at(point), point, fileSystem, root: "/", attributes })
  }

  /** The mount that a path is on; with `over` false what is mounted just there is not looked at. */
  private at(path: string, over = true): Mount {
    let [mount] = this.mounts
    for (const prefix of prefixes(path)) {
      if (prefix === path && !over) break
      for (let next = mount; next !== undefined;) {
        mount = next
        next = this.mounts.filter((one) => one.parent === mount && one.point === prefix).at(-1)
      }
    }
    if (mount === undefined) throw new Error("there is no root")
    return mount
  }

  private fileAt(mount: Mount, path: string): string {
    return join(mount.root, mount.point === "/" ? path === "/" ? "" : path : path.slice(mount.point.length))
  }

  see(path: string): Seen | undefined {
    const mount = this.at(path)
    const file = this.fileAt(mount, path)
    return mount.fileSystem.paths.has(file)
      ? { file: `${mount.fileSystem.name}:${file}`, attributes: mount.attributes }
      : undefined
  }

  private take(path: string, recursive: boolean): Tree {
    const top = this.at(path)
    const copy: Mount = { ...top, parent: undefined, point: path, root: this.fileAt(top, path) }
    const copies = new Map([[top, copy]])
    const tree = [copy]
    for (const mount of recursive ? this.mounts : []) {
      const parent = mount.parent === undefined ? undefined : copies.get(mount.parent)
      if (parent === undefined || mount.point === path || !Rules.isWithin(mount.point, path)) continue
      const inner = { ...mount, parent }
      copies.set(mount, inner)
      tree.push(inner)
    }
    return tree
  }

  private attach([top, ...below]: Tree, path: string): void {
    if (top === undefined) return
    const from = top.point
    const moved = new Map<Mount, Mount>()
    const place = (mount: Mount, parent: Mount): void => {
      const point = mount === top ? path : join(path, from === "/" ? mount.point : mount.point.slice(from.length))
      const copy = { ...mount, parent, point }
      moved.set(mount, copy)
      this.mounts.push(copy)
    }
    place(top, this.at(path))
    for (const mount of below) place(mount, moved.get(mount.parent as Mount) as Mount)
  }

  /** Makes a directory and those above it. False: it is on something read-only. */
  private make(path: string): boolean {
    for (const prefix of prefixes(path)) {
      if (this.see(prefix) !== undefined) continue
      const mount = this.at(prefix)
      if ((mount.attributes & readOnly) !== 0) return false
      mount.fileSystem.paths.add(this.fileAt(mount, prefix))
    }
    return true
  }

  /** Answers the name of an error, as the kernel would. */
  private act(action: Action): string | undefined {
    switch (action._tag) {
      case "TreeTake":
        if (this.see(action.path) === undefined) return "ENOENT"
        this.slots.set(action.slot, this.take(action.path, action.recursive))
        return undefined
      case "TreeNew": {
        const fileSystem = { name: `${action.type}${++this.fresh}`, paths: new Set(["/"]) }
        const { attributes } = action
        this.slots.set(action.slot, [{ parent: undefined, point: "/", fileSystem, root: "/", attributes }])
        return undefined
      }
      case "TreeAttributes":
        for (const mount of this.slots.get(action.slot) ?? []) {
          mount.attributes = mount.attributes & ~action.clear | action.set
        }
        return undefined
      case "MountAttributes": {
        const top = this.at(action.path)
        const isBelow = (mount: Mount | undefined): boolean =>
          mount !== undefined && (mount === top || action.recursive && isBelow(mount.parent))
        for (const mount of this.mounts) {
          if (isBelow(mount)) mount.attributes = mount.attributes & ~action.clear | action.set
        }
        return undefined
      }
      case "TreePoint":
        return !this.slots.has(action.slot) || this.make(action.path) ? undefined : "EROFS"
      case "TreePut": {
        const tree = this.slots.get(action.slot)
        if (tree === undefined) return undefined
        this.slots.delete(action.slot)
        if (this.see(action.path) === undefined) {
          if (!action.make) return "ENOENT"
          if (!this.make(action.path)) return "EROFS"
        }
        this.attach(tree, action.path)
        return undefined
      }
      case "TreeHide":
        if (this.see(action.path) === undefined) return "ENOENT"
        this.mount({ name: "nothing", paths: new Set(["/"]) }, action.path, readOnly | noExec)
        return undefined
      default:
        throw new Error(`the model knows no ${action._tag}`)
    }
  }

  /** Answers what failed, if anything did. */
  run(steps: ReadonlyArray<Step>): string | undefined {
    for (const { action, directive, leniency } of steps) {
      const error = this.act(action)
      if (error !== undefined && (leniency !== "optional" || error !== "ENOENT")) return `${directive}: ${error}`
    }
    return undefined
  }
}
