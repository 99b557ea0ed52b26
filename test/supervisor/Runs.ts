/** A whole supervisor on a scripted kernel. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Mailbox from "effect/Mailbox"
import * as TestClock from "effect/TestClock"
import type { Observe } from "../../src/supervisor/Fact.ts"
import * as Inherited from "../../src/supervisor/socket/Inherited.ts"
import * as Supervisor from "../../src/supervisor/Supervisor.ts"
import { unitName } from "../unit/Support.ts"
import type { Kernel } from "./KernelTest.ts"
import * as KernelTest from "./KernelTest.ts"
import type { Script } from "./Script.ts"
import { set } from "./Units.ts"

export interface Run {
  readonly kernel: Kernel
  readonly fiber: Fiber.RuntimeFiber<number>
  /** Sends us a signal. */
  readonly signal: (signal: number) => Effect.Effect<void>
  /** A person asks for something; units are services where no suffix is said. */
  readonly ask: (kind: Supervisor.Request["kind"], unit: string) => Effect.Effect<void>
  /** Lets time pass. */
  readonly after: (millis: number) => Effect.Effect<void>
  /** The exit code, once there is one; -1 for a supervisor that died. */
  readonly exitCode: Effect.Effect<number | undefined>
  /** The calls that begin with one of these words, since the last time this was asked. */
  readonly fresh: (...words: ReadonlyArray<string>) => ReadonlyArray<string>
}

export interface Setup extends Script {
  /** By file name, as in Units.ts. */
  readonly units: Readonly<Record<string, string>>
  readonly stopTimeoutMillis?: number
  /** The unit files as SIGHUP finds them; `undefined`: they are refused. */
  readonly again?: () => Readonly<Record<string, string>> | undefined
  readonly observe?: Observe | undefined
}

export const [TERM, INT, HUP, RTMIN_3] = [15, 2, 1, 37]

/** A supervisor that has begun to start its units. */
export const begin = Effect.fnUntraced(function*(
  { again, observe, stopTimeoutMillis = 8000, units, ...script }: Setup
) {
  const kernel = yield* KernelTest.make(script)
  const reread = again === undefined ? {} : {
    reread: Effect.sync(() => {
      const files = again()
      return files === undefined ? undefined : { ...set(files), aliases: new Map() }
    })
  }
  const requests = yield* Mailbox.make<Supervisor.Request>()
  const supervised = Effect.scoped(
    Effect.flatMap(
      Inherited.read,
      (inherited) =>
        Supervisor.run({
          ...set(units),
          stopTimeoutMillis,
          signals: kernel.signals,
          requests,
          inherited,
          observe,
          ...reread
        })
    )
  )
  const fiber = yield* Effect.fork(Effect.provide(supervised, kernel.layer))
  const after = (millis: number) => TestClock.adjust(millis)
  let seen = 0
  const run: Run = {
    kernel,
    fiber,
    after,
    ask: (kind, unit) => {
      const name = unitName(unit.includes(".") ? unit : `${unit}.service`)
      return Effect.zipRight(requests.offer({ kind, unit: name }), after(0))
    },
    signal: (signal) =>
      Effect.suspend(() => {
        kernel.signals.offer(signal)
        return after(0)
      }),
    exitCode: Effect.map(Fiber.poll(fiber), (exit) => {
      if (exit._tag === "None") return undefined
      return exit.value._tag === "Success" ? exit.value.value : -1
    }),
    fresh: (...words) => {
      const calls = kernel.calls.slice(seen)
      seen = kernel.calls.length
      return calls.filter((call) => words.includes(call.split(" ")[0] ?? ""))
    }
  }
  yield* after(0)
  return run
})
