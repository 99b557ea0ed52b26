/** Hundreds of connections, one after the other and many at once: what is left of them in each registry. */
import { assert, describe, it } from "@effect/vitest"
import * as UnitGraph from "../../../src/graph/UnitGraph.ts"
import type { Ends } from "../../../src/kernel/FdHandoff.ts"
import type { ActiveState } from "../../../src/supervisor/ActiveState.ts"
import type { Actors } from "../../../src/supervisor/Actors.ts"
import { Roster } from "../../../src/supervisor/Roster.ts"
import { Connections } from "../../../src/supervisor/socket/Connections.ts"
import { Guests } from "../../../src/supervisor/socket/Guests.ts"
import * as Peer from "../../../src/supervisor/socket/Peer.ts"
import type { UnitName } from "../../../src/unit/Unit.ts"
import { unitName } from "../../unit/Support.ts"
import * as Units from "../Units.ts"

const socket = unitName("echo.socket")

const set = (template: string) =>
  Units.set({
    "echo.socket": "ListenStream=80\nAccept=yes",
    "other.socket": "ListenStream=81",
    "other.service": "",
    "log.service": "",
    "late.service": "After=log.service",
    "report.service": "",
    "helper@.service": "",
    "echo@.service": template
  })

/** Units and their jobs as the supervisor has them, the actors left out. */
const begin = (template: string) => {
  const { graph, instances, units } = set(template)
  const roster = new Roster({ units, graph, instances, now: () => 0 })
  const connections = new Connections()
  const actors = new Set<UnitName>()
  const guests = new Guests(
    roster,
    {
      connections,
      join: ({ name }) => void actors.add(name),
      leave: (name) => {
        actors.delete(name)
        connections.end(name)
      }
    } as Pick<Actors, "connections" | "join" | "leave"> as Actors
  )
  const change = (unit: UnitName, from: ActiveState, to: ActiveState) => {
    roster.states.set(unit, to)
    guests.touch(unit)
    roster.jobs.changed({ unit, from, to, result: to === "failed" ? "exit-code" : "success", willRestart: false })
    guests.settle()
  }
  roster.jobs.request([{ unit: socket, kind: "start" }])
  change(socket, "inactive", "active")
  let closed = 0
  const connect = (): UnitName => {
    const port = connections.nextOf(socket)
    const ends: Ends = { family: "inet", address: "10.0.0.1", port: 80, peer: `10.0.${port % 7}.1`, peerPort: port }
    const instance = unitName(`echo@${Peer.instanceName(port, ends)}.service`)
    connections.add(socket, instance, { descriptor: 9, ends, close: () => void closed++ }, "connection")
    const unit = guests.admit(socket, instance)
    assert(unit !== undefined)
    const told = roster.jobs.request([{ unit, kind: "start" }]).tell
    for (const one of told) if (one.unit !== unit) change(one.unit, "inactive", "active")
    change(unit, "inactive", "active")
    return unit
  }
  /** How many there are of each, and how many neighbours and relations all have together. */
  const sizes = () => ({
    units: roster.units.size,
    jobs: roster.jobs.size(),
    states: roster.states.size,
    actors: actors.size,
    guests: guests.size,
    connections: connections.size,
    order: [...roster.units.keys()].reduce((sum, name) => sum + roster.jobs.comesAfter(name).length, 0),
    relations: [...roster.relations.values()].reduce(
      (sum, related) =>
        sum + Object.values(related).reduce((inner, names: ReadonlyArray<UnitName>) => inner + names.length, 0),
      0
    )
  })
  return { roster, guests, connect, change, sizes, closed: () => closed }
}

describe("guests", () => {
  const templates = {
    "without relations": "",
    "with relations": "After=log.service\nBefore=late.service\nWants=log.service\nRequires=echo.socket\n" +
      "OnFailure=report.service\nPartOf=other.service",
    "with companions": "Wants=helper@%i.service\nAfter=helper@%i.service"
  }
  for (const [name, template] of Object.entries(templates)) {
    it(`${name} leave nothing behind, 500 of them in turn and 200 at once`, () => {
      const { change, closed, connect, sizes } = begin(template)
      // What they want stays up, as it would without them; each of the others has been met once.
      const end = (unit: UnitName, to: ActiveState = "inactive") => {
        change(unit, "active", to)
        // An ordinary unit: somebody stops it, or it comes to its end by itself.
        const companion = unitName(unit.replace("echo", "helper"))
        if (name === "with companions") change(companion, "active", "inactive")
      }
      for (const to of ["inactive", "failed"] as const) end(connect(), to)
      const before = sizes()
      for (let round = 0; round < 500; round++) end(connect(), round % 3 === 0 ? "failed" : "inactive")
      const open = Array.from({ length: 200 }, connect)
      const most = sizes()
      assert.strictEqual(most.connections, 200)
      assert.strictEqual(most.guests, before.guests + 200 * (name === "with companions" ? 2 : 1))
      for (const unit of open.reverse()) end(unit)
      assert.deepStrictEqual(sizes(), before)
      assert.strictEqual(closed(), 702)
    })
  }

  it("have the order and the relations that they would have had from the beginning", () => {
    const template = templates["with relations"]
    const { connect, roster } = begin(template)
    const unit = connect()
    const files = set(template)
    const made = roster.units.get(unit)
    assert(made !== undefined)
    const whole = new Roster({
      units: new Map([...files.units, [unit, made]]),
      graph: UnitGraph.make(new Map([...files.units, [unit, made]])),
      instances: files.instances,
      now: () => 0
    })
    for (const name of whole.units.keys()) {
      assert.sameMembers([...roster.jobs.comesAfter(name)], [...whole.jobs.comesAfter(name)], name)
      const [late, early] = [roster.related(name), whole.related(name)]
      for (const key of Object.keys(early) as Array<keyof typeof early>) {
        assert.sameMembers([...late[key]], [...early[key]], `${name} ${key}`)
      }
    }
  })
})
