import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import { build } from "esbuild"

const root = fileURLToPath(new URL("../../src/", import.meta.url))

describe("unit/ and graph/", () => {
  for (const folder of ["unit", "graph"]) {
    const names = readdirSync(root + folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts")
    )
    it(`import nothing but themselves at run time (${folder})`, () => {
      assert.isAbove(names.length, 3)
      for (const name of names) {
        const text = readFileSync(`${root}${folder}/${name}`, "utf8")
        for (const [line] of text.matchAll(/^(?:import|export) (?!type )[^\n]* from "(?!\.)[^"]*"/gm)) {
          assert.fail(`${folder}/${name}: ${line}`)
        }
        assert.isAtMost(text.split("\n").length, 301, name)
      }
    })
  }

  it("runs where there is nothing but the language: no process, no file system, no timers", async () => {
    const { outputFiles } = await build({
      entryPoints: [`${root}unit/index.ts`],
      bundle: true,
      format: "iife",
      globalName: "unit",
      platform: "browser",
      write: false
    })
    const parse = `unit.Parse.parseUnit({ name: "a.service", file: "a.service", text: "[Service]\\nExecStart=/a %n" },
      { lookup: () => undefined }).unit.Service.ExecStart[0].words.join(" ")`
    assert.strictEqual(runInNewContext(`${outputFiles[0]?.text ?? ""}\n${parse}`, {}), "/a a.service")
  })
})
