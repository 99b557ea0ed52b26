/**
 * Units that come while all others run, and of which nothing is left once they are over: the instances that serve one
 * connection each (`Accept=yes`, systemd.socket(5)), and instances of other templates that these name.
 */
import { startedBy } from "../../unit/References.ts"
import type { Service, Unit, UnitName } from "../../unit/Unit.ts"
import type { Actors } from "../Actors.ts"
import type { Roster } from "../Roster.ts"

/** A guest that has a connection of its own. */
interface Serving {
  /** Other guests that are there for its sake, be it among others. */
  readonly companions: ReadonlyArray<UnitName>
}

/** A template must not name ever new instances of itself. */
const mostCompanions = 64

export class Guests {
  private readonly roster: Roster
  private readonly actors: Actors
  private readonly serving = new Map<UnitName, Serving>()
  /** There was one at some time: most containers never have any. */
  private hasServed = false
  /** The others, each with those for whose sake it is there: it stays as long as there is one. */
  private readonly companions = new Map<UnitName, Set<UnitName>>()
  /** Those to whom something has happened, and who may be over. */
  private touched: Array<UnitName> = []

  constructor(roster: Roster, actors: Actors) {
    this.roster = roster
    this.actors = actors
  }

  get size(): number {
    return this.serving.size + this.companions.size
  }

  /**
   * The unit that serves a connection, ready to be started; `undefined`: it cannot be made, and the connection is closed.
   * It comes after its socket, so that this is open until it has stopped.
   */
  admit(socket: UnitName, instance: UnitName): UnitName | undefined {
    const made = this.roster.instances.make(instance)
    const { connections } = this.actors
    if (made?._tag !== "Service") {
      connections.end(instance)
      return undefined
    }
    if (made.name !== instance) connections.rename(instance, made.name)
    const { companions, newcomers } = this.gather(serving(made, socket))
    this.hasServed = true
    this.serving.set(made.name, { companions })
    this.roster.join(newcomers)
    for (const unit of newcomers) this.actors.join(unit)
    return made.name
  }

  touch(unit: UnitName): void {
    if (!this.hasServed) return
    if (this.serving.has(unit) || this.companions.has(unit)) this.touched.push(unit)
  }

  /** Those who are over go. */
  settle(): void {
    if (this.touched.length === 0) return
    const { touched } = this
    this.touched = []
    // Grows while it is walked.
    for (const name of touched) {
      const guest = this.serving.get(name)
      const hosts = this.companions.get(name)
      const stays = guest === undefined && hosts?.size !== 0
      if (stays || !this.roster.jobs.isOver(name)) continue
      this.serving.delete(name)
      this.companions.delete(name)
      this.roster.leave(name)
      this.actors.leave(name)
      for (const companion of guest?.companions ?? []) {
        this.companions.get(companion)?.delete(name)
        touched.push(companion)
      }
    }
  }

  /** The guest, and those with it whom nobody has known; and all who are there for its sake. */
  private gather(host: Unit): { companions: ReadonlyArray<UnitName>; newcomers: ReadonlyArray<Unit> } {
    const newcomers = [host]
    const met = new Map<UnitName, Unit>([[host.name, host]])
    // A map goes on to what is added to it while it is walked.
    for (const unit of met.values()) {
      for (const name of startedBy(unit)) {
        if (!name.includes("@") || met.has(name) || this.serving.has(name)) continue
        const known = this.roster.units.get(name)
        if (known !== undefined && !this.companions.has(name)) continue
        const made = known ?? (met.size > mostCompanions ? undefined : this.roster.instances.make(name))
        if (made === undefined) continue
        met.set(name, made)
        if (known === undefined) newcomers.push(made)
        const hosts = this.companions.get(name)
        if (hosts === undefined) this.companions.set(name, new Set([host.name]))
        else hosts.add(host.name)
      }
    }
    return { companions: [...met.keys()].slice(1), newcomers }
  }
}

/**
 * The instance of one connection. There is no second run: the connection would be over, and systemd starts the service
 * without it, which fails as often as its start limit lets it.
 */
const serving = (unit: Service, socket: UnitName): Service => {
  const after = { name: socket, at: { file: unit.file, line: 0, column: 0 } }
  const { Restart, RestartForceExitStatus } = unit.Service
  const section = Restart === "no" && RestartForceExitStatus.length === 0
    ? unit.Service
    : { ...unit.Service, Restart: "no" as const, RestartForceExitStatus: [] }
  return { ...unit, Unit: { ...unit.Unit, After: [...unit.Unit.After, after] }, Service: section }
}
