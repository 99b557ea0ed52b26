import { execFileSync } from "node:child_process"
import { assert, beforeAll, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import type { Engine } from "../support/Engine.ts"
import { node } from "../support/Engine.ts"
import { root } from "../support/Places.ts"
import { service } from "../support/Units.ts"

const engineAt = (name: string, path: string): Engine => ({ name, files: [path], argv: [path] })
const image = engineAt("executable with a heap image", `${root}/build/programs/faulty`)
const plain = engineAt("plain executable", `${root}/build/programs/faulty-plain`)

const SIGUSR1 = 10
const defect = 70

const units = {
  "a.service": service("name a event up wait"),
  "b.service": service("name b fork - event up wait", { unit: "After=a.service" }),
  "c.service": service("name c event up ignore", { unit: "After=b.service" })
}

beforeAll(() => {
  for (const [engine, ...flags] of [[image], [plain, "--plain"]] as const) {
    const out = engine.files[0] ?? ""
    const args = ["scripts/build-host.mjs", "--entry", "fixtures/programs/faulty.ts", "--out", out, ...flags]
    execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
  }
}, 300_000)

const cases = [
  { fault: "throw", says: /fatal: uncaught error: .*injected: thrown in a callback/ },
  { fault: "reject", says: /fatal: a promise was rejected and nobody handled it: .*injected: rejected/ },
  { fault: "timer", says: /fatal: uncaught error: .*injected: thrown in a timer/ },
  { fault: "memory", says: /fatal: out of memory/ },
  { fault: "memory-caught", says: /fatal: out of memory/ }
]

describe.each([image, plain])("the last resort of the $name", (faulty) => {
  it.each(cases)("ends with 70, one line and no process left: $fault", async ({ fault, says }) => {
    const container = boot(units, { engine: faulty, env: { FAULT: fault } })
    await container.waitForEvent("c up")
    container.signal(SIGUSR1)
    assert.strictEqual(await container.exit, defect, container.show())
    const fatal = container.output.lines.filter(({ text }) => text.includes("fatal:"))
    assert.lengthOf(fatal, 1, container.show())
    assert.match(fatal[0]?.text ?? "", says)
    // Those that heed it were asked before they were killed.
    assert.include(container.events(), "a down")
    assert.include(container.events(), "b down")
  })

  it("ends with 70 when an actor's fiber dies, and takes the running services with it", async () => {
    const container = boot(units, { engine: faulty, env: { FAULT: "actor" } })
    assert.strictEqual(await container.exit, defect, container.show())
    assert.match(container.show(), /fatal: main failed: .*actor of b\.service.*injected: thrown in an actor/)
  })

  it("ends with 70 when main waits for what cannot come", async () => {
    const container = boot(units, { engine: faulty, env: { FAULT: "unsettled" } })
    assert.strictEqual(await container.exit, defect, container.show())
    assert.match(container.show(), /fatal: main waits for something that cannot come/)
  })

  it("ends with 70 when main ends without an exit code", async () => {
    const container = boot(units, { engine: faulty, env: { FAULT: "no-code" } })
    assert.strictEqual(await container.exit, defect, container.show())
    assert.match(container.show(), /fatal: main ended without an exit code/)
  })

  it("leaves no process behind where it is not PID 1", async () => {
    const container = boot(units, { engine: faulty, env: { FAULT: "throw" }, asChild: true })
    await container.waitForEvent("c up")
    const self = container.processes().find(({ command }) => command.includes("faulty"))
    if (self === undefined) throw new Error(`no faulty among ${JSON.stringify(container.processes())}`)
    process.kill(self.pid, SIGUSR1)
    assert.strictEqual(await container.exit, defect, container.show())
    assert.strictEqual(container.left, 0, container.show())
  })
})

describe("the last resort on Node", () => {
  it("ends with 70, one line and no process left when something throws", async () => {
    const fault = `data:text/javascript,${
      encodeURIComponent("setTimeout(() => { throw new Error('injected: thrown on Node') }, 1500)")
    }`
    const container = boot(units, { engine: node, env: { NODE_OPTIONS: `--import=${fault}` } })
    await container.waitForEvent("c up")
    assert.strictEqual(await container.exit, defect, container.show())
    assert.match(container.show(), /fatal: injected: thrown on Node/)
    assert.include(container.events(), "a down")
  })
})
