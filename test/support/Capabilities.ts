/** Sets of capabilities, as masks: bit n is capability n of capabilities(7). */
import { readFileSync } from "node:fs"

/** In the order of their numbers. */
const names = [
  ...["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"],
  ...["LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER"],
  ...["SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE"],
  ...["SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP"],
  ...["MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF"],
  "CHECKPOINT_RESTORE"
]

/** The mask of these, by their names without CAP_. */
export const capabilities = (...wanted: ReadonlyArray<string>): bigint =>
  wanted.reduce((mask, name) => {
    const bit = names.indexOf(name)
    if (bit < 0) throw new Error(`there is no capability ${name}`)
    return mask | (1n << BigInt(bit))
  }, 0n)

/** As facts.h writes them. */
export const capabilityText = (mask: bigint): string => mask.toString(16).padStart(16, "0")

/** What this machine gives to whom it starts. */
export const ofMachine: bigint = BigInt(
  `0x${/^CapBnd:\s+(\w+)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0"}`
)

/** The fourteen that Docker and Podman leave to a container that asks for nothing else, less what the machine lacks. */
export const ofEngine: bigint = ofMachine & capabilities(
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE"],
  ...["NET_RAW", "SYS_CHROOT", "MKNOD", "AUDIT_WRITE", "SETFCAP"]
)
