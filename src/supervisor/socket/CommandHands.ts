/** Runs the commands of a socket, and tells them to go, with the means of a service: the unit's own cgroup among them. */
import * as Effect from "effect/Effect"
import type { Service, Socket } from "../../unit/Unit.ts"
import * as Direct from "../Direct.ts"
import * as Confinement from "../exec/Confinement.ts"
import * as ExecContext from "../ExecContext.ts"
import type { Inbox } from "../Inbox.ts"
import type { Setting } from "../isolation/Ability.ts"
import type { Handed } from "../Listeners.ts"
import * as RunContext from "../RunContext.ts"
import { launch } from "../service/Launch.ts"
import * as Leftovers from "../service/Leftovers.ts"
import { NotApplied } from "../service/NotApplied.ts"
import { ResourceLimits } from "../service/ResourceLimits.ts"
import { UnitProcesses } from "../service/UnitProcesses.ts"
import type { Message, Ports } from "../ServiceActor.ts"
import type { Timer, Timers } from "../Timers.ts"
import * as UnitLine from "../UnitLine.ts"
import type { Command, Event } from "./CommandMachine.ts"
import type { CommandKey } from "./OwnCommands.ts"

export interface Surroundings {
  readonly inbox: Inbox<Event>
  readonly timers: Timers
  readonly isolation: Setting
  readonly newInvocationId: () => string
}

type Own = Extract<Command, { readonly _tag: "Run" | "Sweep" | "ArmTimer" | "TellRefused" | "EndRun" }>

/** Those that are not told of the listeners, `PassFileDescriptorsToExec=`: there are none yet, or none any more. */
const withoutListeners: ReadonlyArray<CommandKey> = ["ExecStartPre", "ExecStopPost"]

export class CommandHands {
  private readonly socket: Socket
  private readonly service: Service
  private readonly surroundings: Surroundings
  private readonly processes: UnitProcesses
  private readonly notApplied: NotApplied
  private readonly limits: ResourceLimits
  private timer: Timer | undefined
  private invocationId = ""

  constructor(socket: Socket, service: Service, surroundings: Surroundings) {
    this.socket = socket
    this.service = service
    this.surroundings = surroundings
    this.processes = new UnitProcesses(socket.name)
    this.notApplied = new NotApplied(socket.name)
    this.limits = new ResourceLimits(this.notApplied)
  }

  /** `handed`: what the socket has bound. */
  execute(command: Own, handed: ReadonlyArray<Handed>): Effect.Effect<Event | void, never, Ports> | undefined {
    switch (command._tag) {
      case "Run":
        return this.run(command, handed)
      case "Sweep":
        return this.sweep(command)
      case "ArmTimer":
        this.arm(command)
        return undefined
      case "TellRefused":
        return this.notApplied.tell(command.unapplied)
      case "EndRun":
        return this.endRun
    }
  }

  /** Leaves nothing behind. */
  get released(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.timer?.cancel()
      return this.processes.released
    })
  }

  private run(
    { index, key }: Extract<Own, { _tag: "Run" }>,
    handed: ReadonlyArray<Handed>
  ): Effect.Effect<Event, never, Ports> {
    const { service, socket } = this
    const command = socket.Socket[key]?.[index]
    if (command === undefined) return Effect.die(new Error(`${socket.name} has no ${key}= number ${index}`))
    if (this.invocationId === "") {
      this.invocationId = this.surroundings.newInvocationId()
      this.limits.beginRun()
    }
    const passes = socket.Socket.PassFileDescriptorsToExec === true && !withoutListeners.includes(key)
    const { isolation } = this.surroundings
    return Direct.toEffect((fiber) =>
      launch({
        fiber,
        service,
        // Of all that depends on which command of a service it is, nothing holds for those of a socket.
        key: "ExecStartPre",
        processes: this.processes,
        limits: this.limits,
        offer: (message) => this.hear(message),
        context: (cgroup) => {
          const listeners = passes ? handed : []
          const run = {
            ...RunContext.plain,
            key: "ExecStartPre",
            cgroup,
            invocationId: this.invocationId,
            listeners
          } as const
          return ExecContext.make({ fiber, service, command, run, setting: isolation })
        }
      })
    ).pipe(Effect.map((launched): Event =>
      launched instanceof Error
        ? { _tag: "SpawnRefused", role: "control", message: launched.message, result: "resources" }
        : { _tag: "Spawned", role: "control", pid: launched.pid, argv: launched.argv }
    ))
  }

  private hear(message: Message): void {
    const { inbox } = this.surroundings
    if (message._tag === "Exited" || message._tag === "ExecFailed" || message._tag === "Refused") inbox.offer(message)
  }

  private sweep(
    { pid, signals, sweep, whom }: Extract<Own, { _tag: "Sweep" }>
  ): Effect.Effect<Event | void, never, Ports> {
    if (whom === "processes") return this.processes.signal([pid], signals)
    const emptied = (already: boolean): Event => ({ _tag: "Emptied", sweep, already })
    return Effect.map(
      this.processes.sweep(signals, (already) => this.surroundings.inbox.offer(emptied(already))),
      (already) => already ? emptied(true) : undefined
    )
  }

  private arm({ millis, timer }: Extract<Own, { _tag: "ArmTimer" }>): void {
    const { inbox, timers } = this.surroundings
    this.timer?.cancel()
    this.timer = millis === Infinity ? undefined : timers.set(millis, () => inbox.offer({ _tag: "TimedOut", timer }))
  }

  private get endRun(): Effect.Effect<void, never, Ports> {
    const { KillMode } = this.service.Service
    const leftovers = Confinement.leftovers(this.service, this.invocationId, false)
    this.invocationId = ""
    const text = `leaves processes behind that nobody looks after any more, as KillMode=${KillMode} has it`
    const closed = this.processes.closed(UnitLine.info(this.socket.name, text))
    return leftovers.length === 0 ? closed : Effect.zipRight(Leftovers.remove(this.socket.name, leftovers), closed)
  }
}
