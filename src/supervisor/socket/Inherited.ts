/**
 * Listeners that PID 1 was started with: sd_listen_fds(3), as podman, systemd and systemd-socket-activate(1) pass them.
 * Socket units take over what is theirs. Each gets a duplicate, and the original stays open for as long as we live: where
 * it was bound, perhaps outside the container, nobody here could bind it again.
 */
import * as Effect from "effect/Effect"
import type { InheritedListener, ListenRequest } from "../../kernel/FdHandoff.ts"
import { FdHandoff } from "../../kernel/FdHandoff.ts"
import { System } from "../../kernel/System.ts"
import * as Integer from "../../unit/grammar/Integer.ts"
import type { UnitName } from "../../unit/Unit.ts"

export interface Inherited {
  /**
   * For each of the unit's requests the listener that it takes over, if there is one: the one at the same address, else
   * the next of its kind that goes by one of these names. Whoever has taken one gets it again.
   */
  readonly take: (
    unit: UnitName,
    names: ReadonlyArray<string>,
    requests: ReadonlyArray<ListenRequest>
  ) => ReadonlyArray<InheritedListener | undefined>
  /** Closes those that nobody has taken: clients are refused, which beats waiting for ever. Answers who they were. */
  readonly closeRest: () => ReadonlyArray<string>
}

/** One that was passed, with its name in `LISTEN_FDNAMES`. */
export interface Passed {
  readonly listener: InheritedListener
  readonly name: string
}

interface Entry extends Passed {
  /** The unit and the number of its listener that has it. */
  owner: string | undefined
}

const first = 3
/** As many as a service is handed. */
const most = 64
const nobody: ReadonlyArray<undefined> = []

export const none: Inherited = { take: () => nobody, closeRest: () => [] }

export const make = (passed: ReadonlyArray<Passed>): Inherited => {
  let entries: ReadonlyArray<Entry> = passed.map((one) => ({ ...one, owner: undefined }))
  return {
    take: (unit, names, requests) => {
      const taken: Array<InheritedListener | undefined> = requests.map(() => undefined)
      const give = (which: (entry: Entry, request: ListenRequest) => boolean) => {
        for (const [index, request] of requests.entries()) {
          if (taken[index] !== undefined) continue
          const owner = `${unit} ${index}`
          const entry = entries.find((one) => (one.owner === undefined || one.owner === owner) && which(one, request))
          if (entry === undefined) continue
          entry.owner = owner
          taken[index] = entry.listener
        }
      }
      give(({ listener }, request) => listener.matches(request))
      give(({ listener, name }, { kind }) => listener.kind === kind && names.includes(name))
      return taken
    },
    closeRest: () => {
      const rest = entries.filter(({ owner }) => owner === undefined)
      entries = entries.filter(({ owner }) => owner !== undefined)
      for (const { listener } of rest) listener.close()
      return rest.map(({ listener, name }) => `descriptor ${listener.descriptor} (${name}) at ${listener.where}`)
    }
  }
}

/** What our environment says that we were passed, if it means us. What is no listener stays as it is. */
export const read: Effect.Effect<Inherited, never, FdHandoff | System> = Effect.gen(function*() {
  const system = yield* System
  const environment = yield* system.environment
  const text = environment.get("LISTEN_FDS")
  if (text === undefined) return none
  const count = Integer.within(text, 1, most)
  const pid = yield* system.pid
  if (environment.get("LISTEN_PID") !== String(pid)) {
    yield* Effect.logWarning(
      `LISTEN_FDS is not for us: LISTEN_PID is ${environment.get("LISTEN_PID") ?? "not set"}, and we are ${pid}`
    )
    return none
  }
  if (count === undefined) {
    yield* Effect.logWarning(`LISTEN_FDS=${text} is not a number from 1 to ${most}: nothing is taken over`)
    return none
  }
  const handoff = yield* FdHandoff
  const names = (environment.get("LISTEN_FDNAMES") ?? "").split(":")
  const passed: Array<Passed> = []
  for (let index = 0; index < count; index++) {
    const listener = yield* handoff.inherited(first + index)
    // What sd_listen_fds_with_names(3) calls those without a name.
    const name = names[index] ?? ""
    if (listener !== undefined) passed.push({ listener, name: name === "" ? "unknown" : name })
    else yield* Effect.logWarning(`descriptor ${first + index} of LISTEN_FDS is not a listener: it is not passed on`)
  }
  return make(passed)
})
