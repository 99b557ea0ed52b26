/**
 * [Unit] and [Install], systemd.unit(5).
 *
 * @since 0.1.0
 */
import type { Table } from "./Table.ts"

export const unit: Table = {
  Description: ["supported", "text", "the unit's name", "A short title for people."],
  After: ["supported", "unit names", "", "Start once these have started; stop before them."],
  Before: ["supported", "unit names", "", "Start ahead of these; stop after them."],
  Requires: ["supported", "unit names", "", "Start these too; if one fails or is missing, this unit does not start."],
  Wants: ["supported", "unit names", "", "Start these too, whatever becomes of them."],
  StartLimitBurst: ["supported", "integer", "5", "How many starts fit in one interval; 0 switches the limit off."],
  StartLimitIntervalSec: ["supported", "time span", "10s", "The interval of the start limit; 0 switches it off."],
  StartLimitInterval: ["supported", "old name", "10s", "Old name of StartLimitIntervalSec=."],
  Documentation: ["accepted", "Where the documentation is."],
  SourcePath: ["accepted", "The file this unit was generated from."],
  DefaultDependencies: ["accepted", "Whether to depend on the usual boot targets; here no unit does."],
  IgnoreOnIsolate: ["accepted", "Survive a change of target; there is none here."],
  AllowIsolate: ["accepted", "Allow this target to be switched to; targets are not switched here."],
  CollectMode: ["accepted", "When to forget the unit; units are not forgotten here."],
  ExitContainerOnFailure: "Ours: take the container down when this unit fails.",

  Requisite: "Fail at once unless these run already.",
  BindsTo: "As Requires=, and stop when one of these goes away.",
  PartOf: "Stop and restart together with these.",
  Upholds: "Keep these running: start them again whenever they are down.",
  Conflicts: "Never run at the same time as these.",
  OnFailure: "Units to start when this one has failed.",
  OnSuccess: "Units to start when this one has ended well.",
  OnFailureJobMode: "How the OnFailure= units are queued.",
  OnSuccessJobMode: "How the OnSuccess= units are queued.",
  OnFailureIsolate: "Old form of OnFailureJobMode=isolate.",
  PropagatesReloadTo: "Reload these when this unit is reloaded.",
  PropagateReloadTo: "Old name of PropagatesReloadTo=.",
  ReloadPropagatedFrom: "Reload when one of these is reloaded.",
  PropagateReloadFrom: "Old name of ReloadPropagatedFrom=.",
  PropagatesStopTo: "Stop these when this unit stops.",
  StopPropagatedFrom: "Stop when one of these stops.",
  JoinsNamespaceOf: "Share network, IPC and /tmp with these.",
  RequiresMountsFor: "Require the mounts that these paths lie on.",
  WantsMountsFor: "Want the mounts that these paths lie on.",
  BindTo: "Old name of BindsTo=.",
  RequiresOverridable: "Withdrawn form of Requires=.",
  RequisiteOverridable: "Withdrawn form of Requisite=.",
  IgnoreOnSnapshot: "Withdrawn with snapshots.",
  StopWhenUnneeded: "Stop when no running unit needs this one.",
  RefuseManualStart: "Start only as a dependency of others.",
  RefuseManualStop: "Stop only as a dependency of others.",
  SurviveFinalKillSignal: "Keep the processes through the machine's last kill.",
  FailureAction: "What to do with the machine when the unit fails.",
  SuccessAction: "What to do with the machine when the unit ends well.",
  FailureActionExitStatus: "The exit code of FailureAction=exit.",
  SuccessActionExitStatus: "The exit code of SuccessAction=exit.",
  JobTimeoutSec: "How long a start may be queued and under way.",
  JobTimeout: "Old name of JobTimeoutSec=.",
  JobRunningTimeoutSec: "How long a start may be under way.",
  JobTimeoutAction: "What to do with the machine when a start takes too long.",
  JobTimeoutRebootArgument: "The argument of a reboot by JobTimeoutAction=.",
  StartLimitAction: "What to do with the machine when the start limit is hit.",
  RebootArgument: "The argument of a reboot that this unit causes."
}

// Every test exists as a condition, which skips the unit, and as an assertion, which fails it.
const tests: Readonly<Record<string, string>> = {
  Architecture: "the processor's architecture",
  Firmware: "the firmware",
  Virtualization: "the virtual machine or container",
  Host: "the host name or machine id",
  KernelCommandLine: "the kernel's command line",
  KernelVersion: "the kernel's version",
  Version: "the version of the kernel, systemd or libc",
  KernelModuleLoaded: "a loaded kernel module",
  Credential: "a credential",
  Environment: "a variable of PID 1's environment",
  Security: "a security technology",
  Capability: "a capability PID 1 may use",
  ACPower: "power from the mains",
  NeedsUpdate: "a directory that waits for an update",
  FirstBoot: "the first boot of the machine",
  PathExists: "a path that is there",
  PathExistsGlob: "a pattern some path matches",
  PathIsDirectory: "a directory",
  PathIsSymbolicLink: "a symbolic link",
  PathIsMountPoint: "a mount point",
  PathIsReadWrite: "a writable file system",
  PathIsEncrypted: "an encrypted file system",
  PathIsSocket: "a socket in the file system",
  DirectoryNotEmpty: "a directory with something in it",
  FileNotEmpty: "a file with something in it",
  FileIsExecutable: "an executable file",
  User: "the user PID 1 runs as",
  Group: "a group PID 1 runs in",
  ControlGroupController: "a cgroup controller",
  Memory: "the amount of memory",
  CPUs: "the number of processors",
  CPUFeature: "a feature of the processor",
  OSRelease: "a field of os-release",
  MachineTag: "a tag of the machine",
  MemoryPressure: "pressure on memory",
  CPUPressure: "pressure on processors",
  IOPressure: "pressure on storage"
}

/** The test behind `Condition...=` or `Assert...=`, as a cell; `undefined` for any other key. */
export const testOf = (key: string): string | undefined => {
  const kind = key.startsWith("Condition") ? "Condition" : key.startsWith("Assert") ? "Assert" : undefined
  if (kind === undefined) return undefined
  const name = key.slice(kind.length)
  if (!Object.hasOwn(tests, name)) return undefined
  const outcome = kind === "Condition" ? "Skip the unit" : "Fail the start"
  return `${outcome} unless the test holds: ${tests[name] ?? ""}.`
}

/** The names of all tests. */
export const testKeys = (): ReadonlyArray<string> =>
  ["Condition", "Assert"].flatMap((kind) => Object.keys(tests).map((name) => `${kind}${name}`))

export const install: Table = {
  Alias: ["accepted", "Other names; here a unit has the name of its file."],
  WantedBy: ["accepted", "Who wants this unit once it is enabled; here all that is loaded starts."],
  RequiredBy: ["accepted", "Who requires this unit once it is enabled; here all that is loaded starts."],
  UpheldBy: ["accepted", "Who upholds this unit once it is enabled; here all that is loaded starts."],
  Also: ["accepted", "Units to enable together with this one; nothing is enabled here."],
  DefaultInstance: ["accepted", "The instance to enable of a template; nothing is enabled here."]
}
