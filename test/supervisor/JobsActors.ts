/**
 * Actors of units that run nothing: each gets its orders by an inbox, and its news come late. What a unit does is in its
 * program, a number; how far it gets in what time is up to whoever drives them.
 */
import type { ActiveState } from "../../src/supervisor/ActiveState.ts"
import type { Change, Told } from "../../src/supervisor/jobs/Jobs.ts"
import type { UnitName } from "../../src/unit/Unit.ts"
import type { RelationGraph, Traits } from "./RelationGraphs.ts"

export type News =
  | ({ readonly _tag: "Changed" } & Change)
  | { readonly _tag: "Skipped"; readonly unit: UnitName; readonly failed: boolean }
  | { readonly _tag: "RestartDue"; readonly unit: UnitName }

type Doing = "rest" | "starting" | "up" | "reloading" | "stopping" | "pause" | "due"

/** So often a unit starts in one run, and is refused from then on. */
const mostStarts = 4

export class Actor {
  readonly inbox: Array<Told["order"]> = []
  readonly outbox: Array<News> = []
  readonly name: UnitName
  /** Orders that came when they should not have. */
  readonly wrong: Array<string> = []
  #doing: Doing = "rest"
  #state: ActiveState = "inactive"
  #starts = 0
  #failed = false
  /** Told to stop: it does not start by itself. */
  #stopping = false
  readonly #traits: Traits
  readonly #program: number

  constructor(name: UnitName, traits: Traits, program: number) {
    this.name = name
    this.#traits = traits
    this.#program = program
  }

  get isAtRest(): boolean {
    return this.#doing === "rest" || this.#doing === "up"
  }

  /** It will get on without being told anything. */
  get isMoving(): boolean {
    return !this.isAtRest && this.#doing !== "due"
  }

  /** Acts on its oldest order. */
  receive(): void {
    const order = this.inbox.shift()
    if (order === "start") this.#start()
    else if (order === "stop") this.#stop()
    else if (order === "reload" && this.#doing === "up") {
      this.#doing = "reloading"
      this.#change("reloading")
    }
  }

  /** Gets on with what it is at. */
  advance(): void {
    switch (this.#doing) {
      case "starting":
        return this.#has("Type=oneshot") || this.#draws(0) ? this.#started() : this.#end(true)
      case "reloading":
        this.#doing = "up"
        return this.#change("active", this.#draws(3) ? "success" : "exit-code")
      case "stopping":
        return this.#ended()
      case "pause":
        this.#doing = "due"
        this.outbox.push({ _tag: "RestartDue", unit: this.name })
        return
      default:
        return
    }
  }

  /** Ends by itself, if it is up. */
  crash(failed: boolean): void {
    if (this.#doing === "up" && this.#traits.suffix === "service") this.#end(failed)
  }

  #has(line: string): boolean {
    return this.#traits.lines.includes(line)
  }

  /** One of the bits of the program that are for this start. 0 is a unit that always starts, and stays. */
  #draws(bit: number): boolean {
    return ((this.#program >> (((this.#starts - 1) * 4 + bit) % 24)) & 1) === 0
  }

  #start(): void {
    if (this.#doing !== "rest" && this.#doing !== "due" && this.#doing !== "pause") {
      this.wrong.push(`${this.name} was told to start while ${this.#doing}`)
      return
    }
    this.#stopping = false
    if (this.#traits.suffix === "target") {
      this.#doing = "up"
      return this.#change("active")
    }
    if (this.#starts === mostStarts) {
      this.#doing = "rest"
      return this.#change("failed", "start-limit-hit")
    }
    this.#starts++
    if (!this.#draws(1) && !this.#draws(2)) {
      this.#doing = "rest"
      if (this.#state !== "failed") this.#state = "inactive"
      this.outbox.push({ _tag: "Skipped", unit: this.name, failed: !this.#draws(3) })
      return
    }
    this.#doing = "starting"
    this.#failed = false
    if (this.#state !== "activating") this.#change("activating")
  }

  #stop(): void {
    switch (this.#doing) {
      case "rest":
        return
      case "pause":
      case "due":
        this.#doing = "rest"
        return this.#change(this.#failed ? "failed" : "inactive")
      default:
        this.#stopping = true
        if (this.#doing !== "stopping") this.#end(this.#failed)
    }
  }

  #started(): void {
    if (!this.#has("Type=oneshot")) {
      this.#doing = "up"
      return this.#change("active")
    }
    if (!this.#draws(0)) return this.#end(true)
    if (!this.#has("RemainAfterExit=yes")) return this.#end(false)
    this.#doing = "up"
    this.#change("active")
  }

  #end(failed: boolean): void {
    this.#failed ||= failed
    this.#doing = "stopping"
    this.#change("deactivating")
  }

  #ended(): void {
    const wants = this.#has("Restart=always") || (this.#has("Restart=on-failure") && this.#failed)
    const willRestart = wants && !this.#stopping
    this.#doing = willRestart ? "pause" : "rest"
    if (!willRestart || !this.#has("RestartMode=direct")) {
      this.#change(this.#failed ? "failed" : "inactive", undefined, willRestart)
    }
    if (willRestart) this.#change("activating", undefined, true)
  }

  #change(to: ActiveState, result = this.#failed ? "exit-code" : "success", willRestart = false): void {
    const from = this.#state
    this.#state = to
    this.outbox.push({ _tag: "Changed", unit: this.name, from, to, result, willRestart })
  }
}

export const make = ({ names, traits }: RelationGraph, programs: ReadonlyArray<number>): ReadonlyArray<Actor> =>
  names.map((name, index) =>
    new Actor(
      name,
      traits[index] ?? { suffix: "service", lines: [] },
      programs[index % Math.max(1, programs.length)] ?? 0
    )
  )
