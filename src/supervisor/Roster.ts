/**
 * The units of a run: who they are, what they have to do with each other, their states and their jobs. They are others
 * once their files were read again, and instances of templates come and go while all others run.
 */
import * as Newcomer from "../graph/Newcomer.ts"
import * as Relations from "../graph/Relations.ts"
import * as UnitGraph from "../graph/UnitGraph.ts"
import type { Instances } from "../unit/Instances.ts"
import type { Unit, UnitName } from "../unit/Unit.ts"
import type { ActiveState } from "./ActiveState.ts"
import * as Jobs from "./jobs/Jobs.ts"
import * as Rereading from "./Rereading.ts"

/** Units as their files say now, as after `systemctl daemon-reload`: a unit goes by them from its next start on. */
export interface Redefinition {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly aliases: ReadonlyMap<UnitName, UnitName>
  /** What is made of its templates while it runs. */
  readonly instances: Instances
}

export interface Options {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly graph: UnitGraph.UnitGraph
  readonly instances: Instances
  /** Monotonic milliseconds. */
  readonly now: () => number
}

export class Roster {
  units: ReadonlyMap<UnitName, Unit>
  instances: Instances
  relations: Relations.Relations
  jobs: Jobs.Jobs
  /** As last reported; units that never did anything have none. */
  readonly states = new Map<UnitName, ActiveState>()
  private readonly now: () => number
  /** `units`, once it is a map of our own, which may grow. */
  private grown: Map<UnitName, Unit> | undefined
  private readonly joined = new Set<UnitName>()
  /** The sockets that services are ordered after, once somebody asks. */
  private sockets: ReadonlyArray<UnitName> | undefined

  constructor({ graph, instances, now, units }: Options) {
    this.now = now
    this.units = units
    this.instances = instances
    this.relations = Relations.make(units)
    this.jobs = Jobs.make({ units, graph, relations: this.relations, now })
  }

  stateOf(unit: UnitName): ActiveState {
    return this.states.get(unit) ?? "inactive"
  }

  related(unit: UnitName): Relations.Related {
    return Relations.of(this.relations, unit)
  }

  /** In a moment without jobs, so that none has to be carried over. */
  redefine(to: Redefinition): void {
    const units = new Map(Rereading.together(this.units, to.units, (unit) => this.stateOf(unit)))
    for (const name of this.joined) {
      const unit = this.units.get(name)
      if (unit !== undefined) units.set(name, unit)
    }
    this.units = this.grown = units
    this.instances = to.instances
    this.sockets = undefined
    this.relations = Relations.make(units)
    const graph = UnitGraph.make(units, to.aliases)
    this.jobs = Jobs.make({ units, graph, relations: this.relations, now: this.now, known: this.jobs.known() })
  }

  /** Units that nobody has known before, and that may have to do with each other. */
  join(newcomers: ReadonlyArray<Unit>): void {
    const units = this.grown ??= new Map(this.units)
    this.units = units
    for (const unit of newcomers) {
      units.set(unit.name, unit)
      this.joined.add(unit.name)
    }
    const sockets = this.sockets ??= Newcomer.socketsOf(units)
    const comesAfter = (name: UnitName) => this.jobs.comesAfter(name)
    this.jobs.join(
      newcomers.map((unit) => ({
        unit,
        order: Newcomer.orderOf(unit, units, sockets, comesAfter),
        touched: Relations.join(this.relations, unit, units)
      }))
    )
  }

  /** One that has joined, and is over. */
  leave(unit: UnitName): void {
    this.joined.delete(unit)
    this.grown?.delete(unit)
    this.states.delete(unit)
    this.jobs.leave(unit, Relations.leave(this.relations, unit))
  }
}
