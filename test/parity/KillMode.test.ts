import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { service } from "../support/Units.ts"
import { variants } from "../support/Variants.ts"

/** A main process with a helper, each with an event for the signal that it gets. */
const withHelper = (lines: string) =>
  `[Unit]\nAfter=base.service\n[Service]\n${lines}\nExecStart=/bin/sh -c ` +
  "'/mnt/service name helper event up record 1 & exec /mnt/service name main until /mnt/a.pid event up wait'\n" +
  "ExecStartPost=/mnt/service pidfile /mnt/a.pid\n"

const base = service("name base event up slow 300 wait")

const start = async (container: Container) => {
  for (const name of ["base", "helper", "main"]) await container.waitForEvent(`${name} up`)
}

const signals = (container: Container) => container.events().filter((event) => event.includes("signal"))

const services = (container: Container) => container.processes().filter(({ command }) => command === "service").length

describe.each(variants)("KillMode=, $title", ({ options }) => {
  it("control-group signals all of the unit", async () => {
    const container = boot({ "base.service": base, "a.service": withHelper("") }, options)
    await start(container)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.sameMembers(signals(container), ["helper signal 15", "main signal 15", "base signal 15"])
    assert.strictEqual(signals(container).at(-1), "base signal 15")
  })

  it("mixed signals the main process, and kills the others once it is gone", async () => {
    const container = boot({ "base.service": base, "a.service": withHelper("KillMode=mixed") }, options)
    await start(container)
    container.signal(15)
    await container.waitForEvent("base signal 15")
    assert.isAtMost(services(container), 1, container.show())
    await container.exit
    assert.deepStrictEqual(signals(container), ["main signal 15", "base signal 15"], container.show())
  })

  it.each(["process", "none"])("%s leaves others alone, until everything ends", async (mode) => {
    const container = boot({
      "base.service": base,
      "a.service": withHelper(`KillMode=${mode}\nTimeoutStopSec=300ms`)
    }, options)
    await start(container)
    container.signal(15)
    await container.waitForEvent("base signal 15")
    const left = mode === "process" ? ["helper"] : ["helper", "main"]
    assert.isAtLeast(services(container), left.length, container.show())
    await container.exit
    const told = signals(container).slice(0, signals(container).indexOf("base signal 15"))
    assert.deepStrictEqual(told, mode === "process" ? ["main signal 15"] : [], container.show())
  })

  it("SendSIGHUP= sends SIGHUP as well", async () => {
    const container = boot({ "a.service": service("name a event up record 2", { service: "SendSIGHUP=yes" }) }, options)
    await container.waitForEvent("a up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.sameMembers([...container.events()], ["a up", "a signal 15", "a signal 1"])
  })

  it("FinalKillSignal= takes the place of SIGKILL", async () => {
    const container = boot({
      "a.service": service("name a event up record 2", {
        service: "FinalKillSignal=SIGUSR2\nKillSignal=SIGINT\nTimeoutStopSec=200ms"
      })
    }, options)
    await container.waitForEvent("a up")
    await container.stop()
    assert.deepStrictEqual(container.events(), ["a up", "a signal 2", "a signal 12"], container.show())
  })

  it("SendSIGKILL=no kills nobody until everything ends", async () => {
    const container = boot({
      "base.service": base,
      "a.service": service("name a event up ignore", {
        unit: "After=base.service",
        service: "SendSIGKILL=no\nTimeoutStopSec=200ms"
      })
    }, options)
    await container.waitForEvent("a up")
    container.signal(15)
    await container.waitForEvent("base signal 15")
    assert.isAtLeast(services(container), 2, container.show())
    await container.exit
  })
})
