/**
 * What system calls a service may make, systemd.exec(5) "SYSTEM CALL FILTERING" and "SANDBOXING": the directives as
 * programs for the kernel, seccomp(2). Pure: the kernel gets them in the child, between fork and exec.
 *
 * Each directive is a program of its own, and of their answers the kernel takes the harshest. None of them looks at an
 * argument but in a call that it is about, so that all others cost nothing.
 */
import type { SystemCallTable } from "../../kernel/System.ts"
import type { ServiceSection } from "../../unit/Unit.ts"
import type { Plan } from "./Abi.ts"
import * as Abi from "./Abi.ts"
import * as AddressFamilies from "./AddressFamilies.ts"
import * as Architectures from "./Architectures.ts"
import * as Filter from "./Filter.ts"
import * as Memory from "./Memory.ts"
import * as Namespaces from "./Namespaces.ts"
import * as Personality from "./Personality.ts"
import * as Realtime from "./Realtime.ts"
import * as Refusals from "./Refusals.ts"
import * as SetIds from "./SetIds.ts"

export interface Program {
  /** For messages: `SystemCallFilter=`. */
  readonly directive: string
  /** `struct sock_filter` as two numbers an instruction: code, jt << 16 and jf << 24 in one, then k. */
  readonly code: ReadonlyArray<number>
}

export interface Programs {
  /** In the order in which they are to be installed: the last one may forbid to install more. */
  readonly programs: ReadonlyArray<Program>
  /** System calls that a filter names and nobody knows: they are ignored. */
  readonly unknown: ReadonlyArray<string>
}

/** The machine's system calls; see `System.systemCalls`. */
export type Machine = SystemCallTable

/** Whether a service has any of these directives. May be true although in the end nothing is restricted. */
export const needed = (section: ServiceSection): boolean =>
  section.SystemCallFilter !== undefined || section.RestrictAddressFamilies !== undefined ||
  section.RestrictNamespaces !== undefined || section.SystemCallArchitectures !== undefined ||
  section.SystemCallLog !== undefined || section.LockPersonality === true ||
  section.MemoryDenyWriteExecute === true || section.RestrictRealtime === true || restrictsSetIds(section) ||
  section.ProtectHostname?.mode === "yes" || section.ProtectKernelTunables === true ||
  section.ProtectKernelModules === true || section.ProtectKernelLogs === true || section.ProtectClock === true ||
  section.PrivateDevices === true

/** A user that is made up for one run must leave no files that give its number to others. */
const restrictsSetIds = (section: ServiceSection): boolean =>
  section.RestrictSUIDSGID === true || section.DynamicUser === true

/** In systemd's order, so that with several faults the same one is told. */
const plansOf = (section: ServiceSection, native: string | undefined): ReadonlyArray<Plan> => {
  const plans: Array<Plan> = []
  const add = (plan: Plan | undefined): void => {
    if (plan !== undefined) plans.push(plan)
  }
  if (section.ProtectHostname?.mode === "yes") add(Refusals.hostname())
  if (section.RestrictAddressFamilies !== undefined) add(AddressFamilies.plan(section.RestrictAddressFamilies))
  if (section.MemoryDenyWriteExecute === true) add(Memory.plan())
  if (section.RestrictRealtime === true) add(Realtime.plan())
  if (restrictsSetIds(section)) add(SetIds.plan())
  if (section.RestrictNamespaces !== undefined) add(Namespaces.plan(section.RestrictNamespaces))
  if (section.ProtectKernelTunables === true) add(Refusals.kernelTunables())
  if (section.ProtectKernelModules === true) add(Refusals.kernelModules())
  if (section.ProtectKernelLogs === true) add(Refusals.kernelLogs())
  if (section.ProtectClock === true) add(Refusals.clock())
  if (section.PrivateDevices === true) add(Refusals.devices())
  if (section.LockPersonality === true) add(Personality.plan(section.Personality, native))
  if (section.SystemCallLog !== undefined) add(Filter.log(section.SystemCallLog))
  if (section.SystemCallFilter !== undefined) {
    add(Filter.filter(section.SystemCallFilter, section.SystemCallErrorNumber ?? "kill"))
  }
  return plans
}

const make = (section: ServiceSection, machine: Machine): Programs => {
  const listed = section.SystemCallArchitectures ?? []
  // What is refused as a whole by one program needs no room in the others.
  const architectures = Architectures.allowed(machine.architectures, listed)
  const programs = plansOf(section, machine.architectures[0]).map((plan): Program => ({
    directive: plan.directive,
    code: Abi.assemble(plan, machine, architectures)
  }))
  if (listed.length > 0) {
    const plan = Architectures.plan(listed)
    const code = Abi.assemble(plan, machine, Architectures.passing(machine.architectures, listed))
    programs.unshift({ directive: plan.directive, code })
  }
  const unknown = [section.SystemCallLog ?? [], section.SystemCallFilter ?? []]
    .flatMap((rules) => Filter.unknown(rules, machine))
  return { programs, unknown: [...new Set(unknown)] }
}

/** By section: a unit's programs are the same at each start. */
const made = new WeakMap<ServiceSection, { readonly machine: Machine; readonly result: Programs }>()

/** The programs of a service on a machine, made once. */
export const programs = (section: ServiceSection, machine: Machine): Programs => {
  const before = made.get(section)
  if (before?.machine === machine) return before.result
  const result = make(section, machine)
  made.set(section, { machine, result })
  return result
}
