/** Random trouble for what lives in a container, the same for the same seed as far as the machine lets it. */
import { readFileSync } from "node:fs"
import type { Container } from "./Container.ts"
import type { ProcessInfo } from "./ProcessTree.ts"
import * as Random from "./Random.ts"

/** How long the trouble lasts, all in all. */
export const chaosSeconds = Number(process.env.CHAOS_SECONDS ?? 20)
export const seed = Number(process.env.CHAOS_SEED ?? 1)

const [SIGKILL, SIGTERM, SIGCONT, SIGSTOP] = [9, 15, 18, 19]
const oldest = 1000

const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))

/** A process that is gone meanwhile is no fault. */
const signal = (pid: number, number: number): void => {
  try {
    process.kill(pid, number)
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error
  }
}

/** When a process began: with its pid, this is nobody else's. */
const startTime = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""
  } catch {
    return ""
  }
}

/** Remembers since when each child of the reaper is a zombie. */
class Zombies {
  readonly old: Array<string> = []
  private readonly since = new Map<string, number>()

  look(all: ReadonlyArray<ProcessInfo>, reapers: ReadonlySet<number>): void {
    const now = performance.now()
    const seen = new Set<string>()
    for (const { command, parent, pid, state } of all) {
      if (state !== "Z" || !reapers.has(parent)) continue
      const name = `${pid} ${command} ${startTime(pid)}`
      seen.add(name)
      const since = this.since.get(name) ?? now
      this.since.set(name, since)
      if (now - since > oldest && !this.old.includes(name)) this.old.push(name)
    }
    for (const name of this.since.keys()) if (!seen.has(name)) this.since.delete(name)
  }
}

/** Processes of container-init itself, whose children have to be reaped: PID 1, and where it is not that, its child. */
const reapersOf = (all: ReadonlyArray<ProcessInfo>): ReadonlySet<number> =>
  new Set(all.filter(({ command }) => command === "container-init").map(({ pid }) => pid))

/** Only looks, for some time; answers what was a zombie for too long. */
export const watchZombies = async (container: Container, millis: number): Promise<ReadonlyArray<string>> => {
  const zombies = new Zombies()
  for (const end = performance.now() + millis; performance.now() < end; await pause(20)) {
    const all = container.processes()
    zombies.look(all, reapersOf(all))
  }
  return zombies.old
}

export interface Report {
  /** How often something was done to somebody. */
  readonly deeds: number
  readonly zombies: ReadonlyArray<string>
}

/** Makes trouble for some time. What it has stopped goes on afterwards, but for one or two that stay stopped. */
export const chaos = async (container: Container, millis: number): Promise<Report> => {
  const random = Random.make(seed)
  const zombies = new Zombies()
  const stopped = new Map<number, number>()
  let deeds = 0
  for (const end = performance.now() + millis; performance.now() < end; await pause(10 + random.below(40))) {
    const all = container.processes()
    const reapers = reapersOf(all)
    zombies.look(all, reapers)
    const victims = all.filter(({ command, pid, state }) => command === "service" && state !== "Z" && !reapers.has(pid))
    for (const [pid, until] of stopped) {
      if (performance.now() < until) continue
      signal(pid, SIGCONT)
      stopped.delete(pid)
    }
    if (victims.length === 0) continue
    deeds++
    const { pid, session } = random.pick(victims)
    switch (random.below(6)) {
      case 0:
        for (const other of victims) if (other.session === session) signal(other.pid, SIGKILL)
        break
      case 1:
        signal(pid, SIGTERM)
        break
      case 2:
      case 3:
        signal(pid, SIGSTOP)
        stopped.set(pid, performance.now() + random.below(2000))
        break
      default:
        signal(pid, SIGKILL)
    }
  }
  for (const pid of [...stopped.keys()].slice(2)) signal(pid, SIGCONT)
  return { deeds, zombies: zombies.old }
}
