/** How a process of a unit comes to be: in the unit's group, within its limits, with its pid noted at once. */
import * as Effect from "effect/Effect"
import type { Cgroups, UnitGroup } from "../../kernel/Cgroups.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import { Processes } from "../../kernel/Processes.ts"
import type { Service } from "../../unit/Unit.ts"
import type { ExecContext } from "../ExecContext.ts"
import type { ExecKey } from "../RunContext.ts"
import * as ProcessNews from "./ProcessNews.ts"
import type { ResourceLimits } from "./ResourceLimits.ts"
import type { UnitProcesses } from "./UnitProcesses.ts"

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

export interface Launch<E, R> {
  /** The unit, as a service. */
  readonly service: Service
  readonly key: ExecKey
  readonly processes: UnitProcesses
  readonly limits: ResourceLimits
  readonly offer: ProcessNews.Listener["offer"]
  /** What it is started with. What a file says may be waited for in vain: that is to be made interruptible by `restore`. */
  readonly context: (group: UnitGroup, restore: Restore) => Effect.Effect<ExecContext, E, R>
  /** Done with the group ahead of it, where there is something to do. */
  readonly prepare?: (group: UnitGroup) => Effect.Effect<void, never, R> | undefined
}

/** Answers the pid. What is known beforehand not to be applied is said together with what the child finds refused. */
export const launch = <E, R>(
  { context, key, limits, offer, prepare, processes, service }: Launch<E, R>
): Effect.Effect<number, E | KernelError, Cgroups | Processes | R> =>
  // Nobody may cut in between the fork and the note of its pid.
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const group = yield* processes.opened
      const { request: planned, unapplied } = yield* context(group, restore)
      let request = planned
      const limited = limits.apply(service, group)
      if (limited !== undefined) yield* limited
      const place = limits.place(service, group, key, request.credentials)
      if (place !== undefined) request = { ...request, cgroup: yield* place }
      const prepared = prepare?.(group)
      if (prepared !== undefined) yield* prepared
      let pid = 0
      const port = yield* Processes
      const listener = { offer, processes, pid: () => pid }
      pid = (yield* port.spawn(request, ProcessNews.observer(listener, unapplied))).pid
      processes.add(pid)
      return pid
    })
  )
