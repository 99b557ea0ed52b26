/**
 * Does what the state table of a service commands. What can be done without an effect is done without: most of it.
 */
import * as Effect from "effect/Effect"
import { Processes } from "../../kernel/Processes.ts"
import type { Command as Exec, Service } from "../../unit/Unit.ts"
import * as Direct from "../Direct.ts"
import * as Confinement from "../exec/Confinement.ts"
import * as Stdio from "../exec/Stdio.ts"
import * as ExecContext from "../ExecContext.ts"
import { Log } from "../Log.ts"
import type { Role } from "../notify/Access.ts"
import * as Access from "../notify/Access.ts"
import type { ExecKey, RunContext } from "../RunContext.ts"
import type { Dismissed, Message, Ports, Surroundings } from "../ServiceActor.ts"
import type { Machine, Phase } from "../State.ts"
import type { Command } from "../StateCommand.ts"
import type { StartCause } from "../StateEvent.ts"
import { Event } from "../StateEvent.ts"
import * as UnitConditions from "../UnitConditions.ts"
import * as UnitLine from "../UnitLine.ts"
import * as Connected from "./Connected.ts"
import { Deadline } from "./Deadline.ts"
import { launch } from "./Launch.ts"
import * as Leftovers from "./Leftovers.ts"
import { lookInto } from "./Looks.ts"
import { MainProcess } from "./MainProcess.ts"
import { MemoryWatch } from "./MemoryWatch.ts"
import { NotApplied } from "./NotApplied.ts"
import { NotifyChannel } from "./NotifyChannel.ts"
import { ResourceLimits } from "./ResourceLimits.ts"
import { UnitProcesses } from "./UnitProcesses.ts"

/** What a command did at once: the event that follows from it, if any. */
export type Outcome = Event | undefined | void

const SIGKILL = 9

/** In which there may be a daemon that nobody knows. */
const daemonPhases: ReadonlyArray<Phase> = ["start", "start-post", "running"]

export class Hands {
  /** The actor's own, for what has to be waited for. */
  readonly fiber: Direct.Fiber
  /** The unit as its files say; what they say now counts from the next start on. */
  service: Service
  private redefined: Service | undefined
  private readonly log: Log
  private readonly surroundings: Surroundings
  private readonly processes: UnitProcesses
  private readonly limits: ResourceLimits
  /** Made when they are needed: most services say nothing, and are our own children. */
  private channel: NotifyChannel | undefined
  private seeker: MainProcess | undefined
  private memory: MemoryWatch | undefined
  private readonly deadline: Deadline
  invocationId = ""
  private readonly notApplied: NotApplied
  /** What led to the run under way, for its environment. */
  private cause: StartCause = {}

  constructor(service: Service, surroundings: Surroundings, fiber: Direct.Fiber) {
    this.fiber = fiber
    this.service = service
    this.surroundings = surroundings
    this.log = surroundings.log ?? new Log(fiber)
    this.deadline = new Deadline(surroundings.timers, (message) => surroundings.inbox.offer(message))
    this.processes = new UnitProcesses(service.name)
    this.notApplied = new NotApplied(service.name, surroundings.said)
    this.limits = new ResourceLimits(this.notApplied)
  }

  /** What a message means for the state table; most are its events as they come. */
  look(
    message: Exclude<Message, Dismissed>,
    machine: Machine
  ): Direct.Asked<Event | undefined, Ports> | Event | undefined {
    switch (message._tag) {
      case "StartRequested":
        this.cause = message.cause
        return message
      case "Exited":
        return this.lookAtExit(message)
      case "Redefined":
        this.redefine(message.service, machine)
        return undefined
      case "Heard":
      case "HungUp":
      case "PidFileChanged":
      case "MemoryChanged":
      case "Refused": {
        const { notApplied, processes, service } = this
        const effect = lookInto(message, machine, {
          service,
          processes,
          notApplied,
          notify: () => this.notify,
          mainProcess: () => this.mainProcess
        })
        return effect === undefined ? undefined : Direct.now(effect, this.fiber)
      }
      default:
        return message
    }
  }

