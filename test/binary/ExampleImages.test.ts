/**
 * What can be said of fixtures/images without a container engine; `scripts/try-images` builds them and runs them.
 */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { executable } from "../support/Engine.ts"
import { fixtures } from "../support/Places.ts"

const folder = `${fixtures}/images`
const [program = ""] = executable.argv

const seconds = (file: string, pattern: RegExp): number =>
  Number(pattern.exec(readFileSync(`${folder}/${file}`, "utf8"))?.[1])

describe("the example images", () => {
  it.each([["debian", 3], ["alpine", 3], ["scratch", 2]])(
    "have units that are valid under --strict-units: %s",
    (name, units) => {
      const args = ["--units", `${folder}/${name}/units`, "--drop-in", `${folder}/${name}/drop-ins`]
      const summary = execFileSync(program, ["--validate", "--strict-units", ...args], { encoding: "utf8" })
      assert.include(summary, `units=${units} warnings=0 overrides=0 strict=true`)
    }
  )

  it.each([
    ["compose.yaml", /stop_grace_period: (\d+)s/],
    ["pod.yaml", /terminationGracePeriodSeconds: (\d+)/]
  ])("have less time to stop than the engine gives them: %s", (file, grace) => {
    assert.isBelow(seconds(file, /"--stop-timeout", "(\d+)s"/), seconds(file, grace))
  })
})
