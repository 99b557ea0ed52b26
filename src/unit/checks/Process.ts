/**
 * The rules for what processes are started with and how they end, systemd.exec(5) and systemd.kill(5).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { SectionOf } from "../Defaults.ts"
import type { exec } from "../directives/Exec.ts"
import type { kill } from "../directives/Service.ts"
import type { Checked } from "./Finding.ts"
import { report } from "./Finding.ts"

/** What the sections of services and sockets have in common. */
type Section = SectionOf<typeof exec & typeof kill>

/** Each says something about the directories of another one. */
const partners = [
  ["RuntimeDirectoryMode", "RuntimeDirectory"],
  ["RuntimeDirectoryPreserve", "RuntimeDirectory"],
  ["StateDirectoryMode", "StateDirectory"],
  ["CacheDirectoryMode", "CacheDirectory"],
  ["LogsDirectoryMode", "LogsDirectory"],
  ["ConfigurationDirectoryMode", "ConfigurationDirectory"]
] as const

export const check = (checked: Checked, name: "Service" | "Socket", section: Section): void => {
  const { DynamicUser, KillMode, PAMName, WorkingDirectory } = section
  if (KillMode === "none") {
    const message = "processes that outlive the stop are nobody's any more; systemd has declared this obsolete"
    report(checked, "warning", Code.KillModeNone, name, "KillMode", message, "\"mixed\" signals the main process only")
  }
  if (PAMName !== undefined && KillMode !== undefined && checked.where(name, "KillMode").line > 0) {
    const allowed = name === "Service" ? ["control-group", "mixed"] : ["control-group"]
    if (!allowed.includes(KillMode)) {
      const message = `with PAMName= it can only be ${allowed.join(" or ")}: the PAM session has a process of its own`
      report(checked, "error", Code.KillModeWithPam, name, "KillMode", message)
    }
  }
  if (WorkingDirectory?.path === "~" && DynamicUser === true) {
    const message = "a user made up by DynamicUser=yes has no home directory"
    report(checked, "warning", Code.HomeOfDynamicUser, name, "WorkingDirectory", message)
  }
  for (const key of ["StandardOutput", "StandardError"] as const) {
    if (section[key]?._tag !== "Kmsg") continue
    const message = "a container has no kernel log of its own: the lines go where those of \"journal\" go"
    report(checked, "warning", Code.Fallback, name, key, message, "write \"journal\"")
  }
  checkPartly(checked, name, section)
  const { StandardInput, StandardInputText } = section
  if (StandardInput !== undefined && StandardInput._tag !== "Data" && StandardInputText !== undefined) {
    const [key] = ["StandardInputText", "StandardInputData"].filter((one) => checked.where(name, one).line > 0)
    const message = "this has no effect: it is for StandardInput=data"
    report(checked, "note", Code.NoEffect, name, key ?? "StandardInputText", message)
  }
  for (const [key, partner] of partners) {
    if (section[key] === undefined || section[partner] !== undefined) continue
    report(checked, "note", Code.NoEffect, name, key, `this has no effect: there is no ${partner}=`)
  }
}

/** Of what is acted on otherwise, the values that are acted on in part. */
const checkPartly = (checked: Checked, name: "Service" | "Socket", section: Section): void => {
  const { BindPaths, BindReadOnlyPaths, CPUAffinity, ProtectControlGroups } = section
  const warn = (key: string, message: string, hint: string) =>
    report(checked, "warning", Code.Fallback, name, key, message, hint)
  if (CPUAffinity === "numa") {
    warn("CPUAffinity", "memory nodes are not looked up: all processors are allowed", "write the processors' numbers")
  }
  for (const [key, paths] of [["BindPaths", BindPaths], ["BindReadOnlyPaths", BindReadOnlyPaths]] as const) {
    if (paths?.some(({ idmap }) => idmap) !== true) continue
    warn(key, "owners are not mapped: files show as those of whom they are", "leave \"idmap\" out")
  }
  if (ProtectControlGroups === "private" || ProtectControlGroups === "strict") {
    const message = "there is no cgroup namespace for a service: the container's cgroups are read-only, as with \"yes\""
    warn("ProtectControlGroups", message, "write \"yes\"")
  }
}
