/** The actor of a timer, a path or a socket on a scripted kernel, with what it reports as strings. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as TestClock from "effect/TestClock"
import * as Inbox from "../../src/supervisor/Inbox.ts"
import * as Ability from "../../src/supervisor/isolation/Ability.ts"
import * as Listeners from "../../src/supervisor/Listeners.ts"
import type { Event as PathEvent } from "../../src/supervisor/path/PathState.ts"
import * as PathActor from "../../src/supervisor/PathActor.ts"
import type { Event as SocketEvent } from "../../src/supervisor/socket/CommandMachine.ts"
import * as Inherited from "../../src/supervisor/socket/Inherited.ts"
import * as Proxies from "../../src/supervisor/socket/Proxies.ts"
import * as SocketActor from "../../src/supervisor/SocketActor.ts"
import type { Event as TimerEvent } from "../../src/supervisor/timer/TimerState.ts"
import * as TimerActor from "../../src/supervisor/TimerActor.ts"
import * as Timers from "../../src/supervisor/Timers.ts"
import type { TriggerReport, TriggerRequest, TriggerSurroundings } from "../../src/supervisor/Trigger.ts"
import { templateFor } from "../../src/unit/References.ts"
import { unitName } from "../unit/Support.ts"
import type { Node } from "./FilesTest.ts"
import type { Kernel, Ports } from "./KernelTest.ts"
import * as KernelTest from "./KernelTest.ts"
import type { Script } from "./Script.ts"
import * as Units from "./Units.ts"

export interface Trigger {
  readonly kernel: Kernel
  readonly fiber: Fiber.RuntimeFiber<void>
  /** `inactive -> active`, `failed: why`, `start job.service`; those since the last look. */
  readonly news: () => ReadonlyArray<string>
  /** When the last start was asked for, wall time. */
  readonly lastStart: () => number
  /** For that start's environment. */
  readonly variables: () => Readonly<Record<string, string>>
  readonly tell: (...requests: ReadonlyArray<TriggerRequest>) => Effect.Effect<void>
  readonly after: (span: string) => Effect.Effect<void>
  /** Somebody sets the wall clock: so many milliseconds are added. `silently`: the kernel does not tell. */
  readonly setClock: (millis: number, silently?: boolean) => Effect.Effect<void>
  /** Bits of `Change` happen to what is at a path; before that, files may have changed. */
  readonly change: (
    path: string,
    mask: number,
    files?: Readonly<Record<string, Node | undefined>>
  ) => Effect.Effect<void>
}

/** Wall time on the test's clock when it begins. */
export const beginning = Date.parse("2024-05-01T12:00:00Z")

export const startRequested: TriggerRequest = { _tag: "StartRequested" }
export const stopRequested: TriggerRequest = { _tag: "StopRequested" }
export const shutdownBegan: TriggerRequest = { _tag: "ShutdownBegan" }
const unit = unitName("job.service")
export const up: TriggerRequest = { _tag: "TargetChanged", unit, to: "active" }
export const tooOften: TriggerRequest = { _tag: "TargetChanged", unit, to: "failed", startLimitHit: true }
export const down: TriggerRequest = { _tag: "TargetChanged", unit, to: "inactive" }

const shown = (report: TriggerReport): string => {
  switch (report._tag) {
    case "Changed":
      return `${report.from} -> ${report.to}${report.result === "success" ? "" : ` (${report.result})`}`
    case "Triggered":
      return `start ${report.target}`
    case "Connected":
      return `connect ${report.instance}`
    case "Released":
      return `release ${report.target}`
    case "Skipped":
      return report.failed ? "assertion failed" : "skipped"
    case "Died":
      return "died"
  }
}

/** The test's clock, with a wall clock that can be set. */
const shifted = (clock: Clock.Clock, shift: () => number): Clock.Clock => ({
  ...clock,
  [Clock.ClockTypeId]: Clock.ClockTypeId,
  unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + shift(),
  unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
  currentTimeMillis: Effect.suspend(() => Effect.succeed(clock.unsafeCurrentTimeMillis() + shift())),
  currentTimeNanos: clock.currentTimeNanos,
  sleep: (duration) => clock.sleep(duration)
})

