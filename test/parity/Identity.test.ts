import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import type { Engine } from "../support/Engine.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const env = { CONTAINER_INIT_PASSWD_FILE: "/mnt/passwd", CONTAINER_INIT_GROUP_FILE: "/mnt/group" }
const files = {
  passwd: "root:x:0:0::/root:/bin/sh\nalice:x:1500:1500:Alice:/mnt:/bin/zsh\n",
  group: "root:x:0:\nalice:x:1500:\naudio:x:29:alice\nvideo:x:44:bob,alice\nother:x:50:bob\n"
}

/** What a service with these lines says about itself. */
const identityOf = async (engine: Engine, lines: string) => {
  const container = boot({
    "a.service": oneshot(["show identity show directory show environment say done"], { service: lines })
  }, { engine, env, files })
  await container.waitForLine(/^\[a\] done$/)
  return [...container.output.unit("a")]
}

describe.each(engines)("the identity, $name", (engine) => {
  it("is that of User=, with the groups that list the user and the login's environment", async () => {
    const said = await identityOf(engine, "User=alice")
    assert.includeMembers(said, ["uid 1500 1500 1500", "gid 1500 1500 1500", "groups 29 44"])
    const login = ["HOME=/mnt", "USER=alice", "LOGNAME=alice", "SHELL=/bin/zsh"]
    assert.includeMembers(said, login.map((entry) => `environment ${entry}`))
  })

  it("takes the group of Group=, which then is not a supplementary one", async () => {
    const said = await identityOf(engine, "User=alice\nGroup=audio")
    assert.includeMembers(said, ["uid 1500 1500 1500", "gid 29 29 29", "groups 44"])
  })

  it("8. keeps the user and drops the other groups with Group= alone", async () => {
    const said = await identityOf(engine, "Group=video")
    assert.includeMembers(said, ["uid 0 0 0", "gid 44 44 44", "groups"])
  })

  it("never gives root's group to a number without an entry", async () => {
    const said = await identityOf(engine, "User=4242")
    assert.include(said, "uid 4242 4242 4242")
    assert.notInclude(said, "gid 0 0 0")
  })

  it("starts in the home of the user with WorkingDirectory=~", async () => {
    assert.include(await identityOf(engine, "User=alice\nWorkingDirectory=~"), "directory /mnt")
  })

  it("is not taken on by a command with +", async () => {
    const container = boot({
      "a.service":
        "[Service]\nType=oneshot\nUser=alice\nExecStart=+/mnt/service show identity\nExecStart=/mnt/service show identity\n"
    }, { engine, env, files })
    await container.waitForLine(/a\.service: done/)
    const users = container.output.unit("a").filter((line) => line.startsWith("uid"))
    assert.deepStrictEqual(users, ["uid 0 0 0", "uid 1500 1500 1500"])
  })

  it("1. refuses an unknown user, and says so; others go on", async () => {
    const container = boot({
      "a.service": service("name a event up wait", { service: "User=nemo" }),
      "b.service": service("name b event up wait", { service: "User=alice\nGroup=nemos" }),
      "c.service": service("name c event up wait", { unit: "After=a.service b.service" })
    }, { engine, env, files })
    await container.waitForLine(/^container-init: .*a\.service: .*User=nemo/)
    await container.waitForLine(/^container-init: .*b\.service: .*Group=nemos/)
    await container.waitForEvent("c up")
    assert.deepStrictEqual(container.events(), ["c up"])
  })

  it("1. may be our own without root; any other is refused with both named", async () => {
    const container = boot({
      "same.service": service("name same event up wait", { service: "User=alice" }),
      "other.service": service("name other event up wait", { service: "User=root" })
    }, { engine, env, files, user: 1500 })
    await container.waitForEvent("same up")
    const line = await container.waitForLine(/^container-init: .*other\.service: .*root/)
    assert.match(line, /\b0\b.*\b1500\b/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notInclude(container.events(), "other up")
  })
})

describe.each(engines)("the working directory, $name", (engine) => {
  it("is the root without WorkingDirectory=, and where that leads with one", async () => {
    const container = boot({
      "a.service": oneshot(["show directory say done"]),
      "b.service": oneshot(["show directory say done"], { service: "WorkingDirectory=/mnt/units" }),
      "c.service": oneshot(["show directory say done"], { service: "WorkingDirectory=-/mnt/gone" })
    }, { engine })
    for (const [name, directory] of [["a", "/"], ["b", "/mnt/units"], ["c", "/"]] as const) {
      await container.waitForLine(new RegExp(`^\\[${name}\\] done$`))
      assert.deepStrictEqual(container.output.unit(name), [`directory ${directory}`, "done"])
    }
  })

  it("fails the start if it is not there, and is named", async () => {
    const container = boot({
      "a.service": service("name a event up wait", { service: "WorkingDirectory=/mnt/gone" }),
      "b.service": service("name b event up wait", { unit: "After=a.service" })
    }, { engine })
    await container.waitForEvent("b up")
    const reason = await container.waitForLine(/^container-init: .*a\.service: cannot/)
    assert.match(reason, /\/mnt\/gone.*[Nn]o such file/)
    assert.deepStrictEqual(container.events(), ["b up"])
  })
})
