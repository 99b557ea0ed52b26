/**
 * Devices and what is allowed or limited for them, systemd.resource-control(5) `DeviceAllow=`, `IOReadBandwidthMax=`.
 *
 * @since 0.1.0
 */
import type { DeviceRule, DeviceValue } from "../values/Exec.ts"
import * as AbsolutePath from "./AbsolutePath.ts"
import type { Fault } from "./Words.ts"
import * as Words from "./Words.ts"

/** The first word, perhaps in quotes, and what follows it. */
const cut = (text: string): readonly [word: string, rest: string] => {
  const faults: Array<Fault> = []
  const word = Words.next(text, 0, "strip", faults)
  return word === undefined ? ["", ""] : [word.text, text.slice(word.end).trim()]
}

/** A node, or `char-` or `block-` and a name or pattern of a driver; then what is allowed: of `r`, `w`, `m`. */
export const parseRule = (text: string): DeviceRule | undefined => {
  const [written, rest] = cut(text)
  const access = rest === "" ? "rwm" : rest
  const driver = /^(?:char|block)-/.test(written)
  const device = driver ? written : AbsolutePath.parse(written)
  if (device === undefined || !/^[rwm]+$/.test(access)) return undefined
  if (!driver && !/^\/(?:dev(?:\/|$)|run\/systemd\/inaccessible\/)/.test(device)) return undefined
  return { device, read: access.includes("r"), write: access.includes("w"), make: access.includes("m") }
}

/** What to write instead of something that is no rule. */
export const ruleHint = (text: string): string => {
  const [device, access] = cut(text)
  if (access !== "" && !/^[rwm]+$/.test(access)) return "after the device stand letters of \"rwm\": read, write, mknod"
  return device.startsWith("/") ? "devices lie below /dev" : "write /dev/NODE, char-DRIVER or block-DRIVER"
}

/** A device, or a file on the device that is meant, and its value. */
export const parseValue = (text: string, parse: (text: string) => number | undefined): DeviceValue | undefined => {
  const [written, rest] = cut(text)
  const device = AbsolutePath.parse(written)
  const value = rest === "" ? undefined : parse(rest)
  return device === undefined || value === undefined ? undefined : { device, value }
}
