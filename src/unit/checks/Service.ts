/**
 * The rules that the directives of one service keep together, systemd.service(5).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import { service, stopTimeoutMillis } from "../Defaults.ts"
import type { Service, ServiceSection } from "../Unit.ts"
import type { Checked } from "./Finding.ts"
import { finding, report } from "./Finding.ts"
import * as Process from "./Process.ts"

type Key = keyof ServiceSection & string

export const check = (checked: Checked<Service>): void => {
  checkType(checked)
  checkRestartMode(checked)
  // Whatever else is said of a service that does nothing follows from that.
  if (!checkCommands(checked)) return
  checkRestart(checked)
  checkStop(checked)
  checkPartners(checked)
  Process.check(checked, "Service", checked.unit.Service)
}

const checkType = (checked: Checked<Service>): void => {
  const { BusName, ExitType, NotifyAccess, PIDFile, PrivatePIDs, Type } = checked.unit.Service
  const saysGuess = isWritten(checked, "GuessMainPID")
  // There is no bus to ask for the name.
  if (Type === "dbus") {
    // Without a Type=, it is BusName= that makes it this one.
    const written = isWritten(checked, "Type")
    const subject = written ? `"${Type}"` : "Type=dbus, which this implies,"
    const message = `${subject} is not acted on: it is treated as "simple"`
    report(checked, "warning", Code.Fallback, "Service", written ? "Type" : "BusName", message)
  }
  if (Type === "dbus" && BusName === undefined) {
    report(checked, "error", Code.NoBusName, "Service", "Type", "a service of this type needs BusName=")
  }
  if (ExitType === "cgroup" && Type === "oneshot") {
    const message = "a service of Type=oneshot cannot wait for its last process instead of its commands"
    report(checked, "error", Code.ExitTypeOfOneshot, "Service", "ExitType", message)
  }
  if (Type === "forking") {
    if (PrivatePIDs === "yes") {
      const message =
        "with process ids of its own nobody outside could tell which process of Type=forking is the main one"
      report(checked, "error", Code.PrivatePidsOfForking, "Service", "PrivatePIDs", message)
    }
    if (saysGuess && PIDFile !== undefined) {
      idle(checked, "note", "GuessMainPID", "PIDFile= says which process is the main one")
    }
  } else {
    if (PIDFile !== undefined) {
      idle(checked, "note", "PIDFile", `of Type=${Type} the main process is known; the file is only removed at the end`)
    }
    if (saysGuess) idle(checked, "note", "GuessMainPID", "only Type=forking leaves a choice")
  }
  if (NotifyAccess === "none") {
    const wish = notifier(checked.unit.Service)
    if (wish !== undefined) idle(checked, "note", "NotifyAccess", `${wish} makes it "main"`)
  }
}

/** What makes a service be heard, whatever its `NotifyAccess=` says. */
const notifier = ({ FileDescriptorStoreMax, Type, WatchdogSec }: ServiceSection): string | undefined => {
  if (Type === "notify" || Type === "notify-reload") return `Type=${Type}`
  return WatchdogSec > 0 ? "WatchdogSec=" : FileDescriptorStoreMax > 0 ? "FileDescriptorStoreMax=" : undefined
}

/** Whether there is anything to run. */
const checkCommands = (checked: Checked<Service>): boolean => {
  const { diagnostics, unit } = checked
  const { ExecStart, ExecStop, RemainAfterExit, Type } = unit.Service
  const oneshot = Type === "oneshot"
  if (ExecStart.length === 0) {
    const message = whyNoCommand(unit)
    if (message === undefined) return true
    const file = { file: unit.file, line: 0, column: 0 }
    diagnostics.push(finding("error", Code.NoCommand, file, "Service", "ExecStart", message))
    return false
  }
  const second = ExecStart[1]
  if (second !== undefined && !oneshot) {
    diagnostics.push(finding(
      "error",
      Code.SeveralCommands,
      second.at,
      "Service",
      "ExecStart",
      "only Type=oneshot can have several commands",
      "an empty ExecStart= drops the earlier ones"
    ))
  }
  if (oneshot && !RemainAfterExit && ExecStop.length > 0) {
    const message = "without RemainAfterExit=yes these run as soon as ExecStart= has ended"
    report(checked, "note", Code.StopsAtOnce, "Service", "ExecStop", message)
  }
  return true
}

/** Why a service without `ExecStart=` cannot be; `undefined` if it can. */
const whyNoCommand = ({ Service: { ExecStop, RemainAfterExit, Type }, Unit: { SuccessAction } }: Service) => {
  const acts = SuccessAction !== "none"
  if (Type !== "oneshot") return "there is none: only a oneshot with RemainAfterExit=yes can do without"
  if (!RemainAfterExit && !acts) return "there is none: a oneshot can do without only with RemainAfterExit=yes"
  return ExecStop.length === 0 && !acts ? "there is neither ExecStart= nor ExecStop=" : undefined
}

