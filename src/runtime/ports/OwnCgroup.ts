/** The cgroup that the container is in, cgroups(7): ours, or where we were before we had to move. */
import type { Binding } from "../Binding.ts"
import { unmoved } from "./Controllers.ts"

export const mount = "/sys/fs/cgroup"

/** Its path, or why there is none. */
export type Base = { readonly path: string } | { readonly missing: string }

export const findOwn = (binding: Binding): Base => {
  if (binding.file_kind(`${mount}/cgroup.controllers`, 1) !== 1) return { missing: `no cgroup v2 at ${mount}` }
  const own = binding.file_read("/proc/self/cgroup", 65536)
  const line = typeof own === "string" ? own.split("\n").find((entry) => entry.startsWith("0::")) : undefined
  if (line === undefined) return { missing: "/proc/self/cgroup does not name our cgroup" }
  const above = unmoved(line.slice(3))
  return { path: `${mount}${above === "/" ? "" : above}` }
}
