/** Writing into the files of a unit's cgroup, and handing it over: systemd.resource-control(5) over cgroups(7). */
import type { Control, Delegation, Unapplied } from "../../kernel/Cgroups.ts"
import * as Errno from "../../kernel/Errno.ts"
import type { Binding } from "../Binding.ts"
import type { Controllers } from "./Controllers.ts"

const ENOENT = 2
const EEXIST = 17
const sizeLimit = 65536

class Refused {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

interface Line {
  readonly file: string
  readonly text: string
  /** What undoes it. */
  readonly back: string
}

/** Each limit of a device has a line of its own. */
const keyOf = ({ back, file }: Line): string => `${file} ${back}`

/** What a file says of a cgroup that nobody has written to; `max` where nothing stands here. */
const untouched: Readonly<Record<string, string>> = {
  "cpu.idle": "0",
  "cpu.max": "max 100000",
  "cpu.weight": "100",
  "cpuset.cpus": "\n",
  "cpuset.mems": "\n",
  "memory.low": "0",
  "memory.min": "0",
  "memory.oom.group": "0"
}

/** The same of one device: behind its numbers, as `rbps=max`. */
const untouchedDevice = (file: string, text: string): string =>
  file === "io.weight" ? "default" : file === "io.latency" ? "target=0" : text.replace(/=.*/, "=max")

/** What a process needs to own to make cgroups below and move itself about in them; cgroups(7), delegation. */
const delegated = ["cgroup.procs", "cgroup.threads", "cgroup.subtree_control", "memory.oom.group"]

const firstLine = (binding: Binding, path: string): string | undefined => {
  const text = binding.file_read(path, sizeLimit)
  return typeof text === "string" ? text.split("\n", 1)[0] : undefined
}

/** The least of what a cgroup and those above it allow in this file, and of `least`. */
const leastOf = (binding: Binding, cgroup: string, mount: string, file: string, least: number): number => {
  let bound = least
  for (let at = cgroup; at.length >= mount.length; at = at.slice(0, at.lastIndexOf("/"))) {
    const here = Number(firstLine(binding, `${at}/${file}`) ?? NaN)
    if (here < bound) bound = here
  }
  return bound
}

const kernelLimit = (binding: Binding, name: string): number => {
  const limit = Number(firstLine(binding, `/proc/sys/kernel/${name}`) ?? NaN)
  return Number.isNaN(limit) ? Infinity : limit
}

/** What the container as a whole may have: bytes of memory, or tasks. */
const whole = (binding: Binding, of: "memory" | "tasks", own: string, mount: string): number => {
  if (of === "tasks") {
    const most = Math.min(kernelLimit(binding, "pid_max"), kernelLimit(binding, "threads-max"))
    return leastOf(binding, own, mount, "pids.max", most)
  }
  const meminfo = binding.file_read("/proc/meminfo", sizeLimit)
  const total = typeof meminfo === "string" ? /^MemTotal:\s+(\d+)/m.exec(meminfo)?.[1] : undefined
  return leastOf(binding, own, mount, "memory.max", total === undefined ? Infinity : Number(total) * 1024)
}

/** `8:0`: limits go to whole devices, which a partition is not. */
const deviceOf = (binding: Binding, path: string): string | Refused => {
  const device = binding.file_device(path)
  if (typeof device === "number") return new Refused(`${path}: ${Errno.describe(-device)}`)
  if (device.startsWith("0:")) return new Refused(`${path} is on no block device`)
  const place = `/sys/dev/block/${device}`
  if (binding.file_kind(`${place}/partition`, 1) !== 1) return device
  return firstLine(binding, `${place}/../dev`) ?? device
}

export class Controls {
  private readonly binding: Binding
  private readonly controllers: Controllers
  /** The unit's cgroup. */
  private readonly path: string
  private readonly own: string
  private readonly mount: string
  private readonly written = new Map<string, Line>()

  constructor(binding: Binding, controllers: Controllers, path: string, own: string, mount: string) {
    this.binding = binding
    this.controllers = controllers
    this.path = path
    this.own = own
    this.mount = mount
  }

  apply(controls: ReadonlyArray<Control>): ReadonlyArray<Unapplied> {
    const unapplied: Array<Unapplied> = []
    const refused = this.controllers.enable(controls.map(({ controller }) => controller))
    const lines: Array<readonly [directive: string, line: Line]> = []
    for (const control of controls) {
      const { controller, directive } = control
      const reason = refused.get(controller)
      const line = reason === undefined ? this.lineOf(control) : new Refused(reason)
      if (line instanceof Refused) unapplied.push({ directive, reason: line.reason })
      else lines.push([directive, line])
    }
    const earlier = new Map(this.written)
    this.written.clear()
    for (const [, line] of lines) this.written.set(keyOf(line), line)
    // First: what an idle cgroup weighs cannot be said.
    for (const [key, { back, file }] of earlier) if (!this.written.has(key)) this.write(file, back)
    for (const [directive, { file, text }] of lines) {
      const error = this.write(file, text)
      if (error === -ENOENT) unapplied.push({ directive, reason: `there is no ${file} here` })
      else if (error < 0) {
        unapplied.push({ directive, reason: `${file} does not take "${text}": ${Errno.describe(-error)}` })
      }
    }
    return unapplied
  }

  delegate({ controllers, owner, subgroup }: Delegation) {
    const { available } = this.controllers
    const wanted = controllers === "all"
      ? (["cpu", "cpuset", "io", "memory", "pids"] as const).filter((one) => available.includes(one))
      : controllers
    const reasons = new Set(this.controllers.enable(wanted).values())
    let { path } = this
    if (owner !== undefined) this.handOver(path, owner, reasons)
    if (subgroup !== "") {
      const below = `${path}/${subgroup}`
      const made = this.binding.directory_make(below, 0o755)
      if (made < 0 && made !== -EEXIST) reasons.add(`cannot make ${below}: ${Errno.describe(-made)}`)
      else {
        path = below
        if (owner !== undefined) this.handOver(path, owner, reasons)
      }
    }
    return { path, unapplied: [...reasons].map((reason): Unapplied => ({ directive: "Delegate", reason })) }
  }

  private handOver(path: string, { gid, uid }: { readonly uid: number; readonly gid: number }, reasons: Set<string>) {
    const error = this.binding.file_own(path, uid, gid)
    if (error < 0) reasons.add(`cannot give ${path} to uid ${uid}: ${Errno.describe(-error)}`)
    // Which of them there are depends on kernel and controllers.
    for (const file of delegated) this.binding.file_own(`${path}/${file}`, uid, gid)
  }

  private lineOf({ file, value }: Control): Line | Refused {
    const back = file === "io.weight" ? "default 100" : untouched[file] ?? "max"
    switch (value._tag) {
      case "Text":
        return { file, text: value.text, back }
      case "Share": {
        const all = whole(this.binding, value.of, this.own, this.mount)
        return { file, text: all === Infinity ? "max" : String(Math.floor(all * value.percent / 100)), back }
      }
      case "OfDevice": {
        const device = deviceOf(this.binding, value.path)
        return typeof device !== "string"
          ? device
          : { file, text: `${device} ${value.text}`, back: `${device} ${untouchedDevice(file, value.text)}` }
      }
    }
  }

  private write(file: string, text: string): number {
    return this.binding.file_write(`${this.path}/${file}`, text, 0, 0)
  }
}
