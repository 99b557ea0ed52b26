/** Tests of the kernel we run on and of what it lets us do, systemd.unit(5). */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import { System } from "../../kernel/System.ts"
import * as BooleanWord from "../../unit/grammar/Boolean.ts"
import * as Comparison from "../../unit/grammar/Comparison.ts"
import * as Vocabulary from "../../unit/grammar/Vocabulary.ts"
import * as Words from "../../unit/grammar/Words.ts"
import * as Architecture from "../Architecture.ts"
import { inUserNamespace } from "./Container.ts"
import type { Ask } from "./Facts.ts"
import { fieldOf, isThere, lineIfAny, lineOf, textOf } from "./Facts.ts"
import * as Versions from "./Versions.ts"

/** The systemd whose manual is followed here: what units that ask for its version may count on. */
const followed = "252"

const malformed = "it is no comparison with a version"

const satisfies = (version: string, wanted: string): boolean | string => {
  const comparisons = Comparison.listOf(wanted)
  if (comparisons === undefined) return malformed
  return comparisons.every((comparison) => Versions.satisfies(version, comparison))
}

export const kernelVersion: Ask = (wanted) =>
  Effect.gen(function*() {
    return satisfies((yield* (yield* System).kernel).release, wanted)
  })

/** The C library of an image is its programs' own affair: nobody here has loaded it, and its version is not told. */
export const version: Ask = (wanted) => {
  const [, name = "kernel", comparisons = ""] = /^(?:(kernel|systemd|glibc)(?![\w]))?[ \t]*(.*)$/s.exec(wanted) ?? []
  if (name === "glibc") return Effect.succeed("the version of an image's C library is not known to its PID 1")
  return name === "systemd" ? Effect.sync(() => satisfies(followed, comparisons)) : kernelVersion(comparisons)
}

/**
 * What was passed to the container takes the place of what was passed to the kernel, as for systemd: the words that
 * PID 1 was started with. `word` also finds `word=value`.
 */
export const kernelCommandLine: Ask = (wanted) =>
  Effect.map(textOf("/proc/1/cmdline"), (text) => {
    if (text === undefined) return "/proc/1/cmdline is not there"
    const { words } = Words.parse(text.replaceAll("\0", " "), "relaxed")
    const assigned = wanted.includes("=")
    return words.some((word) => word.text === wanted || (!assigned && word.text.startsWith(`${wanted}=`)))
  })

/** A module in parts of the kernel has no state: it is there as long as the kernel is. */
export const kernelModuleLoaded: Ask = (name) =>
  Effect.gen(function*() {
    const folder = `/sys/module/${name.replaceAll("-", "_")}`
    if ((yield* (yield* Files).status(folder, true))?.kind !== "directory") return false
    const state = yield* lineOf(`${folder}/initstate`)
    return state === undefined || state === "live"
  })

/** Whether a capability is in our bounding set, capabilities(7): what is not there, nothing we start can have. */
export const capability: Ask = (wanted) =>
  Effect.gen(function*() {
    const name = Vocabulary.capability(wanted)
    if (name === undefined) return "there is no such capability"
    const index = name.startsWith("CAP_")
      ? Vocabulary.split(Vocabulary.capabilities).indexOf(name.slice(4))
      : Number(name)
    const set = fieldOf((yield* textOf("/proc/self/status")) ?? "", "CapBnd")
    if (set === undefined) return "/proc/self/status does not tell the bounding set"
    // A hexadecimal digit holds four of them, the last digit the first four: 64 bits are too many for a number.
    const digit = parseInt(set.charAt(set.length - 1 - Math.floor(index / 4)) || "0", 16)
    return ((digit >> (index % 4)) & 1) === 1
  })

/** `native` is what we run as, whatever that is. */
export const architecture: Ask = (wanted) =>
  Effect.gen(function*() {
    return wanted === "native" || wanted === Architecture.nameOf((yield* (yield* System).kernel).machine)
  })

/** Needs the file system of SELinux, not read-only, and its configuration: containers mostly have neither. */
const selinux: Ask = () =>
  Effect.gen(function*() {
    if (!(yield* isThere("/sys/fs/selinux/enforce")) || !(yield* isThere("/etc/selinux/config"))) return false
    return !(yield* (yield* Files).isReadOnly("/sys/fs/selinux"))
  })

/** A kernel with auditing, which talks to nobody from another user namespace. */
const audit: Ask = () =>
  Effect.gen(function*() {
    return (yield* isThere("/proc/self/sessionid")) && !(yield* inUserNamespace)
  })

const unprotected: Ask = () => Effect.succeed(false)

/** As systemd has it, a container knows nothing of the firmware: no secure boot, no TPM, nothing measured. */
const technologies: ReadonlyMap<string, Ask> = new Map<string, Ask>([
  ["selinux", selinux],
  [
    "apparmor",
    () =>
      Effect.map(lineIfAny("/sys/module/apparmor/parameters/enabled"), (line) => BooleanWord.parse(line ?? "") ?? false)
  ],
  ["smack", () => isThere("/sys/fs/smackfs")],
  ["ima", () => isThere("/sys/kernel/security/ima")],
  ["tomoyo", () => isThere("/sys/kernel/security/tomoyo/version")],
  ["audit", audit],
  ["cvm", () => Effect.succeed("only the processor could tell whether the machine is a confidential one")]
])

export const security: Ask = (wanted) => (technologies.get(wanted) ?? unprotected)(wanted)
