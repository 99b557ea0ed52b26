/** A service's actor on a scripted kernel, with what it reports as strings. */
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { isDown } from "../../src/supervisor/ActiveState.ts"
import * as Inbox from "../../src/supervisor/Inbox.ts"
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
    case "IdleWanted":
      return "waits for idle"
    case "Died":
      return "died"
  }
}

/** An actor that was told to start; `onTimer` is called right after each timer of it has fired. */
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
  const life = ServiceActor.run(service(lines), { inbox, timers, report: (report) => reports.push(shown(report)) })
  const fiber = yield* Effect.fork(Effect.provide(life, kernel.layer))
  const after = (millis: number) => TestClock.adjust(millis)
  const tell = (event: Event) => Effect.zipRight(Effect.sync(() => inbox.offer(event)), after(0))
  yield* tell(Event.StartRequested())
  const actor: Actor = { kernel, fiber, reports, tell, after }
  return actor
})

export const stop = Event.StopRequested()
export const kill = Event.KillRequested()
