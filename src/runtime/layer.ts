/** Binding -> every kernel port. Both engines share this: what differs between them is only how the binding is had. */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { Cgroups } from "../kernel/Cgroups.ts"
import { FdHandoff } from "../kernel/FdHandoff.ts"
import { Files } from "../kernel/Files.ts"
import { FileWatches } from "../kernel/FileWatches.ts"
import { Notify } from "../kernel/Notify.ts"
import { Processes } from "../kernel/Processes.ts"
import { Relays } from "../kernel/Relays.ts"
import { Signals } from "../kernel/Signals.ts"
import { System } from "../kernel/System.ts"
import type { Binding } from "./Binding.ts"
import * as Events from "./Events.ts"
import * as logger from "./logger.ts"
import * as CgroupsPort from "./ports/Cgroups.ts"
import * as FdHandoffPort from "./ports/FdHandoff.ts"
import * as FilesPort from "./ports/Files.ts"
import * as FileWatchesPort from "./ports/FileWatches.ts"
import * as NotifyPort from "./ports/Notify.ts"
import * as ProcessesPort from "./ports/Processes.ts"
import * as RelaysPort from "./ports/Relays.ts"
import * as SignalsPort from "./ports/Signals.ts"
import * as SystemPort from "./ports/System.ts"

/** Every port of kernel/. */
export type Kernel = Cgroups | FdHandoff | Files | FileWatches | Notify | Processes | Relays | Signals | System

/** The ports over one binding, and over its events: once a binding. */
export const ports = (binding: Binding, events: Events.Events): Context.Context<Kernel> => {
  const services = new Map<string, unknown>()
  const add = <I, S>(tag: Context.Tag<I, S>, service: S) => services.set(tag.key, service)
  add(Cgroups, CgroupsPort.make(binding, events))
  add(FdHandoff, FdHandoffPort.make(binding, events))
  add(Files, FilesPort.make(binding))
  add(FileWatches, FileWatchesPort.make(binding, events))
  add(Notify, NotifyPort.make(binding, events))
  add(Processes, ProcessesPort.make(binding, events))
  add(Relays, RelaysPort.make(binding, events))
  add(Signals, SignalsPort.make(binding, events))
  add(System, SystemPort.make(binding, events))
  // At once: each Context.add() copies all that is there.
  return Context.unsafeMake(services)
}

/** The same as a layer, which takes the binding's event callback. */
export const layer = (binding: Binding): Layer.Layer<Kernel> =>
  Layer.syncContext(() => {
    const events = Events.make(binding)
    events.listen()
    return ports(binding, events)
  })

/** Our own log lines, on stderr. */
export const layerLogger = (binding: Binding): Layer.Layer<never> => logger.layer(binding)
