/**
 * What specifiers of unit files may ask about the machine and about PID 1 itself, systemd.unit(5) "SPECIFIERS". Files are
 * read only if a unit names such a specifier: hardly any does, and a boot should not wait for what nobody asked.
 */
import * as Effect from "effect/Effect"
import { Files } from "../kernel/Files.ts"
import { System } from "../kernel/System.ts"
import * as EnvironmentFile from "../unit/EnvironmentFile.ts"
import type { SpecifierContext } from "../unit/Specifiers.ts"
import * as Architecture from "./Architecture.ts"
import * as Identity from "./Identity.ts"

const sizeLimit = 1024 * 1024

/** The specifiers whose values lie in files. */
const inFiles: ReadonlySet<string> = new Set("aAbBghMmoqsuvwW")

/** From percent sign to percent sign: a pattern would be tried at every character. */
const asksForFiles = (text: string): boolean => {
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", at + 1)) {
    if (inFiles.has(text.charAt(at + 1))) return true
  }
  return false
}

/** What is not there says nothing: an image may have none of these files. */
const textOf = (path: string): Effect.Effect<string, never, Files> =>
  Effect.flatMap(Files, (files) => Effect.orElseSucceed(files.read(path, sizeLimit), () => ""))

const firstLine = (text: string): string => text.split("\n", 1)[0]?.trim() ?? ""

/** The fields of a file in the form of os-release(5), which is that of an environment file. */
const fields = (text: string): ReadonlyMap<string, string> => new Map(EnvironmentFile.parse(text, "").entries)

const whole = <A extends object>(object: A): { readonly [K in keyof A]: Exclude<A[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== "")) as never

/** The facts that these texts of unit files need. */
export const collect = (texts: Iterable<string>): Effect.Effect<SpecifierContext, never, Files | System> =>
  Effect.gen(function*() {
    const system = yield* System
    const hostname = yield* system.hostname
    let asked = false
    for (const text of texts) asked ||= asksForFiles(text)
    if (!asked) return { hostname }
    const { gid, uid } = yield* system.identity
    const user = Identity.userOf(uid, yield* textOf("/etc/passwd"))
    const release = fields((yield* textOf("/etc/os-release")) || (yield* textOf("/usr/lib/os-release")))
    const machine = fields(yield* textOf("/etc/machine-info"))
    const kernel = yield* system.kernel
    return {
      hostname,
      osRelease: (field) => release.get(field) ?? "",
      uid: String(uid),
      gid: String(gid),
      ...whole({
        prettyHostname: machine.get("PRETTY_HOSTNAME"),
        machineId: firstLine(yield* textOf("/etc/machine-id")),
        bootId: firstLine(yield* textOf("/proc/sys/kernel/random/boot_id")).replaceAll("-", ""),
        kernelRelease: kernel.release,
        architecture: Architecture.nameOf(kernel.machine),
        user: user?.name ?? String(uid),
        group: Identity.groupOf(gid, yield* textOf("/etc/group")) ?? String(gid),
        home: user?.home,
        shell: user?.shell
      })
    }
  })
