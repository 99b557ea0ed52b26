/**
 * [Service], systemd.service(5) and systemd.kill(5).
 *
 * @since 0.1.0
 */
import type { Table } from "./Table.ts"

export const service = {
  Type: [
    "supported",
    "simple|exec|forking|oneshot|dbus|notify|notify-reload|idle",
    "When the service counts as started: simple, exec or oneshot.",
    "simple"
  ],
  RemainAfterExit: ["supported", "boolean", "Count as running after its processes have ended well.", "no"],
  ExecStart: ["supported", "command line", "The command to run; a oneshot may have several."],
  Restart: [
    "supported",
    "no|on-success|on-failure|on-abnormal|on-abort|on-watchdog|always",
    "After which ends the service is started again.",
    "no"
  ],
  RestartSec: ["supported", "time span", "The pause before it is started again.", "100ms"],
  TimeoutStartSec: ["supported", "timeout", "How long the start may take.", "90s; infinity for a oneshot"],
  TimeoutStopSec: ["supported", "timeout", "How long the stop may take before it is forced.", "5s"],
  TimeoutSec: ["alias", "TimeoutStartSec TimeoutStopSec"],
  StartLimitBurst: ["alias", "Unit.StartLimitBurst"],
  StartLimitIntervalSec: ["alias", "Unit.StartLimitIntervalSec"],
  StartLimitInterval: ["alias", "Unit.StartLimitIntervalSec"],
  BusName: ["accepted", "text", "The D-Bus name of the service; there is no bus in PID 1."],
  GuessMainPID: ["accepted", "text", "Whether to guess the main process of Type=forking."],

  ExitType: ["unsupported", "text", "Whether the main process or the last one ends the service."],
  PIDFile: ["unsupported", "text", "The file a forking service writes its process id to."],
  ExecStartPre: ["unsupported", "command line", "Commands to run ahead of ExecStart=."],
  ExecStartPost: ["unsupported", "command line", "Commands to run once the service has started."],
  ExecCondition: ["unsupported", "command line", "Commands that decide whether the service is skipped."],
  ExecReload: ["unsupported", "command line", "Commands that make the service read its configuration anew."],
  ExecReloadPost: ["unsupported", "command line", "Commands to run once the service was reloaded."],
  ExecStop: ["unsupported", "command line", "Commands that stop the service."],
  ExecStopPost: ["unsupported", "command line", "Commands to run once the service has stopped."],
  RestartSteps: ["unsupported", "text", "In how many steps the pause between restarts grows."],
  RestartMaxDelaySec: ["unsupported", "text", "How long the pause between restarts may become."],
  RestartMode: ["unsupported", "text", "Whether dependents notice a restart."],
  TimeoutAbortSec: ["unsupported", "text", "How long an abort by the watchdog may take."],
  TimeoutStartFailureMode: ["unsupported", "text", "How a service is ended that starts too slowly."],
  TimeoutStopFailureMode: ["unsupported", "text", "How a service is ended that stops too slowly."],
  RuntimeMaxSec: ["unsupported", "text", "How long the service may run."],
  RuntimeRandomizedExtraSec: ["unsupported", "text", "A random addition to RuntimeMaxSec=."],
  WatchdogSec: ["unsupported", "text", "How often the service has to say that it is well."],
  SuccessExitStatus: ["unsupported", "text", "Exit codes and signals that count as a good end."],
  RestartPreventExitStatus: ["unsupported", "text", "Exit codes and signals that prevent a restart."],
  RestartForceExitStatus: ["unsupported", "text", "Exit codes and signals that force a restart."],
  RootDirectoryStartOnly: ["unsupported", "text", "Apply RootDirectory= to ExecStart= only."],
  PermissionsStartOnly: ["unsupported", "text", "Old form: apply User= and the like to ExecStart= only."],
  NonBlocking: ["unsupported", "text", "Pass sockets in non-blocking mode."],
  NotifyAccess: ["unsupported", "text", "Whose notifications are believed."],
  Sockets: ["unsupported", "text", "Sockets to pass to the service."],
  FileDescriptorStoreMax: ["unsupported", "text", "How many descriptors are kept for the service."],
  FileDescriptorStorePreserve: ["unsupported", "text", "How long the kept descriptors live."],
  USBFunctionDescriptors: ["unsupported", "text", "Descriptors of a USB function."],
  USBFunctionStrings: ["unsupported", "text", "Strings of a USB function."],
  OOMPolicy: ["unsupported", "text", "What to do when a process of the service is killed for lack of memory."],
  OpenFile: ["unsupported", "text", "Files to open ahead of the start and to pass on."],
  ReloadSignal: ["unsupported", "text", "The signal that asks for a reload."],
  RefreshOnReload: ["unsupported", "text", "What a reload refreshes."],
  BusPolicy: ["unsupported", "text", "Withdrawn with kdbus."],
  SysVStartPriority: ["unsupported", "text", "Withdrawn: the order of old init scripts."],
  FsckPassNo: ["unsupported", "text", "Withdrawn."],
  StartLimitAction: ["alias", "Unit.StartLimitAction"],
  FailureAction: ["alias", "Unit.FailureAction"],
  RebootArgument: ["alias", "Unit.RebootArgument"]
} as const satisfies Table

export const kill = {
  KillSignal: ["supported", "signal", "The signal that asks the service to stop.", "SIGTERM"],
  KillMode: [
    "unsupported",
    "control-group|mixed|process|none|",
    "Which processes are killed at a stop.",
    "control-group"
  ],
  RestartKillSignal: [
    "unsupported",
    "signal",
    "The signal that asks the service to stop ahead of a restart.",
    "KillSignal="
  ],
  SendSIGHUP: ["unsupported", "boolean", "Send SIGHUP right after KillSignal=.", "no"],
  SendSIGKILL: ["unsupported", "boolean", "Whether processes that do not stop are killed.", "yes"],
  FinalKillSignal: ["unsupported", "signal", "The signal that ends processes that do not stop.", "SIGKILL"],
  WatchdogSignal: ["unsupported", "signal", "The signal a missed watchdog sends.", "SIGABRT"]
} as const satisfies Table
