/**
 * Who a unit's processes run as: `User=`, `Group=` and `SupplementaryGroups=` of systemd.exec(5), looked up in the passwd
 * and group files at each start, and what PID 1 can make of it. Identity.ts is the pure part.
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import type { Credentials } from "../../kernel/Processes.ts"
import type { Owner } from "../../kernel/Step.ts"
import type { ServiceSection } from "../../unit/Unit.ts"
import * as Identity from "../Identity.ts"
import type { Own } from "./Own.ts"
import { hasGroups } from "./Own.ts"

export interface Account {
  /** For the environment, and for the working directory `~`; undefined where nobody has asked for a user. */
  readonly login: Identity.Identity["login"]
  /** What the process has to take on; undefined where it is what we are. */
  readonly credentials: Credentials | undefined
  /** Whom what is made for the unit belongs to. */
  readonly owner: Owner
  /** It becomes somebody else than root, which gives up root's capabilities. */
  readonly changesUser: boolean
}

const databaseLimit = 16 * 1024 * 1024

const isNotFound = (error: KernelError): boolean => error.reason === "NotFound"

/** The file that the variable names, once it exists; else the usual one; a file that is not there is empty. */
const readDatabase = (chosen: string | undefined, usual: string) =>
  Effect.gen(function*() {
    const files = yield* Files
    const read = (path: string) => files.read(path, databaseLimit)
    const first = chosen === undefined ? read(usual) : Effect.catchIf(read(chosen), isNotFound, () => read(usual))
    return yield* Effect.catchIf(first, isNotFound, () => Effect.succeed(""))
  })

const readPasswd = (variables: ReadonlyMap<string, string>) =>
  readDatabase(variables.get("CONTAINER_INIT_PASSWD_FILE"), "/etc/passwd")

const readGroup = (variables: ReadonlyMap<string, string>) =>
  readDatabase(variables.get("CONTAINER_INIT_GROUP_FILE"), "/etc/group")

/** The two files that accounts are looked up in. */
export const readDatabases = (
  variables: ReadonlyMap<string, string>
): Effect.Effect<Identity.Databases, KernelError, Files> =>
  Effect.gen(function*() {
    return { passwd: yield* readPasswd(variables), group: yield* readGroup(variables) }
  })

/** Whether nobody has asked for anything, as by most units: then nothing is read, and nothing waited for. */
export const isOurs = (
  { Group, SetLoginEnvironment, SupplementaryGroups, User }: ServiceSection
): boolean =>
  User === undefined && Group === undefined && SetLoginEnvironment !== true &&
  (SupplementaryGroups === undefined || SupplementaryGroups.length === 0)

/** Nobody has asked for anything: the process is what we are, less the groups that we were given ourselves. */
export const same = (self: Owner, hasGroups: boolean): Account => ({
  login: undefined,
  credentials: self.uid === 0 && hasGroups ? { uid: undefined, gid: undefined, groups: [] } : undefined,
  owner: self,
  changesUser: false
})

/** A string says why the identity is not to be had. */
const withoutRoot = (
  { credentials: { gid, groups, uid }, login }: Identity.Identity,
  self: { readonly uid: number; readonly gid: number },
  own: Own
): Account | string => {
  if (uid !== self.uid || gid !== self.gid) {
    return `asks for uid ${uid}, gid ${gid}, but container-init runs as uid ${self.uid}, gid ${self.gid} ` +
      "and only root can start processes of others"
  }
  const lacking = groups.filter((group) => group !== self.gid && !own.groups.includes(group))
  return lacking.length === 0
    ? { login, credentials: undefined, owner: self, changesUser: false }
    : `asks for the groups ${lacking.join(", ")}, which container-init is not in, and only root can take others on`
}

/** The account of a unit; a string says why there is none. */
export const resolve = (
  section: ServiceSection,
  variables: ReadonlyMap<string, string>,
  self: Owner,
  own: Own
): Effect.Effect<Account | string, KernelError, Files> => {
  const { Group: group, SetLoginEnvironment: login, SupplementaryGroups: supplementary = [], User: user } = section
  if (user === undefined && group === undefined && supplementary.length === 0) {
    return login === true
      ? Effect.map(
        readPasswd(variables),
        (passwd) => ({ ...same(self, hasGroups(own)), login: Identity.userOf(self.uid, passwd) })
      )
      : Effect.succeed(same(self, hasGroups(own)))
  }
  return Effect.gen(function*() {
    const databases = yield* readDatabases(variables)
    const identity = Identity.resolve(user, group, supplementary, databases, self)
    if (typeof identity === "string") return identity
    const { credentials } = identity
    if (self.uid !== 0) {
      // Groups of the database that we are not in are no wish of the unit.
      const wanted = Identity.resolve(undefined, group, supplementary, databases, self)
      const groups = typeof wanted === "string" ? [] : wanted.credentials.groups
      // A container that is started in another group than its user's runs its user's services all the same.
      const gid = group === undefined && credentials.uid === self.uid ? self.gid : credentials.gid
      return withoutRoot({ ...identity, credentials: { ...credentials, gid, groups } }, self, own)
    }
    const { gid = self.gid, uid = self.uid } = credentials
    return {
      login: identity.login,
      credentials: {
        groups: credentials.groups,
        uid: uid === self.uid && user === undefined ? undefined : uid,
        gid: gid === self.gid && user === undefined ? undefined : gid
      },
      owner: { uid, gid },
      changesUser: uid !== 0
    }
  })
}
