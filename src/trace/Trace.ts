/**
 * The boot trace, `CONTAINER_INIT_TRACE=1`: what happens in a run as JSON Lines, with snapshots of memory. It looks on and
 * never holds anything up.
 */
import type { TraceOutput } from "../kernel/TraceOutput.ts"
import type { Fact, Observe } from "../supervisor/Fact.ts"
import * as Observing from "../supervisor/Observing.ts"
import type { SupervisorEvent } from "../supervisor/SupervisorEvent.ts"
import type { Overlay } from "../unit/Overlay.ts"
import { Backlog, gatherMillis } from "./Backlog.ts"
import { Memory } from "./Memory.ts"
import { Records } from "./Records.ts"
import * as Settings from "./Settings.ts"
import type { Fields } from "./Writer.ts"
import { Writer } from "./Writer.ts"

/** What was read of unit files. */
export type Loaded = Pick<Overlay, "diagnostics" | "overrides" | "units">

export interface Trace {
  /** The unit files were read. */
  readonly loaded: (loaded: Loaded) => void
  /** For the supervisor. */
  readonly observe: Observe
  /** The process is about to end; what is left is written out, if that does not take longer than the shutdown may. */
  readonly end: (exitCode: number, stopTimeoutMillis: number) => void
}

/** How long the end waits for a slow reader where nothing else says. */
const flushMillis = 1000
const beginMillis = 30
const steadyMillis = 20_000
const steadyLabel = "steady_state_t+20s"

/**
 * The file is opened, and looked at how much memory there is in use, when most boots have something to wait for: that takes
 * as long as a tenth of a boot.
 */
export const start = (output: TraceOutput, environment: ReadonlyMap<string, string>): Trace => {
  const settings = Settings.make(environment)
  const hasLabels = settings.labels.size > 0
  const backlog: Backlog = new Backlog(output, (fact) => observe(fact), () => begin())
  const writer = new Writer(output, backlog.now)
  const memory = new Memory(output)
  const began = output.now()
  let stopBegan: number | undefined
  let steady: { readonly cancel: () => void } | undefined

  const snapshot = (label: string, which: "all" | "not ours" = "all"): void => {
    const since = output.now()
    memory.snapshot(which, (fields) => {
      const millis = output.now() - since
      backlog.add(() => writer.emit("mem_snapshot", { label, ...fields() }, millis))
    })
  }

  /** All have started; that they have is not held up by looking. */
  let gathering: { readonly cancel: () => void } | undefined
  const gather = (): void => {
    gathering?.cancel()
    gathering = undefined
    snapshot("post_services")
  }

  const wall = output.wall()
  backlog.add(() => writer.emit("boot_start", { wall_utc: new Date(wall).toISOString() }))
  backlog.add(() => writer.emit("cgroup_init", availability(output.cgroup())))

  let state: "begins" | "is written" | "cannot be written" = "begins"
  const begin = (): void => {
    if (state !== "begins") return
    opening?.cancel()
    opening = undefined
    const fault = output.open(settings.file)
    state = fault === undefined ? "is written" : "cannot be written"
    if (fault === undefined) return snapshot("boot", "not ours")
    output.warn(`there is no trace: cannot write to ${settings.file}: ${fault}`)
    backlog.close()
  }
  let opening: { readonly cancel: () => void } | undefined = output.after(beginMillis, begin)

  const records = new Records(writer, backlog.now, settings.argv)
  const emit = (event: SupervisorEvent): void => {
    records.take(event)
    if (event._tag !== "Changed" || event.to !== "active" || event.from === "reloading") return
    const label = settings.labels.get(event.unit)
    if (label !== undefined) snapshot(label)
  }
  const observe = Observing.make({ emit, now: backlog.now })

  return {
    loaded: ({ diagnostics, overrides, units }) => {
      backlog.add(() => {
        for (const { basePath, name, overridePath } of overrides) {
          writer.emit("unit_overridden", { unit: name, base_path: basePath, override_path: overridePath })
        }
        const warnings = diagnostics.filter(({ severity }) => severity === "warning").length
        const counts = { count: units.size, warnings, overrides: overrides.length }
        writer.emit("units_loaded", counts, backlog.now() - began)
      })
    },
    observe: (fact) => {
      switch (fact._tag) {
        case "BootCompleted":
          gathering = output.after(gatherMillis, gather)
          steady = output.after(steadyMillis, () => snapshot(steadyLabel))
          break
        case "StopBegan":
          begin()
          stopBegan = output.now()
          if (gathering !== undefined) gather()
          steady?.cancel()
      }
      backlog.add(fact)
      if (hasLabels && isLabelled(fact, settings)) backlog.catchUp()
    },
    end: (exitCode, stopTimeoutMillis) => {
      backlog.catchUp()
      if (state === "cannot be written") return
      steady?.cancel()
      const left = stopBegan === undefined ? flushMillis : stopTimeoutMillis - (output.now() - stopBegan)
      const { emitted, lost } = writer.close("boot_done", { exit: exitCode }, left)
      if (lost > 0) output.warn(`the trace in ${settings.file} lacks ${lost} of ${emitted} records`)
    }
  }
}

/** Memory is wanted of the moment when this unit is up, not of a while later. */
const isLabelled = (fact: Fact, { labels }: Settings.Settings): boolean =>
  fact._tag === "Reported" && fact.report._tag === "Changed" && fact.report.to === "active" &&
  labels.has(fact.report.unit)

const availability = (cgroup: ReturnType<TraceOutput["cgroup"]>): Fields => {
  if ("missing" in cgroup) return { available: false, err: cgroup.missing }
  return cgroup.writable
    ? { available: true, base: `${cgroup.path}/container-init` }
    : { available: false, err: `${cgroup.path} cannot be written to` }
}