  /** `undefined`: done, and nothing follows. */
  execute(command: Command, machine: Machine): Direct.Asked<Outcome, Ports> | undefined {
    switch (command._tag) {
      case "Spawn":
        return this.spawn(command, machine)
      case "Say":
        UnitLine.write(this.log, this.service, command.level, command.text)
        return undefined
      case "ArmTimer": {
        const armed = this.deadline.arm(command)
        return armed === undefined ? undefined : Direct.now(armed, this.fiber)
      }
      case "Sweep":
        return command.whom === "all"
          ? this.sweep(command.sweep, command.signals, machine)
          : Direct.now(this.processes.signal([command.main, command.control], command.signals), this.fiber)
      default: {
        const effect = this.effectOf(command)
        return effect === undefined ? undefined : Direct.now(effect, this.fiber)
      }
    }
  }

  private effectOf(
    command: Exclude<Command, { readonly _tag: "ArmTimer" | "Say" | "Spawn" | "Sweep" }>
  ): Effect.Effect<Outcome, never, Ports> | undefined {
    const unit = this.service.name
    switch (command._tag) {
      case "SignalProcess":
        return this.processes.signal([command.pid], [command.signal])
      case "BeginRun":
        this.invocationId = this.surroundings.newInvocationId()
        this.limits.beginRun()
        return undefined
      case "EndRun":
        return this.endRun(command.phase)
      case "Test":
        return this.test()
      case "FindMain":
        return this.mainProcess.find(this.service, command.last)
      case "Adopt":
        return this.adopt(command.pid)
      case "StartWatchdog":
        this.notify.startWatchdog(this.service)
        return undefined
      case "WaitForIdle":
        this.surroundings.report({ _tag: "IdleWanted", unit })
        return undefined
      case "ReportSkipped":
        this.surroundings.report({ _tag: "Skipped", unit, failed: command.failed })
        return undefined
      case "ReportUnchanged":
        return undefined
      case "ReportRestartDue":
        this.surroundings.report({ _tag: "RestartDue", unit })
        return undefined
      case "StartAgain":
        return Effect.succeed(Event.StartRequested())
    }
  }

  private get notify(): NotifyChannel {
    const { inbox, timers } = this.surroundings
    return this.channel ??= new NotifyChannel(timers, this.processes, (message) => inbox.offer(message))
  }

  private get mainProcess(): MainProcess {
    return this.seeker ??= new MainProcess(this.processes, (message) => this.surroundings.inbox.offer(message))
  }

  /** Leaves nothing behind. */
  get released(): Effect.Effect<void, never, Ports> {
    return Effect.suspend(() => {
      this.deadline.cancel()
      this.seeker?.forget()
      this.memory?.cancel()
      return Effect.zipRight(this.processes.released, this.channel?.released ?? Effect.void)
    })
  }

  /** Only a kill that nobody here has sent can be the kernel's. */
  private lookAtExit(event: Extract<Event, { _tag: "Exited" }>): Direct.Asked<Event> | Event {
    const { status } = event
    if (status._tag !== "Signaled" || status.signal !== SIGKILL) return event
    const looked = Effect.map(this.processes.killedForMemory, (oom) => oom ? { ...event, oom } : event)
    return Direct.now(looked, this.fiber)
  }

  private redefine(service: Service, { phase }: Machine): void {
    this.redefined = service
    if (phase === "dead" || phase === "failed" || phase === "auto-restart") this.takeOver()
  }

  private takeOver(): void {
    if (this.redefined !== undefined) this.service = this.redefined
    this.redefined = undefined
  }

  private *spawn(
    { index, key, role }: Extract<Command, { _tag: "Spawn" }>,
    machine: Machine
  ): Direct.Direct<Outcome, Ports> {
    const { fiber, service, surroundings: { inbox, listeners } } = this
    const command = service.Service[key][index]
    if (command === undefined) throw new Error(`${service.name} has no ${key}= number ${index}`)
    const launched = yield* launch({
      fiber,
      service,
      key,
      processes: this.processes,
      limits: this.limits,
      offer: (message) => inbox.offer(message),
      context: (cgroup) => this.contextOf(command, key, role, cgroup, machine),
      prepare: (cgroup) => this.watchMemory(cgroup)
    })
    if (launched instanceof Error) {
      return {
        _tag: "SpawnRefused",
        role,
        message: launched.message,
        result: launched._tag === "ExecContextError" ? launched.result : "resources"
      }
    }
    if (Connected.isLast(service.Service, key, index)) listeners.connections.close(service.name)
    return { _tag: "Spawned", role, pid: launched.pid, argv: launched.argv }
  }

