/**
 * What a process may become, capabilities(7): bounding and ambient set, secure bits, no new privileges. Pure.
 *
 * The bounding set is cut down while we still may, the ambient set is raised once the user is changed. No capability of
 * PID 1 is passed on unasked: where it has inheritable or ambient ones itself, services get empty sets.
 */
import type { Action, Step } from "../../kernel/Step.ts"
import type { ServiceSection } from "../../unit/Unit.ts"
import * as Capability from "./Capability.ts"
import type { Own } from "./Own.ts"

/** systemd.exec(5), "Process Exit Codes". */
const exit = { secureBits: 213, capabilities: 218, noNewPrivileges: 227 }

/** `SECBIT_...` of capabilities(7). */
const secureBits: Readonly<Record<string, number>> = {
  noroot: 1,
  "noroot-locked": 2,
  "no-setuid-fixup": 4,
  "no-setuid-fixup-locked": 8,
  "keep-caps": 16,
  "keep-caps-locked": 32
}

export interface Privileges {
  readonly preparation: ReadonlyArray<Step>
  readonly confinement: ReadonlyArray<Step>
}

/** Who the process will be, as far as it matters here. */
export interface Becoming {
  /** It becomes another user than PID 1's. */
  readonly changesUser: boolean
  /** Isolation that the kernel does not give to those who could gain privileges. */
  readonly needsNoNewPrivileges: boolean
  /** Nothing of isolation may be passed over. */
  readonly strict: boolean
}

/** Capabilities that go with what other directives take away, each with the directive. */
const takenAway = (section: ServiceSection): ReadonlyMap<number, string> => {
  const gone = new Map<number, string>()
  const { number } = Capability
  if (section.PrivateDevices === true) {
    gone.set(number.MKNOD, "PrivateDevices=yes").set(number.SYS_RAWIO, "PrivateDevices=yes")
  }
  if (section.ProtectKernelModules === true) gone.set(number.SYS_MODULE, "ProtectKernelModules=yes")
  if (section.ProtectKernelLogs === true) gone.set(number.SYSLOG, "ProtectKernelLogs=yes")
  if (section.ProtectClock === true) {
    gone.set(number.SYS_TIME, "ProtectClock=yes").set(number.WAKE_ALARM, "ProtectClock=yes")
  }
  return gone
}

const bounding = (section: ServiceSection, own: Own, leniency: Step["leniency"]): Step | undefined => {
  const { CapabilityBoundingSet } = section
  const gone = takenAway(section)
  if (CapabilityBoundingSet === undefined && gone.size === 0) return undefined
  const wanted = CapabilityBoundingSet === undefined
    ? undefined
    : new Set(Capability.members(CapabilityBoundingSet))
  const kept = [...own.bounding].filter((one) => (wanted === undefined || wanted.has(one)) && !gone.has(one))
  if (kept.length === own.bounding.size) return undefined
  const directives = new Set(wanted === undefined ? [] : ["CapabilityBoundingSet="])
  for (const directive of gone.values()) directives.add(directive)
  return {
    action: { _tag: "Bounding", kept },
    directive: [...directives].join(" "),
    exitCode: exit.capabilities,
    leniency
  }
}

const must = (action: Action, directive: string, exitCode: number): Step => ({
  action,
  directive,
  exitCode,
  leniency: "fail"
})

/** Whether a unit says anything about them. */
export const areWanted = (section: ServiceSection): boolean =>
  section.CapabilityBoundingSet !== undefined || section.AmbientCapabilities !== undefined ||
  section.SecureBits !== undefined || section.NoNewPrivileges === true || section.ProtectClock === true

/** Whether a process would have capabilities of ours that nobody has asked for. */
export const isPassedOn = (own: Own): boolean => own.inheritable.size > 0 || own.ambient.size > 0

const none: Privileges = { preparation: [], confinement: [] }

/** Ambient capabilities that PID 1 does not have itself and so cannot give, by name. */
export const missing = ({ AmbientCapabilities }: ServiceSection, own: Own): ReadonlyArray<string> =>
  AmbientCapabilities === undefined || AmbientCapabilities.inverted
    ? []
    : Capability.members(AmbientCapabilities).filter((one) => !own.permitted.has(one)).map(Capability.nameOf)

/** What takes a capability away from every process of the unit, for good; nothing where PID 1 may not do so. */
const taker = ({ CapabilityBoundingSet }: ServiceSection, gone: ReadonlyMap<number, string>, own: Own) => {
  if (!own.permitted.has(Capability.number.SETPCAP)) return () => undefined
  const wanted = CapabilityBoundingSet === undefined ? undefined : new Set(Capability.members(CapabilityBoundingSet))
  return (one: number): string | undefined =>
    gone.get(one) ?? (wanted?.has(one) === false ? "CapabilityBoundingSet=" : undefined)
}

/** Ambient capabilities that the unit itself takes away again, which no process can have then: by name, and with what does. */
export const outside = (section: ServiceSection, own: Own): ReadonlyArray<string> => {
  const { AmbientCapabilities } = section
  if (AmbientCapabilities === undefined || AmbientCapabilities.inverted) return []
  const takerOf = taker(section, takenAway(section), own)
  return Capability.members(AmbientCapabilities).flatMap((one) => {
    const by = takerOf(one)
    return by === undefined ? [] : [`${Capability.nameOf(one)} (${by})`]
  })
}

/** `~` means as many as there are to give. */
const ambientOf = (section: ServiceSection, own: Own): ReadonlyArray<number> => {
  const { AmbientCapabilities } = section
  if (AmbientCapabilities === undefined) return []
  const members = Capability.members(AmbientCapabilities)
  if (!AmbientCapabilities.inverted) return members
  const takerOf = taker(section, takenAway(section), own)
  return members.filter((one) => own.permitted.has(one) && takerOf(one) === undefined)
}

export const make = (section: ServiceSection, own: Own, becoming: Becoming): Privileges => {
  const { NoNewPrivileges, SecureBits } = section
  const leniency = becoming.strict ? "fail" : "forgive"
  const noNew = (NoNewPrivileges === true || becoming.needsNoNewPrivileges) && !own.noNewPrivileges
  const ambient = ambientOf(section, own)
  const clears = ambient.length > 0 || isPassedOn(own)
  const preparation: Array<Step> = []
  const confinement: Array<Step> = []
  const bounds = bounding(section, own, leniency)
  if (bounds !== undefined) preparation.push(bounds)
  const asked = `AmbientCapabilities=${ambient.map(Capability.nameOf).join(" ")}`
  if (ambient.length > 0 && becoming.changesUser) {
    preparation.push(must({ _tag: "KeepCapabilities" }, asked, exit.capabilities))
  }
  if (SecureBits !== undefined && SecureBits.length > 0) {
    const bits = SecureBits.reduce((sum, name) => sum | (secureBits[name] ?? 0), 0)
    const directive = `SecureBits=${SecureBits.join(" ")}`
    preparation.push({ action: { _tag: "SecureBits", bits }, directive, exitCode: exit.secureBits, leniency })
  }
  if (clears) confinement.push(must({ _tag: "Capabilities", ambient }, asked, exit.capabilities))
  if (noNew) confinement.push(must({ _tag: "NoNewPrivileges" }, "NoNewPrivileges=yes", exit.noNewPrivileges))
  return preparation.length === 0 && confinement.length === 0 ? none : { preparation, confinement }
}
