/**
 * What a service's files say of its cgroup, as lines for the files of cgroup v2: systemd.resource-control(5) and the
 * kernel's cgroup-v2 document. Pure; the port looks up what depends on the container.
 */
import type { Control, Controller, ControlValue, Delegation } from "../../kernel/Cgroups.ts"
import * as NumberSet from "../../unit/grammar/NumberSet.ts"
import type { ServiceSection } from "../../unit/Unit.ts"
import type { DeviceValue, Limit, NumberRange } from "../../unit/values/Exec.ts"

/** Most services: one list for all of them. */
export const none: ReadonlyArray<Control> = []

/** From here on the kernel takes no number for pids.max, on any machine. */
const tasksEnd = 4_194_305

const text = (value: number | string): ControlValue => ({ _tag: "Text", text: String(value) })

/** A limit that no machine reaches is none; the kernel has no larger numbers either. */
const number = (amount: number, end: number = Number.MAX_SAFE_INTEGER): string =>
  amount >= end ? "max" : String(Math.floor(amount))

const share = (limit: Limit, of: "memory" | "tasks", end?: number): ControlValue =>
  limit._tag === "Percent" ? { _tag: "Share", of, percent: limit.percent } : text(number(limit.amount, end))

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

const weightLimit = 10_000

/** An old weight around `usual` as one around 100. */
const weightOf = (old: number, usual: number): number => clamp(Math.floor(old * 100 / usual), 1, weightLimit)

const sharesUsual = 1024
const blockUsual = 500

const millisecond = 1_000
const second = 1_000_000
const usualPeriod = 100 * millisecond

/**
 * cpu.max, in microseconds. The kernel takes a period of a millisecond to a second and no quota below a millisecond: a
 * small quota gets a longer period.
 */
const quota = (percent: number, periodMillis: number | undefined): string => {
  const share = percent / 100
  const wanted = periodMillis === undefined ? usualPeriod : Math.round(periodMillis * millisecond)
  const period = Math.min(Math.max(wanted, millisecond, Math.floor(millisecond / share)), second)
  return `${Math.max(Math.floor(share * period), millisecond)} ${period}`
}

class Plan {
  readonly controls: Array<Control> = []

  add(directive: string, controller: Controller, file: string, value: ControlValue): void {
    this.controls.push({ directive, controller, file, value })
  }

  memory(directive: string, file: string, limit: Limit | undefined): void {
    if (limit !== undefined) this.add(directive, "memory", file, share(limit, "memory"))
  }

  set(directive: string, file: string, ranges: ReadonlyArray<NumberRange> | undefined): void {
    if (ranges !== undefined && ranges.length > 0) this.add(directive, "cpuset", file, text(NumberSet.format(ranges)))
  }

  weight(directive: string, weight: number | undefined): void {
    if (weight !== undefined) this.add(directive, "io", "io.weight", text(`default ${weight}`))
  }

  devices(
    directive: string,
    file: string,
    values: ReadonlyArray<DeviceValue> | undefined,
    write: (value: number) => string
  ): void {
    for (const { device, value } of values ?? []) {
      this.add(directive, "io", file, { _tag: "OfDevice", path: device, text: write(value) })
    }
  }
}

const addProcessor = (plan: Plan, section: ServiceSection): void => {
  const { CPUQuota, CPUShares, CPUWeight } = section
  if (CPUWeight === "idle") plan.add("CPUWeight", "cpu", "cpu.idle", text(1))
  else if (typeof CPUWeight === "number") plan.add("CPUWeight", "cpu", "cpu.weight", text(CPUWeight))
  else if (typeof CPUShares === "number") {
    plan.add("CPUShares", "cpu", "cpu.weight", text(weightOf(CPUShares, sharesUsual)))
  }
  if (CPUQuota !== undefined) {
    const period = section.CPUQuotaPeriodSec
    plan.add("CPUQuota", "cpu", "cpu.max", text(quota(CPUQuota, typeof period === "number" ? period : undefined)))
  }
  plan.set("AllowedCPUs", "cpuset.cpus", section.AllowedCPUs)
  plan.set("AllowedMemoryNodes", "cpuset.mems", section.AllowedMemoryNodes)
}

const addMemory = (plan: Plan, section: ServiceSection): void => {
  plan.memory("MemoryMin", "memory.min", section.MemoryMin)
  plan.memory("MemoryLow", "memory.low", section.MemoryLow)
  plan.memory("MemoryHigh", "memory.high", section.MemoryHigh)
  plan.memory("MemoryMax", "memory.max", section.MemoryMax)
  plan.memory("MemorySwapMax", "memory.swap.max", section.MemorySwapMax)
  plan.memory("MemoryZSwapMax", "memory.zswap.max", section.MemoryZSwapMax)
  // The kernel then kills all of the unit by itself. Where it can't, we do, once we are told: nothing is lost by that.
  if (section.OOMPolicy === "kill") plan.add("OOMPolicy", "memory", "memory.oom.group", text(1))
}

