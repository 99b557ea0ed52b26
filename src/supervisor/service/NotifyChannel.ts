/**
 * What a service tells us, sd_notify(3): its socket, which lives as long as the unit, who is believed, the descriptors
 * it leaves with us, and its watchdog. What concerns the state of the unit becomes an event.
 */
import * as Effect from "effect/Effect"
import type { KernelError } from "../../kernel/KernelError.ts"
import type { NotifyMessage, NotifySocket } from "../../kernel/Notify.ts"
import { Notify } from "../../kernel/Notify.ts"
import type { Service } from "../../unit/Unit.ts"
import * as DescriptorStore from "../notify/DescriptorStore.ts"
import * as Message from "../notify/Message.ts"
import * as NotifyAccess from "../notify/NotifyAccess.ts"
import type { Machine } from "../State.ts"
import type { Event, Notice } from "../StateEvent.ts"
import type { Timers } from "../Timers.ts"
import * as UnitLine from "../UnitLine.ts"
import type { UnitProcesses } from "./UnitProcesses.ts"
import { Watchdog } from "./Watchdog.ts"

/** How many services have been heard of; a message that came in, for its turn in the actor's inbox. */
export interface Heard {
  readonly _tag: "Heard"
  readonly message: NotifyMessage
}

/** What an actor's inbox takes beyond the events of its state table. */
export interface HungUp {
  readonly _tag: "HungUp"
  readonly descriptor: number
}

export class NotifyChannel {
  private socket: NotifySocket | undefined
  private store = DescriptorStore.empty
  private readonly watchdog: Watchdog
  private readonly processes: UnitProcesses
  private readonly offer: (message: Event | Heard | HungUp) => void
  /** `WATCHDOG_USEC=` of the service itself, milliseconds. */
  private watchdogMillis: number | undefined
  /** What it says of itself, `STATUS=`; empty if nothing. */
  status = ""

  constructor(timers: Timers, processes: UnitProcesses, offer: (message: Event | Heard | HungUp) => void) {
    this.processes = processes
    this.offer = offer
    this.watchdog = new Watchdog(timers, (millis) => offer({ _tag: "WatchdogExpired", millis }))
  }

  /** The value of NOTIFY_SOCKET for the unit's processes; empty where nobody is listened to. */
  address(service: Service): Effect.Effect<string, KernelError, Notify> {
    if (NotifyAccess.effective(service.Service) === "none") return Effect.succeed("")
    if (this.socket !== undefined) return Effect.succeed(this.socket.address)
    return Effect.flatMap(Notify, (notify) =>
      Effect.map(notify.open((message) => this.offer({ _tag: "Heard", message })), (socket) => {
        this.socket = socket
        return socket.address
      }))
  }

  /** Descriptors that an earlier run has left, for the next. */
  get stored(): ReadonlyArray<DescriptorStore.Stored> {
    return this.store
  }

  startWatchdog(service: Service): void {
    this.watchdog.start(this.watchdogMillis ?? service.Service.WatchdogSec)
  }

  /** The event that follows from a message, if it has anything to say about the unit's state. */
  hear(
    service: Service,
    machine: Machine,
    { descriptors, pid, text }: NotifyMessage
  ): Effect.Effect<Event | undefined, never, Notify> {
    return Effect.gen(this, function*() {
      const access = NotifyAccess.effective(service.Service)
      const believed = yield* this.isBelieved(access, machine, pid)
      if (!believed) {
        yield* this.close(descriptors)
        yield* UnitLine.info(service.name, `process ${pid} is not heard: NotifyAccess=${access}`)
        return undefined
      }
      const message = Message.parse(text)
      yield* this.keep(service, message, descriptors)
      if (message.status !== undefined && message.status !== this.status) {
        this.status = message.status
        yield* UnitLine.info(service.name, `says: ${message.status}`)
      }
      this.tendWatchdog(message)
      const notice: Notice = {
        ready: message.ready,
        reloading: message.reloading,
        reloadingSince: message.monotonicMillis,
        stopping: message.stopping,
        mainPid: message.mainPid,
        extendMillis: message.extendTimeoutMillis
      }
      const matters = notice.ready || notice.reloading || notice.stopping || notice.mainPid !== undefined ||
        notice.extendMillis !== undefined
      return matters ? { _tag: "Notified" as const, notice } : undefined
    })
  }

  /** The other end of a kept descriptor is gone: there is nothing to keep any more. */
  forget(descriptor: number): Effect.Effect<void, never, Notify> {
    const { close, store } = DescriptorStore.forget(this.store, descriptor)
    this.store = store
    return this.close(close)
  }

  /** A run is over; with `restarts` the next one is to have what this one has left. */
  endRun(keeps: boolean): Effect.Effect<void, never, Notify> | undefined {
    this.watchdog.stop()
    this.watchdogMillis = undefined
    if (keeps || this.store.length === 0) return undefined
    const left = this.store.map(({ descriptor }) => descriptor)
    this.store = DescriptorStore.empty
    return this.close(left)
  }

  get released(): Effect.Effect<void, never, Notify> {
    return Effect.suspend(() => {
      const ended = this.endRun(false) ?? Effect.void
      const { socket } = this
      this.socket = undefined
      return socket === undefined ? ended : Effect.zipRight(ended, socket.close)
    })
  }

  private close(descriptors: ReadonlyArray<number>): Effect.Effect<void, never, Notify> {
    return descriptors.length === 0
      ? Effect.void
      : Effect.flatMap(Notify, (notify) => notify.closeDescriptors(descriptors))
  }

  private isBelieved(access: NotifyAccess.Access, { control, main }: Machine, pid: number): Effect.Effect<boolean> {
    if (NotifyAccess.allows(access, pid, main, control)) return Effect.succeed(true)
    return access === "all" ? this.processes.has(pid) : Effect.succeed(false)
  }

  /** `FDSTORE=1`, `FDSTOREREMOVE=1`; what is not kept is closed, and that is what a barrier waits for. */
  private keep(
    service: Service,
    message: Message.Message,
    descriptors: ReadonlyArray<number>
  ): Effect.Effect<void, never, Notify> {
    return Effect.gen(this, function*() {
      const most = service.Service.FileDescriptorStoreMax
      const { close, kept, store } = DescriptorStore.take(this.store, message, descriptors, most)
      this.store = store
      yield* this.close(close)
      if (message.fdStore && kept.length < descriptors.length) {
        yield* UnitLine.warning(service.name, `keeps at most ${most} descriptors (FileDescriptorStoreMax=)`)
      }
      if (!message.fdPoll) return
      const notify = yield* Notify
      for (const descriptor of kept) {
        yield* notify.watchHangUp(descriptor, () => this.offer({ _tag: "HungUp", descriptor }))
      }
    })
  }

  private tendWatchdog(message: Message.Message): void {
    if (message.watchdogMillis !== undefined) {
      this.watchdogMillis = message.watchdogMillis
      this.watchdog.start(message.watchdogMillis)
    }
    if (message.watchdog === "ping") this.watchdog.ping()
    if (message.watchdog === "trigger") this.offer({ _tag: "WatchdogExpired", millis: 0 })
  }
}
