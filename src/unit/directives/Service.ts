/**
 * [Service], systemd.service(5) and systemd.kill(5).
 *
 * @since 0.1.0
 */
import type { Table } from "./Table.ts"

export const service: Table = {
  Type: ["supported", "service type", "simple", "When the service counts as started: simple, exec or oneshot."],
  RemainAfterExit: ["supported", "boolean", "no", "Count as running after its processes have ended well."],
  ExecStart: ["supported", "command line", "", "The command to run; a oneshot may have several."],
  Restart: ["supported", "restart mode", "no", "After which ends the service is started again."],
  RestartSec: ["supported", "time span", "100ms", "The pause before it is started again."],
  TimeoutStartSec: ["supported", "time span", "90s; infinity for a oneshot", "How long the start may take."],
  TimeoutStopSec: ["supported", "time span", "5s", "How long the stop may take before it is forced."],
  TimeoutSec: ["supported", "time span", "", "TimeoutStartSec= and TimeoutStopSec= at once."],
  StartLimitBurst: ["supported", "integer", "5", "As in [Unit], where it belongs."],
  StartLimitIntervalSec: ["supported", "time span", "10s", "As in [Unit], where it belongs."],
  StartLimitInterval: ["supported", "old name", "10s", "Old name of StartLimitIntervalSec=."],
  BusName: ["accepted", "The D-Bus name of the service; there is no bus in PID 1."],
  GuessMainPID: ["accepted", "Whether to guess the main process of Type=forking."],

  ExitType: "Whether the main process or the last one ends the service.",
  PIDFile: "The file a forking service writes its process id to.",
  ExecStartPre: "Commands to run ahead of ExecStart=.",
  ExecStartPost: "Commands to run once the service has started.",
  ExecCondition: "Commands that decide whether the service is skipped.",
  ExecReload: "Commands that make the service read its configuration anew.",
  ExecReloadPost: "Commands to run once the service was reloaded.",
  ExecStop: "Commands that stop the service.",
  ExecStopPost: "Commands to run once the service has stopped.",
  RestartSteps: "In how many steps the pause between restarts grows.",
  RestartMaxDelaySec: "How long the pause between restarts may become.",
  RestartMode: "Whether dependents notice a restart.",
  TimeoutAbortSec: "How long an abort by the watchdog may take.",
  TimeoutStartFailureMode: "How a service is ended that starts too slowly.",
  TimeoutStopFailureMode: "How a service is ended that stops too slowly.",
  RuntimeMaxSec: "How long the service may run.",
  RuntimeRandomizedExtraSec: "A random addition to RuntimeMaxSec=.",
  WatchdogSec: "How often the service has to say that it is well.",
  SuccessExitStatus: "Exit codes and signals that count as a good end.",
  RestartPreventExitStatus: "Exit codes and signals that prevent a restart.",
  RestartForceExitStatus: "Exit codes and signals that force a restart.",
  RootDirectoryStartOnly: "Apply RootDirectory= to ExecStart= only.",
  PermissionsStartOnly: "Old form: apply User= and the like to ExecStart= only.",
  NonBlocking: "Pass sockets in non-blocking mode.",
  NotifyAccess: "Whose notifications are believed.",
  Sockets: "Sockets to pass to the service.",
  FileDescriptorStoreMax: "How many descriptors are kept for the service.",
  FileDescriptorStorePreserve: "How long the kept descriptors live.",
  USBFunctionDescriptors: "Descriptors of a USB function.",
  USBFunctionStrings: "Strings of a USB function.",
  OOMPolicy: "What to do when a process of the service is killed for lack of memory.",
  OpenFile: "Files to open ahead of the start and to pass on.",
  ReloadSignal: "The signal that asks for a reload.",
  RefreshOnReload: "What a reload refreshes.",
  BusPolicy: "Withdrawn with kdbus.",
  SysVStartPriority: "Withdrawn: the order of old init scripts.",
  FsckPassNo: "Withdrawn.",
  StartLimitAction: "As in [Unit].",
  FailureAction: "As in [Unit].",
  RebootArgument: "As in [Unit]."
}

export const kill: Table = {
  KillSignal: ["supported", "signal", "SIGTERM", "The signal that asks the service to stop."],
  KillMode: "Which processes are killed at a stop.",
  RestartKillSignal: "The signal that asks the service to stop ahead of a restart.",
  SendSIGHUP: "Send SIGHUP right after KillSignal=.",
  SendSIGKILL: "Whether processes that do not stop are killed.",
  FinalKillSignal: "The signal that ends processes that do not stop.",
  WatchdogSignal: "The signal a missed watchdog sends."
}
