/** The library as a program beside it finds it: by the name of the package, from what the build has made. */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "vitest"
import { root } from "../support/Places.ts"

/** What a script prints. Inside the package its own name leads to its own exports. */
const run = (script: string): string => {
  const { status, stderr, stdout } = spawnSync("node", ["--input-type=module", "--eval", script], {
    cwd: root,
    encoding: "utf8"
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

  it("gives the schema of its JSON by name", () => {
    const out = run(`
      import { createRequire } from "node:module"
      console.log(createRequire(import.meta.url)("container-init/unit.schema.json").title)
    `)
    assert.strictEqual(out, "A unit as container-init reads it\n")
  })
})
