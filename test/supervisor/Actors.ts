/** A service's actor on a scripted kernel, with what it reports as strings. */
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { isDown } from "../../src/supervisor/ActiveState.ts"
import * as Inbox from "../../src/supervisor/Inbox.ts"
import * as InvocationId from "../../src/supervisor/InvocationId.ts"
import * as Ability from "../../src/supervisor/isolation/Ability.ts"
import * as Listeners from "../../src/supervisor/Listeners.ts"
import type { Report } from "../../src/supervisor/Report.ts"
import * as ServiceActor from "../../src/supervisor/ServiceActor.ts"
import { Event } from "../../src/supervisor/StateEvent.ts"
import * as Timers from "../../src/supervisor/Timers.ts"
import type { Kernel } from "./KernelTest.ts"
import * as KernelTest from "./KernelTest.ts"
import type { Script } from "./Script.ts"
import { service } from "./Units.ts"

export interface Actor {
  readonly kernel: Kernel
  readonly fiber: Fiber.RuntimeFiber<void>
  /** Each change by the state it leads to: `active`; `failed, restarts`; `inactive by force`; and what else is told. */
  readonly reports: Array<string>
  /** Tells the actor, and lets it act. */
  readonly tell: (event: Event) => Effect.Effect<void>
  /** Lets time pass. */
  readonly after: (millis: number) => Effect.Effect<void>
  /** What has been reported since this was asked last. */
  readonly news: () => ReadonlyArray<string>
  /** What was asked of the kernel since this was asked last; only calls that begin with one of the words, if any. */
  readonly fresh: (...words: ReadonlyArray<string>) => ReadonlyArray<string>
}

const shown = (report: Report): string => {
  switch (report._tag) {
    case "Changed":
      return `${report.to}${report.forced && isDown(report.to) ? " by force" : ""}${
        report.willRestart ? ", restarts" : ""
      }`
    case "Skipped":
      return report.failed ? "assertion failed" : "skipped"
    case "RestartDue":
      return "restart due"
    case "Triggered":
      return `triggers ${report.target}`
    case "Connected":
      return `connects ${report.instance}`
    case "Released":
      return `releases ${report.target}`
    case "IdleWanted":
      return "waits for idle"
    case "Died":
      return "died"
  }
}

/**
 * An actor that was told to start, and is whenever a restart of its own is due; `onTimer` is called right after each
 * timer of it has fired.
 */
export const start = Effect.fnUntraced(function*(
  lines: string,
  script: Script = {},
  onTimer: (kernel: Kernel) => void = () => {}
) {
  const kernel = yield* KernelTest.make(script)
  const inbox = Inbox.make<ServiceActor.Message>()
  const { now, set } = yield* Timers.make
  const timers: Timers.Timers = {
    now,
    set: (millis, fire) =>
      set(millis, () => {
        fire()
        onTimer(kernel)
      })
  }
  const reports: Array<string> = []
  const report = (told: Report): void => {
    reports.push(shown(told))
    if (told._tag === "RestartDue") inbox.offer(Event.StartRequested())
  }
  const newInvocationId = yield* InvocationId.source
  const isolation = Ability.setting(false)
  const listeners = Listeners.make(new Map())
  const surroundings = { inbox, timers, report, newInvocationId, isolation, listeners }
  const life = ServiceActor.run(service(lines), surroundings)
  const fiber = yield* Effect.fork(Effect.provide(life, kernel.layer))
  const after = (millis: number) => TestClock.adjust(millis)
  const tell = (event: Event) => Effect.zipRight(Effect.sync(() => inbox.offer(event)), after(0))
  yield* tell(Event.StartRequested())
  let asked = 0
  const actor: Actor = {
    kernel,
    fiber,
    reports,
    tell,
    after,
    news: () => reports.splice(0),
    fresh: (...words) => {
      const calls = kernel.calls.slice(asked)
      asked = kernel.calls.length
      return words.length === 0 ? calls : calls.filter((call) => words.includes(call.split(" ")[0] ?? ""))
    }
  }
  return actor
})

/** The environment of the newest process that was spawned for this program. */
export const environmentOf = ({ requests }: Kernel, file: string): Readonly<Record<string, string>> => {
  const entries = requests.filter((request) => request.file === file).at(-1)?.environment ?? []
  return Object.fromEntries(entries.map((entry) => {
    const at = entry.indexOf("=")
    return [entry.slice(0, at), entry.slice(at + 1)]
  }))
}

export const begin = Event.StartRequested()
export const reload = Event.ReloadRequested()
export const idle = Event.IdleReached()
export const stop = Event.StopRequested()
export const restart = Event.StopRequested(true)
export const shutdown = Event.ShutdownBegan()
export const redefined = (lines: string): Event => ({ _tag: "Redefined", service: service(lines) })
export const kill = Event.KillRequested()
