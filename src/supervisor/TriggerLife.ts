/**
 * How a timer, a path or a socket lives: it takes one event at a time from its inbox, asks its table what follows, and does that.
 * What a command comes to is an event as well.
 */
import * as Effect from "effect/Effect"
import type { UnitName } from "../unit/Unit.ts"
import * as Direct from "./Direct.ts"
import * as Actor from "./Life.ts"
import type { TriggerCommand, TriggerSurroundings } from "./Trigger.ts"
import * as UnitLine from "./UnitLine.ts"

export interface Life<Event, Command, R> {
  readonly unit: UnitName
  /** The unit was told to stop for the last time. */
  readonly isDone: () => boolean
  /** What the table says of an event. */
  readonly step: (event: Event) => Effect.Effect<ReadonlyArray<Command>>
  readonly execute: (command: Command) => Effect.Effect<Event | void, never, R> | undefined
  /** Leaves nothing behind. */
  readonly release: Effect.Effect<void, never, R>
}

function* live<Event, Command, R>(
  { execute, isDone, step }: Life<Event, Command, R>,
  fiber: Direct.Fiber
): Direct.Direct<void, R> {
  while (!isDone()) {
    const events = [...(yield Direct.nextMessages) as ReadonlyArray<Event>]
    // It grows while it is walked.
    for (const event of events) {
      for (const command of yield* Direct.now(step(event), fiber)) {
        const effect = execute(command)
        const outcome = effect === undefined ? undefined : yield* Direct.now(effect, fiber)
        if (outcome !== undefined) events.push(outcome)
      }
    }
  }
}

/** Lives until `isDone`; what it fails with is a defect of ours, which the supervisor hears of. */
export const run = <Event, Command, R>(
  life: Life<Event, Command, R>,
  { inbox, report }: TriggerSurroundings<Event>
): Effect.Effect<void, never, R> =>
  Actor.scoped({
    inbox,
    make: () => life,
    live,
    release: () => life.release,
    died: (cause) => report({ _tag: "Died", unit: life.unit, cause })
  })

/** A pure table, by which such a unit lives, and the hands that do what it commands. */
export interface Table<Machine, Event, Command, R>
  extends Pick<Life<Event, Command, R>, "execute" | "release" | "unit">
{
  readonly initial: Machine
  readonly step: (machine: Machine, event: Event) => readonly [Machine, ReadonlyArray<Command>]
}

/** Lives by its table. */
export const byTable = <
  Machine extends { readonly done: boolean; readonly phase: string },
  Event,
  Command extends { readonly _tag: string; readonly text?: string },
  R
>(
  { execute, initial, release, step, unit }: Table<Machine, Event, Command, R>,
  surroundings: TriggerSurroundings<Event>
): Effect.Effect<void, never, R> =>
  Effect.suspend(() => {
    let machine = initial
    return run({
      unit,
      isDone: () => machine.done,
      step: (event) =>
        Effect.sync(() => {
          const [next, commands] = step(machine, event)
          machine = next
          surroundings.observe?.({ _tag: "TriggerStepped", unit, phase: next.phase, commands })
          return commands
        }),
      execute,
      release
    }, surroundings)
  })

/** What all kinds command alike. */
export const execute = (
  unit: UnitName,
  command: TriggerCommand,
  { report }: Pick<TriggerSurroundings<unknown>, "report">
): Effect.Effect<void> | undefined => {
  if (command._tag === "Say") {
    return command.level === "info" ? UnitLine.info(unit, command.text) : UnitLine.warning(unit, command.text)
  }
  report({ ...command, _tag: "Changed", unit, willRestart: false, forced: command.forced === true })
  return undefined
}
