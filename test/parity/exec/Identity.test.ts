import { assert, describe } from "vitest"
import { look } from "../../support/Inside.ts"
import { eachKind, kinds, nobody } from "../../support/Kinds.ts"
import type { BootOptions } from "../../support/Launch.ts"

const asRoot = kinds.filter((kind) => kind !== nobody)

const withFiles = (options: BootOptions): BootOptions => ({
  ...options,
  env: { CONTAINER_INIT_PASSWD_FILE: "/mnt/passwd", CONTAINER_INIT_GROUP_FILE: "/mnt/group" },
  files: {
    passwd: "alice:x:1500:1500:Alice:/mnt:/bin/zsh\n",
    group: "alice:x:1500:\naudio:x:29:alice\nvideo:x:44:bob\nother:x:50:bob\n"
  }
})

describe("who a service is", () => {
  eachKind("SupplementaryGroups= come on top of those that list the user", async (place) => {
    const { failed, of, quiet } = await look(withFiles(place.options), {
      alone: "SupplementaryGroups=audio 50",
      user: "User=alice\nSupplementaryGroups=video",
      number: "User=4242\nSupplementaryGroups=44 29",
      twice: "User=alice\nSupplementaryGroups=video\nSupplementaryGroups=50 audio",
      reset: "User=alice\nSupplementaryGroups=video\nSupplementaryGroups=",
      unknown: "SupplementaryGroups=nonsense"
    })
    assert.deepStrictEqual(of("alone").pick("uid", "gid", "groups"), { uid: "0 0 0", gid: "0 0 0", groups: "29 50" })
    assert.deepStrictEqual(of("user").pick("uid", "groups"), { uid: "1500 1500 1500", groups: "29 44" })
    assert.strictEqual(of("number").value("groups"), "29 44")
    assert.strictEqual(of("twice").value("groups"), "29 44 50")
    assert.strictEqual(of("reset").value("groups"), "29")
    quiet("alone", "user", "number", "twice", "reset")
    failed("unknown", /unknown\.service: .*SupplementaryGroups=nonsense/)
  }, asRoot)

  eachKind("SupplementaryGroups= are refused where only root could give them", async (place) => {
    const { failed, quiet } = await look(withFiles(place.options), { a: "SupplementaryGroups=audio", b: "" })
    failed("a", /a\.service: .*(SupplementaryGroups=|group 29|groups 29|216)/)
    quiet("b")
  }, [nobody])

  eachKind("User= by a number needs no entry", async (place) => {
    const { of, quiet } = await look(withFiles(place.options), {
      user: "User=4242",
      group: "User=4242\nGroup=29",
      known: "User=1500"
    })
    assert.deepStrictEqual(of("user").pick("uid", "gid", "groups"), {
      uid: "4242 4242 4242",
      gid: "4242 4242 4242",
      groups: ""
    })
    for (const name of ["HOME", "USER", "LOGNAME", "SHELL"]) assert.isUndefined(of("user").variable(name), name)
    assert.strictEqual(of("group").value("gid"), "29 29 29")
    assert.strictEqual(of("known").variable("USER"), "alice")
    assert.strictEqual(of("known").value("groups"), "29")
    quiet("user", "group", "known")
  }, asRoot)

  eachKind("User= may be PID 1's own, by a number without an entry", async (place) => {
    const { failed, of, quiet } = await look(place.options, {
      same: `User=${place.uid}\nGroup=${place.gid}`,
      none: "",
      other: "User=4242"
    })
    assert.strictEqual(of("same").value("uid"), `${place.uid} ${place.uid} ${place.uid}`)
    assert.deepStrictEqual(of("same").pick("uid", "gid"), of("none").pick("uid", "gid"))
    quiet("same", "none")
    failed("other", /other\.service: .*4242.*12345/)
  }, [nobody])

  eachKind("UMask= is what new files do not get", async (place) => {
    const { of, quiet } = await look(place.options, {
      none: "",
      some: "UMask=0027",
      all: "UMask=777",
      file: { service: "UMask=0137", verbs: "try-create /mnt/made stat /mnt/made" }
    })
    assert.strictEqual(of("none").value("umask"), "0022")
    assert.strictEqual(of("some").value("umask"), "0027")
    assert.strictEqual(of("all").value("umask"), "0777")
    assert.deepStrictEqual(of("file").answers, [
      "try-create /mnt/made: ok",
      `stat /mnt/made: file 0640 ${place.uid} ${place.gid}`
    ])
    quiet("none", "some", "all", "file")
  })

  eachKind("IgnoreSIGPIPE= is whether SIGPIPE ends it", async (place) => {
    const { of, quiet } = await look(place.options, {
      none: "",
      yes: "IgnoreSIGPIPE=yes",
      no: "IgnoreSIGPIPE=no"
    })
    assert.strictEqual(of("none").value("ignored"), "13")
    assert.strictEqual(of("yes").value("ignored"), "13")
    assert.strictEqual(of("no").value("ignored"), "")
    quiet("none", "yes", "no")
  })
})
