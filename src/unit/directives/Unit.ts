/**
 * [Unit] and [Install], systemd.unit(5).
 *
 * @since 0.1.0
 */
import type { Table } from "./Table.ts"

/** What may become of the machine, `FailureAction=`; the last seven are newer than systemd 252. */
const action = "none|reboot|reboot-force|reboot-immediate|poweroff|poweroff-force|poweroff-immediate|exit|exit-force|\
soft-reboot|soft-reboot-force|kexec|kexec-force|halt|halt-force|halt-immediate"

/** How a job is queued, systemctl(1) `--job-mode=`. */
const jobMode = "fail|lenient|replace|replace-irreversibly|isolate|flush|ignore-dependencies|ignore-requirements|\
triggering|restart-dependencies"

export const unit = {
  Description: ["supported", "description", "A short title for people.", "the unit's name"],
  After: ["supported", "unit names", "Start once these have started; stop before them."],
  Before: ["supported", "unit names", "Start ahead of these; stop after them."],
  Requires: [
    "supported",
    "unit names",
    "Start these too, and stop with them; this unit does not start if one is missing or, with After=, has failed."
  ],
  Wants: ["supported", "unit names", "Start these too, whatever becomes of them."],
  StartLimitBurst: ["supported", "integer", "How many starts fit in one interval; 0 switches the limit off.", "5"],
  StartLimitIntervalSec: ["supported", "time span", "The interval of the start limit; 0 switches it off.", "10s"],
  StartLimitInterval: ["alias", "StartLimitIntervalSec"],
  Documentation: ["accepted", "documentation", "Where the documentation is."],
  SourcePath: ["accepted", "path", "The file this unit was generated from."],
  DefaultDependencies: [
    "accepted",
    "boolean",
    "Whether to depend on the usual boot targets; here no unit does.",
    "yes"
  ],
  IgnoreOnIsolate: ["accepted", "boolean", "Survive a change of target; there is none here.", "no"],
  AllowIsolate: ["accepted", "boolean", "Allow this target to be switched to; targets are not switched here.", "no"],
  CollectMode: [
    "accepted",
    "inactive|inactive-or-failed",
    "When to forget the unit; units are not forgotten here.",
    "inactive"
  ],
  ExitContainerOnFailure: [
    "supported",
    "boolean",
    "Ours: when this unit has failed for good, its handlers run, and the container ends with its exit code.",
    "no"
  ],

  Requisite: ["supported", "unit names", "Do not start unless these are active already."],
  BindsTo: ["supported", "unit names", "As Requires=, and stop when one of these ends, however that comes."],
  PartOf: ["supported", "unit names", "Stop and restart when one of these is stopped or restarted."],
  Upholds: ["supported", "unit names", "Keep these running: start them again whenever they are down."],
  Conflicts: ["supported", "unit names", "Never run at the same time as these: the start of one stops the other."],
  OnFailure: ["supported", "unit names", "Units to start when this one has failed for good."],
  OnSuccess: ["supported", "unit names", "Units to start when this one has ended well."],
  OnFailureJobMode: ["supported", jobMode, "How the OnFailure= units are queued: replace.", "replace"],
  OnSuccessJobMode: ["supported", jobMode, "How the OnSuccess= units are queued: replace.", "replace"],
  OnFailureIsolate: ["unsupported", "boolean", "Old form of OnFailureJobMode=isolate.", "no"],
  PropagatesReloadTo: ["supported", "unit names", "Reload these when this unit is reloaded."],
  PropagateReloadTo: ["alias", "PropagatesReloadTo"],
  ReloadPropagatedFrom: ["supported", "unit names", "Reload when one of these is reloaded."],
  PropagateReloadFrom: ["alias", "ReloadPropagatedFrom"],
  PropagatesStopTo: ["supported", "unit names", "Stop these when this unit stops."],
  StopPropagatedFrom: ["supported", "unit names", "Stop when one of these stops."],
  JoinsNamespaceOf: ["unsupported", "unit names", "Share network, IPC and /tmp with these."],
  RequiresMountsFor: [
    "accepted",
    "mount paths",
    "Require the mounts that these paths lie on; those of a container are there before PID 1."
  ],
  WantsMountsFor: [
    "accepted",
    "mount paths",
    "Want the mounts that these paths lie on; those of a container are there before PID 1."
  ],
  BindTo: ["alias", "BindsTo"],
  RequiresOverridable: ["alias", "Requires"],
  RequisiteOverridable: ["alias", "Requisite"],
  IgnoreOnSnapshot: ["unsupported", "text", "Withdrawn with snapshots."],
  StopWhenUnneeded: ["supported", "boolean", "Stop when no running unit needs this one.", "no"],
  RefuseManualStart: ["accepted", "boolean", "Start only because of other units; nobody else starts units here.", "no"],
  RefuseManualStop: ["accepted", "boolean", "Stop only because of other units; nobody else stops units here.", "no"],
  SurviveFinalKillSignal: ["unsupported", "boolean", "Keep the processes through the machine's last kill.", "no"],
  FailureAction: [
    "supported",
    action,
    "What the unit's failure does to the container: none, exit or exit-force.",
    "none"
  ],
  SuccessAction: [
    "supported",
    action,
    "What the unit's good end does to the container: none, exit or exit-force.",
    "none"
  ],
  FailureActionExitStatus: [
    "supported",
    "0..255|",
    "The container's exit code after FailureAction=; without it that of the main process."
  ],
  SuccessActionExitStatus: [
    "supported",
    "0..255|",
    "The container's exit code after SuccessAction=; without it that of the main process."
  ],
  JobTimeoutSec: ["unsupported", "timeout", "How long a start may be queued and under way.", "infinity"],
  JobRunningTimeoutSec: ["unsupported", "timeout", "How long a start may be under way.", "infinity"],
  JobTimeoutAction: ["unsupported", action, "What to do with the machine when a start takes too long.", "none"],
  JobTimeoutRebootArgument: ["unsupported", "text", "The argument of a reboot by JobTimeoutAction=."],
  StartLimitAction: [
    "supported",
    action,
    "What hitting the start limit does to the container: none, exit or exit-force.",
    "none"
  ],
  RebootArgument: ["unsupported", "text", "The argument of a reboot that this unit causes."]
} as const satisfies Table

export const install = {
  Alias: ["accepted", "install names", "Other names; here a unit has the name of its file."],
  WantedBy: ["accepted", "install names", "Who wants this unit once it is enabled; here all that is loaded starts."],
  RequiredBy: [
    "accepted",
    "install names",
    "Who requires this unit once it is enabled; here all that is loaded starts."
  ],
  UpheldBy: ["accepted", "install names", "Who upholds this unit once it is enabled; here all that is loaded starts."],
  Also: ["accepted", "unit names", "Units to enable together with this one; nothing is enabled here."],
  DefaultInstance: ["accepted", "instance|", "The instance to enable of a template; nothing is enabled here."]
} as const satisfies Table
