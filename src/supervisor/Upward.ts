/**
 * What we tell whoever supervises us: podman with `--sdnotify=container`, systemd, another container-init. sd_notify(3)
 * over the NOTIFY_SOCKET of our own environment; without one, nobody wants to know.
 */
import * as Effect from "effect/Effect"
import { Notify } from "../kernel/Notify.ts"
import { System } from "../kernel/System.ts"
import * as Log from "./Log.ts"

/** Sends assignments, one a line. That nobody listens is no reason to fail. */
const tell = (text: string): Effect.Effect<void, never, Notify | System> =>
  Effect.gen(function*() {
    const system = yield* System
    const address = (yield* system.environment).get("NOTIFY_SOCKET")
    if (address === undefined || address === "") return
    const notify = yield* Notify
    yield* Effect.catchAll(notify.send(address, text), ({ message }) => Log.warning(`NOTIFY_SOCKET: ${message}`))
  })

/** The boot is complete. */
export const ready = tell("READY=1\nSTATUS=all units have started")

/** The end has begun. */
export const stopping = tell("STOPPING=1")
