/** The examples of README.md without sockets, as they stand in fixtures/examples; and what validate says of all. */
import { execFileSync } from "node:child_process"
import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { bootExample, folder, names } from "../support/Examples.ts"
import { eachKind, plain, privileged } from "../support/Kinds.ts"
import { service } from "../support/Units.ts"

const kinds = [privileged, plain]

/** Which line of the output comes first. */
const isAhead = (container: Container, first: RegExp, second: RegExp): boolean => {
  const at = (pattern: RegExp) => container.output.lines.findIndex(({ text }) => pattern.test(text))
  return at(first) >= 0 && at(first) < at(second)
}

describe("the example of a oneshot at boot", () => {
  const programs = { "myimage-init": "exec /mnt/service name init event ran show identity" }
  // Takes its time: whoever does not wait would be first.
  const slow = {
    "session-setup.service.d/slow.conf": "[Service]\nExecStartPost=/mnt/service name setup sleep 200 event done\n"
  }
  // Starts only if the other is active, and stays only as long as it is.
  const bound = service("name bound event up wait", {
    unit: "Requisite=myimage-init.service\nBindsTo=myimage-init.service\nAfter=myimage-init.service"
  })

  eachKind("runs as the user app after the session's setup, and is active from then on", async (place) => {
    const container = bootExample("oneshot", place, { programs, dropIn: { ...slow, "bound.service": bound } })
    await container.waitForEvent("bound up")
    await container.waitForLine(/^\[myimage-init\] uid 1500 1500 1500$/)
    await container.waitForLine(/^\[myimage-init\] gid 1500 1500 1500$/)
    assert.deepStrictEqual(container.events(), ["setup done", "init ran", "bound up"])
    assert.isTrue(isAhead(container, /session-setup\.service: done/, /myimage-init\.service: done/), container.show())
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().filter((event) => event === "init ran"), ["init ran"])
  }, kinds)

  eachKind("runs as whom APP_USER names", async (place) => {
    const container = bootExample("oneshot", place, { programs, env: { APP_USER: "other" } })
    await container.waitForLine(/^\[myimage-init\] uid 1501 1501 1501$/)
    await container.waitForLine(/myimage-init\.service: done/)
    assert.strictEqual(await container.stop(), 0, container.show())
  }, kinds)

  eachKind("does not run if the session's setup has failed, here one of the same name in its place", async (place) => {
    const container = bootExample("oneshot", place, {
      programs,
      dropIn: {
        "session-setup.service": "[Service]\nType=oneshot\nExecStart=/bin/false\n",
        "web.service": service("name web event up wait", { unit: "After=myimage-init.service" })
      }
    })
    await container.waitForEvent("web up")
    await container.waitForLine(/drop-in override: session-setup\.service replaces/)
    await container.waitForLine(
      /warning: myimage-init\.service: not started: it requires session-setup\.service, which did not start/
    )
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notInclude(container.events(), "init ran")
  }, kinds)
})

describe("the example of an application", () => {
  const application = (verbs: string) => ({ "myimage-app": `echo "$* in $PWD"\nexec /mnt/service name app ${verbs}` })

  eachKind("runs in its home as its user, and comes back when it has failed", async (place) => {
    const container = bootExample("app", place, { programs: application("event up show identity wait") })
    await container.waitForEvent("app up")
    await container.waitForLine(/^\[myimage-app\] --listen 127\.0\.0\.1:5000 in \/home\/app$/)
    await container.waitForLine(/^\[myimage-app\] uid 1500 1500 1500$/)
    assert.isTrue(isAhead(container, /window-manager\.service: started/, /myimage-app\.service: started/))
    const { pid = 0 } = container.processes().find(({ command }) => command === "service") ?? {}
    process.kill(pid, 9)
    await container.waitForLine(/myimage-app\.service: starts again in 2s/)
    await container.waitForEvent("app up", 2)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.isTrue(isAhead(container, /myimage-app\.service: stopped/, /window-manager\.service: stopped/))
  }, kinds)

  eachKind("runs where APP_HOME says", async (place) => {
    const container = bootExample("app", place, { programs: application("event up wait"), env: { APP_HOME: "/tmp" } })
    await container.waitForLine(/^\[myimage-app\] .* in \/tmp$/)
    assert.strictEqual(await container.stop(), 0, container.show())
  }, kinds)

  // It takes four times 2 s.
  it("has failed for good after five starts within a minute, in both engines", async () => {
    const containers = engines.map((engine) =>
      bootExample("app", { options: { ...privileged.options, engine } }, { programs: application("event up exit 1") })
    )
    for (const container of containers) {
      await container.waitForLine(/warning: myimage-app\.service: start limit hit: 5 starts within 1min/)
      assert.strictEqual(await container.stop(), 0, container.show())
      assert.deepStrictEqual(container.events(), Array.from({ length: 5 }, () => "app up"))
    }
  })
})

describe("the examples", () => {
  it.each(engines.flatMap((engine) => names.map((name) => ({ name, engine }))))(
    "are valid under --strict-units: $name, $engine.name",
    ({ engine, name }) => {
      const [program = "", ...words] = engine.argv
      const args = [
        ...words,
        "--validate",
        "--strict-units",
        "--units",
        `${folder}/core`,
        "--drop-in",
        `${folder}/${name}`
      ]
      assert.match(execFileSync(program, args, { encoding: "utf8" }), /units=[34] warnings=0 overrides=0 strict=true/)
    }
  )
})
