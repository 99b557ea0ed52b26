/**
 * Enabling cgroup controllers for the units, cgroups(7), once a unit asks for one: a cgroup that hands controllers on
 * may hold no processes itself ("no internal processes"), unless it is the machine's root. So all that is in the
 * container's own cgroup, PID 1 with it, then moves to `container-init/init.scope` below it. Container engines put what
 * they start in there later beside PID 1, when they find the cgroup itself closed.
 */
import type { Controller } from "../../kernel/Cgroups.ts"
import * as Errno from "../../kernel/Errno.ts"
import type { Binding } from "../Binding.ts"

const EBUSY = 16
const ESRCH = 3
const EEXIST = 17

/** Below which our cgroups lie. */
export const folder = "container-init"
/** The cgroup of PID 1 and all that is of no unit; no service has a name like that. */
const leaf = "init.scope"

/** Where we were before we moved: somebody of this process may have enabled controllers already. */
export const unmoved = (cgroup: string): string => {
  const tail = `/${folder}/${leaf}`
  return cgroup.endsWith(tail) ? cgroup.slice(0, -tail.length) : cgroup
}

/** Processes may be forked while others are moved. */
const rounds = 8

const isText = (text: string | number): text is string => typeof text === "string"

const list = (names: ReadonlyArray<string>): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`

export class Controllers {
  private readonly binding: Binding
  private readonly own: string
  private readonly base: string
  private readonly enabled = new Set<string>()
  private moved = false

  /** `own` is the container's cgroup, `base` the one right below it that holds the units' cgroups. */
  constructor(binding: Binding, own: string, base: string) {
    this.binding = binding
    this.own = own
    this.base = base
  }

  /** Those that the container may hand on. */
  get available(): ReadonlyArray<string> {
    return this.words(`${this.own}/cgroup.controllers`)
  }

  /** Enables these for the units' cgroups; answers, by controller, why one is not. */
  enable(wanted: ReadonlyArray<Controller>): ReadonlyMap<string, string> {
    const refused = new Map<string, string>()
    const missing = [...new Set(wanted)].filter((one) => !this.enabled.has(one))
    if (missing.length === 0) return refused
    const { available } = this
    const absent = missing.filter((one) => !available.includes(one))
    const plural = absent.length > 1
    for (const one of absent) {
      refused.set(
        one,
        `the ${list(absent)} controller${plural ? "s are" : " is"} not delegated to this container`
      )
    }
    for (const one of missing) {
      if (absent.includes(one)) continue
      const reason = this.enableOne(one)
      if (reason === undefined) this.enabled.add(one)
      else refused.set(one, reason)
    }
    return refused
  }

  /**
   * Takes the controllers back and lets everybody return to where they were; true if our folder is gone then. Nothing
   * is done while somebody's cgroups are in it.
   */
  restore(): boolean {
    if (!this.moved || this.binding.own_pid() === 1) return false
    const names = this.binding.directory_read(this.base, 1)
    if (!isText(names) || names.split("\0").some((name) => name.endsWith("/") && name !== `${leaf}/`)) return false
    for (const one of this.enabled) {
      this.write(`${this.base}/cgroup.subtree_control`, `-${one}`)
      this.write(`${this.own}/cgroup.subtree_control`, `-${one}`)
    }
    this.enabled.clear()
    for (const pid of this.words(`${this.base}/${leaf}/cgroup.procs`)) this.write(`${this.own}/cgroup.procs`, pid)
    this.binding.directory_remove(`${this.base}/${leaf}`)
    this.moved = false
    return this.binding.directory_remove(this.base) >= 0
  }

  private enableOne(controller: Controller): string | undefined {
    for (const cgroup of [this.own, this.base]) {
      if (this.words(`${cgroup}/cgroup.subtree_control`).includes(controller)) continue
      const reason = cgroup === this.own ? this.vacate() : undefined
      if (reason !== undefined) return reason
      let error = this.write(`${cgroup}/cgroup.subtree_control`, `+${controller}`)
      for (let round = 1; error === -EBUSY && cgroup === this.own && round < rounds; round++) {
        const reason = this.vacate()
        if (reason !== undefined) return reason
        error = this.write(`${cgroup}/cgroup.subtree_control`, `+${controller}`)
      }
      if (error < 0) return `the ${controller} controller cannot be enabled: ${Errno.describe(-error)}`
    }
    // A unit is protected as far as all above it are: what the container was given is for the units.
    if (controller === "memory") {
      for (const file of ["memory.min", "memory.low"]) this.write(`${this.base}/${file}`, "max")
    }
    return undefined
  }

  /** Moves all processes out of the container's own cgroup, or says why not. */
  private vacate(): string | undefined {
    // Only the machine's root has no type.
    if (this.binding.file_kind(`${this.own}/cgroup.type`, 1) === 0) return undefined
    const self = String(this.binding.own_pid())
    const pids = this.words(`${this.own}/cgroup.procs`)
    if (pids.length === 0) return undefined
    if (pids.includes("0")) return "processes from outside the container are in its cgroup"
    if (self !== "1" && pids.some((pid) => pid !== self)) {
      return "controllers cannot be enabled, for processes of others share our cgroup, and only PID 1 moves those"
    }
    const made = this.binding.directory_make(`${this.base}/${leaf}`, 0o755)
    if (made < 0 && made !== -EEXIST) return `cannot make ${this.base}/${leaf}: ${Errno.describe(-made)}`
    this.moved = true
    for (const pid of pids) {
      const error = this.write(`${this.base}/${leaf}/cgroup.procs`, pid)
      if (error < 0 && error !== -ESRCH) return `cannot move process ${pid} to ${leaf}: ${Errno.describe(-error)}`
    }
    return undefined
  }

  private words(path: string): ReadonlyArray<string> {
    const text = this.binding.file_read(path, 1024 * 1024)
    return isText(text) ? text.split(/\s+/).filter((word) => word !== "") : []
  }

  private write(path: string, text: string): number {
    return this.binding.file_write(path, text, 0, 0)
  }
}
