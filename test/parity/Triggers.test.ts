import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const counted = "name job event \"${TRIGGER_UNIT}\""
const unlimited = "StartLimitIntervalSec=0"

describe.each(engines)("timers and paths, $name", (engine) => {
  it("start a service once some time after they became active, and again after it was done", async () => {
    const container = boot({
      "job.timer": "[Timer]\nOnActiveSec=100ms\nOnUnitInactiveSec=100ms\nAccuracySec=1ms\n",
      "job.service": oneshot([counted], { unit: unlimited }),
      "web.service": service("name web event up wait")
    }, { engine })
    await container.waitForEvent("web up")
    await container.waitForEvent("job job.timer", 4)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("start another unit than their namesake, once where nothing is said of again", async () => {
    const container = boot({
      "soon.timer": "[Timer]\nOnBootSec=10ms\nUnit=job.service\nAccuracySec=1ms\n",
      "later.timer": "[Timer]\nOnStartupSec=1h\nUnit=never.service\n",
      "job.service": oneshot([counted]),
      "never.service": oneshot(["name never event ran"])
    }, { engine })
    await container.waitForEvent("job soon.timer")
    await container.waitForLine(/job\.service: done/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events(), ["job soon.timer"])
  })

  it("start a service by the calendar", async () => {
    const container = boot({
      "job.timer": "[Timer]\nOnCalendar=*:*:*\nAccuracySec=1ms\n",
      "job.service": oneshot([counted], { unit: unlimited })
    }, { engine })
    await container.waitForEvent("job job.timer", 2)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("start a service whenever a path is there, and not before", async () => {
    const container = boot({
      "job.path": "[Path]\nPathExists=/mnt/flag\n",
      "job.service": `[Unit]\n${unlimited}\n[Service]\nType=oneshot\n` +
        "ExecStart=/bin/rm /mnt/flag\nExecStart=/mnt/service name job event \"${TRIGGER_UNIT} ${TRIGGER_PATH}\"\n",
      "web.service": service("name web event up wait")
    }, { engine })
    await container.waitForEvent("web up")
    for (const count of [1, 2, 3]) {
      assert.strictEqual(container.events().length, count, container.show())
      container.touch("flag")
      await container.waitForEvent("job job.path /mnt/flag", count)
      await container.waitForLine(/job\.service: done/, count)
    }
    assert.isFalse(existsSync(`${container.directory}/flag`))
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("start a service as long as a directory is not empty", async () => {
    const container = boot({
      "job.path": "[Path]\nDirectoryNotEmpty=/mnt/spool\nMakeDirectory=yes\n",
      "job.service": `[Unit]\n${unlimited}\n[Service]\nType=oneshot\n` +
        "ExecStart=/bin/sh -c 'set -- /mnt/spool/*; /mnt/service name job event \"took $${1##*/}\"; rm \"$$1\"'\n",
      "web.service": service("name web event up wait", { unit: "After=job.path" })
    }, { engine })
    await container.waitForEvent("web up")
    const spool = `${container.directory}/spool`
    assert.isTrue(existsSync(spool), container.show())
    for (const name of ["a", "b"]) writeFileSync(`${spool}/${name}`, "")
    await container.waitForEvent("job took a")
    await container.waitForEvent("job took b")
    // And once it has been empty.
    mkdirSync(`${container.directory}/aside`)
    writeFileSync(`${spool}/c`, "")
    await container.waitForEvent("job took c")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("start a service when a file was changed, and leave it alone once all stops", async () => {
    const container = boot({
      "job.path": "[Path]\nPathChanged=/mnt/config\n",
      "job.service": oneshot(["name job event changed"], { unit: unlimited }),
      "web.service": service("name web event up slow 300 wait", { unit: "Before=job.path" })
    }, { engine, files: { config: "" } })
    await container.waitForEvent("web up")
    const look = async (count: number) => {
      // Until the watch is there nothing is noticed: a change after the last one is.
      await container.waitFor(() => {
        if (container.events().filter((event) => event === "job changed").length >= count) return true
        writeFileSync(`${container.directory}/config`, "new")
        return undefined
      }, "a start")
    }
    await look(1)
    container.signal(15)
    await container.waitForEvent("web signal 15")
    const before = container.events().filter((event) => event === "job changed").length
    writeFileSync(`${container.directory}/config`, "newer")
    assert.strictEqual(await container.exit, 0, container.show())
    assert.isAtMost(container.events().filter((event) => event === "job changed").length, before + 1, container.show())
  })
})
