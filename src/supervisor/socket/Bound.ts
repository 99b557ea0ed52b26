/**
 * The listeners of one socket unit: bound all or none, watched all or none. Who owns this closes it.
 */
import * as Effect from "effect/Effect"
import * as Errno from "../../kernel/Errno.ts"
import type { InheritedListener, Listener, ListenRequest } from "../../kernel/FdHandoff.ts"
import { FdHandoff } from "../../kernel/FdHandoff.ts"
import { Files } from "../../kernel/Files.ts"
import type { System } from "../../kernel/System.ts"
import { nodeOf } from "../../unit/checks/Socket.ts"
import type { Socket } from "../../unit/Unit.ts"
import type { Timers } from "../Timers.ts"
import * as UnitLine from "../UnitLine.ts"
import type { Inherited } from "./Inherited.ts"
import * as Links from "./Links.ts"
import * as NodeOwner from "./NodeOwner.ts"
import * as Parents from "./Parents.ts"
import { of as pollLimitOf, PollLimit } from "./PollLimit.ts"
import * as Request from "./Request.ts"

export type Ports = FdHandoff | Files | System

/** Why it does not listen. */
export interface Fault {
  readonly fault: string
}

interface Place {
  readonly where: string
  /** Its file, if it has one. */
  readonly node: string | undefined
  /** Its name, if it is a message queue. */
  readonly queue: string | undefined
  readonly listener: Listener
  readonly polls: PollLimit
}

const tookOver = ({ descriptor, where: there }: InheritedListener, where: string): string =>
  `took over ${where} from LISTEN_FDS: descriptor ${descriptor}${there === where ? "" : ` at ${there}`}`

export interface Surroundings {
  readonly timers: Timers
  /** What PID 1 was started with. */
  readonly inherited: Inherited
}

export class Bound {
  private places: ReadonlyArray<Place> = []
  private readonly unit: Socket
  private readonly inherited: Inherited
  private readonly timers: Timers

  constructor(unit: Socket, { inherited, timers }: Surroundings) {
    this.unit = unit
    this.inherited = inherited
    this.timers = timers
  }

  /** In the order in which they are written, which is the order in which they are handed over. */
  get descriptors(): ReadonlyArray<number> {
    return this.places.map(({ listener }) => listener.descriptor)
  }

  get where(): string {
    return this.places.map(({ where }) => where).join(", ")
  }

  get open(): Effect.Effect<Fault | undefined, never, Ports> {
    return Effect.gen(this, function*() {
      const places: Array<Place> = []
      this.places = places
      const { Socket: section } = this.unit
      const owner = yield* NodeOwner.resolve(section)
      if (typeof owner === "string") return { fault: owner }
      const options = Request.optionsOf(section)
      const refused = new Map<string, number>()
      const listeners = section.Listeners ?? []
      const requests: Array<ListenRequest> = []
      for (const one of listeners) {
        const request = Request.make(this.unit, one, options, owner)
        if (typeof request === "string") return { fault: `cannot listen on ${Request.whereOf(one)}: ${request}` }
        requests.push(request)
      }
      const taken = this.inherited.take(this.unit.name, Request.namesOf(this.unit), requests)
      const handoff = yield* FdHandoff
      for (const [index, one] of listeners.entries()) {
        const where = Request.whereOf(one)
        const inherited = taken[index]
        // Its file is not ours to remove.
        const node = inherited === undefined ? nodeOf(one) : undefined
        if (node !== undefined) yield* Parents.make(node, section)
        const request = requests[index] as ListenRequest
        const listener = yield* inherited === undefined ? handoff.listen(request) : inherited.adopt(request)
        if (inherited !== undefined) yield* UnitLine.info(this.unit.name, tookOver(inherited, where))
        const queue = one.type === "MessageQueue" ? one.path : undefined
        places.push({ where, node, queue, listener, polls: new PollLimit(pollLimitOf(section), this.timers) })
        for (const [option, errno] of listener.refused) {
          for (const [directive, number] of options) if (number === option) refused.set(directive, errno)
        }
      }
      for (const [directive, errno] of refused) {
        yield* UnitLine.warning(this.unit.name, `${directive}= is not applied here: ${Errno.describe(errno)}`)
      }
      const node = listeners.map(nodeOf).find((one) => one !== undefined)
      if (node !== undefined && section.Symlinks !== undefined) yield* Links.make(this.unit, node)
      return undefined
    }).pipe(
      Effect.catchAll((error) => Effect.succeed<Fault>({ fault: Request.explain(this.unit.Socket, error) })),
      Effect.tap((fault) => fault === undefined ? Effect.void : this.close)
    )
  }

  /**
   * Calls `knocked` with the address of the first that has traffic; another one may follow it before `unwatch`. What has
   * too much of it is `paused` for so long.
   */
  watch(
    knocked: (where: string) => void,
    paused: (where: string, millis: number) => void
  ): Effect.Effect<Fault | undefined> {
    return Effect.forEach(
      this.places,
      ({ listener, polls, where }) =>
        listener.watch(() => polls.pass(() => knocked(where), (millis) => paused(where, millis))),
      { discard: true }
    ).pipe(
      Effect.as(undefined),
      Effect.catchAll(({ message }) => Effect.succeed<Fault>({ fault: message }))
    )
  }

  /** The listener at an address, as `watch` has said it. */
  at(address: string): Listener | undefined {
    return this.places.find(({ where }) => where === address)?.listener
  }

  /** `FlushPending=`: whoever has come by now came for a service that has ended. */
  flush(): void {
    if (this.unit.Socket.FlushPending === true) { for (const { listener } of this.places) listener.flush() }
  }

  unwatch(): void {
    for (const { listener, polls } of this.places) {
      polls.cancel()
      listener.unwatch()
    }
  }

  /** `RemoveOnStop=`: their files go as well, and the links to them. */
  get close(): Effect.Effect<void, never, FdHandoff | Files> {
    return Effect.suspend(() => {
      const { places } = this
      this.places = []
      for (const { listener, polls } of places) {
        polls.cancel()
        listener.close()
      }
      const { RemoveOnStop, Symlinks = [] } = this.unit.Socket
      if (RemoveOnStop !== true || places.length === 0) return Effect.void
      return Effect.gen(function*() {
        const files = yield* Files
        const handoff = yield* FdHandoff
        for (const { node, queue } of places) {
          if (node !== undefined) yield* Effect.ignore(files.remove(node))
          if (queue !== undefined) yield* handoff.removeQueue(queue)
        }
        for (const path of Symlinks) yield* Effect.ignore(files.remove(path))
      })
    })
  }
}
