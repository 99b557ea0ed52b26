import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { Databases } from "../../src/supervisor/Identity.ts"
import { resolve } from "../../src/supervisor/Identity.ts"

const databases: Databases = {
  passwd: [
    "root:x:0:0:root:/root:/bin/sh",
    "# a comment",
    "alice:x:1500:1500:Alice,,,:/home/alice:/bin/bash",
    "bob:x:1600:1500::/home/bob:",
    "broken:x:many:1::/:",
    "2000:x:77:78::/home/digits:/bin/sh",
    ""
  ].join("\n"),
  group: [
    "root:x:0:",
    "staff:x:1500:",
    "audio:x:29:alice",
    "video:x:44:bob,alice",
    "games:x:44:alice",
    "empty:x:50:",
    "near:x:51:alice2,malice"
  ].join("\n")
}
const root = { uid: 0, gid: 0 }

const ids = (user: string | undefined, group: string | undefined, own = root): string => {
  const found = resolve(user, group, [], databases, own)
  if (typeof found === "string") return found
  const { gid, groups, uid } = found.credentials
  return `${uid}:${gid} ${groups.join(",")}`
}

describe("resolve", () => {
  const table: ReadonlyArray<readonly [user: string | undefined, group: string | undefined, wanted: string]> = [
    ["alice", undefined, "1500:1500 29,44"],
    ["alice", "audio", "1500:29 44"],
    ["alice", "video", "1500:44 29"],
    ["alice", "0", "1500:0 29,44"],
    ["alice", "4242", "1500:4242 29,44"],
    ["bob", undefined, "1600:1500 44"],
    ["root", undefined, "0:0 "],
    ["0", undefined, "0:0 "],
    ["1500", undefined, "1500:1500 29,44"],
    ["3000", undefined, "3000:3000 "],
    ["3000", "audio", "3000:29 "],
    ["2000", undefined, "77:78 "],
    [undefined, "audio", "7:29 "],
    [undefined, "4242", "7:4242 "]
  ]
  for (const [user, group, wanted] of table) {
    const lines = [user === undefined ? [] : `User=${user}`, group === undefined ? [] : `Group=${group}`].flat()
    it(`gives ${wanted.trim()} for ${lines.join(" ")}`, () => {
      assert.strictEqual(ids(user, group, { uid: 7, gid: 8 }), wanted)
    })
  }

  it("says who is not there", () => {
    assert.strictEqual(ids("carol", undefined), "User=carol: there is no such user")
    assert.strictEqual(ids("alice", "carols"), "Group=carols: there is no such group")
    assert.strictEqual(ids("broken", undefined), "User=broken: there is no such user")
    assert.strictEqual(ids("", undefined), "User=: there is no such user")
  })

  it("takes no number that setuid(2) would not take for one", () => {
    for (const text of ["4294967295", "4294967296", "99999999999999999999", "-1", "1.5", "0x10", " 1"]) {
      assert.include(ids(text, undefined), "there is no such user")
      assert.include(ids("alice", text), "there is no such group")
    }
    assert.strictEqual(ids("4294967294", undefined), "4294967294:4294967294 ")
  })

  it("logs in whoever has an entry, and nobody else", () => {
    const login = (user: string | undefined, group?: string) => {
      const found = resolve(user, group, [], databases, root)
      return typeof found === "string" ? found : found.login
    }
    assert.deepStrictEqual(login("alice"), { name: "alice", home: "/home/alice", shell: "/bin/bash" })
    assert.deepStrictEqual(login("1500"), { name: "alice", home: "/home/alice", shell: "/bin/bash" })
    assert.deepStrictEqual(login("bob"), { name: "bob", home: "/home/bob", shell: "" })
    assert.strictEqual(login("3000"), undefined)
    assert.strictEqual(login(undefined, "audio"), undefined)
  })

  it("never gives gid 0 to a number without an entry, unless it is root's", () => {
    FastCheck.assert(FastCheck.property(FastCheck.integer({ min: 1, max: 4294967294 }), (uid) => {
      const found = resolve(String(uid), undefined, [], { passwd: "", group: databases.group }, root)
      assert(typeof found !== "string")
      assert.strictEqual(found.credentials.uid, uid)
      assert.notStrictEqual(found.credentials.gid, 0)
      assert.deepStrictEqual(found.credentials.groups, [])
    }))
  })

  it("never throws, whatever the files hold", () => {
    const text = FastCheck.oneof(FastCheck.string(), FastCheck.stringMatching(/^[a-z:0-9,\n#]*$/))
    FastCheck.assert(FastCheck.property(text, text, text, (passwd, group, name) => {
      const found = resolve(name, name, [], { passwd, group }, root)
      if (typeof found === "string") return
      assert.isTrue(Number.isSafeInteger(found.credentials.uid) && Number.isSafeInteger(found.credentials.gid))
    }))
  })
})
