import { execFileSync } from "node:child_process"
import { statSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { executable } from "../support/Engine.ts"
import { root } from "../support/Places.ts"
import { oneshot, service } from "../support/Units.ts"

const path = executable.files[0] ?? ""
const mebibyte = 1024 * 1024

describe("the executable", () => {
  it("is static", () => {
    const kind = execFileSync("file", ["--brief", path], { encoding: "utf8" })
    assert.match(kind, /ELF 64-bit/)
    assert.match(kind, /static(-pie|ally) linked/)
  })

  it("has at most 8 MiB, and 4 MiB without its heap image", () => {
    assert.isAtMost(statSync(path).size, 8 * mebibyte)
    assert.isAtMost(statSync(`${root}/dist/container-init-plain`).size, 4 * mebibyte)
  })
})

describe("a signal that comes while the units are still being read", () => {
  const SIGTERM = 15

  it.each([0, 1, 2, 5, 10, 20])("is not lost: %i ms after PID 1 began to listen", async (millis) => {
    const container = boot({
      "a.service": service("name a event up wait"),
      "b.service": service("name b event up wait", { unit: "After=a.service" })
    }, { engine: executable })
    await container.waitFor(() => container.takes(SIGTERM) || undefined, "a PID 1 that listens")
    await new Promise((resolve) => setTimeout(resolve, millis))
    assert.strictEqual(await container.stop(), 0, container.show())
    const count = (event: string) => container.events().filter((line) => line === event).length
    for (const name of ["a", "b"]) assert.strictEqual(count(`${name} up`), count(`${name} down`), container.show())
  })
})

describe("in a root directory with nothing else in it: no /proc, no /dev, no /etc, no shell", () => {
  const bareRoot = true

  it("boots, runs its services in order and stops with 0", async () => {
    const container = boot({
      "prepare.service": oneshot(["name prepare event done"]),
      "a.service": service("name a event up say hello err world wait", { unit: "After=prepare.service" }),
      "b.service": service("name b event up slow 50 wait", { unit: "Requires=a.service\nAfter=a.service" })
    }, { engine: executable, bareRoot })
    await container.waitForEvent("b up")
    await container.waitForLine(/^\[a\] hello$/)
    await container.waitForLine(/^\[a\] world$/)
    assert.strictEqual(await container.stop(), 0, container.show())
    const stops = ["b signal 15", "b down", "a signal 15", "a down"]
    assert.deepStrictEqual(container.events(), ["prepare done", "a up", "b up", ...stops])
  })

  it("keeps services off each other's descriptors, although there is no /dev/null", async () => {
    const container = boot({
      "a.service": oneshot(["show descriptors show signals say done"])
    }, { engine: executable, bareRoot, leak: true })
    await container.waitForLine(/^\[a\] done$/)
    const [descriptors, ...signals] = container.output.unit("a")
    // stdin has nothing to be without /dev/null.
    assert.oneOf(descriptors, ["descriptors 0 1 2", "descriptors 1 2"], container.show())
    assert.deepStrictEqual(signals, ["blocked", "ignored 13", "done"])
  })

  it("runs services as another user by number, and reaps 1,000 orphans", async () => {
    const container = boot({
      "a.service": service("name a show identity orphans 1000 event done wait", { service: "User=1500\nGroup=1501" })
    }, { engine: executable, bareRoot })
    await container.waitForEvent("a done")
    assert.includeMembers([...container.output.unit("a")], ["uid 1500 1500 1500", "gid 1501 1501 1501"])
    await container.waitFor(() => container.processes().length === 2 || undefined, "the orphans' end")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("restarts what fails and kills what does not stop", async () => {
    const container = boot({
      "a.service": service("name a event run once /mnt/been 1 event up wait", {
        service: "Restart=on-failure\nRestartSec=10ms"
      }),
      "b.service": service("name b fork i event up wait", { service: "TimeoutStopSec=100ms" })
    }, { engine: executable, bareRoot })
    await container.waitForEvent("a up")
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 1, container.show())
    assert.includeMembers([...container.events()], ["a down", "b down"])
  })

  it("validates, prints its help and refuses a command", async () => {
    const options = { engine: executable, bareRoot }
    const units = { "a.service": service("wait") }
    assert.strictEqual(await boot(units, { ...options, args: ["--validate"] }).exit, 0)
    assert.strictEqual(await boot(units, { ...options, argv: ["--help"] }).exit, 0)
    assert.strictEqual(await boot(units, { ...options, argv: ["sh"] }).exit, 2)
  })
})
