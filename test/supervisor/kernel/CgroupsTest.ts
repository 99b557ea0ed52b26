/** `Cgroups` of the scripted kernel. */
import * as Effect from "effect/Effect"
import type { Cgroups, Control, Unapplied, UnitGroup } from "../../../src/kernel/Cgroups.ts"
import type { Living } from "./Living.ts"
import { isIn } from "./Living.ts"

const SIGCONT = 18

export interface CgroupsTest {
  readonly port: typeof Cgroups.Service
  /** One more process of this cgroup was killed for want of memory. */
  readonly countOomKill: (path: string) => void
}

/** `memory.max 1024`, `pids.max 10% of tasks`, `io.max /dev/sda rbps=1`. */
const toLine = ({ file, value }: Control): string =>
  value._tag === "Text"
    ? `${file} ${value.text}`
    : value._tag === "Share"
    ? `${file} ${value.percent}% of ${value.of}`
    : `${file} ${value.path} ${value.text}`

/** `refused`: directives that this kernel does not apply, with the reason. */
export const make = (
  withCgroups: boolean,
  living: Living,
  calls: Array<string>,
  refused: Readonly<Record<string, string>> = {}
): CgroupsTest => {
  const notApplied = (directives: ReadonlyArray<string>, path: string): ReadonlyArray<Unapplied> =>
    [...new Set(directives)].flatMap((directive) => {
      const reason = path === "" ? "there is no cgroup" : refused[directive]
      return reason === undefined ? [] : [{ directive, reason }]
    })
  const oomKills = new Map<string, number>()

  const group = (unit: string, path: string): UnitGroup => {
    let look: (() => void) | undefined
    const forget = () => {
      if (look !== undefined) living.looks.delete(look)
      look = undefined
    }
    return {
      path,
      signal: (leaders, signals) =>
        Effect.suspend(() => {
          const reached = living.members(path, leaders)
          if (reached.length === 0) return Effect.succeed(0)
          // SIGCONT goes with nearly every signal: it is noted where it is the only one.
          const noted = signals.filter((signal, at) => at === 0 || signal !== SIGCONT)
          calls.push(`signal ${leaders.length === 0 ? 0 : leaders.map(Math.abs).join("+")} ${noted.join(" ")}`)
          return Effect.forEach(
            signals,
            (signal) => Effect.forEach(reached, (process) => living.take(process, signal), { discard: true }),
            { discard: true }
          ).pipe(Effect.as(reached.length))
        }),
      watch: (leaders, emptied) =>
        Effect.sync(() => {
          forget()
          if (living.members(path, leaders).length === 0) return true
          look = () => {
            if (living.members(path, leaders).length > 0) return
            forget()
            emptied()
          }
          living.looks.add(look)
          return false
        }),
      orphans: Effect.sync(() => living.orphans(path).map(({ pid }) => pid)),
      has: (pid) =>
        Effect.sync(() => {
          const process = living.get(pid)
          return process !== undefined && (path === "" || isIn(process.cgroup, path))
        }),
      oomKills: Effect.sync(() => oomKills.get(path) ?? 0),
      control: (controls) =>
        Effect.sync(() => {
          calls.push(`control ${unit}: ${controls.map(toLine).join(", ") || "nothing"}`)
          return notApplied(controls.map(({ directive }) => directive), path)
        }),
      delegate: ({ controllers, owner, subgroup }) =>
        Effect.sync(() => {
          const names = controllers === "all" ? "all" : controllers.join("+")
          const to = owner === undefined ? "" : ` to ${owner.uid}:${owner.gid}`
          const place = subgroup === "" ? path : `${path}/${subgroup}`
          calls.push(`delegate ${unit}: ${names}${to} in ${place}`)
          return { path: place, unapplied: notApplied(["Delegate"], path) }
        }),
      close: Effect.sync(() => {
        forget()
        const left = living.members(path, []).length
        calls.push(left > 0 ? `close ${unit}, ${left} left` : `close ${unit}`)
      })
    }
  }

  return {
    port: {
      open: (unit) =>
        Effect.sync(() => {
          calls.push(`open ${unit}`)
          return group(unit, withCgroups ? `/cgroup/${unit}` : "")
        }),
      restored: Effect.void
    },
    countOomKill: (path) => void oomKills.set(path, (oomKills.get(path) ?? 0) + 1)
  }
}
