import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

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
})
