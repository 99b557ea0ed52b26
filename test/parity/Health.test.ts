/** The state file of a real run, and what health says of it. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import type { Engine } from "../support/Engine.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

const ask = ({ argv: [program = "", ...rest] }: Engine, container: Container, ...words: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync(
    program,
    [...rest, "health", "--state-file", `${container.directory}/state`, ...words],
    { encoding: "utf8" }
  )
  return { status, said: stdout.trimEnd(), stderr }
}

const stateOf = (container: Container) => JSON.parse(fs.readFileSync(`${container.directory}/state`, "utf8"))

describe.each(engines)("health, $name", (engine) => {
  it("goes by what the run says of its units, and of its own life", async () => {
    const container = boot({
      "web.service": service("name web event up wait"),
      "bad.service": service("exit 3")
    }, {
      engine,
      args: ["--state-file", "/mnt/state"],
      // Somebody has left a link where the draft goes.
      files: { "victim": "precious", "state.new": { link: "victim" } }
    })
    await container.waitFor(
      () => container.has("state") && stateOf(container).units["bad.service"].active === "failed" || undefined,
      "the failure in the state file"
    )
    await container.waitForEvent("web up")
    await container.waitFor(() => stateOf(container).units["web.service"].sub === "running" || undefined, "web")
    assert.deepStrictEqual(ask(engine, container), {
      status: 0,
      said: "healthy: 1 of 2 units are up, failed: bad.service",
      stderr: ""
    })
    const bad = ask(engine, container, "--require=web,bad")
    assert.deepStrictEqual([bad.status, bad.said], [1, "unhealthy: bad.service is failed (exit-code)"])
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(ask(engine, container).said, "unhealthy: everything is stopping")
    assert.strictEqual(fs.readFileSync(`${container.directory}/victim`, "utf8"), "precious")
    assert.strictEqual(fs.statSync(`${container.directory}/state`).mode & 0o7777, 0o644)
  })

  it("gives signs of life though nothing happens", async () => {
    const container = boot({ "web.service": service("name web event up wait") }, {
      engine,
      args: ["--state-file=/mnt/state"]
    })
    await container.waitForEvent("web up")
    await container.waitFor(() => stateOf(container).units["web.service"].active === "active" || undefined, "web")
    const { written } = stateOf(container)
    await container.waitFor(() => stateOf(container).written !== written || undefined, "another sign of life")
    assert.isAtLeast(Date.parse(stateOf(container).written) - Date.parse(written), 5000)
    await container.stop()
  })

  it("says no where there is no state, and asks for a file where none is named", () => {
    const container = boot({ "web.service": service("wait") }, { engine })
    const none = ask(engine, container)
    assert.strictEqual(none.status, 1)
    assert.match(none.said, /^unhealthy: there is no state to be had: .*no such file/)
    const [program = "", ...rest] = engine.argv
    const usage = spawnSync(program, [...rest, "health"], { encoding: "utf8" })
    assert.deepStrictEqual([usage.status, usage.stdout], [2, ""])
    assert.match(usage.stderr, /has to be told --state-file/)
  })
})