const bound = (key: string) => (value: number): string => `${key}=${number(value)}`

/** The old names count only where none of the new ones is written, as with systemd. */
const addStorage = (plan: Plan, section: ServiceSection): void => {
  const { IODeviceLatencyTargetSec, IODeviceWeight, IOReadBandwidthMax, IOReadIOPSMax, IOWeight } = section
  const { IOWriteBandwidthMax, IOWriteIOPSMax } = section
  const weight = typeof IOWeight === "number" ? IOWeight : undefined
  if (
    (weight ?? IODeviceWeight ?? IODeviceLatencyTargetSec ?? IOReadBandwidthMax ?? IOWriteBandwidthMax ??
      IOReadIOPSMax ?? IOWriteIOPSMax) !== undefined
  ) {
    plan.weight("IOWeight", weight)
    plan.devices("IODeviceWeight", "io.weight", IODeviceWeight, String)
    plan.devices("IOReadBandwidthMax", "io.max", IOReadBandwidthMax, bound("rbps"))
    plan.devices("IOWriteBandwidthMax", "io.max", IOWriteBandwidthMax, bound("wbps"))
    plan.devices("IOReadIOPSMax", "io.max", IOReadIOPSMax, bound("riops"))
    plan.devices("IOWriteIOPSMax", "io.max", IOWriteIOPSMax, bound("wiops"))
    plan.devices(
      "IODeviceLatencyTargetSec",
      "io.latency",
      IODeviceLatencyTargetSec,
      (millis) => `target=${number(millis * millisecond)}`
    )
    return
  }
  const { BlockIOWeight } = section
  if (typeof BlockIOWeight === "number") plan.weight("BlockIOWeight", weightOf(BlockIOWeight, blockUsual))
  plan.devices(
    "BlockIODeviceWeight",
    "io.weight",
    section.BlockIODeviceWeight,
    (old) => String(weightOf(old, blockUsual))
  )
  plan.devices("BlockIOReadBandwidth", "io.max", section.BlockIOReadBandwidth, bound("rbps"))
  plan.devices("BlockIOWriteBandwidth", "io.max", section.BlockIOWriteBandwidth, bound("wbps"))
}

const keys = [
  "AllowedCPUs",
  "AllowedMemoryNodes",
  "BlockIODeviceWeight",
  "BlockIOReadBandwidth",
  "BlockIOWeight",
  "BlockIOWriteBandwidth",
  "CPUQuota",
  "CPUShares",
  "CPUWeight",
  "IODeviceLatencyTargetSec",
  "IODeviceWeight",
  "IOReadBandwidthMax",
  "IOReadIOPSMax",
  "IOWeight",
  "IOWriteBandwidthMax",
  "IOWriteIOPSMax",
  "MemoryHigh",
  "MemoryLow",
  "MemoryMax",
  "MemoryMin",
  "MemorySwapMax",
  "MemoryZSwapMax",
  "TasksMax"
] as const

/** Whether a unit asks for any of it: most do not, and pay nothing. */
const isWanted = (section: ServiceSection): boolean => {
  if (section.OOMPolicy === "kill") return true
  for (const key of keys) if (section[key] !== undefined) return true
  return false
}

/** What is to be written into the files of the service's cgroup, in this order. */
export const plan = (section: ServiceSection): ReadonlyArray<Control> => {
  if (!isWanted(section)) return none
  const plan = new Plan()
  addProcessor(plan, section)
  addMemory(plan, section)
  const { TasksMax } = section
  if (TasksMax !== undefined) plan.add("TasksMax", "pids", "pids.max", share(TasksMax, "tasks", tasksEnd))
  addStorage(plan, section)
  return plan.controls.length === 0 ? none : plan.controls
}

/** The controllers of cgroup v2, by the names that `Delegate=` knows; all others are of v1. */
const controllers: Readonly<Record<string, Controller>> = {
  cpu: "cpu",
  cpuacct: "cpu",
  cpuset: "cpuset",
  io: "io",
  blkio: "io",
  memory: "memory",
  pids: "pids"
}

/** Whom a control process is told from a main one by: those that come after the main process, as with systemd. */
export type Place = "main" | "control"

/** For `Delegate=`, with the cgroup that a process of the service belongs in; undefined without. */
export const delegation = (
  { Delegate, DelegateSubgroup }: ServiceSection,
  place: Place,
  owner: Delegation["owner"]
): Delegation | undefined => {
  if (Delegate === undefined || Delegate === false) return undefined
  const named = Delegate === true ? "all" : [...new Set(Delegate.flatMap((name) => controllers[name] ?? []))]
  // A cgroup that has others below it may hold no processes: those that come later keep out of the service's way.
  return { controllers: named, owner, subgroup: place === "control" ? ".control" : DelegateSubgroup ?? "" }
}
