/** What lives in a container, seen from outside through /proc. */
import { readdirSync, readFileSync } from "node:fs"

export interface ProcessInfo {
  /** As seen from here. */
  readonly pid: number
  readonly parent: number
  /** The letter of proc(5): `Z` is a zombie. */
  readonly state: string
  readonly command: string
  readonly group: number
  readonly session: number
}

/** What is gone between two looks is as good as never there. */
const readOr = <A>(read: () => A, fallback: A): A => {
  try {
    return read()
  } catch {
    return fallback
  }
}

const describe = (pid: number): ProcessInfo | undefined => {
  const stat = readOr(() => readFileSync(`/proc/${pid}/stat`, "latin1"), "")
  const [, command, rest] = /^\d+ \((.*)\) (.*)/s.exec(stat) ?? []
  if (command === undefined || rest === undefined) return undefined
  const [state = "", parent, group, session] = rest.split(" ")
  return { pid, command, state, parent: Number(parent), group: Number(group), session: Number(session) }
}

const childrenOf = (pid: number): ReadonlyArray<number> =>
  readOr(() => readdirSync(`/proc/${pid}/task`), []).flatMap((thread) =>
    readOr(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1"), "").split(" ").filter(Boolean).map(
      Number
    )
  )

/** The process and everything that descends from it. PID 1 of a namespace first, then all that lives in there. */
export const processTree = (pid: number): ReadonlyArray<ProcessInfo> => {
  const own = describe(pid)
  return [...(own === undefined ? [] : [own]), ...childrenOf(pid).flatMap(processTree)]
}
