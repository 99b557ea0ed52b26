import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Account } from "../../../src/supervisor/exec/Account.ts"
import * as Accounts from "../../../src/supervisor/exec/Account.ts"
import type { Own } from "../../../src/supervisor/exec/Own.ts"
import * as KernelTest from "../KernelTest.ts"
import type { Script } from "../Script.ts"
import { service } from "../Units.ts"

const none = new Set<number>()
const own: Own = {
  groups: [],
  inheritable: none,
  permitted: none,
  bounding: none,
  ambient: none,
  noNewPrivileges: false
}

const files = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1500:1600::/home/alice:/bin/bash\n",
  "/etc/group": "audio:x:29:alice\nvideo:x:44:\n",
  "/other/passwd": "alice:x:7:8::/elsewhere:/bin/sh\n"
}

const root = { uid: 0, gid: 0 }

const resolve = (lines: string, script: Script = {}, who = own, variables: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function*() {
    const kernel = yield* KernelTest.make({ files, ...script })
    const made = Accounts.resolve(
      service(lines).Service,
      new Map(Object.entries(variables)),
      script.identity ?? root,
      who
    )
    return yield* Effect.provide(made, kernel.layer)
  })

const credentials = (account: Account | string) => typeof account === "string" ? account : account.credentials
const nobody = { identity: { uid: 12345, gid: 0 } }

describe("the account of a unit", () => {
  it.scoped("is PID 1's own where nobody asks for another, less the groups that it was given", () =>
    Effect.gen(function*() {
      const account = yield* resolve("")
      assert.deepStrictEqual(account, {
        login: undefined,
        credentials: undefined,
        owner: { uid: 0, gid: 0 },
        changesUser: false
      })
      const grouped = yield* resolve("", {}, { ...own, groups: [0, 29] })
      assert.deepStrictEqual(credentials(grouped), { uid: undefined, gid: undefined, groups: [] })
      // Who is not root cannot give up a group.
      assert.isUndefined(credentials(yield* resolve("", nobody, { ...own, groups: [29] })))
    }))

  it.scoped("is a user with its group, the groups it is in, and those that are asked for", () =>
    Effect.gen(function*() {
      const account = yield* resolve("User=alice\nSupplementaryGroups=video")
      assert(typeof account !== "string")
      const { groups, ...ids } = account.credentials ?? { groups: [] }
      assert.deepStrictEqual(ids, { uid: 1500, gid: 1600 })
      assert.sameMembers([...groups], [29, 44])
      assert.deepStrictEqual([account.owner, account.changesUser], [{ uid: 1500, gid: 1600 }, true])
      assert.strictEqual(account.login?.home, "/home/alice")
    }))

  it.scoped("of root with another group changes no user", () =>
    Effect.gen(function*() {
      const account = yield* resolve("Group=29")
      assert(typeof account !== "string")
      assert.deepStrictEqual([account.credentials?.uid, account.credentials?.gid], [undefined, 29])
      assert.deepStrictEqual([account.owner, account.changesUser], [{ uid: 0, gid: 29 }, false])
    }))

  it.scoped("is looked up in the files that the variables name, once they are there", () =>
    Effect.gen(function*() {
      const uid = (path: string) =>
        Effect.map(resolve("User=alice", {}, own, { CONTAINER_INIT_PASSWD_FILE: path }), (account) =>
          typeof account === "string" ? account : account.owner.uid)
      assert.strictEqual(yield* uid("/other/passwd"), 7)
      assert.strictEqual(yield* uid("/not/yet"), 1500)
    }))

  it.scoped("of somebody else is refused where PID 1 is not root, with both named", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* resolve("User=alice", nobody),
        "asks for uid 1500, gid 1600, but container-init runs as uid 12345, gid 0 and only root can start processes of others"
      )
      assert.include(yield* resolve("SupplementaryGroups=video", nobody), "asks for the groups 44")
      assert.isUndefined(credentials(yield* resolve("SupplementaryGroups=video", nobody, { ...own, groups: [44] })))
      assert.isUndefined(credentials(yield* resolve("User=12345\nGroup=0", nobody)))
    }))
})
