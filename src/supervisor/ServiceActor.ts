/**
 * One service: a fiber with an inbox. It takes one event at a time, asks the state table what follows, and does that.
 * Its life is a scope that owns the processes, the cgroup, the notify socket and the timers: however it ends, nothing of
 * the unit is left behind.
 */
import type * as Effect from "effect/Effect"
import type { Cgroups } from "../kernel/Cgroups.ts"
import type { Files } from "../kernel/Files.ts"
import type { FileWatches } from "../kernel/FileWatches.ts"
import type { Notify } from "../kernel/Notify.ts"
import type { Processes } from "../kernel/Processes.ts"
import type { System } from "../kernel/System.ts"
import type { Service } from "../unit/Unit.ts"
import type { ActiveState } from "./ActiveState.ts"
import * as Direct from "./Direct.ts"
import type { Fact, Observe } from "./Fact.ts"
import type { Inbox } from "./Inbox.ts"
import type { Setting } from "./isolation/Ability.ts"
import type { Unapplied } from "./isolation/Isolation.ts"
import * as Life from "./Life.ts"
import type { Listeners } from "./Listeners.ts"
import type { Log } from "./Log.ts"
import type { Report } from "./Report.ts"
import { Hands } from "./service/Hands.ts"
import type { MemoryChanged } from "./service/MemoryWatch.ts"
import type { Heard, HungUp } from "./service/NotifyChannel.ts"
import type { Machine } from "./State.ts"
import type { Draft, Standing } from "./State.ts"
import { activeState, advance, initial } from "./State.ts"
import type { Command } from "./StateCommand.ts"
import type { Event } from "./StateEvent.ts"
import type { Timers } from "./Timers.ts"

/** What an actor's inbox takes: the events of the state table, and what has to be looked at before it is one. */
export type Message =
  | Event
  | Heard
  | HungUp
  | MemoryChanged
  | { readonly _tag: "PidFileChanged" }
  | Dismissed
  /** The kernel has not given a process what its unit asks for, and it runs without it. */
  | { readonly _tag: "Refused"; readonly unapplied: ReadonlyArray<Unapplied> }

/** It is down, and will not be told anything more. */
export interface Dismissed {
  readonly _tag: "Dismissed"
}

/** What an actor has from its supervisor. */
export interface Surroundings {
  readonly inbox: Inbox<Message>
  readonly timers: Timers
  readonly report: (report: Report) => void
  /** The number of a run that is about to begin. */
  readonly newInvocationId: () => string
  readonly isolation: Setting
  /** What sockets have bound for it. */
  readonly listeners: Listeners
  readonly observe?: Observe | undefined
  /** Where its lines go; without one, where those of its fiber go. */
  readonly log?: Log | undefined
  /** What is said once of all instances of its template. */
  readonly said?: Set<string> | undefined
}

/** The ports that starting and ending processes takes. */
export type Ports = Cgroups | Files | FileWatches | Notify | Processes | System

const saysUnchanged = (commands: ReadonlyArray<Command>): boolean =>
  commands.length > 0 && commands.some(({ _tag }) => _tag === "ReportUnchanged")

/** Tells what a step has made of the unit, as others see it. */
const reportChange = (
  hands: Hands,
  before: Standing,
  after: Machine,
  commands: ReadonlyArray<Command>,
  report: Surroundings["report"]
): void => {
  const isSame = before.phase === after.phase && before.testing === after.testing && before.before === after.before
  if (isSame && !saysUnchanged(commands)) return
  const idle = hands.service.Service.Type === "idle"
  const from = activeState(before, idle)
  const to = activeState(after, idle)
  if (after.phase === "auto-restart" && before.phase !== "auto-restart") {
    // Down, if only for a moment: whoever waits for the unit is to know how the run has ended.
    const down = after.result === "success" ? "inactive" : "failed"
    report(change(hands, after, from, down, true))
    report(change(hands, after, down, to, true))
  } else if (from !== to) {
    report(change(hands, after, from, to))
  } else if (saysUnchanged(commands)) {
    if (to !== "active") return report(change(hands, after, from, to))
    report(change(hands, after, from, "reloading"))
    report(change(hands, after, "reloading", to))
  }
}

const change = (
  { invocationId, service }: Hands,
  { culprit, forced, result, status }: Machine,
  from: ActiveState,
  to: ActiveState,
  willRestart = false
): Report => (
  { _tag: "Changed", unit: service.name, from, to, result, willRestart, status, culprit, invocationId, forced }
)

/** The machine goes on changing: what is told of it does not. */
const stepped = (
  service: Service,
  event: Event,
  before: Standing,
  { phase, restarts, result }: Machine,
  commands: ReadonlyArray<Command>
): Fact => ({ _tag: "Stepped", service, event, before, after: { phase, restarts, result }, commands })

/** Takes one event at a time, until it is dismissed. */
function* live(hands: Hands, { observe, report, timers }: Surroundings): Direct.Direct<void, Ports> {
  const machine: Draft = { ...initial }
  while (true) {
    for (const message of (yield Direct.nextMessages) as ReadonlyArray<Message>) {
      if (message._tag === "Dismissed") return
      const looked = hands.look(message, machine)
      let event: Event | undefined = looked === undefined || "_tag" in looked ? looked : yield* looked
      // What a command comes to is an event, too, and comes before whatever else is waiting.
      let further: Array<Event> | undefined
      while (event !== undefined) {
        const before = { phase: machine.phase, testing: machine.testing, before: machine.before }
        const commands = advance(hands.service, machine, event, timers.now())
        observe?.(stepped(hands.service, event, before, machine, commands))
        for (let at = 0; at < commands.length; at++) {
          const command = commands[at]
          const doing = command === undefined ? undefined : hands.execute(command, machine)
          const outcome = doing === undefined ? undefined : yield* doing
          if (outcome === undefined) continue
          further ??= []
          further.push(outcome)
        }
        reportChange(hands, before, machine, commands, report)
        event = further?.shift()
      }
    }
  }
}

/**
 * Lives until it is dismissed or interrupted. Errors of the unit are states of it; what this effect fails with is a defect of ours.
 */
export const run = (unit: Service, surroundings: Surroundings): Effect.Effect<void, never, Ports> =>
  Life.scoped({
    inbox: surroundings.inbox,
    make: (fiber) => new Hands(unit, surroundings, fiber),
    live: (hands) => live(hands, surroundings),
    release: (hands) => hands.released,
    // However an actor ends other than by itself, the supervisor hears of it: nothing dies silently.
    died: (cause) => surroundings.report({ _tag: "Died", unit: unit.name, cause })
  })
