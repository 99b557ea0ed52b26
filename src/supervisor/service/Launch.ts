/** How a process of a unit comes to be: in the unit's group, within its limits, with its pid noted at once. */
import type * as Effect from "effect/Effect"
import type { Cgroups } from "../../kernel/Cgroups.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import { Processes } from "../../kernel/Processes.ts"
import type { Service } from "../../unit/Unit.ts"
import * as Direct from "../Direct.ts"
import type { ExecContext } from "../ExecContext.ts"
import type { ExecKey } from "../RunContext.ts"
import type { Listener } from "./ProcessNews.ts"
import { ProcessNews } from "./ProcessNews.ts"
import type { ResourceLimits } from "./ResourceLimits.ts"
import type { UnitProcesses } from "./UnitProcesses.ts"

export interface Launch<E, R> {
  readonly fiber: Direct.Fiber
  /** The unit, as a service. */
  readonly service: Service
  readonly key: ExecKey
  readonly processes: UnitProcesses
  readonly limits: ResourceLimits
  readonly offer: Listener["offer"]
  /** What it is started with, in this cgroup. What a file says may be waited for in vain: an interruption ends that. */
  readonly context: (cgroup: string) => Direct.Direct<ExecContext | E, R>
  /** Done with the cgroup ahead of it, where there is something to do. */
  readonly prepare?: (cgroup: string) => Effect.Effect<void, never, R> | undefined
}

export interface Launched {
  readonly pid: number
  /** What it runs. */
  readonly argv: ReadonlyArray<string>
}

/** What is known beforehand not to be applied is said together with what the child finds refused. */
export function* launch<E extends Error, R>(
  { context, fiber, key, limits, offer, prepare, processes, service }: Launch<E, R>
): Direct.Direct<Launched | E | KernelError, Cgroups | Processes | R> {
  const group = processes.current ?? (yield* processes.open(fiber))
  const made = yield* context(group.path)
  if (made instanceof Error) return made
  let { request } = made
  const limited = limits.apply(service, group)
  if (limited !== undefined) yield* Direct.now(limited, fiber)
  const place = limits.place(service, group, key, request.credentials)
  if (place !== undefined) request = { ...request, cgroup: yield* Direct.now(place, fiber) }
  const prepared = prepare?.(group.path)
  if (prepared !== undefined) yield* Direct.now(prepared, fiber)
  const news = new ProcessNews({ offer, processes }, made.unapplied)
  const note = ({ pid }: { readonly pid: number }): Launched => {
    news.pid = pid
    processes.add(pid)
    return { pid, argv: request.argv }
  }
  return yield* Direct.noted(Direct.service(Processes, fiber).spawn(request, news), note, fiber)
}
