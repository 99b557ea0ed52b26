/**
 * container-init as a library: the unit language, the order of units, and supervision over replaceable kernel ports.
 *
 * @since 0.1.0
 */
export * as Cgroups from "./kernel/Cgroups.ts"
export * as FdHandoff from "./kernel/FdHandoff.ts"
export * as Files from "./kernel/Files.ts"
export * as FileWatches from "./kernel/FileWatches.ts"
export * as KernelError from "./kernel/KernelError.ts"
export * as Notify from "./kernel/Notify.ts"
export * as Processes from "./kernel/Processes.ts"
export * as Signals from "./kernel/Signals.ts"
export * as Stdio from "./kernel/Stdio.ts"
export * as Step from "./kernel/Step.ts"
export * as System from "./kernel/System.ts"
export * as Supervisor from "./supervisor/embed/Embedded.ts"
export * as Image from "./supervisor/Image.ts"
export * as Inbox from "./supervisor/Inbox.ts"
export * as Observing from "./supervisor/Observing.ts"
export * as Inherited from "./supervisor/socket/Inherited.ts"
export * as SupervisorEvent from "./supervisor/SupervisorEvent.ts"
export * as UnitFiles from "./supervisor/UnitFiles.ts"
export * as UnitFilesOf from "./supervisor/UnitFilesOf.ts"
export * as Unit from "./unit/index.ts"
