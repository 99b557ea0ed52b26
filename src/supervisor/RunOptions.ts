/** What a supervisor is given to run, and what may be asked of it meanwhile. */
import type * as Effect from "effect/Effect"
import type * as Mailbox from "effect/Mailbox"
import type { UnitGraph } from "../graph/UnitGraph.ts"
import type * as Instances from "../unit/Instances.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import type * as Actors from "./Actors.ts"
import type { Observe } from "./Fact.ts"
import type * as Inbox from "./Inbox.ts"
import type * as Jobs from "./jobs/Jobs.ts"
import type { Redefinition } from "./Roster.ts"
import type * as Inherited from "./socket/Inherited.ts"

/** What a run supervises, and for how long it may stop. */
export interface Options {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly graph: UnitGraph
  /** What units can be made of while all others run, as the loader has it. */
  readonly instances?: Instances.Instances
  /** `--stop-timeout`, milliseconds. */
  readonly stopTimeoutMillis: number
  /** `--strict-isolation`: a unit whose isolation this container cannot give does not start. Else that is said. */
  readonly strictIsolation?: boolean
  /** Listeners that this process was started with, for socket units to take over; none unless they are given. */
  readonly inherited?: Inherited.Inherited
  /** Signals sent to us, by number. */
  readonly signals: Inbox.Inbox<number>
  /** Reads the unit files again; `undefined` if they are refused, which was said. */
  readonly reread?: Effect.Effect<Redefinition | undefined, never, Actors.Ports>
  /**
   * What somebody asks for, as with systemctl(1): nobody does in a container, programs that embed us may. What does not
   * come of a request is said in the log.
   */
  readonly requests?: Mailbox.ReadonlyMailbox<Request>
  /** Is told what happens, as it happens: `make` of Observing.ts. */
  readonly observe?: Observe | undefined
  /** To be done once, when all has started. */
  readonly booted?: Effect.Effect<void>
}

/** A job for a unit: `start`, `stop`, `restart` or `reload`, with all that this means for other units. */
export interface Request {
  readonly unit: UnitName
  readonly kind: Jobs.JobKind
  /** Called once what was asked for is over, or was refused. */
  readonly done?: (end: Jobs.Finished) => void
}
