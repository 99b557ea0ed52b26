import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

const [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE, SIGTERM, SIGWINCH, SIGRTMIN3] = [
  1,
  2,
  3,
  10,
  12,
  13,
  15,
  28,
  37
]

describe.each(engines)("signals to PID 1, $name", (engine) => {
  it.each([
    ["SIGTERM", SIGTERM],
    ["SIGINT", SIGINT],
    ["SIGQUIT", SIGQUIT],
    ["SIGRTMIN+3", SIGRTMIN3]
  ])("%s stops everything in order", async (_, number) => {
    const container = boot({
      "a.service": service("name a event up wait"),
      "b.service": service("name b event up slow 50 wait", { unit: "After=a.service" })
    }, { engine })
    await container.waitForEvent("b up")
    container.signal(number)
    assert.strictEqual(await container.exit, 0, container.show())
    assert.deepStrictEqual(container.events().slice(2), ["b signal 15", "b down", "a signal 15", "a down"])
  })

  it.each([
    ["as PID 1", false],
    ["as its child", true]
  ])("SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH and SIGPIPE do not end it, %s", async (_, asChild) => {
    const container = boot({ "a.service": service("name a event up until /mnt/go say still wait") }, {
      engine,
      asChild
    })
    await container.waitForEvent("a up")
    const [first, second] = container.processes()
    const target = (asChild ? second : first)?.pid ?? 0
    for (const number of [SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGPIPE, SIGHUP]) process.kill(target, number)
    container.touch("go")
    await container.waitForLine(/^\[a\] still$/)
    process.kill(target, SIGTERM)
    assert.strictEqual(await container.exit, 0, container.show())
    assert.deepStrictEqual(container.events(), ["a up", "a signal 15", "a down"])
  })
})

describe.each(engines)("as a child of PID 1, $name", (engine) => {
  it("takes in the orphans of its services, and leaves no descendant", async () => {
    const container = boot({
      "a.service": service("name a orphans 20 fork - event up wait"),
      "b.service": service("name b event up exit 0", { unit: "After=a.service" })
    }, { engine, asChild: true })
    await container.waitForEvent("b up")
    // Who is forked after the signal was sent has not got it: first all are there, and the orphans gone.
    await container.waitForEvent("a up")
    const own = () => container.processes().find(({ parent }) => parent === container.pid)
    await container.waitFor(() => container.processes().length === 4 || undefined, "the orphans' end")
    process.kill(own()?.pid ?? 0, SIGTERM)
    assert.strictEqual(await container.exit, 0, container.show())
    assert.strictEqual(container.left, 0, container.show())
  })

  it("leaves no descendant even of those that went their own way", async () => {
    const container = boot({
      "a.service": service("name a fork is event up wait", { service: "TimeoutStopSec=200ms" })
    }, { engine, asChild: true })
    await container.waitForEvent("a up")
    const own = container.processes().find(({ parent }) => parent === container.pid)
    process.kill(own?.pid ?? 0, SIGTERM)
    await container.exit
    assert.strictEqual(container.left, 0, container.show())
  })
})
