/** `FdHandoff` of the scripted kernel: what listens where, and whether there is traffic. */
import * as Effect from "effect/Effect"
import type { FdHandoff, Listener, ListenRequest } from "../../../src/kernel/FdHandoff.ts"
import { KernelError } from "../../../src/kernel/KernelError.ts"
import type { Script } from "../Script.ts"

export interface FdHandoffTest {
  readonly port: typeof FdHandoff.Service
  /** Somebody comes to this address; nobody takes him until the test says that a service has. */
  readonly knock: (where: string) => void
  /** All who have come are taken. */
  readonly serve: () => void
  /** The addresses that are listened at. */
  readonly listening: () => ReadonlyArray<string>
  /** Of them, those where traffic would be noticed. */
  readonly watched: () => ReadonlyArray<string>
}

const EADDRINUSE = 98

interface Open {
  readonly where: string
  pending: boolean
  knocked: (() => void) | undefined
}

const nameOf = ({ address, port }: ListenRequest): string => port === 0 ? address : `${address}:${port}`

/** `calls`: `listen stream *:80 as 51`, `adopt 3 as 51`, `close 51`. */
export const make = (
  calls: Array<string>,
  { inherited = {}, refusedOptions: refused = {}, unbindable = [] }: Script = {}
): FdHandoffTest => {
  const open = new Map<number, Open>()
  let last = 50
  const tell = (one: Open): void => {
    if (!one.pending || one.knocked === undefined) return
    const { knocked } = one
    one.knocked = undefined
    knocked()
  }
  const places = (which: (one: Open) => boolean) => [...open.values()].filter(which).map(({ where }) => where)
  const toListener = (where: string, { options = [], port }: ListenRequest): Listener => {
    const descriptor = ++last
    const one: Open = { where, pending: false, knocked: undefined }
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
