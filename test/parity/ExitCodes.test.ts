import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const gate = "ExitContainerOnFailure=true"

/** A path to the end of a container: units of which one takes it down, and the exit code that comes of it. */
const paths: ReadonlyArray<readonly [title: string, code: number, units: Readonly<Record<string, string>>]> = [
  ["a gate that fails", 42, { "a.service": oneshot(["exit 42"], { unit: gate }) }],
  ["a service that fails", 3, { "a.service": service("exit 3", { unit: gate }) }],
  ["a program that is not there", 203, {
    "a.service": `[Unit]\n${gate}\n[Service]\nExecStart=/mnt/gone\n`
  }],
  ["a user that is not there", 1, { "a.service": service("exit 3", { unit: gate, service: "User=nobody-at-all" }) }],
  ["a crash: SIGSEGV", 139, { "a.service": service("die 11", { unit: gate }) }],
  ["a crash: SIGKILL", 137, { "a.service": service("die 9", { unit: gate }) }],
  ["a command ahead of the program that fails", 7, {
    "a.service": service("wait", { unit: gate, service: "ExecStartPre=/mnt/service exit 7" })
  }],
  ["the start limit", 3, {
    "a.service": service("exit 3", { unit: gate, service: "Restart=always\nRestartSec=0" })
  }],
  ["a dependency that failed", 1, {
    "a.service": oneshot(["wait"], { unit: `${gate}\nRequires=b.service\nAfter=b.service` }),
    "b.service": oneshot(["exit 5"])
  }],
  ["an assertion that is not met", 1, {
    "a.service": oneshot(["wait"], { unit: `${gate}\nAssertPathExists=/mnt/gone` })
  }],
  ["a start that takes too long, and ends when it is told to", 1, {
    "a.service": oneshot(["wait"], { unit: gate, service: "TimeoutStartSec=200ms" })
  }],
  ["a start that takes too long, and has to be killed", 1, {
    "a.service": oneshot(["ignore"], { unit: gate, service: "TimeoutStartSec=200ms\nTimeoutStopSec=100ms" })
  }],
  ["the watchdog", 134, {
    "a.service": service("tell READY=1 ignore", { unit: gate, service: "Type=notify\nWatchdogSec=200ms" })
  }],
  ["FailureAction=exit", 9, { "a.service": oneshot(["exit 9"], { unit: "FailureAction=exit" }) }],
  ["FailureActionExitStatus=", 77, {
    "a.service": oneshot(["exit 9"], { unit: "FailureAction=exit-force\nFailureActionExitStatus=77" })
  }],
  ["SuccessAction=exit", 0, { "a.service": oneshot(["exit 0"], { unit: "SuccessAction=exit" }) }],
  ["SuccessActionExitStatus=", 5, {
    "a.service": service("exit 0", { unit: "SuccessAction=exit\nSuccessActionExitStatus=5" })
  }],
  ["StartLimitAction=exit", 1, {
    "a.service": service("exit 3", { unit: "StartLimitAction=exit", service: "Restart=always\nRestartSec=0" })
  }]
]

describe.each(engines)("the exit code of a container, $name", (engine) => {
  const bystander = service("name web event up wait")

  it.each(paths)("after %s is %i, and all others were stopped", async (_, code, units) => {
    const others = "After=web.service"
    const withOrder = Object.fromEntries(
      Object.entries(units).map(([name, text]) => [name, text.replace("[Unit]\n", `[Unit]\n${others}\n`)])
    )
    const container = boot({ ...withOrder, "web.service": bystander }, { engine })
    assert.strictEqual(await container.exit, code, container.show())
    const count = (text: string) => container.events().filter((event) => event === text).length
    const forced = Object.values(units).some((text) => text.includes("exit-force"))
    if (!forced) assert.strictEqual(count("web up"), count("web down"), container.show())
  })

  it("after an orderly stop is 0, also where a gate fails in the course of it", async () => {
    const container = boot({
      "a.service": service("name a event up slow 50 wait"),
      "b.service": service("name b event up record 1", {
        unit: gate,
        service: "ExecStopPost=/mnt/service name b event post exit 42"
      })
    }, { engine })
    await container.waitForEvent("a up")
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.include(container.events(), "b post")
  })

  it("after a stop in which something had to be killed is 1", async () => {
    const container = boot({
      "a.service": service("name a event up ignore", { service: "TimeoutStopSec=100ms" })
    }, { engine })
    await container.waitForEvent("a up")
    assert.strictEqual(await container.stop(), 1, container.show())
  })
})
