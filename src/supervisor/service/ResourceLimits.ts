/**
 * The resource control of one service: written into its cgroup ahead of the first process of each run, so that what its
 * files say anew counts from the next run on. What this container does not have is said, and is no failure.
 */
import * as Effect from "effect/Effect"
import type { Control, Unapplied, UnitGroup } from "../../kernel/Cgroups.ts"
import type { Credentials } from "../../kernel/Processes.ts"
import type { Service } from "../../unit/Unit.ts"
import * as ResourceControl from "../exec/ResourceControl.ts"
import type { ExecKey } from "../RunContext.ts"
import type { NotApplied } from "./NotApplied.ts"

/** Commands that come ahead of the main process, or are it. */
const untilMain: ReadonlyArray<ExecKey> = ["ExecCondition", "ExecStartPre", "ExecStart"]

export class ResourceLimits {
  private planned: Service | undefined
  private controls: ReadonlyArray<Control> = ResourceControl.none
  /** To whom it was written in the run under way. */
  private written: UnitGroup | undefined
  private readonly notApplied: NotApplied

  constructor(notApplied: NotApplied) {
    this.notApplied = notApplied
  }

  /** The next process is the first of its run. */
  beginRun(): void {
    this.written = undefined
  }

  /** `undefined`: there is nothing to do. */
  apply(service: Service, group: UnitGroup): Effect.Effect<void> | undefined {
    if (this.written === group) return undefined
    this.written = group
    const wantedBefore = this.controls !== ResourceControl.none
    if (this.planned !== service) {
      this.planned = service
      this.controls = ResourceControl.plan(service.Service)
    }
    return this.controls !== ResourceControl.none || wantedBefore
      ? Effect.flatMap(group.control(this.controls), (unapplied) => this.say(unapplied))
      : undefined
  }

  /** The cgroup for a process of this command; `undefined`: that of the unit. */
  place(
    service: Service,
    group: UnitGroup,
    key: ExecKey,
    credentials: Credentials | undefined
  ): Effect.Effect<string> | undefined {
    if (service.Service.Delegate === undefined) return undefined
    const place = untilMain.includes(key) ? "main" : "control"
    const { gid, uid } = credentials ?? {}
    const owner = uid === undefined || gid === undefined ? undefined : { uid, gid }
    const delegation = ResourceControl.delegation(service.Service, place, owner)
    return delegation === undefined ? undefined : Effect.flatMap(
      group.delegate(delegation),
      ({ path, unapplied }) => Effect.as(this.say(unapplied), path)
    )
  }

  /** That the kernel does not kill all of a unit is made up for: we do, once we are told. */
  private say(unapplied: ReadonlyArray<Unapplied>): Effect.Effect<void> {
    const list = unapplied.filter(({ directive }) => directive !== "OOMPolicy")
    const told = this.notApplied.tell(list.map(({ directive, reason }) => ({ directive: `${directive}=`, reason })))
    return told ?? Effect.void
  }
}
