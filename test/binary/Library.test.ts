/** The library as a program beside it finds it: by the name of the package, from what the build has made. */
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { makeScratch, root } from "../support/Places.ts"

/** What a script prints. Inside the package its own name leads to its own exports. */
const run = (script: string): string => {
  const { status, stderr, stdout } = spawnSync("node", ["--input-type=module", "--eval", script], {
    cwd: root,
    encoding: "utf8",
    timeout: 30_000
  })
  assert.strictEqual(status, 0, stderr)
  return stdout
}

describe("the library", () => {
  it("reads directories through the addon, and ends when that is done", () => {
    const out = run(`
      import * as Effect from "effect/Effect"
      import { UnitFiles } from "container-init"
      import * as Node from "container-init/node"
      const directories = { core: "fixtures/downstream/core", dropIn: "fixtures/downstream/drop-ins" }
      const set = await Effect.runPromise(UnitFiles.load(directories).pipe(Effect.provide(Node.layer)))
      const web = set.units.get("web.service")
      console.log([...set.units.keys()].join(" "), web.Service.TimeoutStopSec, web.Service.Environment.join())
    `)
    assert.strictEqual(out, "myimage-worker.service setup.service web.service 3000 WORKERS,4\n")
  })

  it("supervises, and does what the program around it asks for", () => {
    const scratch = makeScratch()
    const log = `${scratch}/log`
    mkdirSync(`${scratch}/units`)
    writeFileSync(log, "")
    writeFileSync(
      `${scratch}/units/web.service`,
      `[Service]\nExecStart=/bin/sh -c 'printf "up " >> ${log}; exec sleep 60'\nExecReload=/bin/sh -c 'printf "again " >> ${log}'\n`
    )
    const out = run(`
      import { readFileSync } from "node:fs"
      import { Effect, Fiber, Logger, Mailbox } from "effect"
      import { FileWatches, Inbox, Notify, Supervisor, UnitFiles } from "container-init"
      import * as Node from "container-init/node"
      const heard = []
      const log = Logger.replace(Logger.defaultLogger, Logger.make(({ message }) => heard.push(String(message))))
      const until = (condition) => Effect.repeat(Effect.sleep(5), { until: condition })
      const starts = (count) => heard.filter((line) => line.includes("web.service: started")).length === count
      const come = (count, text) => until(() => starts(count) && readFileSync("${log}", "utf8") === text)
      const program = Effect.gen(function*() {
        const set = yield* UnitFiles.load({ core: "${scratch}/units", dropIn: "${scratch}/none" })
        const requests = yield* Mailbox.make()
        const signals = Inbox.make()
        const run = yield* Effect.fork(Supervisor.run({ ...set, requests, signals, stopTimeoutMillis: 8000 }))
        yield* come(1, "up ")
        yield* requests.offer({ unit: "web.service", kind: "reload" })
        yield* come(1, "up again ")
        yield* requests.offer({ unit: "web.service", kind: "restart" })
        yield* come(2, "up again up ")
        signals.offer(15)
        return yield* Fiber.join(run)
      })
      const code = await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(Node.layer), Effect.provide(log)))
      console.log(code, heard.includes("web.service: stopped"), FileWatches.FileWatches.key, Notify.Notify.key)
    `)
    assert.strictEqual(out, "0 true container-init/kernel/FileWatches container-init/kernel/Notify\n")
    rmSync(scratch, { recursive: true })
  })

  it("gives the schema of its JSON by name", () => {
    const out = run(`
      import { createRequire } from "node:module"
      console.log(createRequire(import.meta.url)("container-init/unit.schema.json").title)
    `)
    assert.strictEqual(out, "A unit as container-init reads it\n")
  })
})