const seconds = (span: string): number => {
  const [, count = "", unit] = /^(\d+)(ms|s|min|h|d)$/.exec(span) ?? []
  return Number(count) * { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }[unit as "s"]
}

interface Surroundings<Event> extends TriggerSurroundings<Event> {
  readonly began: number
}

const start = Effect.fnUntraced(function*<Event>(
  life: (surroundings: Surroundings<Event | TriggerRequest>) => Effect.Effect<void, never, Ports>,
  script: Script,
  random: Random.Random
) {
  yield* TestClock.setTime(beginning)
  const kernel = yield* KernelTest.make(script)
  const timers = yield* Timers.make
  const inbox = Inbox.make<Event | TriggerRequest>()
  let reports: Array<TriggerReport> = []
  let variables: Readonly<Record<string, string>> = {}
  let shift = 0
  const report = (one: TriggerReport) => {
    reports.push(one)
    if (one._tag === "Triggered" || one._tag === "Connected") variables = Object.fromEntries(one.variables)
  }
  const clock = shifted(yield* Clock.clockWith(Effect.succeed), () => shift)
  const target = unitName("job.service")
  const fiber = yield* Effect.fork(
    life({ inbox, timers, report, target, began: timers.now() }).pipe(
      Effect.provide(kernel.layer),
      Effect.withRandom(random),
      Effect.withClock(clock)
    )
  )
  const settle = TestClock.adjust(0)
  const tell = (...requests: ReadonlyArray<TriggerRequest>) =>
    Effect.zipRight(Effect.sync(() => requests.forEach(inbox.offer)), settle)
  const trigger: Trigger = {
    kernel,
    fiber,
    news: () => {
      const taken = reports.map(shown)
      reports = []
      return taken
    },
    lastStart: () => Number(variables["TRIGGER_TIMER_REALTIME_USEC"]) / 1000,
    variables: () => variables,
    tell,
    after: (span) => TestClock.adjust(seconds(span)),
    change: (path, mask, files = {}) =>
      Effect.zipRight(
        Effect.sync(() => {
          for (const [name, node] of Object.entries(files)) {
            if (node === undefined) delete kernel.files[name]
            else kernel.files[name] = node
          }
          kernel.change(path, mask)
        }),
        settle
      ),
    setClock: (millis, silently = false) =>
      Effect.zipRight(
        Effect.sync(() => {
          shift += millis
          if (!silently) kernel.setClock()
        }),
        settle
      )
  }
  yield* tell(startRequested)
  return trigger
})

/** A timer that was told to start. */
export const timer = (lines: string, script: Script = {}, random = Random.fixed([0])) =>
  start<TimerEvent>((surroundings) => TimerActor.run(Units.timer(lines), surroundings), script, random)

/** A path unit that was told to start. */
export const path = (lines: string, script: Script = {}) =>
  start<PathEvent>((surroundings) => PathActor.run(Units.path(lines), surroundings), script, Random.fixed([0]))

/** A socket that was told to start, and what its service gets: descriptors by `handed`. */
export const socket = Effect.fnUntraced(function*(lines: string, script: Script = {}, inherited = Inherited.none) {
  const unit = Units.socket(lines, "job.socket")
  const listeners = Listeners.make(new Map([[unit.name, unit]]))
  const template = unit.Socket.Accept === true ? templateFor(unit.name) : undefined
  const target = template === undefined ? {} : { target: template }
  const proxies = Proxies.make()
  const live = (surroundings: Surroundings<SocketEvent>) =>
    SocketActor.run(unit, {
      ...surroundings,
      ...target,
      listeners,
      inherited,
      isolation: Ability.setting(false),
      newInvocationId: () => "0123456789abcdef0123456789abcdef",
      hasTarget: () => true,
      service: Units.service("ExecStart=/job", "job.service"),
      proxies
    })
  const trigger = yield* start<SocketEvent>(live, script, Random.fixed([0]))
  return { ...trigger, connections: listeners.connections, handed: () => listeners.of(unitName("job.service")) }
})
