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
  { key: "RuntimeDirectoryMode", partner: "RuntimeDirectory" },
  { key: "RuntimeDirectoryPreserve", partner: "RuntimeDirectory" },
  { key: "StateDirectoryMode", partner: "StateDirectory" },
  { key: "CacheDirectoryMode", partner: "CacheDirectory" },
  { key: "LogsDirectoryMode", partner: "LogsDirectory" },
  { key: "ConfigurationDirectoryMode", partner: "ConfigurationDirectory" }
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
  if (section.StandardOutput?._tag === "Kmsg") checkKmsg(checked, name, "StandardOutput")
  if (section.StandardError?._tag === "Kmsg") checkKmsg(checked, name, "StandardError")
  checkPartly(checked, name, section)
  const { StandardInput, StandardInputText } = section
  if (StandardInput !== undefined && StandardInput._tag !== "Data" && StandardInputText !== undefined) {
    const [key] = ["StandardInputText", "StandardInputData"].filter((one) => checked.where(name, one).line > 0)
    const message = "this has no effect: it is for StandardInput=data"
    report(checked, "note", Code.NoEffect, name, key ?? "StandardInputText", message)
  }
  for (const pair of partners) {
    if (section[pair.key] === undefined || section[pair.partner] !== undefined) continue
    report(checked, "note", Code.NoEffect, name, pair.key, `this has no effect: there is no ${pair.partner}=`)
  }
}

const checkKmsg = (checked: Checked, name: string, key: string): void => {
  const message = "a container has no kernel log of its own: the lines go where those of \"journal\" go"
  report(checked, "warning", Code.Fallback, name, key, message, "write \"journal\"")
}

/** Of what is acted on otherwise, the values that are acted on in part. */
const checkPartly = (checked: Checked, name: "Service" | "Socket", section: Section): void => {
  const { BindPaths, BindReadOnlyPaths, CPUAffinity, ProtectControlGroups } = section
  if (CPUAffinity === "numa") {
    const message = "memory nodes are not looked up: all processors are allowed"
    warn(checked, name, "CPUAffinity", message, "write the processors' numbers")
  }
  if (BindPaths !== undefined) checkOwners(checked, name, "BindPaths", BindPaths)
  if (BindReadOnlyPaths !== undefined) checkOwners(checked, name, "BindReadOnlyPaths", BindReadOnlyPaths)
  if (ProtectControlGroups === "private" || ProtectControlGroups === "strict") {
    const message = "there is no cgroup namespace for a service: the container's cgroups are read-only, as with \"yes\""
    warn(checked, name, "ProtectControlGroups", message, "write \"yes\"")
  }
}

const checkOwners = (
  checked: Checked,
  name: string,
  key: string,
  paths: ReadonlyArray<{ readonly idmap: boolean }>
): void => {
  if (!paths.some(({ idmap }) => idmap)) return
  warn(checked, name, key, "owners are not mapped: files show as those of whom they are", "leave \"idmap\" out")
}

const warn = (checked: Checked, name: string, key: string, message: string, hint: string): void =>
  report(checked, "warning", Code.Fallback, name, key, message, hint)
