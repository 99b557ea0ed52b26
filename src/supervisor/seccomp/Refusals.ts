/** Directives of systemd.exec(5) that refuse calls whatever their arguments are, as one half of what they do. */
import type { Plan } from "./Abi.ts"
import * as Abi from "./Abi.ts"
import * as Decisions from "./Decision.ts"
import * as Groups from "./Groups.ts"

const refusing = (directive: string, names: Iterable<string>): Plan =>
  Abi.restriction(directive, Object.fromEntries([...names].map((name) => [name, Decisions.eperm])))

/** `ProtectHostname=yes`; with `private` the name may be changed. */
export const hostname = (): Plan => refusing("ProtectHostname=", ["sethostname", "setdomainname"])

/** `ProtectKernelTunables=`: the old way to them that is not a file. */
export const kernelTunables = (): Plan => refusing("ProtectKernelTunables=", ["_sysctl"])

export const kernelModules = (): Plan => refusing("ProtectKernelModules=", Groups.callsOf("@module"))

export const kernelLogs = (): Plan => refusing("ProtectKernelLogs=", ["syslog"])

export const clock = (): Plan => refusing("ProtectClock=", Groups.callsOf("@clock"))

/** `PrivateDevices=`: ports of hardware can be had without a device. */
export const devices = (): Plan => refusing("PrivateDevices=", Groups.callsOf("@raw-io"))
