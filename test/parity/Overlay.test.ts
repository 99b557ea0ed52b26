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

describe.each(engines)("folders and links, $name", (engine) => {
  it("add fragments of both directories to a unit, a mask taking one of the core back", async () => {
    const container = boot({
      "web.service": web("core"),
      "log.service": web("log"),
      "web.service.d/10-log.conf": "[Unit]\nAfter=log.service\n",
      "web.service.d/20-broken.conf": "no fragment at all\n"
    }, {
      engine,
      dropIn: {
        "web.service.d/20-broken.conf": { link: "/dev/null" },
        "web.service.d/30-name.conf": "[Service]\nExecStart=\nExecStart=/mnt/service name derived event up wait\n"
      }
    })
    await container.waitForEvent("derived up")
    assert.deepStrictEqual(container.events(), ["log up", "derived up"])
    assert.isFalse(container.output.stderr.some((line) => line.includes("error")), container.show())
  })

  it("start only what a default target pulls in, itself another name, by folders of links and by other names", async () => {
    const container = boot({
      "main.target": "[Unit]\n",
      "default.target": { link: "main.target" },
      "web.service": web("web", "After=journal.service"),
      "journal.service": { link: "/usr/lib/systemd/system/log.service" },
      "log.service": web("log"),
      "other.service": web("other"),
      "main.target.wants/web.service": { link: "../web.service" }
    }, { engine, dropIn: { "default.target.requires/journal.service": { link: "/mnt/units/log.service" } } })
    await container.waitForEvent("web up")
    assert.deepStrictEqual(container.events(), ["log up", "web up"])
  })

  it("make instances of templates, each with its own name, and start them", async () => {
    const container = boot({
      "a@.service": web("%i"),
      "a@one.service.d/1.conf": "[Unit]\nAfter=a@two.service a@three.service\n",
      "all.target": "[Unit]\nWants=a@one.service\n"
    }, {
      engine,
      dropIn: {
        "all.target.wants/a@two.service": { link: "../../units/a@.service" },
        "a@three.service": { link: "/mnt/units/a@.service" }
      }
    })
    await container.waitForEvent("one up")
    assert.deepStrictEqual([...container.events()].sort(), ["one up", "three up", "two up"])
    assert.strictEqual(container.events().at(-1), "one up")
  })

  it("leave units alone that are there for OnFailure= of others", async () => {
    const container = boot({
      "web.service": web("web", "OnFailure=handler.service"),
      "handler.service": web("handler")
    }, { engine })
    await container.waitForEvent("web up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notInclude(container.events(), "handler up")
  })

  it("are judged by --validate: notes for what has no effect, errors for links that lead nowhere", async () => {
    const container = boot({
      "web.service": web("web"),
      "gone.service": { link: "/opt/gone.service" },
      "multi-user.target.wants/web.service": { link: "../web.service" }
    }, { engine, args: ["--validate"] })
    assert.strictEqual(await container.exit, 64, container.show())
    assert.deepStrictEqual(container.output.stderr, [
      "container-init: error: /mnt/units/gone.service: the link leads to \"/opt/gone.service\", where nothing is; " +
      "let it lead to a unit's file, or to /dev/null if the unit is to be masked",
      "container-init: note: /mnt/units/multi-user.target.wants: multi-user.target is not loaded: " +
      "nothing is pulled in by the links here"
    ])
  })
})
