/** One behaviour, asserted for each engine with and without cgroups. */
import type { BootOptions } from "./Container.ts"
import { engines } from "./Engine.ts"

export interface Variant {
  readonly title: string
  readonly options: Pick<BootOptions, "engine" | "cgroup">
}

export const variants: ReadonlyArray<Variant> = engines.flatMap((engine) =>
  (["none", "rw"] as const).map((cgroup) => ({
    title: `${engine.name}, ${cgroup === "rw" ? "with cgroups" : "without cgroups"}`,
    options: { engine, cgroup }
  }))
)
