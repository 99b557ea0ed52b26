/** Lives one life: a whole supervisor on the scripted kernel, from its boot until nothing of it is left. */
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as HashSet from "effect/HashSet"
import * as Logger from "effect/Logger"
import * as Mailbox from "effect/Mailbox"
import * as Random from "effect/Random"
import * as Graph from "../../../src/graph/UnitGraph.ts"
import * as Inbox from "../../../src/supervisor/Inbox.ts"
import * as Supervisor from "../../../src/supervisor/Supervisor.ts"
import { UnitLine } from "../../../src/supervisor/UnitLine.ts"
import type { Unit, UnitName, UnitReference } from "../../../src/unit/Unit.ts"
import { unit as parse } from "../Units.ts"
import type { Entry } from "./History.ts"
import { History } from "./History.ts"
import * as LifeKernel from "./LifeKernel.ts"
import type { Directive, Drawn, Life } from "./Lives.ts"
import { startedBy } from "./Lives.ts"
import { Turns, VirtualClock } from "./VirtualTime.ts"

export interface Lived {
  readonly entries: ReadonlyArray<Entry>
  /** `undefined`: it did not end. */
  readonly code: number | undefined
  /** Why it ended otherwise than with a code. */
  readonly died: string | undefined
  readonly alive: ReadonlyArray<number>
  readonly sent: ReadonlyArray<string>
}

/** Parsed once for all units with the same lines. */
const models = new Map<string, Unit>()
const mostModels = 4000

const modelOf = (drawn: Drawn, lines: ReadonlyArray<string>): Unit => {
  const text = lines.join("\n")
  const key = `${drawn.name}\n${text}`
  const known = models.get(key)
  if (known !== undefined) return known
  if (models.size > mostModels) models.clear()
  const model = parse(drawn.name, text)
  models.set(key, model)
  return model
}

const unitsOf = ({ edges, units: drawn }: Life): ReadonlyMap<UnitName, Unit> => {
  const bare = drawn.map((one) =>
    modelOf(one, one.kind === "timer" ? [...one.lines, `Unit=${startedBy(drawn, one)}`] : one.lines)
  )
  const sections = drawn.map((): Partial<Record<Directive, Array<UnitReference>>> => ({}))
  for (const { directive, from, to } of edges) {
    const section = sections[from]
    const other = bare[to]
    if (section === undefined || other === undefined) continue
    const list = section[directive] ??= []
    list.push({ name: other.name, at: { file: "", line: 0, column: 0 } })
  }
  return new Map(bare.map((unit, index) => [unit.name, { ...unit, Unit: { ...unit.Unit, ...sections[index] } }]))
}

const logger = (history: History) =>
  Logger.make(({ logLevel, message }) => {
    const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message]
    const [line] = parts
    const level = logLevel.label
    history.add(
      line instanceof UnitLine
        ? { _tag: "Log", level, unit: line.unit, text: line.text }
        : { _tag: "Log", level, unit: "", text: parts.map(String).join(" ") }
    )
  })

/** Time in which whatever has an end comes to it; it is looked so often, and at last that much has passed. */
const settleMillis = 20_000
const mostSettling = 100
const [TERM, HUP] = [15, 1]

export const live = (life: Life): Lived => {
  const turns = new Turns(life.turns)
  const clock = new VirtualClock(turns)
  const history = new History(() => clock.now)
  const signals = Inbox.make<number>()
  const requests = turns.get(Mailbox.make<Supervisor.Request>())
  const kernel = LifeKernel.make({ script: life.script, history, now: () => clock.now })
  const units = unitsOf(life)
  const { stopTimeoutMillis } = life

  const run = Supervisor.run({ units, graph: Graph.make(units), stopTimeoutMillis, signals, requests }).pipe(
    Effect.tap((code) => Effect.sync(() => history.add({ _tag: "Answered", code }))),
    Effect.scoped,
    Effect.provide(kernel.context),
    Effect.withRandom(Random.make("always the same")),
    Effect.withClock(clock),
    Effect.locally(FiberRef.currentLoggers, HashSet.make(logger(history)))
  )
  const fiber = Effect.runFork(run, { scheduler: turns })
  const isOver = () => fiber.unsafePoll() !== null
  const signal = (number: number) => {
    history.add({ _tag: "SignalToUs", signal: number })
    signals.offer(number)
    turns.run()
  }
  const names = [...units.keys()]
  turns.run()
  for (const { act, after, pick } of life.events) {
    clock.advance(after, isOver)
    if (isOver()) break
    if (act === "hangup") signal(HUP)
    else if (act === "kill") {
      const alive = kernel.alive()
      kernel.kill(alive[pick % alive.length] ?? 0)
    } else {
      const unit = names[pick % names.length]
      if (unit === undefined) continue
      history.add({ _tag: "Asked", kind: act, unit })
      requests.unsafeOffer({ unit, kind: act })
    }
    turns.run()
  }
  if (life.settles) {
    for (let times = 0; times < mostSettling && (times < 1 || kernel.sent.length === 0); times++) {
      clock.advance(settleMillis, isOver)
    }
    if (!isOver()) history.add({ _tag: "Settled" })
  }
  clock.advance(life.stopAfter, isOver)
  if (!isOver()) {
    signal(TERM)
    if (life.again !== undefined) {
      clock.advance(life.again, isOver)
      if (!isOver()) signal(TERM)
    }
    // Handlers have the time of a stop, then comes the stop, then what cannot be killed is given up.
    clock.advance(2 * stopTimeoutMillis + 10_000, isOver)
  }
  const exit = fiber.unsafePoll()
  turns.run()
  return {
    entries: history.entries,
    code: exit?._tag === "Success" ? exit.value : undefined,
    died: exit?._tag === "Failure" ? String(exit.cause) : undefined,
    alive: kernel.alive(),
    sent: kernel.sent
  }
}
