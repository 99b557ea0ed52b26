import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const told = "\"${MONITOR_UNIT} ${MONITOR_SERVICE_RESULT} ${MONITOR_EXIT_CODE} ${MONITOR_EXIT_STATUS}\""

describe.each(engines)("handlers, $name", (engine) => {
  it("of OnFailure= run once each, over core and drop-in, and know who has failed and how", async () => {
    const container = boot({
      "a.service": service("name a event run exit 3", { unit: "OnFailure=b.service" }),
      "c.service": oneshot([`name c event ${told} die 9`], { unit: "OnFailure=d.service" }),
      "web.service": service("name web event up wait")
    }, {
      engine,
      dropIn: {
        "b.service": oneshot([`name b event ${told} exit 5`], { unit: "OnFailure=c.service" }),
        "d.service": oneshot([`name d event ${told}`])
      }
    })
    await container.waitForLine(/d\.service: done/)
    await container.waitForEvent("web up")
    assert.strictEqual(await container.stop(), 0, container.show())
    const events = container.events().filter((event) => !event.startsWith("web"))
    assert.deepStrictEqual(events, [
      "a run",
      "b a.service exit-code exited 3",
      "c b.service exit-code exited 5",
      "d c.service signal killed KILL"
    ])
  })

  it("of OnFailure= wait for the last restart", async () => {
    const container = boot({
      "a.service": service("name a event run exit 3", {
        unit: "OnFailure=b.service\nStartLimitBurst=3\nStartLimitIntervalSec=1h",
        service: "Restart=on-failure\nRestartSec=10ms"
      }),
      "b.service": oneshot([`name b event ${told}`])
    }, { engine })
    await container.waitForLine(/b\.service: done/)
    assert.deepStrictEqual(container.events().slice(0, 3), ["a run", "a run", "a run"], container.show())
    assert.lengthOf(container.events(), 4, container.show())
    assert.match(container.events()[3] ?? "", /^b a\.service start-limit-hit/)
  })

  it("of OnSuccess= run when the unit has ended well", async () => {
    const container = boot({
      "a.service": oneshot(["name a event run"], { unit: "OnSuccess=b.service\nOnFailure=c.service" }),
      "b.service": oneshot([`name b event ${told}`]),
      "c.service": oneshot(["name c event run"])
    }, { engine })
    await container.waitForLine(/b\.service: done/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events(), ["a run", "b a.service success exited 0"])
  })
})

describe.each(engines)("a gate that fails, $name", (engine) => {
  const gate = "ExitContainerOnFailure=true\nOnFailure=report.service\nAfter=b.service"

  it("lets its handlers run to their end, stops everything in reverse, and its code is the container's", async () => {
    const container = boot({
      "a.service": service("name a event up slow 50 wait"),
      "b.service": service("name b until /mnt/events event up slow 50 wait", { unit: "After=a.service" }),
      // "Up" is when the program runs, which is ahead of its first word.
      "gate.service": oneshot(["name gate sleep 200 event ran exit 42"], { unit: gate }),
      "late.service": service("name late event up", { unit: "Requires=gate.service\nAfter=gate.service" }),
      "report.service": oneshot([`name report event ${told} sleep 300 event end`])
    }, { engine })
    assert.strictEqual(await container.exit, 42, container.show())
    assert.deepStrictEqual(container.events().slice(2), [
      "gate ran",
      "report gate.service exit-code exited 42",
      "report end",
      "b signal 15",
      "b down",
      "a signal 15",
      "a down"
    ], container.show())
  })

  it("waits for its handlers no longer than the stop timeout", async () => {
    const container = boot({
      "a.service": service("name a event up wait"),
      "gate.service": oneshot(["exit 42"], { unit: `${gate}\nAfter=a.service` }),
      "report.service": oneshot(["name report event begin wait"], { service: "TimeoutStartSec=infinity" })
    }, { engine, args: ["--stop-timeout=700ms"] })
    assert.strictEqual(await container.exit, 42, container.show())
    assert.includeMembers([...container.events()], ["report begin", "report signal 15", "a signal 15", "a down"])
  })
})
