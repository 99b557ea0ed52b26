/** One unit as its processes show it: which run it is in, how far that has come, and whether each command had its turn. */
import type { ExitStatus } from "../../../src/kernel/Processes.ts"
import type { Facts } from "./Facts.ts"
import type { Slot } from "./History.ts"

type Command = Exclude<Slot, "left">

export interface Process {
  readonly pid: number
  readonly slot: Slot
  readonly index: number
}

interface Run {
  readonly began: number
  /** The command that was begun last. */
  slot: Command
  index: number
  /** How that one ended; `undefined`: it has not. */
  ended: "well" | "badly" | undefined
  ready: boolean
  up: boolean
  /** Something of it has failed, or it was told to go. */
  falls: boolean
  /** Its first process was spawned, its main one has ended. */
  mainEnded: boolean
  forced: boolean
}

const order: ReadonlyArray<Command> = ["condition", "pre", "main", "post", "reload", "stop", "after"]
const startOrder: ReadonlyArray<Command> = ["condition", "pre", "main", "post"]

const cleanSignals = [1, 2, 13, 15]

export class Track {
  readonly facts: Facts
  readonly living = new Map<number, Process>()
  run: Run | undefined
  runs = 0
  /** When the last process of it ended. */
  emptyAt = -1
  /** Starts as the start limit counts them. */
  window = { since: -Infinity, count: 0 }
  /** Of a target: it was reached. Of any: the start has come to nothing, but not badly. */
  reached = false
  /** Its start is over, one way or another, for the first time. */
  settled = false
  lastSkip = -1
  private readonly fault: (text: string) => void

  constructor(facts: Facts, fault: (text: string) => void) {
    this.facts = facts
    this.fault = (text) => fault(`${facts.name}: ${text}`)
  }

  /** Those that are its own, not only left behind. */
  get own(): ReadonlyArray<Process> {
    return [...this.living.values()].filter(({ slot }) => slot !== "left")
  }

  get main(): Process | undefined {
    const slot = this.facts.type === "forking" ? "left" : "main"
    return [...this.living.values()].find((process) => process.slot === slot)
  }

  get isStarting(): boolean {
    return this.run !== undefined && !this.run.up && !this.run.falls
  }

  /** Up, and nothing is under way that ends it. */
  get isSteady(): boolean {
    const { run } = this
    return run !== undefined && run.up && !run.falls && (this.main !== undefined || this.facts.remains)
  }

  /** Whether this process is the first of a run. */
  born(process: Process, at: number): boolean {
    const { slot } = process
    if (slot === "left") {
      this.living.set(process.pid, process)
      return false
    }
    const begins = this.begins(slot, process.index)
    if (begins) this.begin(slot, process.index, at)
    else this.goOn(slot, process.index, at)
    this.checkRoles(slot)
    this.living.set(process.pid, process)
    return begins
  }

  execed(pid: number): void {
    const process = this.living.get(pid)
    if (process?.slot === "main" && ["simple", "exec", "idle"].includes(this.facts.type)) this.becomeReady()
  }

  said(pid: number, text: string): void {
    const process = this.living.get(pid)
    if (process?.slot === "main" && text.includes("READY=1") && this.facts.type === "notify") this.becomeReady()
  }

  /** There is no process for its main command. */
  refused(at: number): void {
    if (this.first === "main") this.begin("main", 0, at)
    const { run } = this
    if (run === undefined) return
    run.slot = "main"
    run.index = 0
    run.ended = "badly"
    run.falls = true
  }

  signalled(): void {
    if (this.run !== undefined) this.run.falls = true
  }

  ended(pid: number, status: ExitStatus, at: number): void {
    const process = this.living.get(pid)
    if (process === undefined) return
    this.living.delete(pid)
    if (this.living.size === 0) this.emptyAt = at
    const { facts, run } = this
    if (run === undefined || process.slot === "left") {
      if (run !== undefined && facts.type === "forking" && run.up) run.mainEnded = true
      return
    }
    // Whoever dies on the way to being a program is said to have been one.
    const isSimple = ["simple", "exec", "idle"].includes(facts.type)
    if (process.slot === "main" && isSimple && status._tag === "Signaled" && !run.falls) this.becomeReady()
    const isDaemon = process.slot === "main" && facts.type !== "oneshot"
    const well = status._tag === "Exited"
      ? facts.okCodes.has(status.code)
      : isDaemon && cleanSignals.includes(status.signal)
    const passes = well || facts.ignored.has(`${process.slot}.${process.index}`)
    if (process.slot === run.slot && process.index === run.index) run.ended = passes ? "well" : "badly"
    if (process.slot === "main") {
      run.mainEnded = facts.type !== "forking"
      if (passes && facts.type === "oneshot" && process.index === facts.lists.main - 1) this.becomeReady()
      else if (passes && facts.type === "forking") this.becomeReady()
      else if (!run.ready) run.falls = true
    }
    if (startOrder.includes(process.slot) && process.slot !== "main") {
      if (!passes) run.falls = true
      else if (process.slot === "post" && process.index === facts.lists.post - 1) this.comeUp()
    }
  }

