/**
 * What the kernel allows a process, and how it schedules it, systemd.exec(5): limits, niceness, policies. Pure.
 *
 * What an unprivileged container does not grant is a wish that stays one: it is said, and the service runs without it.
 */
import type { Action, Step } from "../../kernel/Step.ts"
import * as NumberSet from "../../unit/grammar/NumberSet.ts"
import type { ServiceSection } from "../../unit/Unit.ts"
import type { ResourceLimit } from "../../unit/values/Exec.ts"

/** systemd.exec(5), "Process Exit Codes". */
const exit = { nice: 201, limits: 205, oomAdjust: 206, ioPriority: 211, timerSlack: 212, scheduler: 214, affinity: 215 }

/** `RLIMIT_...` of getrlimit(2), the same on x86-64 and arm64. */
const limits = [
  ["LimitCPU", 0],
  ["LimitFSIZE", 1],
  ["LimitDATA", 2],
  ["LimitSTACK", 3],
  ["LimitCORE", 4],
  ["LimitRSS", 5],
  ["LimitNPROC", 6],
  ["LimitNOFILE", 7],
  ["LimitMEMLOCK", 8],
  ["LimitAS", 9],
  ["LimitLOCKS", 10],
  ["LimitSIGPENDING", 11],
  ["LimitMSGQUEUE", 12],
  ["LimitNICE", 13],
  ["LimitRTPRIO", 14],
  ["LimitRTTIME", 15]
] as const

/** `SCHED_...` of sched(7). */
const policies = { other: 0, fifo: 1, rr: 2, batch: 3, idle: 5, ext: 7 } as const
const realtime: ReadonlyArray<string> = ["fifo", "rr"]

/** `IOPRIO_CLASS_...` of ioprio_set(2); none is what the kernel does with those that were never told anything. */
const ioClasses = { none: 2, realtime: 1, "best-effort": 2, idle: 3 } as const
const ioLevel = 4

const amount = (value: number): string => value === Infinity ? "infinity" : String(value)

const limitText = ({ hard, soft }: ResourceLimit): string =>
  soft === hard ? amount(soft) : `${amount(soft)}:${amount(hard)}`

const wish = (action: Action, directive: string, exitCode: number): Step => ({
  action,
  directive,
  exitCode,
  leniency: "forgive"
})

const scheduler = (section: ServiceSection): Step | undefined => {
  const { CPUSchedulingPolicy: policy, CPUSchedulingPriority: priority, CPUSchedulingResetOnFork: reset } = section
  if (policy === undefined && priority === undefined && reset === undefined) return undefined
  const name = policy ?? "other"
  const level = priority === undefined ? realtime.includes(name) ? 1 : 0 : Number(priority)
  const words = [
    ...(policy === undefined ? [] : [`CPUSchedulingPolicy=${policy}`]),
    ...(priority === undefined ? [] : [`CPUSchedulingPriority=${priority}`]),
    ...(reset === undefined ? [] : [`CPUSchedulingResetOnFork=${reset ? "yes" : "no"}`])
  ]
  return wish(
    { _tag: "Scheduler", policy: policies[name], priority: level, resetOnFork: reset === true },
    words.join(" "),
    exit.scheduler
  )
}

const ioPriority = (section: ServiceSection): Step | undefined => {
  const { IOSchedulingClass: ioClass, IOSchedulingPriority: priority } = section
  if (ioClass === undefined && priority === undefined) return undefined
  const level = ioClass === "none" ? ioLevel : priority === undefined ? ioLevel : Number(priority)
  const words = [
    ...(ioClass === undefined ? [] : [`IOSchedulingClass=${ioClass}`]),
    ...(priority === undefined ? [] : [`IOSchedulingPriority=${priority}`])
  ]
  const action: Action = { _tag: "IoPriority", class: ioClasses[ioClass ?? "best-effort"], level }
  return wish(action, words.join(" "), exit.ioPriority)
}

/** The limits: last, for what is done under them must fit in. */
export const limitSteps = (section: ServiceSection): ReadonlyArray<Step> => {
  const list: Array<Step> = []
  for (const entry of limits) {
    const limit = section[entry[0]]
    if (limit === undefined) continue
    const [directive, resource] = entry
    list.push(wish({ _tag: "Limit", resource, ...limit }, `${directive}=${limitText(limit)}`, exit.limits))
  }
  return list
}

/** All the rest, in the order in which systemd does it. */
export const steps = (section: ServiceSection): ReadonlyArray<Step> => {
  const list: Array<Step> = []
  const push = (step: Step | undefined) => {
    if (step !== undefined) list.push(step)
  }
  const { CPUAffinity, CoredumpFilter, Nice, OOMScoreAdjust, TimerSlackNSec } = section
  const writeOwn = (name: string, content: string, directive: string, code: number) =>
    push(wish({ _tag: "WriteFile", path: `/proc/self/${name}`, content }, directive, code))
  if (OOMScoreAdjust !== undefined) {
    writeOwn("oom_score_adj", String(OOMScoreAdjust), `OOMScoreAdjust=${OOMScoreAdjust}`, exit.oomAdjust)
  }
  if (CoredumpFilter !== undefined) {
    const mask = `0x${CoredumpFilter.toString(16)}`
    writeOwn("coredump_filter", mask, `CoredumpFilter=${mask}`, exit.limits)
  }
  if (Nice !== undefined) push(wish({ _tag: "Nice", value: Number(Nice) }, `Nice=${Nice}`, exit.nice))
  push(scheduler(section))
  if (CPUAffinity !== undefined && CPUAffinity !== "numa" && CPUAffinity.length > 0) {
    const processors = NumberSet.members(CPUAffinity)
    push(wish({ _tag: "Affinity", processors }, `CPUAffinity=${NumberSet.format(CPUAffinity)}`, exit.affinity))
  }
  push(ioPriority(section))
  if (TimerSlackNSec !== undefined) {
    const action: Action = { _tag: "TimerSlack", nanoseconds: TimerSlackNSec }
    push(wish(action, `TimerSlackNSec=${amount(TimerSlackNSec)}`, exit.timerSlack))
  }
  return list
}
