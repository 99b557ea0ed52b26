import { existsSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"
import { variants } from "../support/Variants.ts"

if (!existsSync("/usr/bin/systemd-notify")) {
  throw new Error("systemd-notify is not there: run scripts/install tests first")
}

const after = (name: string) => ({ unit: `Requires=${name}\nAfter=${name}` })
const notifying = (verbs: string, lines = "") => service(verbs, { service: `Type=notify\n${lines}` })

describe.each(variants)("services that notify, $title", ({ options }) => {
  it("are up when they say READY=1, and not before", async () => {
    const container = boot({
      "a.service": notifying("name a event begin until /mnt/go event ready tell READY=1 wait"),
      "b.service": service("name b event up wait", after("a.service")),
      "c.service": service("name c event up wait")
    }, options)
    await container.waitForEvent("a begin")
    await container.waitForEvent("c up")
    container.touch("go")
    await container.waitForEvent("b up")
    const events = container.events().filter((event) => event !== "c up")
    assert.deepStrictEqual(events, ["a begin", "a ready", "b up"])
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("say in the log what they say of themselves", async () => {
    const container = boot({
      "a.service": notifying("name a tell 'STATUS=reading the map' tell 'READY=1\\nSTATUS=at work' wait")
    }, options)
    await container.waitForLine(/a\.service: says: reading the map$/)
    await container.waitForLine(/a\.service: says: at work$/)
    await container.waitForLine(/a\.service: started/)
  })

  it("hand over to a child with MAINPID=, whose life is the service's from then on", async () => {
    const container = boot({
      "a.service": notifying(
        "name a handover event child until /mnt/go once /mnt/been 3 wait",
        "Restart=on-failure\nRestartSec=10ms"
      ),
      "b.service": service("name b event up wait", after("a.service"))
    }, options)
    await container.waitForEvent("a child")
    await container.waitForEvent("b up")
    container.touch("go")
    await container.waitForLine(/a\.service: exited with code 3/)
    await container.waitForEvent("a child", 2)
    // Its restart is one of those that require it, too.
    await container.waitForEvent("b up", 2)
    assert.strictEqual(await container.stop(), 0, container.show())
    const stops = ["b signal 15", "b down", "a signal 15", "a down"]
    assert.deepStrictEqual(container.events().slice(-4), stops, container.show())
  })

  it("get time from EXTEND_TIMEOUT_USEC= that TimeoutStartSec= would not give", async () => {
    const container = boot({
      "a.service": notifying(
        "name a tell EXTEND_TIMEOUT_USEC=30000000 sleep 2200 tell READY=1 event ready wait",
        "TimeoutStartSec=2s"
      )
    }, options)
    await container.waitForEvent("a ready")
    await container.waitForLine(/a\.service: started/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("have failed when they end, or let TimeoutStartSec= go by, without READY=1", async () => {
    const container = boot({
      "a.service": notifying("exit 0"),
      "b.service": notifying("wait", "TimeoutStartSec=200ms"),
      "c.service": notifying("exit 3")
    }, options)
    await container.waitForLine(/a\.service: failed \(protocol\)/)
    await container.waitForLine(/b\.service: failed \(timeout\)/)
    await container.waitForLine(/c\.service: failed \(exit-code\)/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("get the descriptors back that an earlier run has had kept, in order and by name", async () => {
    const container = boot({
      "a.service": notifying(
        "name a show stored store one store two barrier tell READY=1 event run once /mnt/been 1 wait",
        "FileDescriptorStoreMax=2\nRestart=on-failure\nRestartSec=10ms"
      )
    }, options)
    await container.waitForEvent("a run", 2)
    await container.waitForLine(/^\[a\] stored <two>$/)
    const none = ["stored pid unset", "stored LISTEN_FDS unset", "stored LISTEN_FDNAMES unset"]
    const kept = [
      "stored pid own",
      "stored LISTEN_FDS 2",
      "stored LISTEN_FDNAMES one:two",
      "stored <one>",
      "stored <two>"
    ]
    assert.deepStrictEqual(container.output.unit("a"), [...none, ...kept])
    // The second run has two more kept than may be.
    await container.waitForLine(/a\.service: at most 2 descriptors/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("wait with BARRIER=1 until everything is heard, whether it is believed or not", async () => {
    const container = boot({
      "a.service": notifying("name a tell READY=1 barrier event heard wait"),
      "b.service": service("name b event up wait", after("a.service")),
      "c.service": notifying(
        "tell READY=1 wait",
        "NotifyAccess=exec\nExecStartPost=/mnt/service name c barrier event heard"
      )
    }, options)
    await container.waitForEvent("a heard")
    await container.waitForEvent("b up")
    await container.waitForEvent("c heard")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("may be shell scripts with systemd-notify, root or not", async () => {
    const script = (name: string) =>
      `/bin/sh -c 'echo "${name} begin" >> /mnt/events; systemd-notify --ready --status="from ${name}"; ` +
      `echo "${name} told" >> /mnt/events; exec /mnt/service name ${name} wait'`
    const container = boot({
      "root.service": `[Service]\nType=notify\nNotifyAccess=all\nExecStart=${script("root")}\n`,
      "user.service": `[Service]\nType=notify\nNotifyAccess=all\nUser=1500\nGroup=1500\nExecStart=${script("user")}\n`,
      "b.service": service("name b event up wait", after("root.service user.service"))
    }, options)
    await container.waitForLine(/root\.service: says: from root$/)
    await container.waitForLine(/user\.service: says: from user$/)
    await container.waitForEvent("b up")
    await container.waitForEvent("root told")
    await container.waitForEvent("user told")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("are not believed through others than NotifyAccess= names", async () => {
    const container = boot({
      "a.service": "[Service]\nType=notify\nUser=1500\nGroup=1500\nTimeoutStartSec=2s\n" +
        "ExecStart=/bin/sh -c '/mnt/service tell READY=1 name a barrier event heard; exec /mnt/service wait'\n"
    }, options)
    await container.waitForEvent("a heard")
    await container.waitForLine(/a\.service: a notification of process \d+ is not believed: NotifyAccess=main/)
    await container.waitForLine(/a\.service: failed \(timeout\)/)
  })
})

describe.each(engines)("reloads that a service tells about, $name", (engine) => {
  const reloading = (verbs: string, lines = "") => service(verbs, { service: `Type=notify-reload\n${lines}` })
  const began = "tell 'RELOADING=1\\nMONOTONIC_USEC=1'"

  it("end with READY=1, and the service goes on", async () => {
    const container = boot({
      "a.service": reloading(
        `name a tell READY=1 event up ${began} tell READY=1 barrier event again wait`,
        "TimeoutStartSec=2s"
      ),
      "b.service": service("name b event up wait", after("a.service"))
    }, { engine })
    await container.waitForEvent("a again")
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().slice(-2), ["a signal 15", "a down"])
  })

  it("that take longer than TimeoutStartSec= are over, and the service goes on", async () => {
    const container = boot({
      "a.service": reloading(`name a tell READY=1 ${began} barrier event begun wait`, "TimeoutStartSec=500ms")
    }, { engine })
    await container.waitForEvent("a begun")
    await container.waitForLine(/a\.service: did not reload within 500ms/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events(), ["a begun", "a signal 15", "a down"])
  })
})

describe.each(engines)("the supervisor's own readiness, $name", (engine) => {
  it("is told to the NOTIFY_SOCKET that it was started with, once the boot is complete, and its end", async () => {
    const container = boot({
      "outer.service": service("name outer hear /mnt/outer.socket"),
      "slow.service": oneshot(["until /mnt/outer.socket name slow event begin until /mnt/go"]),
      "web.service": service("name web event up slow 300 wait", { unit: "After=slow.service outer.service" })
    }, { engine, env: { NOTIFY_SOCKET: "/mnt/outer.socket" } })
    await container.waitForEvent("slow begin")
    assert.deepStrictEqual(container.output.unit("outer").filter((line) => line !== "listening"), [])
    container.touch("go")
    await container.waitForEvent("web up")
    await container.waitForLine(/^\[outer\] READY=1$/)
    container.signal(15)
    await container.waitForLine(/^\[outer\] STOPPING=1$/)
    assert.strictEqual(await container.exit, 0, container.show())
  })
})
