/** Tests of what the container has to work with: memory, processors, cgroup controllers, pressure; systemd.unit(5). */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import * as Comparison from "../../unit/grammar/Comparison.ts"
import { features } from "../../unit/grammar/ConditionParameter.ts"
import * as Integer from "../../unit/grammar/Integer.ts"
import * as Percent from "../../unit/grammar/Percent.ts"
import * as Size from "../../unit/grammar/Size.ts"
import type { Answer, Ask, Fact } from "./Facts.ts"
import { fieldOf, isThere, lineIfAny, textOf } from "./Facts.ts"
import * as Versions from "./Versions.ts"

const mount = "/sys/fs/cgroup"

const isUnified = isThere(`${mount}/cgroup.controllers`)

/** A number against a comparison; without an operator it has to be reached. */
const compare = (actual: number, wanted: string, parse: (text: string) => number | undefined): Answer => {
  const { operand, operator = ">=" } = Comparison.parse(wanted)
  const bound = parse(operand)
  return bound === undefined ? "it is no comparison with a number" : Versions.holds(actual - bound, operator)
}

/** Where PID 1 goes once a unit asks for a controller: the container's own cgroup is the one above. */
const moved = /\/container-init\/init\.scope$/

/** Our cgroup and those above it, innermost first, as paths below where the hierarchy is mounted. */
const ownCgroups = (hierarchy: string): Fact<ReadonlyArray<string>> =>
  Effect.map(textOf("/proc/self/cgroup"), (text) => {
    const line = (text ?? "").split("\n").find((one) => one.split(":", 2)[1]?.split(",").includes(hierarchy))
    let path = (line?.split(":").slice(2).join(":") ?? "").replace(moved, "")
    const all: Array<string> = []
    while (path.length > 1) {
      all.push(path)
      path = path.slice(0, path.lastIndexOf("/"))
    }
    all.push("")
    return all
  })

/** The memory of the machine, or as much of it as a cgroup of ours leaves, in bytes. */
const memoryBytes: Fact<number | undefined> = Effect.gen(function*() {
  const total = fieldOf((yield* textOf("/proc/meminfo")) ?? "", "MemTotal")
  if (total === undefined) return undefined
  let bytes = parseInt(total, 10) * 1024
  const unified = yield* isUnified
  const [folder, file] = unified ? [mount, "memory.max"] : [`${mount}/memory`, "memory.limit_in_bytes"]
  for (const path of yield* ownCgroups(unified ? "" : "memory")) {
    const bound = Number((yield* lineIfAny(`${folder}${path}/${file}`)) ?? NaN)
    if (bound < bytes) bytes = bound
  }
  return bytes
})

export const memory: Ask = (wanted) =>
  Effect.map(
    memoryBytes,
    (bytes) => bytes === undefined ? "/proc/meminfo does not tell" : compare(bytes, wanted, Size.parse)
  )

/** How many numbers a list like `0-3,8` has. */
const countOf = (list: string): number => {
  if (list === "") return 0
  let count = 0
  for (const range of list.split(",")) {
    const [first = NaN, last = first] = range.split("-").map(Number)
    count += last - first + 1
  }
  return count
}

/** Processors that we may run on, sched_getaffinity(2); a quota does not count. */
export const cpus: Ask = (wanted) =>
  Effect.map(textOf("/proc/self/status"), (status) => {
    const count = countOf(fieldOf(status ?? "", "Cpus_allowed_list") ?? "")
    return count > 0 ? compare(count, wanted, Integer.parse) : "/proc/self/status does not tell the processors"
  })

/** By the name the manual lists it under, what /proc/cpuinfo calls a feature, where that differs. */
const inCpuinfo: ReadonlyMap<string, string> = new Map([["pclmul", "pclmulqdq"], ["fma3", "fma"], ["osxsave", "xsave"]])

/** One of the features of x86 that the manual lists; no other processor has them. */
export const cpuFeature: Ask = (wanted) =>
  Effect.map(textOf("/proc/cpuinfo"), (text) => {
    const name = wanted.toLowerCase()
    const flags = fieldOf(text ?? "", "flags")
    if (flags === undefined || !features.split(" ").includes(name)) return false
    return flags.split(" ").includes(inCpuinfo.get(name) ?? name)
  })

const inUnified = ["cpu", "cpuset", "io", "memory", "pids"]
const inSeparate = ["cpu", "cpuacct", "blkio", "memory", "devices", "pids"]

const isUsable = (controller: string, unified: boolean): Fact<boolean> =>
  Effect.gen(function*() {
    if (!unified) return inSeparate.includes(controller) && (yield* isThere(`${mount}/${controller}`))
    for (const path of yield* ownCgroups("")) {
      const line = yield* lineIfAny(`${mount}${path}/cgroup.controllers`)
      if (line !== undefined) return inUnified.includes(controller) && line.split(" ").includes(controller)
    }
    return false
  })

/** All controllers that are named; what is no controller is left out, and if nothing remains the test holds, as in systemd. */
export const controlGroupController: Ask = (wanted) =>
  Effect.gen(function*() {
    const unified = yield* isUnified
    if (!unified && (yield* Effect.orElseSucceed((yield* Files).list(mount), () => [])).length === 0) {
      return `no cgroups are mounted at ${mount}`
    }
    if (wanted === "v1" || wanted === "v2") return unified === (wanted === "v2")
    for (const name of wanted.split(/[ \t]+/)) {
      const isOne = inUnified.includes(name) || inSeparate.includes(name)
      if (isOne && !(yield* isUsable(name, unified))) return false
    }
    return true
  })

const averages: ReadonlyMap<string, string> = new Map([["10sec", "avg10"], ["1min", "avg60"], ["5min", "avg300"]])

/** The average of a line of /proc/pressure, in percent: of time that all were waiting, or else that some were. */
const pressureIn = (text: string, average: string): number => {
  const lines = text.split("\n")
  const line = lines.find((one) => one.startsWith("full ")) ?? lines.find((one) => one.startsWith("some "))
  const word = line?.split(" ").find((one) => one.startsWith(`${average}=`))
  return Number(word?.slice(average.length + 1) ?? NaN)
}

/**
 * Whether pressure is at most so high, on average over five minutes or the time behind the slash. There are no slices
 * here: the test for one holds, and so does every test where the kernel tells no pressure, as in systemd.
 */
const pressure = (resource: string): Ask => (wanted) =>
  Effect.map(Effect.orElseSucceed(textOf(`/proc/pressure/${resource}`), () => undefined), (text) => {
    if (text === undefined || wanted.includes(":")) return true
    const [share = "", time = "5min"] = wanted.split("/").map((part) => part.trim())
    const bound = Percent.parse(share)
    const average = averages.get(time)
    if (bound === undefined || average === undefined) return "it is no bound of pressure"
    const actual = pressureIn(text, average)
    return Number.isNaN(actual) ? `/proc/pressure/${resource} does not tell` : actual <= bound
  })

export const memoryPressure: Ask = pressure("memory")
export const cpuPressure: Ask = pressure("cpu")
export const ioPressure: Ask = pressure("io")
