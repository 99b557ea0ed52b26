/**
 * Readers of limits, shares and sets of numbers: systemd.exec(5), systemd.resource-control(5).
 *
 * @since 0.1.0
 */
import { refuse, reportFaults, substitute, variables } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as FineSpan from "../grammar/FineSpan.ts"
import * as Integer from "../grammar/Integer.ts"
import * as Limit from "../grammar/Limit.ts"
import * as NumberSet from "../grammar/NumberSet.ts"
import * as OctalMode from "../grammar/OctalMode.ts"
import * as Percent from "../grammar/Percent.ts"
import * as Port from "../grammar/Port.ts"
import * as ResourceLimit from "../grammar/ResourceLimit.ts"
import * as Size from "../grammar/Size.ts"
import * as Words from "../grammar/Words.ts"
import type { Read, Reader } from "../Reader.ts"
import { grown, keep, reset, resettable, scalar } from "../Reader.ts"
import type * as Exec from "../values/Exec.ts"

const sizeLimit = (text: string) => Limit.parse(text, (amount) => Size.parse(amount))

const isNothing = (limit: Exec.Limit): boolean => limit._tag === "Amount" ? limit.amount === 0 : limit.percent === 0

const memoryLimit = (text: string) => {
  const limit = sizeLimit(text)
  return limit !== undefined && isNothing(limit) ? undefined : limit
}

const memoryHint = (text: string): string => {
  const limit = sizeLimit(text)
  if (limit !== undefined && isNothing(limit)) return "no memory at all is not allowed"
  if (/^(?:unlimited|max)$/i.test(text)) return "write \"infinity\""
  const instead = Size.hint(text)
  return instead.startsWith("write ") ? instead : "write bytes (\"512M\"), a percentage (\"50%\") or \"infinity\""
}

const tasksLimit = (text: string) => Limit.parse(text, (count) => Integer.within(count, 1, 2 ** 64))

const percentage = (text: string) => {
  const percent = Percent.parse(text)
  return percent !== undefined && percent <= 100 ? percent : undefined
}

const quota = (text: string) => {
  const percent = Percent.parse(text)
  return percent !== undefined && percent > 0 ? percent : undefined
}

const directoryQuota = (text: string): Exec.Limit | "off" | undefined =>
  text === "off" ? text : text === "infinity" ? undefined : sizeLimit(text)

const resourceLimit = (unit: ResourceLimit.Unit, wanted: string): Reader<Exec.ResourceLimit> => {
  const read = scalar((text) => ResourceLimit.parse(text, unit), wanted, (text) => ResourceLimit.hint(text, unit))
  return (context, entry, before): Read<Exec.ResourceLimit> => {
    const value = read(context, entry, before)
    if (value === keep || value === reset || !ResourceLimit.isReversed(value)) return value
    refuse(context, entry, "the soft limit is above the hard one", "the soft limit comes first: soft:hard")
    return keep
  }
}

/** Further assignments add to a set; `word` stands for a whole set and replaces what is there. */
const numberSet =
  <W extends string>(word: W | undefined): Reader<ReadonlyArray<Exec.NumberRange> | W> => (context, entry, before) => {
    const text = substitute(context, entry, entry.value)
    if (text === "") return reset
    if (text === word) return word
    const { faults, words } = Words.parse(text.replaceAll(",", " "), "strip")
    reportFaults(context, entry, faults)
    if (faults.length > 0) return keep
    const ranges = NumberSet.parse(words.map((one) => one.text).join(" "))
    if (ranges === undefined) {
      refuse(context, entry, `${quote(text)} is no set of numbers`, "sets look like \"0-3 6\", with numbers up to 8191")
      return keep
    }
    const list = grown(typeof before === "string" ? undefined : before as ReadonlyArray<Exec.NumberRange> | undefined)
    for (const range of ranges) list.push(range)
    return list
  }

const numbers = numberSet(undefined)

export const limitReaders = {
  "octal mode": scalar(OctalMode.parse, "octal mode", () => "modes look like \"0755\""),
  port: scalar(Port.parse, "port number", () => "ports go from 1 to 65535"),
  size: scalar((text) => Size.parse(text), "size", Size.hint),
  "size limit": resettable(scalar(sizeLimit, "limit", memoryHint)),
  "memory limit": resettable(scalar(memoryLimit, "limit", memoryHint)),
  "tasks limit": resettable(
    scalar(tasksLimit, "limit", (text) =>
      /^(?:unlimited|max)$/i.test(text)
        ? "write \"infinity\""
        : "write a number from 1 on, a percentage (\"50%\") or \"infinity\"")
  ),
  "directory quota": resettable(
    scalar(directoryQuota, "quota", () => "write bytes (\"512M\"), a percentage (\"50%\") or \"off\"")
  ),
  "processor quota": resettable(scalar(
    quota,
    "percentage",
    (text) => /^[0-9.]+$/.test(text) ? `write "${text}%"` : "write percent of one processor: \"50%\", \"200%\""
  )),
  percentage: resettable(scalar(percentage, "percentage", () => "write \"0%\" to \"100%\"")),
  "limit of bytes": resourceLimit("bytes", "limit in bytes"),
  "limit of a count": resourceLimit("count", "limit"),
  "limit of seconds": resourceLimit("seconds", "limit of time"),
  "limit of microseconds": resourceLimit("microseconds", "limit of time"),
  "limit of niceness": resourceLimit("niceness", "limit of niceness"),
  nanoseconds: scalar(
    (text) => FineSpan.parse(text, "ns"),
    "time span",
    () => "time spans look like \"500us\" or \"1ms\""
  ),
  "number set": numbers as Reader<ReadonlyArray<Exec.NumberRange>>,
  processors: numberSet("numa"),
  "memory nodes": numberSet("all")
}

/** Values that are read by name or by number. */
const named = <const N extends ReadonlyArray<string>>(
  names: N,
  numbered: Readonly<Record<number, N[number]>>,
  wanted: string
): Reader<N[number]> =>
  resettable((context, entry) => {
    const text = variables(context, entry, entry.value)
    const number = Integer.within(text, 0, 99)
    const value = number === undefined ? names.find((name) => name === text) : numbered[number]
    if (value !== undefined) return value
    refuse(context, entry, `${quote(text)} is no ${wanted}`, `write one of ${names.join(", ")}`)
    return keep
  })

export const schedulingReaders = {
  "processor policy": named(
    ["other", "batch", "idle", "fifo", "rr", "ext"],
    { 0: "other", 1: "fifo", 2: "rr", 3: "batch", 5: "idle", 7: "ext" },
    "scheduling policy"
  ),
  "storage class": named(
    ["none", "realtime", "best-effort", "idle"],
    { 0: "none", 1: "realtime", 2: "best-effort", 3: "idle" },
    "scheduling class"
  )
}
