/** `FdHandoff` of the scripted kernel: what listens where, and whether there is traffic. */
import * as Effect from "effect/Effect"
import type { Connection, Ends, FdHandoff, Listener, ListenRequest } from "../../../src/kernel/FdHandoff.ts"
import { KernelError } from "../../../src/kernel/KernelError.ts"
import type { Script } from "../Script.ts"

export interface FdHandoffTest {
  readonly port: typeof FdHandoff.Service
  /** Somebody comes to this address; nobody takes him until the test says that a service has. */
  readonly knock: (where: string) => void
  /** Somebody connects to an address whose connections are accepted one by one. Answers what becomes of him. */
  readonly connect: (where: string, ends?: Partial<Ends>) => Client
  /** Nobody can be accepted any more: this errno. `undefined`: everybody can again. */
  readonly exhaust: (errno: number | undefined) => void
  /** Connections that are accepted, and that we still have a copy of. */
  readonly accepted: () => ReadonlyArray<number>
  /** All who have come are taken. */
  readonly serve: () => void
  /** The addresses that are listened at. */
  readonly listening: () => ReadonlyArray<string>
  /** Of them, those where traffic would be noticed. */
  readonly watched: () => ReadonlyArray<string>
}

export interface Client {
  /** The descriptor that he was accepted as; 0 while he waits. */
  descriptor: number
  /** We have no copy of it any more. */
  closed: boolean
}

const EADDRINUSE = 98

interface Open {
  readonly where: string
  pending: boolean
  readonly waiting: Array<{ readonly client: Client; readonly ends: Ends }>
  knocked: (() => void) | undefined
}

const nameOf = ({ address, port }: ListenRequest): string => port === 0 ? address : `${address}:${port}`

/** `calls`: `listen stream *:80 as 51`, `adopt 3 as 51`, `close 51`. */
export const make = (
  calls: Array<string>,
  { inherited = {}, refusedOptions: refused = {}, unbindable = [] }: Script = {}
): FdHandoffTest => {
  const open = new Map<number, Open>()
  const connections = new Set<number>()
  let last = 50
  let exhausted: number | undefined
  let peerPort = 40000
  const accept = (one: Open): Effect.Effect<Connection | undefined, KernelError> =>
    Effect.suspend(() => {
      if (exhausted !== undefined) return new KernelError({ operation: "accept a connection", errno: exhausted })
      const next = one.waiting.shift()
      one.pending = one.waiting.length > 0
      if (next === undefined) return Effect.succeed(undefined)
      const { client, ends } = next
      const descriptor = ++last
      client.descriptor = descriptor
      connections.add(descriptor)
      const close = () => {
        calls.push(`close ${descriptor}`)
        client.closed = true
        connections.delete(descriptor)
      }
      return Effect.succeed({ descriptor, ends, close })
    })
  const tell = (one: Open): void => {
    if (!one.pending || one.knocked === undefined) return
    const { knocked } = one
    one.knocked = undefined
    knocked()
  }
  const places = (which: (one: Open) => boolean) => [...open.values()].filter(which).map(({ where }) => where)
  const toListener = (where: string, { options = [], port }: ListenRequest): Listener => {
    const descriptor = ++last
    const one: Open = { where, pending: false, waiting: [], knocked: undefined }
    open.set(descriptor, one)
    return {
      descriptor,
      port,
      refused: options.flatMap(([option]) => {
        const errno = refused[option]
        return errno === undefined ? [] : [[option, errno] as const]
      }),
      watch: (knocked) =>
        Effect.sync(() => {
          one.knocked = knocked
          tell(one)
        }),
      unwatch: () => void (one.knocked = undefined),
      accept: accept(one),
      flush: () => {
        calls.push(`flush ${descriptor}`)
        one.pending = false
      },
      close: () => {
        calls.push(`close ${descriptor}`)
        open.delete(descriptor)
      }
    }
  }
  return {
    knock: (where) => {
      for (const one of open.values()) {
        if (one.where !== where) continue
        one.pending = true
        tell(one)
      }
    },
    connect: (where, ends) => {
      const client: Client = { descriptor: 0, closed: false }
      for (const one of open.values()) {
        if (one.where !== where) continue
        const address = {
          family: "inet",
          address: "10.0.0.1",
          port: 80,
          peer: "10.0.0.2",
          peerPort: ++peerPort
        } as const
        one.waiting.push({ client, ends: { ...address, ...ends } as Ends })
        one.pending = true
        tell(one)
      }
      return client
    },
    exhaust: (errno) => {
      exhausted = errno
    },
    accepted: () => [...connections],
    serve: () => {
      for (const one of open.values()) one.pending = false
    },
    listening: () => places(() => true),
    watched: () => places(({ knocked }) => knocked !== undefined),
    port: {
      listen: (request) =>
        Effect.suspend(() => {
          const where = nameOf(request)
          const taken = places((one) => one.where === where).length > 0
          if (taken || unbindable.includes(where)) {
            return new KernelError({ operation: `listen on ${where}`, errno: EADDRINUSE })
          }
          const { gid = -1, mode = 0o666, uid = -1 } = request
          const file = where.startsWith("/") ? ` ${mode.toString(8)} ${uid}:${gid}` : ""
          const listener = toListener(where, request)
          const texts = (request.texts ?? []).map(([option, text]) => ` ${option}=${text}`).join("")
          calls.push(`listen ${request.kind} ${where}${file}${texts} as ${listener.descriptor}`)
          return Effect.succeed(listener)
        }),
      removeQueue: (name) => Effect.sync(() => void calls.push(`remove queue ${name}`)),
      inherited: (descriptor) =>
        Effect.sync(() => {
          const text = inherited[descriptor]
          if (text === undefined) return undefined
          const [kind = "", where = ""] = text.split(" ")
          return {
            descriptor,
            kind: kind as ListenRequest["kind"],
            where,
            matches: (request: ListenRequest) => request.kind === kind && nameOf(request) === where,
            adopt: (request: ListenRequest) =>
              Effect.sync(() => {
                const listener = toListener(where, request)
                calls.push(`adopt ${descriptor} as ${listener.descriptor}`)
                return listener
              }),
            close: () => void calls.push(`close ${descriptor}`)
          }
        })
    }
  }
}
