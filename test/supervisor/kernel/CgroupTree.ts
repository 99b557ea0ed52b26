/** A cgroup v2 hierarchy below the binding, by the rules of cgroups(7) that the adapter has to keep. */
import type { Binding } from "../../../src/runtime/Binding.ts"

const EPERM = 1
const ENOENT = 2
const ESRCH = 3
const EBUSY = 16
const EEXIST = 17
const EINVAL = 22

const mount = "/sys/fs/cgroup"

/** Files that a controller brings, and what is in them. */
const brought: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cpu: { "cpu.weight": "100", "cpu.idle": "0", "cpu.max": "max 100000" },
  memory: { "memory.min": "0", "memory.low": "0", "memory.max": "max", "memory.high": "max", "memory.oom.group": "0" },
  pids: { "pids.max": "max" },
  io: { "io.max": "" }
}

interface Cgroup {
  readonly processes: Set<number>
  readonly enabled: Set<string>
  readonly files: Map<string, string>
}

export interface TreeOptions {
  /** What the container's own cgroup may hand on. */
  readonly controllers: string
  /** Pids in it; ours is the first, or any one of them. */
  readonly processes: ReadonlyArray<number>
  readonly pid: number
  /** Below the mount; empty: the machine's root. */
  readonly own?: string
  /** Other files. */
  readonly files?: Readonly<Record<string, string>>
  /** `MAJOR:MINOR` by path. */
  readonly devices?: Readonly<Record<string, string>>
  /** Pids that cannot be moved. */
  readonly stuck?: ReadonlyArray<number>
  /** A process of this pid is forked into the own cgroup while another one is moved, once. */
  readonly forks?: number
}

const words = (text: string) => text.split(" ").filter((word) => word !== "")

export class CgroupTree {
  readonly own: string
  /** What was written, `pids.max 20`, below the container's own cgroup; and what was given away. */
  readonly written: Array<string> = []
  readonly owners: Array<string> = []
  private readonly cgroups = new Map<string, Cgroup>()
  private readonly options: TreeOptions
  private forks: number | undefined

  constructor(options: TreeOptions) {
    this.options = options
    this.forks = options.forks
    this.own = `${mount}${options.own ?? "/box"}`
    this.cgroups.set(this.own, { processes: new Set(options.processes), enabled: new Set(), files: new Map() })
  }

  get isRoot(): boolean {
    return this.own === mount
  }

  processes(below: string): ReadonlyArray<number> {
    return [...(this.cgroups.get(`${this.own}${below}`)?.processes ?? [])]
  }

  enabled(below: string): ReadonlyArray<string> {
    return [...(this.cgroups.get(`${this.own}${below}`)?.enabled ?? [])]
  }

  file(below: string): string | undefined {
    const { cgroup, name } = this.find(`${this.own}${below}`)
    return cgroup?.files.get(name)
  }

  /** The paths of all cgroups below the own one. */
  get paths(): ReadonlyArray<string> {
    return [...this.cgroups.keys()].filter((path) => path !== this.own).map((path) => path.slice(this.own.length))
      .sort()
  }

  get binding(): Binding {
    const binding: Partial<Binding> = {
      own_pid: () => this.options.pid,
      file_kind: (path) => this.read(path) === undefined ? 0 : 1,
      file_read: (path) => this.read(path) ?? -ENOENT,
      file_write: (path, text) => this.write(path, text),
      file_own: (path, uid, gid) => {
        this.owners.push(`${path.slice(this.own.length)} ${uid}:${gid}`)
        return 0
      },
      file_device: (path) => this.options.devices?.[path] ?? -ENOENT,
      directory_make: (path) => this.make(path),
      directory_read: (path) =>
        [...this.cgroups.keys()].filter((one) => one.slice(0, one.lastIndexOf("/")) === path)
          .map((one) => `${one.slice(path.length + 1)}/\0`).join(""),
      directory_remove: (path) => this.remove(path),
      group_watch: () => 0,
      group_remove: (path) => this.remove(path)
    }
    return binding as Binding
  }

