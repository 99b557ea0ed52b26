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
    "When the service counts as started.",
    "simple; dbus with BusName=, oneshot without ExecStart="
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
  TimeoutStartSec: [
    "supported",
    "timeout",
    "How long each command of the start may take, and a service to be ready.",
    "90s; infinity for a oneshot"
  ],
  TimeoutStopSec: ["supported", "timeout", "How long each step of the stop may take before it is forced.", "5s"],
  TimeoutSec: ["alias", "TimeoutStartSec TimeoutStopSec"],
  StartLimitBurst: ["alias", "Unit.StartLimitBurst"],
  StartLimitIntervalSec: ["alias", "Unit.StartLimitIntervalSec"],
  StartLimitInterval: ["alias", "Unit.StartLimitIntervalSec"],
  BusName: ["accepted", "bus name", "The D-Bus name of the service; there is no bus in PID 1."],
  GuessMainPID: ["supported", "boolean", "Whether to guess the main process of Type=forking.", "yes"],

  ExitType: ["supported", "main|cgroup", "Whether the main process or the last one ends the service.", "main"],
  PIDFile: [
    "supported",
    "pid file|",
    "The file a forking service writes its process id to; removed when the service is down."
  ],
  ExecStartPre: ["supported", "command line", "Commands to run ahead of ExecStart=."],
  ExecStartPost: ["supported", "command line", "Commands to run once the service has started."],
  ExecCondition: [
    "supported",
    "command line",
    "Commands that decide whether the service starts: exit codes 1 to 254 skip it."
  ],
  ExecReload: ["supported", "command line", "Commands that make the service read its configuration anew."],
  ExecReloadPost: ["unsupported", "command line", "Commands to run once the service was reloaded."],
  ExecStop: ["supported", "command line", "Commands that stop a service that is up, ahead of KillSignal=."],
  ExecStopPost: ["supported", "command line", "Commands to run once the service has stopped, however that came."],
  RestartSteps: ["supported", "integer", "In how many steps the pause between restarts grows.", "0"],
  RestartMaxDelaySec: ["supported", "time span", "How long the pause between restarts may become.", "infinity"],
  RestartMode: ["supported", "normal|direct|debug", "Whether dependents notice a restart: normal or direct.", "normal"],
  TimeoutAbortSec: [
    "supported",
    "time span|",
    "How long the service may take to end once it is told to abort.",
    "TimeoutStopSec="
  ],
  TimeoutStartFailureMode: [
    "supported",
    "terminate|abort|kill",
    "How a service is ended that starts too slowly.",
    "terminate"
  ],
  TimeoutStopFailureMode: [
    "supported",
    "terminate|abort|kill",
    "How a service is ended that stops too slowly.",
    "terminate"
  ],
  RuntimeMaxSec: ["supported", "time span", "How long the service may run.", "infinity"],
  RuntimeRandomizedExtraSec: [
    "supported",
    "time span",
    "How much longer than RuntimeMaxSec= it may run at most, at random each time.",
    "0"
  ],
  WatchdogSec: ["supported", "time span", "How often the service has to say that it is well; 0 switches it off.", "0"],
  SuccessExitStatus: ["supported", "exit statuses", "Exit codes and signals that count as a good end."],
  RestartPreventExitStatus: ["supported", "exit statuses", "Exit codes and signals that prevent a restart."],
  RestartForceExitStatus: ["supported", "exit statuses", "Exit codes and signals that force a restart."],
  RootDirectoryStartOnly: ["supported", "boolean", "Apply RootDirectory= to ExecStart= only.", "no"],
  PermissionsStartOnly: ["supported", "boolean", "Old form: apply User= and the like to ExecStart= only.", "no"],
  NonBlocking: ["supported", "boolean", "Pass sockets in non-blocking mode.", "no"],
  NotifyAccess: [
    "supported",
    "none|main|exec|all",
    "Whose notifications are believed.",
    "none; main where notifications are needed"
  ],
  Sockets: ["supported", "socket names", "Sockets to pass to the service."],
  FileDescriptorStoreMax: ["supported", "integer", "How many descriptors are kept for the service.", "0"],
  FileDescriptorStorePreserve: [
    "supported",
    "no|yes|restart|on-success",
    "How long the kept descriptors live.",
    "restart"
  ],
  USBFunctionDescriptors: ["unsupported", "path", "Descriptors of a USB function."],
  USBFunctionStrings: ["unsupported", "path", "Strings of a USB function."],
  OOMPolicy: [
    "supported",
    "continue|stop|kill",
    "What to do when a process of the service is killed for lack of memory.",
    "stop"
  ],
  OpenFile: ["unsupported", "open file", "Files to open ahead of the start and to pass on."],
  ReloadSignal: ["supported", "signal", "The signal that asks for a reload.", "SIGHUP"],
  RefreshOnReload: ["unsupported", "refresh", "What a reload refreshes.", "extensions"],
  BusPolicy: ["unsupported", "text", "Withdrawn with kdbus."],
  SysVStartPriority: ["unsupported", "text", "Withdrawn: the order of old init scripts."],
  StartLimitAction: ["alias", "Unit.StartLimitAction"],
  FailureAction: ["alias", "Unit.FailureAction"],
  RebootArgument: ["alias", "Unit.RebootArgument"]
} as const satisfies Table

export const kill = {
  KillSignal: ["supported", "signal", "The signal that asks the service to stop.", "SIGTERM"],
  KillMode: [
    "supported",
    "control-group|mixed|process|none|",
    "Which processes are killed at a stop.",
    "control-group"
  ],
  RestartKillSignal: [
    "supported",
    "signal",
    "The signal that asks the service to stop ahead of a restart.",
    "KillSignal="
  ],
  SendSIGHUP: ["supported", "boolean", "Send SIGHUP right after KillSignal=.", "no"],
  SendSIGKILL: ["supported", "boolean", "Whether processes that do not stop are killed.", "yes"],
  FinalKillSignal: ["supported", "signal", "The signal that ends processes that do not stop.", "SIGKILL"],
  WatchdogSignal: [
    "supported",
    "signal",
    "The signal that tells a service to abort: after a missed watchdog, or by a ...FailureMode=abort.",
    "SIGABRT"
  ]
} as const satisfies Table
