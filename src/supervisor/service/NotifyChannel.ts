/**
 * What a service tells us, sd_notify(3): its socket, which lives as long as the unit, who is believed, the descriptors
 * it leaves with us, and its watchdog. What concerns the state of the unit becomes an event.
 */
import * as Effect from "effect/Effect"
import type { Files } from "../../kernel/Files.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import type { NotifyMessage, NotifySocket } from "../../kernel/Notify.ts"
import { Notify } from "../../kernel/Notify.ts"
import type { Service } from "../../unit/Unit.ts"
import * as Access from "../notify/Access.ts"
import * as DescriptorStore from "../notify/DescriptorStore.ts"
import * as Notification from "../notify/Notification.ts"
import * as StartLimit from "../StartLimit.ts"
import type { Machine } from "../State.ts"
import type { Event } from "../StateEvent.ts"
import type { Timers } from "../Timers.ts"
import * as UnitLine from "../UnitLine.ts"
import * as Owner from "./Owner.ts"
import type { UnitProcesses } from "./UnitProcesses.ts"
import { Watchdog } from "./Watchdog.ts"

/** A message that came in, for its turn in the actor's inbox. */
export interface Heard {
  readonly _tag: "Heard"
  readonly message: NotifyMessage
}

/** The other end of a kept descriptor is gone. */
export interface HungUp {
  readonly _tag: "HungUp"
  readonly descriptor: number
}

/** Lines about what a service says: one that says more than this is not to fill the log of the others. */
const lineLimit: StartLimit.StartLimit = { burst: 20, intervalMillis: 10_000 }

export class NotifyChannel {
  private socket: NotifySocket | undefined
  private store = DescriptorStore.empty
  private readonly watchdog: Watchdog
  private readonly processes: UnitProcesses
  private readonly offer: (message: Event | Heard | HungUp) => void
  /** `WATCHDOG_USEC=` of the service itself, milliseconds. */
  private watchdogMillis: number | undefined
  /** `NOTIFYACCESS=` of the service itself. */
  private access: Access.Access | undefined
  /** What it says of itself, `STATUS=`; empty if nothing. */
  status = ""
  /** When a line about it was logged, monotonic milliseconds. */
  private lines: ReadonlyArray<number> = []
  private readonly timers: Timers

  constructor(timers: Timers, processes: UnitProcesses, offer: (message: Event | Heard | HungUp) => void) {
    this.timers = timers
    this.processes = processes
    this.offer = offer
    this.watchdog = new Watchdog(timers, (millis) => offer({ _tag: "WatchdogExpired", millis }))
  }

  /** The value of NOTIFY_SOCKET for the unit's processes; empty where nobody is listened to. */
  address(service: Service): Effect.Effect<string, KernelError, Notify> {
    if (Access.effective(service.Service) === "none") return Effect.succeed("")
    if (this.socket !== undefined) return Effect.succeed(this.socket.address)
    return Effect.flatMap(
      Notify,
      (notify) =>
        Effect.map(
          notify.open(
            (message) => this.offer({ _tag: "Heard", message }),
            service.Service.PrivateNetwork === true ? "file" : "abstract"
          ),
          (socket) => {
            this.socket = socket
            return socket.address
          }
        )
    )
  }

  /** Descriptors that an earlier run has left, for the next. */
  get stored(): DescriptorStore.DescriptorStore {
    return this.store
  }

  /** What the service has changed of what its unit says, for the environment of its commands. */
  get changes(): { readonly access?: Access.Access; readonly watchdogMillis?: number } {
    const { access, watchdogMillis } = this
    return {
      ...(access === undefined ? {} : { access }),
      ...(watchdogMillis === undefined ? {} : { watchdogMillis })
    }
  }

  startWatchdog(service: Service): void {
    this.watchdog.start(this.watchdogMillis ?? service.Service.WatchdogSec)
  }

  /** The event that follows from a message, if it has anything to say about the unit's state. */
  hear(
    service: Service,
    machine: Machine,
    { descriptors, pid, text, uid }: NotifyMessage
  ): Effect.Effect<Event | undefined, never, Files | Notify> {
    return Effect.gen(this, function*() {
      const access = this.access ?? Access.effective(service.Service)
      const isMember = access === "all" && (yield* this.processes.has(pid))
      if (!Access.allowed(access, pid, machine, isMember)) {
        yield* this.close(descriptors)
        yield* this.say("info", service, Access.refusal(access, pid))
        return undefined
      }
      const said = Notification.parse(text)
      for (const fault of said.faults) yield* this.say("warning", service, `notification: ${fault}`)
      yield* this.keep(service, said, descriptors)
      this.access = said.access ?? this.access
      if (said.status !== undefined && said.status !== this.status) {
        this.status = said.status
        if (said.status !== "") yield* this.say("info", service, `says: ${said.status}`)
      }
      this.tendWatchdog(said)
      const { mainPid } = said
      if (mainPid !== undefined && !this.processes.isWhole && !(yield* Owner.maySignal(uid, mainPid))) {
        const text = `MAINPID=${mainPid} is not believed: no process of uid ${uid} may signal that one`
        yield* this.say("warning", service, text)
        return eventOf({ ...said, mainPid: undefined })
      }
      return eventOf(said)
    })
  }

