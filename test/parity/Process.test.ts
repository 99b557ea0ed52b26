import { statSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

describe.each(engines)("what a process is started with, $name", (engine) => {
  it("has the three standard descriptors and no other, whatever PID 1 inherited", async () => {
    const container = boot({
      "a.service": oneshot(["show descriptors"]),
      "b.service": oneshot(["show descriptors"], { unit: "After=a.service" })
    }, { engine, leak: true })
    assert.strictEqual(await container.waitForLine(/^\[a\] desc/), "[a] descriptors 0 1 2")
    assert.strictEqual(await container.waitForLine(/^\[b\] desc/), "[b] descriptors 0 1 2")
  })

  it("has an empty signal mask, and ignores SIGPIPE and nothing else, whatever PID 1 inherited", async () => {
    const container = boot({ "a.service": oneshot(["show signals say done"]) }, { engine, leak: true })
    await container.waitForLine(/^\[a\] done$/)
    assert.deepStrictEqual(container.output.unit("a"), ["blocked", "ignored 13", "done"])
  })

  it("leads a session of its own", async () => {
    const container = boot({ "a.service": oneshot(["show session"]) }, { engine })
    const [, pid, session, group] =
      /pid (\d+) sid (\d+) pgrp (\d+)/.exec(await container.waitForLine(/^\[a\] session/)) ??
        []
    assert.strictEqual(session, pid)
    assert.strictEqual(group, pid)
  })

  it("reads nothing from stdin", async () => {
    // A service that finds a terminal or a pipe there might wait for ever.
    const container = boot({ "a.service": service("name a event up wait") }, { engine })
    await container.waitForEvent("a up")
    const child = container.processes().find(({ command }) => command === "service")
    // The device itself, whatever its path is seen from here.
    assert.strictEqual(statSync(`/proc/${child?.pid}/fd/0`).rdev, statSync("/dev/null").rdev)
  })

  it("says which program could not be executed, and why", async () => {
    const container = boot({
      "gone.service": "[Service]\nExecStart=/mnt/gone\n",
      "text.service": "[Service]\nExecStart=/mnt/events\n",
      "bare.service": "[Service]\nExecStart=no-such-program-anywhere\n",
      "log.service": service("name log event up wait", { unit: "After=gone.service text.service bare.service" })
    }, { engine })
    await container.waitForLine(/^container-init: .*gone\.service: .*\/mnt\/gone.*[Nn]o such file/)
    await container.waitForLine(/^container-init: .*text\.service: .*\/mnt\/events.*[Pp]ermission denied/)
    await container.waitForLine(/^container-init: .*bare\.service: .*no-such-program-anywhere.*[Nn]o such file/)
    await container.waitForEvent("log up")
  })

  it("takes a program that cannot be executed for a failed start under Type=exec", async () => {
    const container = boot({
      "a.service": "[Service]\nType=exec\nExecStart=/mnt/gone\n",
      "b.service": service("name b event up wait", { unit: "Requires=a.service\nAfter=a.service" }),
      "c.service": service("name c event up wait", { unit: "After=a.service b.service" })
    }, { engine })
    await container.waitForLine(/^container-init: .*b\.service: not started.*a\.service/)
    await container.waitForEvent("c up")
    assert.deepStrictEqual(container.events(), ["c up"])
  })

  it("keeps the arguments of @ and finds a bare name on the fixed path", async () => {
    const container = boot({
      "a.service": "[Service]\nType=oneshot\nExecStart=@/mnt/service other-name say hello\n",
      "b.service": "[Service]\nType=oneshot\nExecStart=true\n"
    }, { engine, env: { PATH: "/nowhere" } })
    await container.waitForLine(/^\[a\] hello$/)
    await container.waitForLine(/b\.service: done$/)
  })
})
