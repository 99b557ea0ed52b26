/** `FdHandoff` over the native core. */
import * as Effect from "effect/Effect"
import type { Connection, Ends, FdHandoff, InheritedListener, Listener, ListenRequest } from "../../kernel/FdHandoff.ts"
import { SocketOption } from "../../kernel/FdHandoff.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import * as Call from "../Call.ts"
import type { Events } from "../Events.ts"

const kinds = {
  "fifo": 0,
  "stream": 1,
  "datagram": 2,
  "netlink": 3,
  "sequential-packet": 5,
  "special": 16,
  "special-writable": 17,
  "message-queue": 18
}

const textsOf = ({ texts }: ListenRequest): ReadonlyArray<string> =>
  texts === undefined ? none : texts.flatMap(([option, value]) => [String(option), value])

const anyone = 0o666
const none: ReadonlyArray<never> = []

const open = (binding: Binding, request: ListenRequest, options: ReadonlyArray<number>): string | number => {
  const { address, backlog, gid = -1, kind, mode = anyone, port, protocol = 0, uid = -1 } = request
  return binding.listener_open(
    kinds[kind],
    address,
    port,
    protocol,
    backlog,
    options,
    textsOf(request),
    mode,
    uid,
    gid
  )
}

/** Whom a socket listens to is settled once it is bound. */
const adopt = (binding: Binding, descriptor: number, request: ListenRequest): string | number => {
  const options = (request.options ?? none).filter(([option]) => option !== SocketOption.Ipv6Only)
  return binding.inherited_adopt(descriptor, options.flat(), textsOf(request))
}

/** Behind the descriptor: pairs of an option and an errno. */
const refusedOf = (numbers: ReadonlyArray<number>): Listener["refused"] => {
  if (numbers.length < 2) return none
  const refused: Array<readonly [SocketOption, number]> = []
  for (let at = 1; at + 1 < numbers.length; at += 2) refused.push([numbers[at] as SocketOption, numbers[at + 1] ?? 0])
  return refused
}

const EAGAIN = 11

/** Behind the descriptor, see `socket_accept`. The name of a local peer may hold spaces. */
const endsOf = (words: ReadonlyArray<string>): Ends => {
  const [, family, address = "", port, peer = "", peerPort] = words
  return family === "unix"
    ? { family, pid: Number(address), uid: Number(port), name: words.slice(4).join(" ") }
    : { family: family === "inet6" ? family : "inet", address, port: Number(port), peer, peerPort: Number(peerPort) }
}

const accept = (
  binding: Binding,
  descriptor: number,
  options: ReadonlyArray<number>
): Effect.Effect<Connection | undefined, KernelError> =>
  Effect.suspend(() => {
    const answer = binding.socket_accept(descriptor, options)
    if (typeof answer === "number") {
      return answer === -EAGAIN ? Effect.succeed(undefined) : Call.failure("accept a connection", answer)
    }
    const words = answer.split(" ")
    const connection = Number(words[0])
    return Effect.succeed({
      descriptor: connection,
      ends: endsOf(words),
      close: () => void binding.descriptor_close(connection)
    })
  })

export const make = (binding: Binding, events: Events): typeof FdHandoff.Service => {
  const toListener = (answer: string, options: ReadonlyArray<number>): Listener => {
    const numbers = answer.split(" ").map(Number)
    const [descriptor = -1] = numbers
    const unwatch = () => {
      events.off(EventKind.Readable, descriptor)
      binding.descriptor_unwatch(descriptor)
    }
    return {
      descriptor,
      port: Math.max(0, binding.listener_port(descriptor)),
      refused: refusedOf(numbers),
      watch: (knocked) =>
        Effect.suspend(() => {
          events.on(EventKind.Readable, descriptor, () => {
            events.off(EventKind.Readable, descriptor)
            knocked()
          })
          return Effect.tapError(
            Effect.asVoid(Call.number("watch a listener", () => binding.descriptor_watch(descriptor, 0))),
            () => Effect.sync(unwatch)
          )
        }),
      unwatch,
      accept: accept(binding, descriptor, options),
      flush: () => {
        binding.listener_flush(descriptor)
      },
      close: () => {
        events.off(EventKind.Readable, descriptor)
        binding.descriptor_close(descriptor)
      }
    }
  }

  const toInherited = (descriptor: number, answer: string): InheritedListener | undefined => {
    const space = answer.indexOf(" ")
    const number = Number(answer.slice(0, space))
    const kind = (Object.keys(kinds) as ReadonlyArray<ListenRequest["kind"]>).find((one) => kinds[one] === number)
    if (kind === undefined) return undefined
    const where = answer.slice(space + 1)
    return {
      descriptor,
      kind,
      where,
      matches: ({ address, kind, port }) => binding.inherited_matches(descriptor, kinds[kind], address, port) === 1,
      adopt: (request) =>
        Effect.map(
          Call.text(`take over ${where}`, () => adopt(binding, descriptor, request)),
          (text) => toListener(text, (request.options ?? none).flat())
        ),
      close: () => {
        binding.descriptor_close(descriptor)
      }
    }
  }

  return {
    removeQueue: (name) => Effect.sync(() => void binding.queue_remove(name)),
    inherited: (descriptor) =>
      Effect.sync(() => {
        const answer = binding.inherited_describe(descriptor)
        return typeof answer === "string" ? toInherited(descriptor, answer) : undefined
      }),
    listen: (request) => {
      const { address, options = none, port } = request
      const flat = options.flat()
      const where = address === "*" ? `port ${port}` : port === 0 ? address : `${address} port ${port}`
      return Effect.map(
        Call.text(`listen on ${where}`, () => open(binding, request, flat)),
        (answer) => toListener(answer, flat)
      )
    }
  }
}
