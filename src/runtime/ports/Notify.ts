/** `Notify` over the native core. */
import * as Effect from "effect/Effect"
import type { KernelError } from "../../kernel/KernelError.ts"
import type { Notify, NotifyMessage, NotifySocket } from "../../kernel/Notify.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import * as Call from "../Call.ts"
import type { Events } from "../Events.ts"
import { Level } from "../Level.ts"

const EAGAIN = 11
/** Messages taken in one turn: who floods its socket waits like everybody else. */
const perTurn = 64
/** Of sockets that are files. */
const folder = "/run/container-init"
/** Why a message was lost, by the number that the core gives. */
const losses = ["", "it is longer than 4096 bytes", "it has more descriptors than can be taken"]

/** A line of numbers, then the text. */
const parse = (joined: string): { readonly lost: number; readonly message: NotifyMessage } => {
  const end = joined.indexOf("\n")
  const [pid = 0, uid = 0, gid = 0, lost = 0, ...descriptors] = joined.slice(0, end).split(" ").map(Number)
  return { lost, message: { pid, uid, gid, text: joined.slice(end + 1), descriptors } }
}

export const make = (binding: Binding, events: Events): typeof Notify.Service => {
  const socket = (descriptor: number, address: string, received: (message: NotifyMessage) => void): NotifySocket => {
    let open = true
    // Said once a socket: a service that does it again and again is not to fill the log.
    let said = false

    const take = (joined: string) => {
      const { lost, message } = parse(joined)
      if (lost === 0) return received(message)
      if (said) return
      said = true
      binding.say(
        Level.Warning,
        "",
        `a notification of process ${message.pid} is ignored: ${losses[lost] ?? "it is lost"}`
      )
    }

    const readable = () => {
      for (let taken = 0; open && taken < perTurn; taken++) {
        const joined = binding.notify_receive(descriptor)
        if (typeof joined === "string") take(joined)
        else if (joined === -EAGAIN) break
      }
      if (open) binding.descriptor_watch(descriptor, 0)
    }

    events.on(EventKind.Readable, descriptor, readable)
    binding.descriptor_watch(descriptor, 0)
    return {
      address,
      close: Effect.sync(() => {
        if (!open) return
        open = false
        events.off(EventKind.Readable, descriptor)
        binding.descriptor_close(descriptor)
        if (address.startsWith("/")) binding.file_remove(address)
      })
    }
  }

  let files = 0
  /** Undefined where no file can be made. */
  const openFile = (received: (message: NotifyMessage) => void): NotifySocket | undefined => {
    const path = `${folder}/notify-${++files}`
    binding.directory_make(folder, 0o755)
    const descriptor = binding.notify_open(path)
    return descriptor < 0 ? undefined : socket(descriptor, path, received)
  }

  const openAbstract = (received: (message: NotifyMessage) => void): Effect.Effect<NotifySocket, KernelError> =>
    Effect.flatMap(
      Call.number("open a notification socket", () => binding.notify_open("")),
      (descriptor) =>
        Call.text("name a notification socket", () => binding.notify_address(descriptor)).pipe(
          Effect.tapError(() => Effect.sync(() => binding.descriptor_close(descriptor))),
          Effect.map((address) => socket(descriptor, address, received))
        )
    )

  return {
    open: (received, place) =>
      Effect.suspend(() => {
        const file = place === "file" ? openFile(received) : undefined
        return file === undefined ? openAbstract(received) : Effect.succeed(file)
      }),
    send: (address, text) => Effect.asVoid(Call.number(`notify ${address}`, () => binding.notify_send(address, text))),
    closeDescriptors: (descriptors) =>
      Effect.sync(() => {
        for (const descriptor of descriptors) {
          events.off(EventKind.Readable, descriptor)
          binding.descriptor_close(descriptor)
        }
      }),
    watchHangUp: (descriptor, hungUp) =>
      Effect.sync(() => {
        if (binding.descriptor_watch(descriptor, 1) < 0) return false
        events.on(EventKind.Readable, descriptor, () => {
          events.off(EventKind.Readable, descriptor)
          hungUp()
        })
        return true
      })
  }
}
