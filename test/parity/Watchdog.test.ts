import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { service } from "../support/Units.ts"
import { variants } from "../support/Variants.ts"

/** Says how the run has ended. */
const ending = "ExecStopPost=/mnt/service name a event \"${SERVICE_RESULT} ${EXIT_CODE} ${EXIT_STATUS}\""

describe.each(variants)("the watchdog, $title", ({ options }) => {
  it("ends with SIGABRT a service that stops pinging, with the result watchdog, and it is started again", async () => {
    const container = boot({
      "a.service": service("name a tell READY=1 ping 50 5 event stuck ignore", {
        service: `Type=notify\nWatchdogSec=1s\nRestart=on-watchdog\nRestartSec=10ms\n${ending}`
      })
    }, options)
    await container.waitForEvent("a stuck")
    await container.waitForLine(/a\.service: did not say that it is well within 1s/)
    await container.waitForLine(/a\.service: was killed by SIGABRT/)
    await container.waitForEvent("a stuck", 2)
    const [, ended] = container.events()
    // Where dumps are on, there is one.
    assert.oneOf(ended, ["a watchdog killed ABRT", "a watchdog dumped ABRT"], container.show())
  })

  it("leaves a service alone that pings", async () => {
    const container = boot({
      "a.service": service("name a tell READY=1 ping 100 25 event done tell WATCHDOG_USEC=0 wait", {
        service: `Type=notify\nWatchdogSec=2s\n${ending}`
      })
    }, options)
    await container.waitForEvent("a done")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events(), ["a done", "a signal 15", "a down", "a success exited 0"])
  })

  it("is triggered by the service itself, and ends even one that is stopped", async () => {
    const container = boot({
      "a.service": service("name a tell READY=1 tell WATCHDOG=trigger ignore", {
        service: `Type=notify\nWatchdogSec=1h\n${ending}`
      }),
      "b.service": service("name b tell READY=1 event up die 19", {
        service: `Type=notify\nWatchdogSec=300ms\n${ending.replace("name a", "name b")}`
      })
    }, options)
    await container.waitForLine(/a\.service: failed \(watchdog\)/)
    await container.waitForLine(/b\.service: failed \(watchdog\)/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("is told to the service: how often it has to ping, and who", async () => {
    const container = boot({
      "a.service": service("name a tell READY=1 show environment pidfile /mnt/a.pid say done wait", {
        service: "Type=notify\nWatchdogSec=20s"
      })
    }, options)
    await container.waitForLine(/^\[a\] done$/)
    const environment = container.output.unit("a")
    assert.include(environment, "environment WATCHDOG_USEC=20000000")
    const pid = /pid (\d+)/.exec(await container.waitForLine(/a\.service: started/))?.[1]
    assert.include(environment, `environment WATCHDOG_PID=${pid}`)
  })
})
