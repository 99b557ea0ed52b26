/**
 * Tests of who PID 1 is: its user and groups, environment and credentials, systemd.unit(5). systemd as PID 1 knows
 * root only, because it is root and asks no name service; here PID 1 may be anybody, and names are those of passwd(5)
 * and group(5), as they are for `User=`.
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import { System } from "../../kernel/System.ts"
import * as EnvironmentFile from "../../unit/EnvironmentFile.ts"
import * as Identity from "../Identity.ts"
import * as Pattern from "../Pattern.ts"
import type { Ask } from "./Facts.ts"
import { fieldOf, lineOf, textOf } from "./Facts.ts"

/** The last uid of system users, of systemd as it is built without other wishes. */
const lastSystemUser = 999

const databaseOf = (path: string) => Effect.map(textOf(path), (text) => text ?? "")

const numeric = /^[0-9]+$/

/** A name that no entry has is nobody's, so that the test fails, and holds if negated. */
export const user: Ask = (name) =>
  Effect.gen(function*() {
    const { uid } = yield* (yield* System).identity
    if (name === "@system") return uid <= lastSystemUser
    if (numeric.test(name)) return Number(name) === uid
    const wanted = Identity.uidOf(name, yield* databaseOf("/etc/passwd"))
    return wanted !== undefined && wanted === uid
  })

/** The group of PID 1, or one of its supplementary ones. */
export const group: Ask = (name) =>
  Effect.gen(function*() {
    const { gid } = yield* (yield* System).identity
    const wanted = numeric.test(name) ? Number(name) : Identity.gidOf(name, yield* databaseOf("/etc/group"))
    if (wanted === undefined || wanted === gid) return wanted !== undefined
    const status = yield* textOf("/proc/self/status")
    return fieldOf(status ?? "", "Groups")?.split(" ").includes(String(wanted)) ?? false
  })

/** `NAME`: the variable is set, to whatever. `NAME=value`: to this. */
export const environment: Ask = (wanted) =>
  Effect.gen(function*() {
    const all = yield* (yield* System).environment
    const equals = wanted.indexOf("=")
    return equals < 0 ? all.has(wanted) : all.get(wanted.slice(0, equals)) === wanted.slice(equals + 1)
  })

const credentialFolders = ["CREDENTIALS_DIRECTORY", "ENCRYPTED_CREDENTIALS_DIRECTORY"]

/** A credential that PID 1 itself was given, as its own environment says where. */
export const credential: Ask = (name) =>
  Effect.gen(function*() {
    const all = yield* (yield* System).environment
    const files = yield* Files
    for (const variable of credentialFolders) {
      const folder = all.get(variable)
      if (folder === undefined || folder === "") continue
      if ((yield* files.status(`${folder}/${name}`, false)) !== undefined) return true
    }
    return false
  })

/** 32 digits, perhaps in the groups of a UUID. */
const machineId = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

const toId = (text: string): string => text.replaceAll("-", "").toLowerCase()

/** A host name as a pattern, upper and lower case alike, or a machine id. */
export const host: Ask = (wanted) =>
  Effect.gen(function*() {
    if (!machineId.test(wanted)) {
      return Pattern.matches(wanted.toLowerCase(), (yield* (yield* System).hostname).toLowerCase())
    }
    const own = yield* lineOf("/etc/machine-id")
    return own !== undefined && machineId.test(own) ? toId(own) === toId(wanted) : "/etc/machine-id holds no machine id"
  })

/** A tag of machine-info(5), as a pattern. */
export const machineTag: Ask = (wanted) =>
  Effect.map(Effect.orElseSucceed(textOf("/etc/machine-info"), () => undefined), (text) => {
    const tags = new Map(EnvironmentFile.parse(text ?? "", "").entries).get("TAGS") ?? ""
    return tags.split(":").some((tag) => tag !== "" && Pattern.matches(wanted, tag))
  })