  private contextOf(command: Exec, key: ExecKey, role: Role, cgroup: string, machine: Machine): ExecContext.Made {
    const { channel, fiber, service, surroundings: { isolation, listeners } } = this
    const run: RunContext = {
      cgroup,
      role,
      key,
      invocationId: this.invocationId,
      mainPid: machine.main,
      notifyAddress: "",
      listeners: listeners.of(service.name),
      stored: role === "main" ? channel?.stored ?? [] : [],
      result: machine.result,
      status: machine.status,
      ...channel?.changes,
      ...this.cause
    }
    const request = { fiber, service, command, run, setting: isolation }
    const listens = channel !== undefined || Access.effective(service.Service) !== "none"
    return listens ? this.listening(request) : ExecContext.make(request)
  }

  private *listening(request: ExecContext.Request): ExecContext.Made {
    const notifyAddress = yield* Direct.attempt(this.notify.address(this.service), this.fiber)
    if (notifyAddress instanceof Error) return notifyAddress
    return yield* ExecContext.make({ ...request, run: { ...request.run, notifyAddress } })
  }

  /** `MAINPID=`. */
  private adopt(pid: number): Effect.Effect<Outcome, never, Ports> {
    return Effect.flatMap(
      this.mainProcess.named(pid),
      (event) =>
        event === undefined
          ? this.notify.say("warning", this.service, `MAINPID=${pid} is no process of this unit`)
          : Effect.succeed(event)
    )
  }

  /** The end of the main process tells of itself; that of another one has to be looked for. */
  private watchMemory(cgroup: string): Effect.Effect<void, never, Ports> | undefined {
    if (cgroup === "" || this.service.Service.OOMPolicy === "continue") return undefined
    this.memory ??= new MemoryWatch((message) => this.surroundings.inbox.offer(message))
    return this.memory.follow(cgroup)
  }

  private *sweep(
    sweep: number,
    signals: ReadonlyArray<number>,
    { mainKnown, phase }: Machine
  ): Direct.Direct<Outcome, Ports> {
    const emptied = (already: boolean) => this.surroundings.inbox.offer({ _tag: "Emptied", sweep, already })
    const already = yield* this.processes.sweeping(signals, emptied, this.fiber)
    // A daemon that is somewhere, but not in a group that we could look at, is not gone for that.
    const isUnseen = signals.length === 0 && daemonPhases.includes(phase) && !mainKnown && !this.processes.isWhole
    return already && !isUnseen ? { _tag: "Emptied", sweep, already } : undefined
  }

  private test(): Effect.Effect<Outcome, never, Ports> {
    return Effect.map(
      UnitConditions.evaluate(this.service),
      (unmet) => unmet === undefined ? { _tag: "ConditionsMet" } : { _tag: "ConditionsUnmet", ...unmet }
    )
  }

  private endRun(phase: Machine["phase"]): Effect.Effect<Outcome, never, Ports> | undefined {
    this.seeker?.forget()
    const restarts = phase === "auto-restart"
    const store = this.channel?.endRun(this.service, restarts, phase === "failed")
    const { Delegate, KillMode, PIDFile } = this.service.Service
    // What a service has made of a cgroup that was handed over may keep the next run out of it.
    const keeps = restarts && (Delegate === undefined || Delegate === false)
    const terminal = Stdio.reset(this.service.Service)
    const leftovers = Confinement.leftovers(this.service, this.invocationId, restarts)
    this.takeOver()
    const steps: Array<Effect.Effect<void, never, Ports>> = []
    if (leftovers.length > 0) steps.push(Leftovers.remove(this.service.name, leftovers))
    if (PIDFile !== undefined) steps.push(MainProcess.removeFile(PIDFile))
    if (store !== undefined) steps.push(store)
    if (terminal !== undefined) steps.push(Effect.flatMap(Processes, (processes) => processes.resetTerminal(terminal)))
    if (!keeps) {
      this.memory?.cancel()
      const isMeant = !restarts && (KillMode === "none" || KillMode === "process")
      const text = `leaves processes behind that nobody looks after any more, as KillMode=${KillMode} has it`
      const left = isMeant ? UnitLine.info(this.service.name, text) : Effect.void
      const closed = this.processes.closed(left)
      if (steps.length === 0) return closed
      steps.push(closed)
    }
    const [only] = steps
    return steps.length > 1 ? Effect.all(steps, { discard: true }) : only
  }
}