const checkRestart = (checked: Checked<Service>): void => {
  const { RemainAfterExit, Restart, RestartForceExitStatus, RestartPreventExitStatus, RestartSec, Type } =
    checked.unit.Service
  if (Type === "oneshot" && (Restart === "always" || Restart === "on-success")) {
    const message = `Restart=${Restart} is not allowed for Type=oneshot: it would run for ever`
    report(checked, "error", Code.RestartOfOneshot, "Service", "Restart", message)
  } else if (RemainAfterExit && Restart === "on-success") {
    idle(checked, "warning", "Restart", "with RemainAfterExit=yes the service is still active after a success")
  }
  if (Type === "oneshot" && RestartForceExitStatus.length > 0) {
    const message = "this is not allowed for Type=oneshot"
    const hint = "Restart=on-failure restarts it after any exit code that is not in SuccessExitStatus="
    report(checked, "error", Code.RestartOfOneshot, "Service", "RestartForceExitStatus", message, hint)
  }
  if (Restart !== "no" || RestartForceExitStatus.length > 0) return
  if (RestartPreventExitStatus.length > 0) {
    idle(checked, "note", "RestartPreventExitStatus", "Restart= is not set, so that nothing restarts the service")
  }
  if (RestartSec !== service.RestartSec) {
    idle(checked, "note", "RestartSec", "Restart= is not set, so that nothing restarts the service")
  }
}

/** Newer than systemd 252, and meant for a debugger that nobody has here. */
const checkRestartMode = (checked: Checked<Service>): void => {
  if (checked.unit.Service.RestartMode !== "debug") return
  const message = "\"debug\" is not acted on: it is treated as \"direct\""
  report(checked, "warning", Code.Fallback, "Service", "RestartMode", message)
}

const checkStop = (checked: Checked<Service>): void => {
  const { RemainAfterExit, TimeoutStopSec, Type } = checked.unit.Service
  if (TimeoutStopSec <= stopTimeoutMillis) return
  if (Type === "oneshot") {
    // Most of the time TimeoutSec= is meant for the work of a oneshot, not for its stop.
    const isBoth = checked.where("Service", "TimeoutStopSec").line === checked.where("Service", "TimeoutStartSec").line
    if (isBoth || !RemainAfterExit) return
  }
  const message = `longer than the ${stopTimeoutMillis / 1000} s in which, by default, all of a container has to stop`
  const hint = "--stop-timeout gives it more; the container engine has a limit of its own"
  report(checked, "note", Code.StopTimeTooLong, "Service", "TimeoutStopSec", message, hint)
}

/** Directives that do nothing without another one; systemd warns of these, too. */
const checkPartners = (checked: Checked<Service>): void => {
  const {
    RestartMaxDelaySec,
    RestartSec,
    RestartSteps,
    RuntimeMaxSec,
    RuntimeRandomizedExtraSec,
    Type,
    USBFunctionDescriptors,
    USBFunctionStrings
  } = checked.unit.Service
  if (RuntimeMaxSec < Infinity && Type === "oneshot") {
    idle(checked, "warning", "RuntimeMaxSec", "how long a oneshot may take is TimeoutStartSec=")
  }
  if (RuntimeRandomizedExtraSec > 0 && RuntimeMaxSec === Infinity) {
    lacks(checked, "RuntimeRandomizedExtraSec", "RuntimeMaxSec")
  }
  if (RestartSteps > 0 && RestartMaxDelaySec === Infinity) lacks(checked, "RestartSteps", "RestartMaxDelaySec")
  if (RestartMaxDelaySec < Infinity && RestartSteps === 0) lacks(checked, "RestartMaxDelaySec", "RestartSteps")
  if (RestartMaxDelaySec < RestartSec) {
    const message = "this is less than RestartSec=, which is cut down to it"
    report(checked, "warning", Code.DelayAboveMaximum, "Service", "RestartMaxDelaySec", message)
  }
  if (USBFunctionDescriptors !== undefined && USBFunctionStrings === undefined) {
    lacks(checked, "USBFunctionDescriptors", "USBFunctionStrings")
  }
  if (USBFunctionStrings !== undefined && USBFunctionDescriptors === undefined) {
    lacks(checked, "USBFunctionStrings", "USBFunctionDescriptors")
  }
}

const idle = (checked: Checked<Service>, severity: "note" | "warning", key: Key, why: string): void =>
  report(checked, severity, Code.NoEffect, "Service", key, `this has no effect: ${why}`)

const lacks = (checked: Checked<Service>, key: Key, partner: Key): void =>
  idle(checked, "warning", key, `there is no ${partner}=`)

const isWritten = (checked: Checked<Service>, key: Key): boolean => checked.where("Service", key).line > 0
