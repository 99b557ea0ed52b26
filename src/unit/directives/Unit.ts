/**
 * [Unit] and [Install], systemd.unit(5).
 *
 * @since 0.1.0
 */
import type { Table } from "./Table.ts"

export const unit = {
  Description: ["supported", "description", "A short title for people.", "the unit's name"],
  After: ["supported", "unit names", "Start once these have started; stop before them."],
  Before: ["supported", "unit names", "Start ahead of these; stop after them."],
  Requires: ["supported", "unit names", "Start these too; if one fails or is missing, this unit does not start."],
  Wants: ["supported", "unit names", "Start these too, whatever becomes of them."],
  StartLimitBurst: ["supported", "integer", "How many starts fit in one interval; 0 switches the limit off.", "5"],
  StartLimitIntervalSec: ["supported", "time span", "The interval of the start limit; 0 switches it off.", "10s"],
  StartLimitInterval: ["alias", "StartLimitIntervalSec"],
  Documentation: ["accepted", "words", "Where the documentation is."],
  SourcePath: ["accepted", "text", "The file this unit was generated from."],
  DefaultDependencies: ["accepted", "text", "Whether to depend on the usual boot targets; here no unit does."],
  IgnoreOnIsolate: ["accepted", "text", "Survive a change of target; there is none here."],
  AllowIsolate: ["accepted", "text", "Allow this target to be switched to; targets are not switched here."],
  CollectMode: ["accepted", "text", "When to forget the unit; units are not forgotten here."],
  ExitContainerOnFailure: ["unsupported", "text", "Ours: take the container down when this unit fails."],

  Requisite: ["unsupported", "unit names", "Fail at once unless these run already."],
  BindsTo: ["unsupported", "unit names", "As Requires=, and stop when one of these goes away."],
  PartOf: ["unsupported", "unit names", "Stop and restart together with these."],
  Upholds: ["unsupported", "unit names", "Keep these running: start them again whenever they are down."],
  Conflicts: ["unsupported", "unit names", "Never run at the same time as these."],
  OnFailure: ["unsupported", "unit names", "Units to start when this one has failed."],
  OnSuccess: ["unsupported", "unit names", "Units to start when this one has ended well."],
  OnFailureJobMode: ["unsupported", "text", "How the OnFailure= units are queued."],
  OnSuccessJobMode: ["unsupported", "text", "How the OnSuccess= units are queued."],
  OnFailureIsolate: ["unsupported", "text", "Old form of OnFailureJobMode=isolate."],
  PropagatesReloadTo: ["unsupported", "unit names", "Reload these when this unit is reloaded."],
  PropagateReloadTo: ["alias", "PropagatesReloadTo"],
  ReloadPropagatedFrom: ["unsupported", "unit names", "Reload when one of these is reloaded."],
  PropagateReloadFrom: ["alias", "ReloadPropagatedFrom"],
  PropagatesStopTo: ["unsupported", "unit names", "Stop these when this unit stops."],
  StopPropagatedFrom: ["unsupported", "unit names", "Stop when one of these stops."],
  JoinsNamespaceOf: ["unsupported", "unit names", "Share network, IPC and /tmp with these."],
  RequiresMountsFor: ["unsupported", "text", "Require the mounts that these paths lie on."],
  WantsMountsFor: ["unsupported", "text", "Want the mounts that these paths lie on."],
  BindTo: ["alias", "BindsTo"],
  RequiresOverridable: ["unsupported", "text", "Withdrawn form of Requires=."],
  RequisiteOverridable: ["unsupported", "text", "Withdrawn form of Requisite=."],
  IgnoreOnSnapshot: ["unsupported", "text", "Withdrawn with snapshots."],
  StopWhenUnneeded: ["unsupported", "text", "Stop when no running unit needs this one."],
  RefuseManualStart: ["unsupported", "text", "Start only as a dependency of others."],
  RefuseManualStop: ["unsupported", "text", "Stop only as a dependency of others."],
  SurviveFinalKillSignal: ["unsupported", "text", "Keep the processes through the machine's last kill."],
  FailureAction: ["unsupported", "text", "What to do with the machine when the unit fails."],
  SuccessAction: ["unsupported", "text", "What to do with the machine when the unit ends well."],
  FailureActionExitStatus: ["unsupported", "text", "The exit code of FailureAction=exit."],
  SuccessActionExitStatus: ["unsupported", "text", "The exit code of SuccessAction=exit."],
  JobTimeoutSec: ["unsupported", "text", "How long a start may be queued and under way."],
  JobTimeout: ["alias", "JobTimeoutSec"],
  JobRunningTimeoutSec: ["unsupported", "text", "How long a start may be under way."],
  JobTimeoutAction: ["unsupported", "text", "What to do with the machine when a start takes too long."],
  JobTimeoutRebootArgument: ["unsupported", "text", "The argument of a reboot by JobTimeoutAction=."],
  StartLimitAction: ["unsupported", "text", "What to do with the machine when the start limit is hit."],
  RebootArgument: ["unsupported", "text", "The argument of a reboot that this unit causes."]
} as const satisfies Table

export const install = {
  Alias: ["accepted", "unit names", "Other names; here a unit has the name of its file."],
  WantedBy: ["accepted", "unit names", "Who wants this unit once it is enabled; here all that is loaded starts."],
  RequiredBy: ["accepted", "unit names", "Who requires this unit once it is enabled; here all that is loaded starts."],
  UpheldBy: ["accepted", "unit names", "Who upholds this unit once it is enabled; here all that is loaded starts."],
  Also: ["accepted", "unit names", "Units to enable together with this one; nothing is enabled here."],
  DefaultInstance: ["accepted", "text", "The instance to enable of a template; nothing is enabled here."]
} as const satisfies Table
