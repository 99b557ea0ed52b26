/** A cgroup v2 of its own for one run, on machines with a pure or a hybrid hierarchy. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs"
import { until } from "./Patience.ts"

/** mountinfo of proc(5): the mount point is the fifth field, the type follows the lone hyphen. */
const findMount = (): string => {
  for (const line of readFileSync("/proc/self/mountinfo", "latin1").split("\n")) {
    const place = line.split(" ")[4]
    if (line.includes(" - cgroup2 ") && place !== undefined && existsSync(`${place}/cgroup.procs`)) return place
  }
  throw new Error("no cgroup2 is mounted on this machine: these tests need one that root can write to")
}

let made = 0

export class Cgroup {
  readonly path: string

  constructor() {
    this.path = `${findMount()}/container-init-test-${process.pid}-${++made}`
    mkdirSync(this.path)
  }

  /** The names of the cgroups below, if there is a cgroup of that name. */
  children(name: string): ReadonlyArray<string> {
    const path = `${this.path}/${name}`
    if (!existsSync(path)) return []
    return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
      .sort()
  }

  /** The pids in a cgroup below, as seen from here. */
  members(name: string): ReadonlyArray<number> {
    return readFileSync(`${this.path}/${name}/cgroup.procs`, "latin1").split("\n").filter(Boolean).map(Number)
  }

  /** Kills what is left in it and removes it with all below. */
  async remove(): Promise<void> {
    if (existsSync(`${this.path}/cgroup.kill`)) writeFileSync(`${this.path}/cgroup.kill`, "1")
    await until(() => removeTree(this.path) ? true : undefined, () => `the cgroup ${this.path} cannot be removed`)
  }
}

/** Processes that were killed may take a moment to leave. */
const removeTree = (path: string): boolean => {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory() && !removeTree(`${path}/${entry.name}`)) return false
    }
    rmdirSync(path)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT"
  }
}
