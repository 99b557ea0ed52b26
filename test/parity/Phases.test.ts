import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

const after = (name: string) => ({ unit: `Requires=${name}\nAfter=${name}` })
const post = "ExecStopPost=/mnt/service name post event \"${SERVICE_RESULT}/${EXIT_CODE}/${EXIT_STATUS}\""

/** A service with an event for each of its commands. */
const whole = (main: string, lines = "") =>
  service(main, {
    service: `ExecCondition=/mnt/service name condition event ran
ExecStartPre=-/mnt/service name pre event failed exit 3
ExecStartPre=/mnt/service name pre event ran
ExecStartPost=/mnt/service name startpost until /mnt/a.pid event "\${MAINPID}"
ExecStop=/mnt/service name stop event "\${MAINPID}"
ExecStop=/mnt/service name stop event again
${post}
${lines}`
  })

describe.each(engines)("the commands of a service, $name", (engine) => {
  it("run one after the other, from the condition to the end, and know the main process", async () => {
    const container = boot({
      "a.service": whole("name main event up pidfile /mnt/a.pid wait"),
      "b.service": service("name b event up wait", after("a.service"))
    }, { engine })
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    const pid = readFileSync(`${container.directory}/a.pid`, "latin1").trim()
    assert.deepStrictEqual(container.events(), [
      ...["condition ran", "pre failed", "pre ran", "main up", `startpost ${pid}`],
      ...["b up", "b signal 15", "b down"],
      ...[`stop ${pid}`, "stop again", "main signal 15", "main down"],
      "post success/exited/0"
    ])
  })

  it("that stop are left out where the service has failed, and the last ones are told how", async () => {
    const container = boot({
      "a.service": whole("name main event up pidfile /mnt/a.pid until /mnt/go exit 7"),
      "b.service": service("name b event up wait", { unit: "After=a.service" })
    }, { engine })
    await container.waitForEvent("b up")
    container.touch("go")
    await container.waitForLine(/a\.service: failed \(exit-code\)/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.include(container.events(), "post exit-code/exited/7")
    assert.deepStrictEqual(container.events().filter((event) => event.startsWith("stop")), [], container.show())
  })

  it("tell a death by signal by its name, and a clean end of the service as such", async () => {
    const container = boot({
      "a.service": service("die 9", { service: post }),
      "b.service": service("exit 0", {
        service: `${post}\nExecStop=/mnt/service name stop event ran`,
        unit: "After=a.service"
      })
    }, { engine })
    await container.waitForEvent("post signal/killed/KILL")
    await container.waitForEvent("post success/exited/0")
    // Who ends by itself was up: ExecStop= has its turn.
    assert.include(container.events(), "stop ran")
  })

  it("ahead of the program keep it from starting when they fail", async () => {
    const container = boot({
      "a.service": service("name a event up wait", { service: `ExecStartPre=/mnt/service exit 4\n${post}` }),
      "b.service": service("name b event up wait", after("a.service"))
    }, { engine })
    await container.waitForLine(/b\.service: not started/)
    await container.waitForLine(/a\.service: failed \(exit-code\)/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.strictEqual(container.events().filter((event) => / up$/.test(event)).length, 0, container.show())
    assert.match(container.events()[0] ?? "", /^post exit-code/)
  })

  it("after its start fail it, and it is stopped", async () => {
    const container = boot({
      "a.service": service("name a event up wait", { service: `ExecStartPost=/mnt/service exit 4\n${post}` })
    }, { engine })
    await container.waitForLine(/a\.service: failed \(exit-code\)/)
    assert.deepStrictEqual(container.events(), ["a up", "a signal 15", "a down", "post exit-code/exited/0"])
  })

  it("of ExecCondition= skip it with 1 to 254, which is no failure, and fail it with 255", async () => {
    const container = boot({
      "a.service": service("name a event up", { service: `ExecCondition=/mnt/service exit 1\n${post}` }),
      "b.service": service("name b event up", { service: "ExecCondition=/mnt/service exit 255" }),
      "c.service": service("name c event up wait", { unit: "After=a.service b.service" })
    }, { engine })
    await container.waitForEvent("c up")
    await container.waitForLine(/b\.service: failed \(exit-code\)/)
    await container.waitForEvent("post exec-condition//")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.isFalse(container.output.stderr.some((line) => /a\.service: failed/.test(line)), container.show())
    assert.notInclude(container.events(), "a up")
    assert.notInclude(container.events(), "b up")
  })

  it("with + and ! run as root, the others as User= says", async () => {
    const container = boot({
      "a.service": service("name main show identity say done wait", {
        service: `User=1500
Group=1500
ExecStartPre=/mnt/service say plain show identity
ExecStartPre=+/mnt/service say plus show identity
ExecStartPre=!/mnt/service say bang show identity`
      })
    }, { engine })
    await container.waitForLine(/^\[a\] done$/)
    const lines = container.output.unit("a").filter((line) => !/^(gid|groups)/.test(line))
    const [user, root] = ["uid 1500 1500 1500", "uid 0 0 0"]
    assert.deepStrictEqual(lines, ["plain", user, "plus", root, "bang", root, user, "done"])
  })

  it("have the time of TimeoutStartSec= and TimeoutStopSec= each, and are killed after it", async () => {
    const container = boot({
      "a.service": service("name a event up wait", {
        service: "ExecStartPre=/mnt/service ignore\nTimeoutStartSec=200ms\nTimeoutStopSec=200ms"
      }),
      "b.service": service("name b event up wait", {
        service: `ExecStop=/mnt/service ignore\nTimeoutStopSec=200ms\n${post}`
      })
    }, { engine })
    await container.waitForLine(/a\.service: failed \(timeout\)/)
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 1, container.show())
    assert.include(container.events(), "b signal 15")
    assert.match(container.events().at(-1) ?? "", /^post timeout/)
    assert.notInclude(container.events(), "a up")
  })

  it("end with the service at RuntimeMaxSec=", async () => {
    const container = boot({
      "a.service": service("name a event up wait", { service: `RuntimeMaxSec=200ms\n${post}` })
    }, { engine })
    await container.waitForLine(/a\.service: failed \(timeout\)/)
    assert.deepStrictEqual(container.events(), ["a up", "a signal 15", "a down", "post timeout/exited/0"])
  })
})
