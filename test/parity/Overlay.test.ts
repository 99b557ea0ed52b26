import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

const replaced =
  "container-init: drop-in override: web.service replaces /mnt/units/web.service with /mnt/drop-in/web.service"
const web = (word: string, unit = "") => service(`name ${word} event up wait`, { unit })

describe.each(engines)("drop-ins, $name", (engine) => {
  it("replace the core unit of the same full name, which is said in one line", async () => {
    const container = boot({ "web.service": web("core"), "log.service": web("log") }, {
      engine,
      dropIn: { "web.service": web("derived", "After=log.service") }
    })
    await container.waitForEvent("derived up")
    assert.deepStrictEqual(container.events(), ["log up", "derived up"])
    assert.strictEqual(container.output.stderr.filter((line) => line === replaced).length, 1, container.show())
  })

  it("are added to the core units otherwise, and ordered with them", async () => {
    const container = boot({ "web.service": web("web") }, {
      engine,
      dropIn: { "extra.service": web("extra", "Requires=web.service\nAfter=web.service"), "web.target": "[Unit]\n" }
    })
    await container.waitForEvent("extra up")
    assert.deepStrictEqual(container.events(), ["web up", "extra up"])
    assert.isFalse(container.output.stderr.some((line) => line.includes("override")), container.show())
  })

  it("count for --validate, and the faults of what they replace do not", async () => {
    const container = boot({ "web.service": "no unit at all\n" }, {
      engine,
      dropIn: { "web.service": web("derived") },
      args: ["--validate", "--strict-units"]
    })
    assert.strictEqual(await container.exit, 0, container.show())
    assert.deepStrictEqual(container.output.stderr, [replaced])
    assert.deepStrictEqual(container.output.stdout, [
      "container-init validate: units=1 warnings=0 overrides=1 strict=true"
    ])
  })

  it.each([
    ["an empty file", ""],
    ["a link to /dev/null", { link: "/dev/null" }]
  ])("mask a core unit with %s: it is not there", async (_, mask) => {
    const container = boot({
      "web.service": web("web"),
      "log.service": web("log", "After=web.service"),
      "proxy.service": web("proxy", "Requires=web.service\nAfter=web.service")
    }, { engine, dropIn: { "web.service": mask } })
    await container.waitForEvent("log up")
    await container.waitForLine(/^container-init: .*proxy\.service: not started.*web\.service/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events(), ["log up", "log signal 15", "log down"])
  })

  it("mask a unit whose own file is broken", async () => {
    const container = boot({ "web.service": "no unit at all\n", "log.service": web("log") }, {
      engine,
      dropIn: { "web.service": "" },
      args: ["--validate"]
    })
    assert.strictEqual(await container.exit, 0, container.show())
  })
})
