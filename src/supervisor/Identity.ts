/**
 * Who a unit runs as: `User=` and `Group=` against the passwd(5) and group(5) files, read directly at each start, for
 * an image has no name service. Pure; ExecContext.ts reads the files.
 */
import type { Credentials } from "../kernel/Processes.ts"

export interface Identity {
  readonly credentials: Credentials
  /** Undefined where only `Group=` was given, or the user has no entry. */
  readonly login: { readonly name: string; readonly home: string; readonly shell: string } | undefined
}

export interface Databases {
  readonly passwd: string
  readonly group: string
}

interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
}

interface Group {
  readonly name: string
  readonly gid: number
  readonly members: ReadonlyArray<string>
}

const numeric = /^\d+$/
/** setuid(2) takes the largest number as "leave as it is". */
const invalidId = 4294967295

const idOf = (text: string): number | undefined => {
  const id = numeric.test(text) ? Number(text) : NaN
  return id < invalidId ? id : undefined
}

const lines = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))

const users = (passwd: string): ReadonlyArray<User> =>
  lines(passwd).flatMap((line) => {
    const [name = "", , uid = "", gid = "", , home = "", shell = ""] = line.split(":")
    const [user, group] = [idOf(uid), idOf(gid)]
    return user === undefined || group === undefined ? [] : [{ name, uid: user, gid: group, home, shell }]
  })

const groups = (text: string): ReadonlyArray<Group> =>
  lines(text).flatMap((line) => {
    const [name = "", , gid = "", members = ""] = line.split(":")
    const id = idOf(gid)
    return id === undefined ? [] : [{ name, gid: id, members: members.split(",").filter((member) => member !== "") }]
  })

/** Users that are there even in an image without a passwd file, as with systemd. */
const builtin: ReadonlyArray<User> = [
  { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/sh" },
  { name: "nobody", uid: 65534, gid: 65534, home: "/", shell: "" }
]

/** Who has this uid, by a passwd(5) file. */
export const userOf = (uid: number, passwd: string): Pick<User, "home" | "name" | "shell"> | undefined =>
  [...users(passwd), ...builtin].find((user) => user.uid === uid)

/** The name of the group with this gid, by a group(5) file. */
export const groupOf = (gid: number, text: string): string | undefined =>
  groups(text).find((group) => group.gid === gid)?.name ?? (gid === 0 ? "root" : undefined)

/** The uid of the user with this name, by a passwd(5) file. */
export const uidOf = (name: string, passwd: string): number | undefined =>
  [...users(passwd), ...builtin].find((user) => user.name === name)?.uid

/** The gid of the group with this name, by a group(5) file. */
export const gidOf = (name: string, text: string): number | undefined =>
  groups(text).find((group) => group.name === name)?.gid ?? (name === "root" ? 0 : undefined)

const findUser = (name: string, databases: Databases): User | undefined => {
  const all = [...users(databases.passwd), ...builtin]
  const uid = idOf(name)
  return all.find((user) => user.name === name) ??
    (uid === undefined ? undefined : all.find((user) => user.uid === uid) ?? {
      // A number needs no entry. Its group is the same number, never 0: that would give root's files away.
      name: "",
      uid,
      gid: uid,
      home: "/",
      shell: ""
    })
}

const findGroup = (name: string, all: ReadonlyArray<Group>): number | undefined =>
  all.find((group) => group.name === name)?.gid ?? (name === "root" ? 0 : idOf(name))

/**
 * The identity of a unit; a string says why there is none. `own` is who we are: what `Group=` without `User=` keeps.
 * Supplementary groups are those that list the user, and those that the unit adds, without the primary one.
 */
export const resolve = (
  user: string | undefined,
  group: string | undefined,
  added: ReadonlyArray<string>,
  databases: Databases,
  own: { readonly uid: number; readonly gid: number }
): Identity | string => {
  const allGroups = groups(databases.group)
  const gid = group === undefined ? undefined : findGroup(group, allGroups)
  if (group !== undefined && gid === undefined) return `Group=${group}: there is no such group`
  const further: Array<number> = []
  for (const name of added) {
    const id = findGroup(name, allGroups)
    if (id === undefined) return `SupplementaryGroups=${name}: there is no such group`
    further.push(id)
  }
  const without = (primary: number, ids: ReadonlyArray<number>) => [...new Set(ids)].filter((id) => id !== primary)
  if (user === undefined) {
    const primary = gid ?? own.gid
    return { credentials: { uid: own.uid, gid: primary, groups: without(primary, further) }, login: undefined }
  }
  const found = findUser(user, databases)
  if (found === undefined) return `User=${user}: there is no such user`
  const primary = gid ?? found.gid
  const listed = allGroups.filter(({ members }) => found.name !== "" && members.includes(found.name))
  const supplementary = without(primary, [...listed.map((entry) => entry.gid), ...further])
  return {
    credentials: { uid: found.uid, gid: primary, groups: supplementary },
    login: found.name === "" ? undefined : { name: found.name, home: found.home, shell: found.shell }
  }
}
