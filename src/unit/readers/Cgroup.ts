/**
 * Readers of lists about networks, ports and devices, systemd.resource-control(5).
 *
 * @since 0.1.0
 */
import { refuse, reportFaults, substitute } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as CgroupName from "../grammar/CgroupName.ts"
import * as Device from "../grammar/Device.ts"
import * as Integer from "../grammar/Integer.ts"
import * as IpPrefix from "../grammar/IpPrefix.ts"
import * as Size from "../grammar/Size.ts"
import * as SocketBind from "../grammar/SocketBind.ts"
import * as TimeSpan from "../grammar/TimeSpan.ts"
import * as Words from "../grammar/Words.ts"
import type { Reader } from "../Reader.ts"
import { grown, isGone, keep, oneEach, reset, substituted } from "../Reader.ts"
import * as Suggest from "../Suggest.ts"
import { isTemplate, isValid } from "../UnitName.ts"
import type * as Exec from "../values/Exec.ts"

const networks: Reader<ReadonlyArray<Exec.IpPrefix>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const { faults, words } = Words.parse(entry.value, "strip")
  const list = grown(before)
  for (const { offset, text } of words) {
    const word = substitute(context, entry, text)
    if (isGone(entry, word)) continue
    const prefixes = IpPrefix.parse(word)
    if (prefixes !== undefined) {
      for (const prefix of prefixes) list.push(prefix)
    } else {
      const hint = word.includes(",")
        ? "networks are separated by blanks"
        : Suggest.hint(word, IpPrefix.names) ?? `write an address, ADDRESS/BITS, or one of ${IpPrefix.names.join(", ")}`
      refuse(context, entry, `${quote(word)} is no network`, hint, offset)
    }
  }
  reportFaults(context, entry, faults)
  return list
}

/** The dashes of a slice's name part it from the slices it lies in, none of which has an empty name. */
const isSlice = (text: string): boolean =>
  text === "-.slice" || text.endsWith(".slice") && isValid(text) && !isTemplate(text) && !/^-|--|-\.slice$/.test(text)

const slice: Reader<string> = (context, entry) => {
  const text = substitute(context, entry, entry.value)
  if (isSlice(text)) return text
  const instead = `${text.replace(/\.[a-z]+$/, "")}.slice`
  const hint = isSlice(instead) ? `write "${instead}"` : undefined
  refuse(context, entry, `${quote(text)} is no name of a slice`, hint)
  return keep
}

const deviceValues = (parse: (text: string) => number | undefined, hint: string) =>
  oneEach((text) => Device.parseValue(text, parse), "device and value", () => hint)

const rate = (text: string): number | undefined => {
  const value = text === "infinity" ? Infinity : Size.parse(text, 1000)
  return value === 0 ? undefined : value
}

export const cgroupReaders = {
  networks,
  slice,
  "cgroup name": substituted(CgroupName.parse, "name of a cgroup", CgroupName.hint),
  "device rules": oneEach(Device.parseRule, "rule for a device", Device.ruleHint),
  "device weights": deviceValues(
    (text) => Integer.within(text, 1, 10_000),
    "write /dev/NODE and a number from 1 to 10000"
  ),
  "old device weights": deviceValues(
    (text) => Integer.within(text, 10, 1_000),
    "write /dev/NODE and a number from 10 to 1000"
  ),
  "device limits": deviceValues(rate, "write /dev/NODE and a number a second, as \"5M\", or \"infinity\""),
  "device latencies": deviceValues(TimeSpan.parse, "write /dev/NODE and a time span, as \"25ms\""),
  "port rules": oneEach(
    SocketBind.parse,
    "rule for ports",
    () => "write any, or [ipv4:|ipv6:][tcp:|udp:] and a port, a range of them (\"1-1024\") or any"
  )
}
