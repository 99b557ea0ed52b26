import { assert, describe, it } from "@effect/vitest"
import { ask } from "./Tool.ts"

describe("The tools that are asked", () => {
  for (const tool of ["systemd-analyze", "systemd-escape"]) {
    it(`are there (${tool})`, () => {
      assert.match(ask(tool, ["--version"]).out, /^systemd \d+/)
    })
  }
})
