/**
 * `--state-file`: what the units are, in a file, for whoever wants to know, such as a health check. It is written anew
 * when something has changed, and every ten seconds as a sign of life.
 */
import type { StateOutput } from "../kernel/StateOutput.ts"
import type { Observe } from "../supervisor/Fact.ts"
import * as Observing from "../supervisor/Observing.ts"
import type { SupervisorEvent } from "../supervisor/SupervisorEvent.ts"
import type { Document, UnitState } from "./Document.ts"

export interface StateFile {
  readonly observe: Observe
  /** The process is about to end. */
  readonly end: () => void
}

export interface Options {
  readonly path: string
  readonly version: string
}

const beatMillis = 10_000
/** What changes together is written together. */
const gatherMillis = 100

type Draft = { -readonly [K in keyof UnitState]: UnitState[K] }

class Units {
  readonly states = new Map<string, Draft>()
  /** Told to start, and not run yet. */
  private readonly due = new Set<string>()
  private readonly time: () => string

  constructor(time: () => string) {
    this.time = time
  }

  private of(unit: string): Draft {
    let state = this.states.get(unit)
    if (state === undefined) {
      const type = unit.slice(unit.lastIndexOf(".") + 1)
      state = { type, active: "inactive", sub: "dead", result: "success", runs: 0, restarts: 0, since: this.time() }
      this.states.set(unit, state)
    }
    return state
  }

  private ran(unit: string): void {
    const state = this.of(unit)
    delete state.never
    if (this.due.delete(unit)) state.runs++
  }

  take(event: SupervisorEvent): void {
    switch (event._tag) {
      case "Planned":
        for (const { activates, notStarted, unit } of event.units) {
          const state = this.of(unit)
          if (notStarted !== undefined) state.never = notStarted
          if (activates === undefined) continue
          state.service = activates
          if (unit.endsWith(".socket")) this.of(activates).sockets = [...this.of(activates).sockets ?? [], unit]
        }
        return
      case "Joined":
        this.of(event.unit)
        return
      case "Left":
        this.states.delete(event.unit)
        this.due.delete(event.unit)
        return
      case "Ordered":
        if (event.order === "start") this.due.add(event.unit)
        return
      case "Spawned":
      case "NotExecuted":
        if (event.directive === "ExecStart") this.ran(event.unit)
        return
      case "Entered":
        this.of(event.unit).sub = event.sub
        return
      case "Changed": {
        const state = this.of(event.unit)
        if (event.to === "active") this.ran(event.unit)
        if (state.active !== event.to) state.since = this.time()
        state.active = event.to
        state.result = event.result
        return
      }
      case "RestartScheduled":
        this.of(event.unit).restarts++
        return
      case "Skipped":
      case "Denied": {
        const state = this.of(event.unit)
        this.due.delete(event.unit)
        if (state.runs === 0 && state.active !== "active") state.never = event.reason
        return
      }
      case "Bound":
        this.of(event.unit).activation = event.mode
    }
  }
}

export const start = (output: StateOutput, { path, version }: Options): StateFile => {
  const time = (): string => new Date(output.wall()).toISOString()
  const started = time()
  const units = new Units(time)
  let written = started
  let stopping = false
  let failing = false
  let gathering: { readonly cancel: () => void } | undefined

  const write = (): void => {
    gathering?.cancel()
    gathering = undefined
    written = output.reaperIsLate() ? written : time()
    const document: Document = {
      version: 1,
      written,
      pid1: { version, started, stopping },
      units: Object.fromEntries([...units.states].sort(([a], [b]) => a < b ? -1 : 1))
    }
    const fault = output.replace(path, `${JSON.stringify(document)}\n`)
    if (fault !== undefined && !failing) output.warn(`the state file ${path} cannot be written: ${fault}`)
    failing = fault !== undefined
  }
  const beat = (): void => {
    write()
    beating = output.after(beatMillis, beat)
  }
  let beating = output.after(beatMillis, beat)

  const emit = (event: SupervisorEvent): void => {
    units.take(event)
    if (event._tag === "StopBegan") stopping = true
    if (event._tag === "Planned") return write()
    gathering ??= output.after(gatherMillis, write)
  }

  return {
    observe: Observing.make({ emit, now: output.wall }),
    end: () => {
      beating.cancel()
      stopping = true
      write()
    }
  }
}
