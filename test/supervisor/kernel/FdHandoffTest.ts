/** `FdHandoff` of the scripted kernel: what listens where, and whether there is traffic. */
import * as Effect from "effect/Effect"
import type { FdHandoff, ListenRequest } from "../../../src/kernel/FdHandoff.ts"
import { KernelError } from "../../../src/kernel/KernelError.ts"

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

/** `calls`: `listen stream *:80 as 3`, `close 3`. `unbindable`: addresses that cannot be bound. */
export const make = (
  calls: Array<string>,
  unbindable: ReadonlyArray<string> = [],
  refused: Readonly<Record<number, number>> = {}
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
          const descriptor = ++last
          const one: Open = { where, pending: false, knocked: undefined }
          open.set(descriptor, one)
          const { gid = -1, mode = 0o666, options = [], uid = -1 } = request
          const file = where.startsWith("/") ? ` ${mode.toString(8)} ${uid}:${gid}` : ""
          calls.push(`listen ${request.kind} ${where}${file} as ${descriptor}`)
          return Effect.succeed({
            descriptor,
            port: request.port,
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
            close: () => {
              calls.push(`close ${descriptor}`)
              open.delete(descriptor)
            }
          })
        })
    }
  }
}
