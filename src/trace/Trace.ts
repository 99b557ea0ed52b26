/**
 * The boot trace, `CONTAINER_INIT_TRACE=1`: what happens in a run as JSON Lines, with snapshots of memory. It looks on and
 * never holds anything up.
 */
import type { TraceOutput } from "../kernel/TraceOutput.ts"
import type { Observe } from "../supervisor/Fact.ts"
import * as Observing from "../supervisor/Observing.ts"
import type { SupervisorEvent } from "../supervisor/SupervisorEvent.ts"
import type { Overlay } from "../unit/Overlay.ts"
import * as Memory from "./Memory.ts"
import { Records } from "./Records.ts"
import * as Settings from "./Settings.ts"
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
const steadyMillis = 20_000
const steadyLabel = "steady_state_t+20s"

/** `undefined` if it cannot be written; that is said. */
export const start = (output: TraceOutput, environment: ReadonlyMap<string, string>): Trace | undefined => {
  const settings = Settings.make(environment)
  const fault = output.open(settings.file)
  if (fault !== undefined) {
    output.warn(`there is no trace: cannot write to ${settings.file}: ${fault}`)
    return undefined
  }
  const writer = new Writer(output)
  const began = output.now()
  let stopBegan: number | undefined
  let steady: { readonly cancel: () => void } | undefined

  const snapshot = (label: string): void => {
    const since = output.now()
    Memory.snapshot(output, (fields) => writer.emit("mem_snapshot", { label, ...fields }, output.now() - since))
  }

  writer.emit("boot_start", { wall_utc: new Date(output.wall()).toISOString() })
  snapshot("boot")
  const cgroup = output.cgroup()
  writer.emit(
    "cgroup_init",
    "missing" in cgroup
      ? { available: false, err: cgroup.missing }
      : cgroup.writable
      ? { available: true, base: `${cgroup.path}/container-init` }
      : { available: false, err: `${cgroup.path} cannot be written to` }
  )

  const records = new Records(writer, output.now, settings.argv)
  const emit = (event: SupervisorEvent): void => {
    records.take(event)
    switch (event._tag) {
      case "BootCompleted":
        snapshot("post_services")
        steady = output.after(steadyMillis, () => snapshot(steadyLabel))
        break
      case "Changed": {
        const label = event.to === "active" && event.from !== "reloading" ? settings.labels.get(event.unit) : undefined
        if (label !== undefined) snapshot(label)
        break
      }
      case "StopBegan":
        stopBegan = output.now()
        steady?.cancel()
    }
  }

  return {
    loaded: ({ diagnostics, overrides, units }) => {
      for (const { basePath, name, overridePath } of overrides) {
        writer.emit("unit_overridden", { unit: name, base_path: basePath, override_path: overridePath })
      }
      const warnings = diagnostics.filter(({ severity }) => severity === "warning").length
      const counts = { count: units.size, warnings, overrides: overrides.length }
      writer.emit("units_loaded", counts, output.now() - began)
    },
    observe: Observing.make({ emit, now: output.now }),
    end: (exitCode, stopTimeoutMillis) => {
      steady?.cancel()
      const left = stopBegan === undefined ? flushMillis : stopTimeoutMillis - (output.now() - stopBegan)
      const { emitted, lost } = writer.close("boot_done", { exit: exitCode }, left)
      if (lost > 0) output.warn(`the trace in ${settings.file} lacks ${lost} of ${emitted} records`)
    }
  }
}