  /** The start limit, for a start that is seen one way or another. */
  count(at: number): void {
    const { limit: { burst, millis }, type } = this.facts
    // Whose turn came long ago.
    if (type === "idle") return
    if (at - this.window.since >= millis) this.window = { since: at, count: 0 }
    if (++this.window.count > burst) this.fault(`start number ${this.window.count} within ${millis} ms`)
  }

  private becomeReady(): void {
    if (this.run === undefined) return
    this.run.ready = true
    if (this.facts.lists.post === 0) this.comeUp()
  }

  private comeUp(): void {
    if (this.run === undefined) return
    this.run.up = true
    this.settled = true
  }

  private get first(): Command {
    return order.find((slot) => this.facts.lists[slot] > 0) ?? "main"
  }

  private begins(slot: Command, index: number): boolean {
    if (slot !== this.first || index !== 0) return false
    // A oneshot may have several; all else begins anew with its first command.
    return true
  }

  private begin(slot: Command, index: number, at: number): void {
    const { facts, run } = this
    if (!facts.isLoose) {
      if (this.own.length > 0) this.fault(`starts while ${this.own.map((one) => one.pid).join(", ")} are alive`)
      const holds = facts.killMode === "control-group" || facts.killMode === "mixed"
      if (holds && this.living.size > 0) this.fault(`starts while ${[...this.living.keys()].join(", ")} are left`)
    }
    if (facts.type === "idle") {
      // What has waited for the others, and was called off, had no process to see.
    } else if (run !== undefined && facts.lists.after > 0 && run.slot !== "after") this.fault("had no ExecStopPost=")
    if (run !== undefined && run.slot === "after" && run.ended === "well" && run.index !== facts.lists.after - 1) {
      this.fault("had not all of its ExecStopPost=")
    }
    this.runs++
    this.count(at)
    this.run = {
      began: at,
      slot,
      index,
      ended: undefined,
      ready: false,
      up: false,
      falls: false,
      mainEnded: false,
      forced: false
    }
  }

  private goOn(slot: Command, index: number, at: number): void {
    const { facts, run } = this
    if (facts.type === "idle" && slot === "after" && index === 0 && this.first === "main") {
      // It was called off while it waited for the others.
      if (run === undefined || run.slot === "after") return this.begin("after", index, at)
    }
    if (run === undefined) return this.fault(`begins with ${slot} ${index}`)
    const { ended, index: lastIndex, slot: lastSlot } = run
    run.slot = slot
    run.index = index
    run.ended = undefined
    const isNext = slot === lastSlot
      ? index === lastIndex + 1 || (slot === "reload" && index === 0)
      : index === 0 && order.indexOf(slot) > order.indexOf(lastSlot)
    if (!isNext) return this.fault(`${slot} ${index} follows ${lastSlot} ${lastIndex}`)
    if (slot === lastSlot && slot !== "reload" && ended !== "well") {
      this.fault(`${slot} ${index} follows one that has ${ended === undefined ? "not ended" : "failed"}`)
    }
    if (slot !== lastSlot && startOrder.includes(slot)) {
      const between = order.slice(order.indexOf(lastSlot) + 1, order.indexOf(slot))
      if (between.some((one) => facts.lists[one] > 0)) {
        this.fault(`${slot} follows ${lastSlot}, and others were left out`)
      }
      if (lastIndex !== facts.lists[lastSlot] - 1) this.fault(`${slot} begins ahead of the last ${lastSlot}`)
      if (slot !== "post" && ended !== "well") this.fault(`${slot} begins, and ${lastSlot} has not ended well`)
      if (slot === "post" && !run.ready) this.fault("ExecStartPost= begins, and it is not ready")
    }
    if (slot === "reload" && !run.up) this.fault("reloads, and is not up")
    if (slot === "stop" && !run.ready) this.fault("ExecStop= runs, and it was never up")
    if (slot === "stop" || slot === "after") run.falls = true
    if (slot === "after" && !facts.isLoose && this.own.some((one) => one.slot === "main")) {
      this.fault("ExecStopPost= runs beside the main process")
    }
  }

  private checkRoles(slot: Command): void {
    const { facts } = this
    if (facts.isLoose) return
    const isMain = (one: Slot) => one === "main" && facts.type !== "forking"
    const rivals = this.own.filter((one) => isMain(one.slot) === isMain(slot))
    if (rivals.length > 0) {
      this.fault(`${slot} runs beside ${rivals.map((one) => `${one.slot} ${one.index}`).join(", ")}`)
    }
    if (isMain(slot) && this.own.length > 0) {
      this.fault(`main begins beside ${this.own.map((one) => one.slot).join(", ")}`)
    }
  }
}
