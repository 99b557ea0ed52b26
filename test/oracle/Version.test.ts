import { assert, describe, it } from "@effect/vitest"
import { ask } from "./Tool.ts"

describe("The tools that are asked", () => {
  for (const tool of ["systemd-analyze", "systemd-escape"]) {
    it(`are those of systemd 252, whose differences the tests list (${tool})`, () => {
      assert.match(ask(tool, ["--version"]).out, /^systemd 252 /)
    })
  }
})