  private where(): string {
    for (const [path, { processes }] of this.cgroups) if (processes.has(this.options.pid)) return path
    return "/elsewhere"
  }

  private find(path: string) {
    const at = path.lastIndexOf("/")
    return { cgroup: this.cgroups.get(path.slice(0, at)), folder: path.slice(0, at), name: path.slice(at + 1) }
  }

  private available(folder: string): ReadonlyArray<string> {
    if (folder === this.own) return words(this.options.controllers)
    return [...(this.cgroups.get(folder.slice(0, folder.lastIndexOf("/")))?.enabled ?? [])]
  }

  private read(path: string): string | undefined {
    const other = this.options.files?.[path]
    if (other !== undefined) return other
    if (path === "/proc/self/cgroup") return `1:name=systemd:/else\n0::${this.where().slice(mount.length) || "/"}\n`
    if (path === `${mount}/cgroup.controllers` && !this.isRoot) return ""
    const { cgroup, folder, name } = this.find(path)
    if (cgroup === undefined) return undefined
    if (name === "cgroup.type") return folder === mount ? undefined : "domain\n"
    if (name === "cgroup.controllers") return `${this.available(folder).join(" ")}\n`
    if (name === "cgroup.subtree_control") return `${[...cgroup.enabled].join(" ")}\n`
    if (name === "cgroup.procs") return [...cgroup.processes].map((pid) => `${pid}\n`).join("")
    return cgroup.files.get(name)
  }

  private write(path: string, text: string): number {
    const { cgroup, folder, name } = this.find(path)
    if (cgroup === undefined) return -ENOENT
    if (name === "cgroup.procs") return this.move(Number(text), cgroup)
    if (name === "cgroup.subtree_control") return this.enable(folder, cgroup, text)
    if (!cgroup.files.has(name)) return -ENOENT
    // An idle cgroup has no weight that could be set; and a limit is a number.
    if (name === "cpu.weight" && cgroup.files.get("cpu.idle") === "1") return -EINVAL
    cgroup.files.set(name, text)
    this.written.push(`${name} ${text}`)
    return 0
  }

  private move(pid: number, to: Cgroup): number {
    const from = [...this.cgroups.values()].find(({ processes }) => processes.has(pid))
    if (from === undefined) return -ESRCH
    if (this.options.stuck?.includes(pid) === true) return -EPERM
    if (to.enabled.size > 0 && !(this.isRoot && to === this.cgroups.get(this.own))) return -EBUSY
    from.processes.delete(pid)
    to.processes.add(pid)
    if (this.forks !== undefined) from.processes.add(this.forks)
    this.forks = undefined
    return 0
  }

  private enable(folder: string, cgroup: Cgroup, text: string): number {
    const name = text.slice(1)
    if (text.startsWith("-")) {
      cgroup.enabled.delete(name)
      return 0
    }
    if (!this.available(folder).includes(name)) return -ENOENT
    if (cgroup.processes.size > 0 && folder !== mount) return -EBUSY
    cgroup.enabled.add(name)
    for (const [path, below] of this.cgroups) {
      if (path.slice(0, path.lastIndexOf("/")) === folder) this.bring(below, name)
    }
    return 0
  }

  private bring(cgroup: Cgroup, controller: string): void {
    for (const [file, text] of Object.entries(brought[controller] ?? {})) cgroup.files.set(file, text)
  }

  private make(path: string): number {
    if (this.cgroups.has(path)) return -EEXIST
    const above = this.cgroups.get(path.slice(0, path.lastIndexOf("/")))
    if (above === undefined) return -ENOENT
    const cgroup: Cgroup = { processes: new Set(), enabled: new Set(), files: new Map() }
    for (const controller of above.enabled) this.bring(cgroup, controller)
    this.cgroups.set(path, cgroup)
    return 0
  }

  private remove(path: string): number {
    const cgroup = this.cgroups.get(path)
    if (cgroup === undefined) return -ENOENT
    if (cgroup.processes.size > 0 || [...this.cgroups.keys()].some((one) => one.startsWith(`${path}/`))) return -EBUSY
    this.cgroups.delete(path)
    return 0
  }
}