  /** The other end of a kept descriptor is gone: there is nothing to keep any more. */
  forget(descriptor: number): Effect.Effect<void, never, Notify> {
    return this.change(DescriptorStore.remove(this.store, descriptor))
  }

  /** A run is over: what the next one gets of it is `FileDescriptorStorePreserve=`'s. */
  endRun({ Service: { FileDescriptorStorePreserve } }: Service, restarting: boolean, failed: boolean):
    | Effect.Effect<void, never, Notify>
    | undefined
  {
    this.watchdog.stop()
    this.watchdogMillis = undefined
    this.access = undefined
    this.status = ""
    if (this.store.length === 0 || DescriptorStore.survives(FileDescriptorStorePreserve, restarting, failed)) {
      return undefined
    }
    return this.change(DescriptorStore.clear(this.store))
  }

  get released(): Effect.Effect<void, never, Notify> {
    return Effect.suspend(() => {
      this.watchdog.stop()
      const { socket } = this
      this.socket = undefined
      return Effect.zipRight(this.change(DescriptorStore.clear(this.store)), socket?.close ?? Effect.void)
    })
  }

  /** As many lines as are of use; the last of them says that others are left out. */
  say(level: "info" | "warning", service: Service, text: string): Effect.Effect<void> {
    const lines = StartLimit.admit(lineLimit, this.lines, this.timers.now())
    if (lines === undefined) return Effect.void
    this.lines = lines
    const line = UnitLine.ofService(service, level, text)
    if (lines.length < lineLimit.burst) return line
    return Effect.zipRight(
      line,
      UnitLine.ofService(service, "info", "sends so many notifications that some are not logged")
    )
  }

  private close(descriptors: ReadonlyArray<number>): Effect.Effect<void, never, Notify> {
    return descriptors.length === 0
      ? Effect.void
      : Effect.flatMap(Notify, (notify) => notify.closeDescriptors(descriptors))
  }

  /** What is not kept is closed, and that is what the sender of a barrier waits for. */
  private keep(
    service: Service,
    { name, poll, store }: Notification.Notification,
    descriptors: ReadonlyArray<number>
  ): Effect.Effect<void, never, Notify> {
    const most = service.Service.FileDescriptorStoreMax
    if (store === "remove" && name !== undefined) {
      return Effect.zipRight(this.change(DescriptorStore.removeNamed(this.store, name)), this.close(descriptors))
    }
    if (store !== "add") return this.close(descriptors)
    const change = DescriptorStore.add(this.store, { descriptors, name, poll }, most)
    const changed = this.change(change)
    return change.full
      ? Effect.zipRight(changed, this.say("warning", service, `at most ${most} descriptors are kept for it`))
      : changed
  }

  private change({ close, store, watch }: DescriptorStore.Change): Effect.Effect<void, never, Notify> {
    this.store = store
    const closed = this.close(close)
    if (watch.length === 0) return closed
    return Effect.zipRight(
      closed,
      Effect.flatMap(Notify, (notify) =>
        Effect.forEach(
          watch,
          (descriptor) => notify.watchHangUp(descriptor, () => this.offer({ _tag: "HungUp", descriptor })),
          { discard: true }
        ))
    )
  }

  private tendWatchdog({ watchdog, watchdogMillis }: Notification.Notification): void {
    if (watchdogMillis !== undefined) {
      this.watchdogMillis = watchdogMillis
      this.watchdog.start(watchdogMillis)
    }
    if (watchdog === "alive") this.watchdog.ping()
    else if (watchdog === "trigger") this.offer({ _tag: "WatchdogExpired", millis: 0 })
  }
}

const eventOf = (said: Notification.Notification): Event | undefined => {
  const { extendMillis, mainPid, ready, reloading, stopping } = said
  if (!ready && !reloading && !stopping && mainPid === undefined && extendMillis === undefined) return undefined
  return { _tag: "Notified", notice: { ready, reloading, stopping, mainPid, extendMillis } }
}
