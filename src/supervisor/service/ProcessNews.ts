/** What a process of the unit tells of itself, as messages to the unit's actor. */
import * as Errno from "../../kernel/Errno.ts"
import type { ExitStatus, ProcessObserver, SpawnError } from "../../kernel/Processes.ts"
import type { Step } from "../../kernel/Step.ts"
import type { Unapplied } from "../isolation/Isolation.ts"
import type { Message } from "../ServiceActor.ts"
import type { UnitProcesses } from "./UnitProcesses.ts"

export interface Listener {
  readonly offer: (message: Message) => void
  readonly processes: UnitProcesses
}

export class ProcessNews implements ProcessObserver {
  /** Known once there is anything to tell. */
  pid = 0
  private readonly listener: Listener
  private unapplied: ReadonlyArray<Unapplied>

  /** `unapplied`: of what this container does not give, that is known beforehand. It is told with what the kernel refuses. */
  constructor(listener: Listener, unapplied: ReadonlyArray<Unapplied>) {
    this.listener = listener
    this.unapplied = unapplied
  }

  started(): void {
    this.tellRefused()
    this.listener.offer({ _tag: "Started", pid: this.pid })
  }

  failed({ message }: SpawnError): void {
    this.tellRefused()
    this.listener.offer({ _tag: "ExecFailed", message })
  }

  refused({ directive }: Step, errno: number): void {
    this.unapplied = [...this.unapplied, { directive, reason: Errno.describe(errno) }]
  }

  exited(status: ExitStatus, alone: boolean): void {
    const { listener: { offer, processes }, pid } = this
    offer({ _tag: "Exited", pid, status, oom: false })
    processes.remove(pid, alone)
  }

  private tellRefused(): void {
    if (this.unapplied.length > 0) this.listener.offer({ _tag: "Refused", unapplied: this.unapplied })
  }
}
