/** The example for authors of derived images, as they would run it: a folder of its own, and the package in it. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { assert, beforeAll, describe, it } from "vitest"
import { fixtures, makeScratch, root } from "../support/Places.ts"

/** A copy of fixtures/downstream with the built package where npm would put it. */
const install = (): string => {
  const folder = makeScratch()
  fs.cpSync(`${fixtures}/downstream`, folder, { recursive: true })
  const installed = `${folder}/node_modules/container-init`
  fs.mkdirSync(installed, { recursive: true })
  fs.cpSync(`${root}/dist/lib`, `${installed}/dist/lib`, { recursive: true })
  fs.copyFileSync(`${root}/package.json`, `${installed}/package.json`)
  return folder
}

const runTests = (folder: string) => {
  const { FORCE_COLOR: _, NODE_TEST_CONTEXT: __, ...env } = process.env
  return spawnSync("node", ["--test"], { cwd: folder, encoding: "utf8", env })
}

describe("the corpus test of a derived image", () => {
  beforeAll(() => {
    assert.isTrue(fs.existsSync(`${root}/dist/lib/unit/index.js`), "dist/lib is not there: run scripts/build first")
  })

  it("passes on its units, with nothing installed but the package", () => {
    const { status, stderr, stdout } = runTests(install())
    assert.strictEqual(status, 0, stdout + stderr)
    assert.match(stdout, /^# pass 5$/m)
  })

  it("fails where a unit is wrong, with the file, the line and what to write instead", () => {
    const folder = install()
    fs.appendFileSync(`${folder}/drop-ins/myimage-worker.service`, "Restart=alwys\n")
    const { status, stdout } = runTests(folder)
    assert.strictEqual(status, 1)
    assert.match(stdout, /myimage-worker\.service:11: \[Service\] Restart: .*did you mean .*always/)
  })
})
