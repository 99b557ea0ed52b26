/** Random units, random lives, random commands: the jobs keep the rules, and everything comes to an end. */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Relations from "../../src/graph/Relations.ts"
import * as StartPlan from "../../src/graph/StartPlan.ts"
import type { Answer, JobKind, Request } from "../../src/supervisor/jobs/Jobs.ts"
import * as Jobs from "../../src/supervisor/jobs/Jobs.ts"
import * as Actors from "./JobsActors.ts"
import type { Seen } from "./JobsRules.ts"
import { Rules } from "./JobsRules.ts"
import type { RelationGraph } from "./RelationGraphs.ts"
import * as RelationGraphs from "./RelationGraphs.ts"
import { set } from "./Units.ts"

/** What happens next: to whom is up to `pick`. */
interface Move {
  readonly act: "hear" | "act" | "advance" | "crash" | JobKind | "shutdown"
  readonly pick: number
}

const acts: ReadonlyArray<Move["act"]> = [
  ...Array.from({ length: 24 }, () => ["hear", "act", "advance"] as const).flat(),
  ...Array.from({ length: 6 }, () => "crash" as const),
  ...Array.from({ length: 5 }, () => ["start", "stop"] as const).flat(),
  ...Array.from({ length: 4 }, () => ["restart", "reload"] as const).flat(),
  "shutdown"
]

const move: FastCheck.Arbitrary<Move> = FastCheck.nat(acts.length * 64 * 64 - 1).map((code) => ({
  act: acts[code % acts.length] ?? "hear",
  pick: Math.floor(code / acts.length)
}))

/** Longer than any life that comes to rest. */
const mostRounds = 2000

class World {
  readonly story: Array<string> = []
  readonly #actors: ReadonlyArray<Actors.Actor>
  readonly #byName: ReadonlyMap<string, Actors.Actor>
  readonly #jobs: Jobs.Jobs
  readonly #rules: Rules
  readonly #boot: ReadonlyArray<Request>

  constructor(random: RelationGraph, programs: ReadonlyArray<number>) {
    const units = RelationGraphs.unitsOf(random)
    const graph = RelationGraphs.graphOf(units)
    this.#jobs = Jobs.make({ units, graph, relations: Relations.make(units), now: () => 0 })
    this.#rules = new Rules(random, this.#jobs)
    this.#actors = Actors.make(random, programs)
    this.#byName = new Map(this.#actors.map((actor) => [actor.name as string, actor]))
    this.#boot = StartPlan.plan(graph, units).units.map((unit) => ({ unit, kind: "start" }))
  }

  boot(): void {
    this.#see({ _tag: "Asked", requests: this.#boot }, this.#jobs.request(this.#boot))
  }

  shutdown(): void {
    this.#see({ _tag: "ShutdownAsked" }, this.#jobs.shutdown())
  }

  make({ act, pick }: Move): void {
    const actor = this.#actors[pick % this.#actors.length]
    if (actor === undefined) return
    switch (act) {
      case "hear":
        return this.#hear(actor)
      case "act":
        return actor.receive()
      case "advance":
        return actor.advance()
      case "crash":
        return actor.crash(pick % 3 > 0)
      case "shutdown":
        return this.shutdown()
      default: {
        const other = this.#actors[Math.floor(pick / 64) % this.#actors.length] ?? actor
        const units = pick % 5 === 0 && other !== actor ? [actor.name, other.name] : [actor.name]
        const requests = units.map((unit) => ({ unit, kind: act }))
        return this.#see({ _tag: "Asked", requests }, this.#jobs.request(requests))
      }
    }
  }

  /** Lets everybody get on until nobody does. */
  settle(): void {
    for (let round = 0; round < mostRounds; round++) {
      let busy = false
      for (const actor of this.#actors) {
        busy ||= actor.inbox.length > 0 || actor.outbox.length > 0 || !actor.isAtRest
        actor.receive()
        actor.advance()
        while (actor.outbox.length > 0) this.#hear(actor)
      }
      if (!busy) return this.#rules.rest()
      // What is due and not told any more is at rest where nothing can come of it.
      if (round > 50 && this.#isStuck()) return this.#rules.rest()
    }
    assert.fail(this.#told("does not come to rest"))
  }

  check(): void {
    const wrong = [...this.#rules.broken, ...this.#actors.flatMap((actor) => actor.wrong)]
    if (wrong.length > 0) assert.fail(this.#told(wrong.join("\n")))
  }

  #isStuck(): boolean {
    return this.#actors.every((actor) => actor.inbox.length === 0 && actor.outbox.length === 0 && !actor.isMoving)
  }

  #hear(actor: Actors.Actor): void {
    const news = actor.outbox.shift()
    if (news === undefined) return
    const answer = news._tag === "Changed"
      ? this.#jobs.changed(news)
      : news._tag === "Skipped"
      ? this.#jobs.skipped(news.unit, news.failed)
      : this.#jobs.restartDue(news.unit)
    this.#see(news, answer)
  }

  #see(seen: Seen, answer: Answer): void {
    this.story.push(`${JSON.stringify(seen)}\n    ${JSON.stringify(answer)}`)
    this.#rules.see(seen, answer)
    for (const { order, unit } of answer.tell) this.#byName.get(unit)?.inbox.push(order)
  }

  #told(text: string): string {
    return `${text}\n${this.story.join("\n")}`
  }
}

/** Ten times a thousand: between tests a worker answers vitest, which takes one that does not for dead. */
const seeds = Array.from({ length: 10 }, (_, index) => 20261125 + index)

describe("the jobs of random units", () => {
  it.each(seeds)(
    "keep every rule through a thousand random lives, and everything comes to an end (seed %i)",
    (seed) => {
      const program = FastCheck.nat(2 ** 24 - 1)
      const life = FastCheck.property(
        RelationGraphs.arbitrary,
        FastCheck.array(program, { maxLength: 12 }),
        FastCheck.array(move, { maxLength: 200, size: "max" }),
        FastCheck.boolean(),
        (random, programs, moves, boots) => {
          const world = new World(random, programs)
          if (boots) world.boot()
          for (const one of moves) world.make(one)
          world.settle()
          world.shutdown()
          world.settle()
          world.check()
        }
      )
      FastCheck.assert(life, {
        numRuns: 1_000,
        seed,
        reporter: (run) => {
          if (!run.failed || run.counterexample === null) return
          const [random, programs, moves, boots] = run.counterexample
          const units = Object.entries(RelationGraphs.filesOf(random)).map(([name, lines]) => `[${name}]\n${lines}`)
          const rest = JSON.stringify({ programs, moves, boots, seed: run.seed, path: run.counterexamplePath })
          assert.fail(`${String(run.errorInstance)}\n${units.join("\n")}\n${rest}`)
        }
      })
    }
  )
})

describe("random units", () => {
  it("are the same as those read from their files", () => {
    for (const random of FastCheck.sample(RelationGraphs.arbitrary, { numRuns: 20, seed: 4 })) {
      const made = RelationGraphs.unitsOf(random)
      const read = set(RelationGraphs.filesOf(random))
      assert.deepStrictEqual(Relations.make(made), Relations.make(read.units))
      const pairs = (graph: typeof read.graph) =>
        [...graph.ordering.values()].flat().map(({ from, to }) => `${from} ${to}`).sort()
      assert.deepStrictEqual(pairs(RelationGraphs.graphOf(made)), pairs(read.graph))
    }
  })
})
