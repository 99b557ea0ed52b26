/** Tests of the machine and the system that is installed on it: here, the image. systemd.unit(5). */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import * as EnvironmentFile from "../../unit/EnvironmentFile.ts"
import * as BooleanWord from "../../unit/grammar/Boolean.ts"
import * as Comparison from "../../unit/grammar/Comparison.ts"
import * as Words from "../../unit/grammar/Words.ts"
import type { Answer, Ask, Fact } from "./Facts.ts"
import { isThere, lineIfAny, lineOf, textOf } from "./Facts.ts"
import * as Versions from "./Versions.ts"

const yesOrNo = (wanted: string, actual: boolean): Answer => {
  const word = BooleanWord.parse(wanted)
  return word === undefined ? "it is neither yes nor no" : word === actual
}

/** A name and what it is compared with, `VERSION_ID>=12`. */
const split = (text: string): { readonly name: string; readonly comparison: Comparison.Comparison } | undefined => {
  const at = text.search(/[<>=!$]/)
  if (at <= 0) return undefined
  const comparison = Comparison.parse(text.slice(at))
  return comparison.operator === undefined || comparison.operand === ""
    ? undefined
    : { name: text.slice(0, at).trim(), comparison }
}

const noComparison = "it is no comparison with a field"

/** Fields of os-release(5). One that is not there is empty. */
export const osRelease: Ask = (wanted) =>
  Effect.gen(function*() {
    const text = (yield* textOf("/etc/os-release")) ?? (yield* textOf("/usr/lib/os-release"))
    if (text === undefined) return "there is no /etc/os-release"
    const fields = new Map(EnvironmentFile.parse(text, "").entries)
    for (const word of Words.parse(wanted, "strip").words) {
      const one = split(word.text)
      if (one === undefined) return noComparison
      if (!Versions.satisfies(fields.get(one.name) ?? "", one.comparison)) return false
    }
    return true
  })

/** A field that the firmware has filled in: `smbios-field(board_name = "Custom Board")`. */
const smbios = (expression: string): Fact<Answer> =>
  Effect.gen(function*() {
    const one = split(expression)
    const [value, ...more] = Words.parse(one?.comparison.operand ?? "", "strip").words
    if (one === undefined || value === undefined || more.length > 0 || one.name.includes("/")) return noComparison
    const actual = yield* lineOf(`/sys/class/dmi/id/${one.name}`)
    return actual !== undefined && Versions.satisfies(actual, { ...one.comparison, operand: value.text })
  })

const argumentOf = (name: string, text: string): string | undefined =>
  text.startsWith(`${name}(`) && text.endsWith(")") ? text.slice(name.length + 1, -1) : undefined

/** `uefi` never holds, as in systemd: a container was booted by no firmware. */
export const firmware: Ask = (wanted) => {
  if (wanted === "device-tree") return isThere("/sys/firmware/devicetree")
  const compatible = argumentOf("device-tree-compatible", wanted)
  if (compatible !== undefined) {
    return Effect.map(
      Effect.orElseSucceed(textOf("/proc/device-tree/compatible"), () => undefined),
      (text) => text !== undefined && text.split("\0").includes(compatible)
    )
  }
  const field = argumentOf("smbios-field", wanted)
  return field === undefined ? Effect.succeed(false) : smbios(field)
}

const supplies = "/sys/class/power_supply"

/** Mains that are on, or no battery that is being used up: a machine without batteries has mains. */
const onMains = Effect.gen(function*() {
  const names = yield* Effect.orElseSucceed((yield* Files).list(supplies), () => [])
  let used = false
  for (const name of names) {
    const of = (file: string) => lineIfAny(`${supplies}/${name}/${file}`)
    const type = yield* of("type")
    if (type === undefined) continue
    if (type === "Battery") {
      // A battery of a mouse or keyboard says nothing of the machine.
      const own = (yield* of("scope")) !== "Device" && (yield* of("present")) !== "0"
      used ||= own && (yield* of("status")) === "Discharging"
    } else if ((yield* of("online")) === "1") return true
  }
  return !used
})

export const acPower: Ask = (wanted) => Effect.map(onMains, (mains) => yesOrNo(wanted, mains))

/** By what systemd leaves in /run. Nothing else makes it, so that no start of a container is a first boot. */
export const firstBoot: Ask = (wanted) =>
  Effect.map(isThere("/run/systemd/first-boot"), (first) => yesOrNo(wanted, first))

/**
 * Whether /usr has changed since `/etc` or `/var` was last brought up to date, systemd-update-done.service(8). What
 * cannot be told is in want of an update, except where it cannot be written to.
 */
export const needsUpdate: Ask = (folder) =>
  Effect.gen(function*() {
    const files = yield* Files
    if (yield* Effect.orElseSucceed(files.isReadOnly(folder), () => false)) return false
    const done = yield* files.status(`${folder}/.updated`, false)
    const usr = yield* files.status("/usr", false)
    return done === undefined || usr === undefined || usr.modified > done.modified
  })
