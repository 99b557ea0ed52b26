/**
 * The listeners of one socket unit: bound all or none, watched all or none. Who owns this closes it.
 */
import * as Effect from "effect/Effect"
import * as Errno from "../../kernel/Errno.ts"
import type { Listener } from "../../kernel/FdHandoff.ts"
import { FdHandoff } from "../../kernel/FdHandoff.ts"
import { Files } from "../../kernel/Files.ts"
import type { System } from "../../kernel/System.ts"
import { nodeOf } from "../../unit/checks/Socket.ts"
import type { Socket } from "../../unit/Unit.ts"
import * as UnitLine from "../UnitLine.ts"
import * as NodeOwner from "./NodeOwner.ts"
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
  readonly listener: Listener
}

const defaultDirectoryMode = 0o755

export class Bound {
  private places: ReadonlyArray<Place> = []
  private readonly unit: Socket

  constructor(unit: Socket) {
    this.unit = unit
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
      for (const one of section.Listeners ?? []) {
        const where = Request.whereOf(one)
        const request = Request.make(this.unit, one, options, owner)
        if (typeof request === "string") return { fault: `cannot listen on ${where}: ${request}` }
        const node = nodeOf(one)
        if (node !== undefined) yield* this.makeDirectory(node)
        const listener = yield* (yield* FdHandoff).listen(request)
        places.push({ where, node, listener })
        for (const [option, errno] of listener.refused) {
          for (const [directive, number] of options) if (number === option) refused.set(directive, errno)
        }
      }
      for (const [directive, errno] of refused) {
        yield* UnitLine.warning(this.unit.name, `${directive}= is not applied here: ${Errno.describe(errno)}`)
      }
      return undefined
    }).pipe(
      Effect.catchAll(({ message }) => Effect.succeed<Fault>({ fault: message })),
      Effect.tap((fault) => fault === undefined ? Effect.void : this.close)
    )
  }

  /** Calls `knocked` with the address of the first that has traffic; another one may follow it before `unwatch`. */
  watch(knocked: (where: string) => void): Effect.Effect<Fault | undefined> {
    return Effect.forEach(this.places, ({ listener, where }) => listener.watch(() => knocked(where)), {
      discard: true
    }).pipe(
      Effect.as(undefined),
      Effect.catchAll(({ message }) => Effect.succeed<Fault>({ fault: message }))
    )
  }

  get listeners(): ReadonlyArray<Listener> {
    return this.places.map(({ listener }) => listener)
  }

  unwatch(): void {
    for (const { listener } of this.places) listener.unwatch()
  }

  /** `RemoveOnStop=`: their files go as well. */
  get close(): Effect.Effect<void, never, Files> {
    return Effect.suspend(() => {
      const { places } = this
      this.places = []
      for (const { listener } of places) listener.close()
      if (this.unit.Socket.RemoveOnStop !== true) return Effect.void
      return Effect.forEach(
        places,
        ({ node }) =>
          node === undefined ? Effect.void : Effect.flatMap(Files, (files) => Effect.ignore(files.remove(node))),
        { discard: true }
      )
    })
  }

  private makeDirectory(node: string): Effect.Effect<void, never, Files> {
    const parent = node.slice(0, node.lastIndexOf("/"))
    if (parent === "") return Effect.void
    // Where it cannot be made, the bind says so, too, and of the path that matters.
    return Effect.flatMap(
      Files,
      (files) => Effect.ignore(files.makeDirectory(parent, this.unit.Socket.DirectoryMode ?? defaultDirectoryMode))
    )
  }
}
