/**
 * Exit codes and signals by name or number, systemd.service(5) `SuccessExitStatus=`; the names are those of
 * systemd.exec(5) "PROCESS EXIT CODES", without their `EXIT_` or `EX_`.
 *
 * @since 0.1.0
 */
import type { ExitStatus } from "../values/Activation.ts"
import * as Integer from "./Integer.ts"
import * as Signal from "./Signal.ts"

/** Names in the order of their codes; a number sets the code of the name behind it. */
const names = "0 SUCCESS FAILURE INVALIDARGUMENT NOTIMPLEMENTED NOPERMISSION NOTINSTALLED NOTCONFIGURED NOTRUNNING " +
  "64 USAGE DATAERR NOINPUT NOUSER NOHOST UNAVAILABLE SOFTWARE OSERR OSFILE CANTCREAT IOERR TEMPFAIL PROTOCOL NOPERM " +
  "CONFIG 200 CHDIR NICE FDS EXEC MEMORY LIMITS OOM_ADJUST SIGNAL_MASK STDIN STDOUT CHROOT IOPRIO TIMERSLACK " +
  "SECUREBITS SETSCHEDULER CPUAFFINITY GROUP USER CAPABILITIES CGROUP SETSID CONFIRM STDERR 224 PAM NETWORK " +
  "NAMESPACE NO_NEW_PRIVILEGES SECCOMP SELINUX_CONTEXT PERSONALITY APPARMOR ADDRESS_FAMILIES RUNTIME_DIRECTORY " +
  "235 CHOWN SMACK_PROCESS_LABEL KEYRING STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY CONFIGURATION_DIRECTORY " +
  "NUMA_POLICY CREDENTIALS BPF 255 EXCEPTION"

let codes: Map<string, number> | undefined

/** Made on first use: few units name exit codes. */
const byName = (): ReadonlyMap<string, number> => {
  if (codes !== undefined) return codes
  codes = new Map<string, number>()
  let code = 0
  for (const word of names.split(" ")) {
    if (/^[0-9]/.test(word)) code = Number(word)
    else codes.set(word, code++)
  }
  return codes
}

/** A code of 0 to 255 or a signal; `undefined` if it is neither. Numbers are codes, signals have to be named. */
export const parse = (text: string): ExitStatus | undefined => {
  const code = Integer.within(text, 0, 255) ?? byName().get(text)
  if (code !== undefined) return { kind: "code", code }
  const signal = /^[0-9]/.test(text) ? undefined : Signal.parse(text)
  return signal === undefined ? undefined : { kind: "signal", signal }
}

/** As `parse` reads it. */
export const format = (status: ExitStatus): string =>
  status.kind === "code" ? String(status.code) : Signal.nameOf(status.signal)

/** The name of an exit code; `undefined` if it has none. */
export const nameOf = (code: number): string | undefined => {
  for (const [name, known] of byName()) {
    if (known === code) return name
  }
  return undefined
}

/** All names there are, for suggestions. */
export const known = (): ReadonlyArray<string> => [...byName().keys(), ...Signal.known]

/** What to write instead of a text that is none. */
export const hint = (text: string): string | undefined => {
  const bare = text.replace(/^EX(?:IT)?_/, "")
  if (bare !== text && parse(bare) !== undefined) return `write "${bare}"`
  return /^[0-9]+$/.test(text) ? "exit codes go from 0 to 255" : undefined
}
